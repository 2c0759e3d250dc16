"""Word documents: a plain one is kept where a form is meant, any other is refused with its own sentence."""

import pytest

from files.cleaning.worker import clean
from files.faults import Fault, Unfit
from files.kinds import FORMS, SCANS, Kind
from tests.files.samples import pdf, picture, relations, word

LINKS = "word/_rels/document.xml.rels"


def test_a_plain_document_is_kept_byte_by_byte() -> None:
    link = relations(("r1", "hyperlink", "https://motcua.example/", "External"))
    data = word({LINKS: link})
    made = clean(data, "docx", FORMS)
    assert (made.kind, made.data, made.pages, made.pixels) == (Kind.DOCX, data, 2, None)
    assert clean(word({"docProps/app.xml": None}), "docx", FORMS).pages == 1


def test_a_form_may_be_a_pdf_and_nothing_that_is_no_document() -> None:
    assert clean(pdf(), "pdf", FORMS).kind is Kind.PDF
    assert _fault(picture(), "jpg") is Fault.NOT_A_FORM


def test_a_scan_is_no_word_document() -> None:
    with pytest.raises(Unfit) as unfit:
        clean(word(), "docx", SCANS)
    assert unfit.value.fault is Fault.ARCHIVE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"word/vbaProject.bin": b"x"}, Fault.ACTIVE_WORD),
        ({"word/embeddings/oleObject1.bin": b"x"}, Fault.ACTIVE_WORD),
        ({"word/activeX/activeX1.xml": b"<x/>"}, Fault.ACTIVE_WORD),
        ({"[Content_Types].xml": b"<Types><x t='ms-word.document.macroEnabled.main'/></Types>"}, Fault.ACTIVE_WORD),
        ({LINKS: relations(("r1", "attachedTemplate", "https://evil.example/t.dotm", "External"))}, Fault.ACTIVE_WORD),
        ({LINKS: relations(("r1", "hyperlink", "file:///c:/x", "External"))}, Fault.ACTIVE_WORD),
        ({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, Fault.ACTIVE_WORD),
        ({"word/document.xml": b"<w:document>"}, Fault.BROKEN),
        ({"word/document.xml": None}, Fault.ARCHIVE),
        ({"word/media/big": b"0" * 100_000_001}, Fault.TOO_HARD),
    ],
)
def test_a_document_that_does_or_fetches_something_is_refused(change: dict[str, bytes | None], fault: Fault) -> None:
    assert _fault(word(change), "docx") is fault


def test_half_a_document_and_an_archive_that_says_it_is_one_are_refused() -> None:
    data = word()
    assert _fault(data[: len(data) // 2], "docx") is Fault.BROKEN
    assert _fault(data, "pdf") is Fault.ARCHIVE
    assert _fault(data[:40].replace(data[14:18], b"\0\0\0\0") + data[40:-4], "docx") is Fault.BROKEN


def _fault(data: bytes, claimed: str) -> Fault:
    with pytest.raises(Unfit) as unfit:
        clean(data, claimed, FORMS)
    return unfit.value.fault
