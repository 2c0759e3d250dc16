"""Scans of a dossier's papers and notes of its staff: added, shown, taken back, and never on a public page."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client

from dossiers.clock.states import Outcome
from dossiers.models import Dossier, DossierReading, Scan
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.particulars.submission import SubmissionTerms
from dossiers.scans.actions import add_scans, withdraw_scan, write_note
from files.models import StoredFile
from files.storage.cleaning_queue import clean_next
from tests.databases import as_owner
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from tests.files import samples
from tests.secrets import secret_of
from units.rules import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]

AT = hanoi(2026, 3, 3)
REASON = "Quét nhầm giấy tờ của người khác"
PAPER = {"paper": "giay-to:Tờ khai"}


@pytest.fixture
def dossier(city) -> Dossier:
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    terms = SubmissionTerms(note="Khách hẹn chiều quay lại")
    return register(offering, city.ward_desk, at=hanoi(2026, 3, 2), terms=terms)


@pytest.fixture
def clerk(client: Client, city):
    user = make_user("clerk", city.ward_desk, full_name="Lê Thu Hà")
    client.force_login(user)
    return user


def sent(data: bytes | None = None, name: str = "Tờ khai.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.pdf() if data is None else data)


def scanned(dossier: Dossier, **fields) -> Scan:
    (scan,) = add_scans(dossier=dossier, uploads=[sent(**fields)], paper="Tờ khai", actor=None, at=AT)
    assert clean_next()
    return scan


def add_page(dossier: Dossier) -> str:
    return f"{dossier.get_absolute_url()}ban-quet/"


def scan_page(scan: Scan) -> str:
    return f"{scan.dossier.get_absolute_url()}giay-to/{scan.pk}/"


def status(client: Client, page: str) -> int:
    answer = client.get(page)
    assert list(answer)  # read to its end, as a browser does
    return answer.status_code


def main_of(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser").main


def test_a_clerk_adds_several_files_to_a_paper_and_the_page_lists_them_beside_it(client, dossier, clerk):
    form = main_of(client.get(f"{add_page(dossier)}?giay-to=1"))
    assert form.find("option", selected=True).text == "Tờ khai"
    assert "image/tiff" in form.find("input", attrs={"name": "uploads"})["accept"]
    assert form.find("input", attrs={"name": "photos"})["capture"] == "environment"
    files = {"uploads": [sent(), sent(samples.book_of_pages(2), "trang.tif")]}
    answer = client.post(add_page(dossier), PAPER | files | {"photos": [sent(samples.photograph(), "anh.jpg")]})
    assert (answer.status_code, answer["Location"]) == (302, f"{dossier.get_absolute_url()}#giay-to")
    shown = main_of(client.get(dossier.get_absolute_url())).find(id="giay-to").li
    assert (shown.text.count("đang kiểm tra"), shown.ul.find("a", target=True)) == (3, None)
    while clean_next():
        pass
    shown = main_of(client.get(dossier.get_absolute_url())).find(id="giay-to").li
    assert [link.text for link in shown.ul.find_all("a", target=True)] == ["Tờ khai.pdf", "trang.tif", "anh.jpg"]
    assert "TIFF, 2 trang, 1 KB" in shown.text
    assert "Lê Thu Hà" in shown.text


def test_a_press_too_many_adds_nothing_twice(client, dossier, clerk):
    data = samples.photograph()
    for secret_text in ("Đã thêm 1 bản quét.", "2 tệp đã có trong hồ sơ từ trước."):
        answer = client.post(
            add_page(dossier), PAPER | {"uploads": [sent(data, "anh.jpg"), sent(data, "anh.jpg")]}, follow=True
        )
        assert secret_text in answer.content.decode()
        clean_next()  # what is kept differs from what was sent from then on
    assert Scan.objects.count() == StoredFile.objects.count() == 1


def test_unfit_files_are_each_named_nothing_is_kept_and_the_choice_stays(client, dossier, clerk, uploads):
    files = {"uploads": [sent(), sent(b"MZ" + samples.pdf(), "don.pdf"), sent(b"", "anh.jpg")]}
    answer = client.post(add_page(dossier), PAPER | files)
    shown = main_of(answer)
    assert answer.status_code == 422
    error = shown.find(id="id_uploads_error").text
    assert "“don.pdf”: đây là chương trình chạy được trên máy" in error
    assert "“anh.jpg”: tệp rỗng" in error
    assert shown.find("option", selected=True).text == "Tờ khai"
    assert not Scan.objects.exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]
    nothing = client.post(add_page(dossier), PAPER)
    assert (nothing.status_code, "Hãy chọn ít nhất một tệp." in nothing.content.decode()) == (422, True)


def test_too_much_at_once_is_too_large_and_the_choice_stays(client, dossier, clerk, settings):
    settings.MAX_UPLOAD_MB = settings.MAX_REQUEST_MB = 1
    answer = client.post(add_page(dossier), PAPER | {"uploads": [sent(bytes(1_200_000))]})
    assert answer.status_code == 413
    assert "cộng lại lớn quá 1 MB" in main_of(answer).find(id="id_uploads_error").text
    assert main_of(answer).find("option", selected=True).text == "Tờ khai"
    settings.MAX_REQUEST_MB = 3
    one = client.post(add_page(dossier), PAPER | {"uploads": [sent(bytes(1_200_000), "lon.pdf"), sent()]})
    assert (one.status_code, Scan.objects.count()) == (413, 0)
    assert "“lon.pdf”: tệp lớn quá 1 MB" in main_of(one).find(id="id_uploads_error").text


@pytest.mark.parametrize(
    ("data", "name", "kind", "shown"),
    [
        (samples.pdf(), "Tờ khai.pdf", "application/pdf", "inline"),
        (samples.photograph(), "Tờ khai.jpg", "image/jpeg", "inline"),
        (samples.book_of_pages(2), "Tờ khai.tif", "image/tiff", "attachment"),
    ],
)
def test_a_scan_is_shown_to_who_may_read_the_file_and_that_is_recorded(
    client, dossier, clerk, data, name, kind, shown
):
    scan = scanned(dossier, data=data, name=name)
    answer = client.get(scan_page(scan))
    ending = name.rpartition(".")[2]
    assert not answer.streaming  # a slow reader keeps no thread of the server
    assert answer.getvalue()[:2] in {b"%P", b"\xff\xd8", b"II"}
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == (
        f"{shown}; filename=\"To-khai.{ending}\"; filename*=UTF-8''T%E1%BB%9D%20khai.{ending}"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert DossierReading.objects.filter(dossier=dossier, user=clerk, page=f"scan {scan.pk}").exists()


def test_who_has_nothing_to_do_with_a_file_finds_none_of_it(client, dossier, city):
    scan = scanned(dossier)
    other = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=AT)
    pages = [scan_page(scan), add_page(dossier), f"{scan_page(scan)}go/"]
    assert all("dang-nhap" in client.get(page)["Location"] for page in pages)
    client.force_login(make_user("clerk", city.other_desk))
    assert [status(client, page) for page in pages] == [404, 404, 404]
    assert client.post(f"{dossier.get_absolute_url()}ghi-chu/", {"note-text": "Ghi chú"}).status_code == 404
    client.force_login(make_user("clerk", city.ward_desk))
    assert status(client, f"{other.get_absolute_url()}giay-to/{scan.pk}/") == 404
    client.force_login(make_user("official", city.district))
    assert [status(client, page) for page in pages] == [200, 404, 404]  # reads, does not work on it


def test_a_scan_is_taken_back_for_a_reason_that_stays_and_nobody_opens_it_again(client, dossier, clerk):
    scan = scanned(dossier)
    refused = client.post(f"{scan_page(scan)}go/", {"reason": "nhầm"})
    assert (refused.status_code, main_of(refused).textarea.text.strip()) == (422, "nhầm")
    assert client.post(f"{scan_page(scan)}go/", {"reason": REASON}).status_code == 302
    line = main_of(client.get(dossier.get_absolute_url())).find(id="giay-to").li.ul.li
    assert (line.s.text, line.a) == ("Tờ khai.pdf", None)
    assert REASON in line.text
    assert "Lê Thu Hà" in line.text
    assert client.get(scan_page(scan)).status_code == 404
    with pytest.raises(RuleBroken, match="đã gỡ rồi"):
        withdraw_scan(scan=scan, reason=REASON, actor=clerk, at=AT)
    assert scanned(dossier).pk != scan.pk  # the same file may come back


def test_the_result_is_scanned_once_there_is_one(client, dossier, clerk, city):
    with pytest.raises(RuleBroken, match="chưa có kết quả"):
        add_scans(dossier=dossier, uploads=[sent()], is_result=True, actor=None, at=AT)
    dossier = start_work(dossier=dossier, actor=None, at=AT) if dossier.holder_id == city.department.pk else dossier
    dossier = start_work(dossier=dossier, actor=None, at=AT)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=AT)
    answer = client.post(add_page(dossier), {"paper": "ket-qua", "uploads": [sent(name="ket qua.pdf")]})
    assert answer.status_code == 302
    rows = main_of(client.get(dossier.get_absolute_url())).find(id="giay-to").ol.find_all("li", recursive=False)
    assert [row.b.text for row in rows] == ["Tờ khai", "Kết quả giải quyết"]
    assert "ket qua.pdf" in rows[1].text


def test_a_scan_of_a_paper_that_was_taken_off_the_list_stays_on_the_page(client, dossier, clerk):
    scanned(dossier)
    dossier.documents.all().delete()
    assert "Tờ khai.pdf" in main_of(client.get(dossier.get_absolute_url())).find(id="giay-to").text
    answer = client.post(add_page(dossier), PAPER | {"uploads": [sent(samples.pdf(2))]})
    assert (answer.status_code, "hãy chọn lại" in answer.content.decode()) == (422, True)


def test_notes_are_for_staff_in_order_and_the_first_is_that_of_the_registration(client, dossier, clerk):
    page = f"{dossier.get_absolute_url()}ghi-chu/"
    answer = client.post(page, {"note-text": "Đã gọi điện <b>hai</b> lần"})
    assert (answer.status_code, answer["Location"]) == (302, f"{dossier.get_absolute_url()}#ghi-chu")
    client.post(page, {"note-text": "Đã gọi điện <b>hai</b> lần"})  # a double click
    notes = main_of(client.get(dossier.get_absolute_url())).find(id="ghi-chu").ol.find_all("li")
    assert [note.p.text for note in notes] == ["Khách hẹn chiều quay lại", "Đã gọi điện <b>hai</b> lần"]
    assert "Lê Thu Hà" in notes[1].text
    long = "x" * 2001
    refused = client.post(page, {"note-text": long})
    assert (refused.status_code, refused.content.decode().count(long)) == (422, 1)
    assert main_of(refused).find(id="id_note-text_error")
    public = Client().post(f"/tra-cuu/{dossier.code}/", {"secret": secret_of(dossier)}).content.decode()
    assert "Đã gọi điện" not in public
    assert "Khách hẹn" not in public


@pytest.mark.parametrize("table", ["dossiers_scan", "dossiers_scanwithdrawal", "dossiers_staffnote"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_added_is_never_changed_or_removed(dossier, table, change):
    write_note(dossier=dossier, text="Ghi chú", actor=None, at=AT)
    stored = StoredFile.objects.create(
        storage_name=f"ab/cd/{'0' * 32}", sha256="ab" * 32, kind="pdf", size=1, pages=1, name="a.pdf", uploaded_at=AT
    )
    scan = Scan.objects.create(dossier=dossier, file=stored)
    withdraw_scan(scan=scan, reason=REASON, actor=None, at=AT)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would stumble over pending ones first
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            cursor.execute(change.format(table))


def test_many_scans_and_notes_cost_the_page_no_more_queries(client, dossier, clerk, django_assert_max_num_queries):
    client.get(dossier.get_absolute_url())  # calendars are read once per process
    with django_assert_max_num_queries(30) as without:
        client.get(dossier.get_absolute_url())
    for number in range(3):
        stored = StoredFile.objects.create(
            storage_name=f"ab/cd/{number:032d}",
            sha256="ab" * 32,
            kind="pdf",
            size=1,
            pages=1,
            name="a.pdf",
            uploaded_by=clerk,
            uploaded_at=AT,
        )
        scan = Scan.objects.create(dossier=dossier, file=stored, paper="Tờ khai" * (number % 2))
        if number:
            withdraw_scan(scan=scan, reason=REASON, actor=clerk, at=AT)
        write_note(dossier=dossier, text=f"Ghi chú {number}", actor=clerk, at=AT)
    with django_assert_max_num_queries(len(without)):
        text = client.get(dossier.get_absolute_url()).content.decode()
    assert text.count("Ghi chú 2") == 1


@pytest.fixture
def handled(dossier) -> Dossier:
    return start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))


@pytest.fixture
def specialist(client: Client, city):
    user = make_user("specialist", city.department)
    client.force_login(user)
    return user


def finish(client: Client, dossier: Dossier, *uploads, **changes):
    typed = {"outcome": "granted", "number": "12/GP", "dated": "2026-03-03", "result_kind": "paper"}
    cause = {"cause": "workload", "uploads": uploads}  # it is long overdue by now
    return client.post(f"{dossier.get_absolute_url()}viec/co-ket-qua/", typed | cause | changes)


def test_the_scan_of_the_result_comes_in_with_the_result(client: Client, handled, specialist):
    form = BeautifulSoup(client.get(f"{handled.get_absolute_url()}viec/co-ket-qua/").content, "html.parser").main.form
    assert form["enctype"] == "multipart/form-data"
    assert finish(client, handled, sent(name="Kết quả.pdf")).status_code == 302
    scan = handled.scans.get()
    assert (scan.is_result, scan.file.name, scan.file.uploaded_by) == (True, "Kết quả.pdf", specialist)
    handled.refresh_from_db()
    assert handled.finished_at is not None


def test_a_result_needs_no_scan(client: Client, handled, specialist):
    assert finish(client, handled).status_code == 302
    assert not handled.scans.exists()


def test_with_a_file_that_cannot_be_kept_there_is_no_result_yet_and_what_was_typed_stays(
    client: Client, handled, specialist, uploads
):
    answer = finish(client, handled, sent(), sent(b"MZ" + bytes(200), "ket-qua.pdf"), number="77/GP")
    html = BeautifulSoup(answer.content, "html.parser").main
    assert answer.status_code == 422
    assert "ket-qua.pdf" in html.find(attrs={"name": "uploads"}).find_parent(class_="field").text
    assert html.find(attrs={"name": "number"})["value"] == "77/GP"
    assert "hãy chọn lại" in html.text
    handled.refresh_from_db()
    assert handled.finished_at is None
    assert not StoredFile.objects.exists()
    assert not [one for one in uploads.rglob("*") if one.is_file()]


def test_a_missing_word_says_that_the_file_is_to_be_chosen_again(client: Client, handled, specialist):
    answer = finish(client, handled, sent(), outcome="declined")
    assert answer.status_code == 422
    assert "hãy chọn lại" in answer.content.decode()
    assert not handled.scans.exists()


def test_a_result_whose_scan_is_too_long_to_be_read_is_not_recorded_without_it(
    client: Client, handled, specialist, settings
):
    settings.MAX_REQUEST_MB = 1
    answer = finish(client, handled, sent(bytes(1_100_000)), number="78/GP")
    assert answer.status_code == 413
    assert 'value="78/GP"' in answer.content.decode()
    handled.refresh_from_db()
    assert handled.finished_at is None
