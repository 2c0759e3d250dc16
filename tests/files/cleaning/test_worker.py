"""What is kept of honest files, and why hostile ones are not. In this process: no database, no second process."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Pdf
from PIL import Image

from files.cleaning.worker import clean
from files.faults import Fault, Unfit
from files.kinds import Kind
from files.limits import MOST_PAGES, MOST_PIXELS
from files.sniffing.names import ascii_name, tidy_name
from files.wording import SENTENCES, sentence
from tests.files import samples
from tests.files.samples import TEXT, archive, book_of_pages, pdf, photograph, picture

WORD = b"PK\x03\x04" + bytes(40)
HEIC = b"\0\0\0\x18ftypheic" + bytes(40)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_a_photograph_keeps_its_points_upright_and_loses_place_maker_and_comment():
    sent = photograph()
    assert b"Hang dien thoai" in sent
    assert b"chup o nha" in sent
    made = clean(sent, "jpg")
    shown = opened(made.data)
    assert (made.kind, made.pages, made.pixels, shown.size) == (Kind.JPEG, 1, 1200, (30, 40))
    blue_corner = shown.getpixel((28, 2))  # the camera's top left, after turning it clockwise
    assert blue_corner[2] > 200 > 50 > blue_corner[0]
    assert not dict(shown.getexif())
    assert shown.info["dpi"] == (300, 300)
    assert b"Hang dien thoai" not in made.data
    assert b"chup o nha" not in made.data


@pytest.mark.parametrize(("kind", "name"), [("PNG", "png"), ("JPEG", "jpeg"), ("TIFF", "tif")])
def test_each_kind_of_picture_is_drawn_anew_with_the_same_points(kind, name):
    made = clean(picture(kind, (64, 48)), name)
    assert opened(made.data).size == (64, 48)
    assert opened(made.data).convert("RGB").getpixel((60, 40))[0] > 200
    assert made.kind == kind.lower()


def test_a_scan_of_many_pages_keeps_all_of_them():
    made = clean(book_of_pages(3), "tiff")
    assert (made.pages, made.pixels, opened(made.data).n_frames) == (3, 3600, 3)


def test_what_hangs_behind_a_picture_is_gone():
    assert b"tro choi" not in clean(picture() + b"tro choi" * 9, "jpg").data


def test_a_pdf_keeps_what_its_pages_show_byte_by_byte():
    made = clean(pdf(2), "PDF".lower())
    assert (made.kind, made.pages, made.pixels) == (Kind.PDF, 2, None)
    with pikepdf.open(BytesIO(made.data)) as stored:
        assert [page.Contents.read_raw_bytes() for page in stored.pages] == [TEXT, TEXT]


def test_a_pdf_loses_everything_that_acts_and_keeps_its_honest_link():
    sent = samples.unfolded(samples.pdf_that_acts())
    made = samples.unfolded(clean(samples.pdf_that_acts(), "pdf").data)
    for acting in (
        b"app.alert",
        b"/Launch",
        b"cmd.exe",
        b"payload",
        b"ma.exe",
        b"/XFA",
        b"/RichMedia",
        b"/OpenAction",
    ):
        assert acting in sent
        assert acting not in made
    assert b"https://phuong.example/" in made
    assert TEXT in made


def test_what_no_page_of_a_pdf_shows_is_not_written_again():
    assert b"<?php" not in clean(pdf() + b"<?php system($_GET[0]);\n%%EOF\n", "pdf").data


def test_a_signed_pdf_is_kept_byte_by_byte_or_not_at_all():
    assert clean(samples.signed_pdf(), "pdf").data == samples.signed_pdf()
    with pytest.raises(Unfit) as refused:
        clean(samples.signed_pdf(samples.add_script), "pdf")
    assert refused.value.fault is Fault.SIGNED_AND_ACTIVE


def wants_a_program(made: Pdf) -> None:
    made.Root.NeedsRendering = True


HOSTILE: dict[str, tuple[Callable[[], bytes], str, Fault]] = {
    "nothing at all": (bytes, "pdf", Fault.EMPTY),
    "a program": (lambda: b"MZ\x90\0" + bytes(100), "exe", Fault.PROGRAM),
    "a program called PDF": (lambda: b"\x7fELF" + bytes(100), "pdf", Fault.PROGRAM),
    "a program that is a PDF as well": (lambda: b"MZ" + pdf(), "pdf", Fault.PROGRAM),
    "a PDF behind something else": (lambda: b"GIF" + pdf(), "pdf", Fault.HIDDEN_PDF),
    "an archive": (archive, "zip", Fault.ARCHIVE),
    "a document of Word": (lambda: WORD, "docx", Fault.ARCHIVE),
    "a page of the web": (lambda: b"\n<!DOCTYPE html><script>1</script>", "html", Fault.WEB_PAGE),
    "a drawing that may run": (lambda: b"<svg onload='1'/>", "svg", Fault.WEB_PAGE),
    "a photograph of a newer telephone": (lambda: HEIC, "heic", Fault.HEIC),
    "text": (lambda: b"chu thuong", "txt", Fault.UNKNOWN),
    "a picture called PDF": (picture, "pdf", Fault.WRONG_NAME),
    "a PDF called picture": (pdf, "jpg", Fault.WRONG_NAME),
    "a picture with an archive behind it": (lambda: picture() + archive(), "jpg", Fault.HIDDEN_ARCHIVE),
    "a PDF with an archive behind it": (lambda: pdf() + archive(), "pdf", Fault.HIDDEN_ARCHIVE),
    "a picture with a script behind it": (lambda: picture() + b"<?PHP echo 1;", "jpg", Fault.HIDDEN_SCRIPT),
    "a picture with a script in its comment": (
        lambda: picture(comment=b"<script>1</script>"),
        "jpg",
        Fault.HIDDEN_SCRIPT,
    ),
    "a picture with a PDF behind it": (lambda: picture("PNG") + pdf(), "png", Fault.HIDDEN_PDF),
    "half a photograph": (lambda: picture(size=(400, 300))[:-500], "jpg", Fault.BROKEN),
    "half a drawing": (lambda: picture("PNG", (400, 300))[:-60], "png", Fault.BROKEN),
    "half a scan": (lambda: picture("TIFF", (400, 300))[:-9_000], "tif", Fault.BROKEN),
    "half a PDF": (lambda: pdf()[:-60], "pdf", Fault.BROKEN),
    "a PDF of rubbish": (lambda: b"%PDF-1.7\n" + b"rac " * 99 + b"%%EOF", "pdf", Fault.BROKEN),
    "a picture of gigabytes": (lambda: samples.picture_bomb(60_000), "png", Fault.TOO_MANY_PIXELS),
    "a picture a little too large": (lambda: samples.picture_bomb(7_100), "png", Fault.TOO_MANY_PIXELS),
    "a scan of many large pages": (lambda: samples.scan_bomb(5, 7_000), "tif", Fault.TOO_MANY_PIXELS),
    "a scan of too many pages": (lambda: samples.scan_bomb(MOST_PAGES + 1, 8), "tif", Fault.TOO_MANY_PAGES),
    "a PDF of too many pages": (lambda: pdf(MOST_PAGES + 1), "pdf", Fault.TOO_MANY_PAGES),
    "a PDF behind a password": (lambda: samples.locked_pdf("mat khau"), "pdf", Fault.ENCRYPTED),
    "a PDF locked for changes": (lambda: samples.locked_pdf(""), "pdf", Fault.ENCRYPTED),
    "a PDF without pages": (lambda: pdf(0), "pdf", Fault.NO_PAGES),
    "a form that only runs": (lambda: pdf(change=wants_a_program), "pdf", Fault.LIVE_FORM),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_with_a_sentence_of_its_own(what):
    make, claimed, fault = HOSTILE[what]
    with pytest.raises(Unfit) as refused:
        clean(make(), claimed)
    assert refused.value.fault is fault
    text = sentence(refused.value, "giay.bin")
    assert text.startswith("“giay.bin”: ")
    assert "%(" not in text


def test_every_fault_has_its_own_sentence_and_no_picture_is_decoded_to_be_counted():
    assert set(SENTENCES) == set(Fault)
    assert len({str(words) for words in SENTENCES.values()}) == len(Fault)
    assert samples.picture_bomb(60_000)[:4] == b"\x89PNG"
    assert Image.MAX_IMAGE_PIXELS == MOST_PIXELS


@pytest.mark.parametrize(
    ("sent", "stored", "plain"),
    [
        ("Đơn đề nghị.PDF", "Đơn đề nghị.pdf", "Don-de-nghi.pdf"),
        ("C:\\quet\\anh 1.jpeg", "anh 1.pdf", "anh-1.pdf"),
        ("../../etc/passwd", "passwd.pdf", "passwd.pdf"),
        ("\u202egnp.exe", "gnp.pdf", "gnp.pdf"),
        ('a"b;c\r\nX: 1.pdf', "a b c X 1.pdf", "a-b-c-X-1.pdf"),
        ("...", "tep.pdf", "tep.pdf"),
        ("Nghị định 61.2018", "Nghị định 61.pdf", "Nghi-dinh-61.pdf"),
        ("x" * 500, "x" * 120 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_keeps_its_words_and_nothing_else(sent, stored, plain):
    assert tidy_name(sent, Kind.PDF) == stored
    assert ascii_name(stored) == plain
