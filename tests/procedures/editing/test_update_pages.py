"""A file of the catalogue on the pages of editors: sent by one, looked at and applied by another."""

import json
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from xlsxwriter import Workbook

from accounts.models import User
from procedures.models import CatalogueUpdate, Procedure, ProcedureVersion
from tests.factories import City, make_offering, make_procedure, make_user
from tests.procedures.national.test_update_catalogue import HEADS, ROW, record

pytestmark = pytest.mark.django_db
LIST = "/can-bo/thu-tuc/cap-nhat/"


@pytest.fixture
def version(city: City) -> ProcedureVersion:
    version = make_procedure("Đăng ký khai sinh")
    Procedure.objects.filter(pk=version.procedure_id).update(national_code="1.001193")
    make_offering(version, city.ward)
    return version


def page_of(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: Any) -> str:
    return " ".join(page_of(response).find("main").get_text(" ").split())


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def file_of(*records: Any, name: str = "thu-tuc.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps(records).encode())


def whole(file: Any, **more: str) -> dict[str, Any]:
    days = {"decided_on": f"{in_days(0):%d/%m/%Y}", "valid_from": f"{in_days(3):%d/%m/%Y}"}
    return {"decision": "55/QĐ-UBND", **days, "level": "", "file": file, **more}


def sent(client: Client, *records: Any) -> str:
    answer = client.post(LIST, whole(file_of(*records)))
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def approval(client: Client, at: str, **changed: str) -> dict[str, str]:
    form = page_of(client.get(at)).select_one("form[action$='/duyet/']")
    return {field["name"]: field.get("value", "") for field in form.select("input[name]")} | changed


@pytest.mark.usefixtures("author")
def test_one_editor_sends_a_file_another_sees_what_differs_and_applies_it(
    client: Client, second: Client, version: ProcedureVersion
) -> None:
    gone = make_procedure("Thủ tục không còn")
    Procedure.objects.filter(pk=gone.procedure_id).update(national_code="9.999999")
    at = sent(client, record(), record("2.000635", TENTTHC="Cấp bản sao"), record("9/9"))
    assert ProcedureVersion.objects.count() == 2
    own = page_of(client.get(at))
    assert not own.select("form[action$='/duyet/']")
    shown = second.get(at)
    assert "1 mới, 1 thay đổi, 0 như đang có, 1 không có trong tệp, 1 bị từ chối." in text(shown)
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page_of(shown).select("#main tbody tr")]
    assert ["Thời hạn", "5 ngày làm việc", "3 ngày làm việc"] in rows
    assert ["Tên", "—", "Cấp bản sao"] in rows
    refused = next(row for row in rows if row[:2] == ["3", "9/9"])
    assert refused[2].startswith("MATTHC: Chỉ gồm chữ không dấu")
    assert "9.999999 · Thủ tục không còn" in text(shown)
    approved = approval(second, at)
    assert second.post(f"{at}duyet/", approved)["Location"] == at
    assert second.post(f"{at}duyet/", approved)["Location"] == at, "pressed twice"
    done = CatalogueUpdate.objects.get()
    assert (done.status, done.publications.count(), done.valid_from) == ("applied", 2, in_days(3))
    assert {one.published_by for one in done.publications.all()} == {done.approver}
    assert "Cấp bản sao" in text(client.get(at))
    assert "Đã áp dụng" in text(client.get(LIST))


@pytest.mark.usefixtures("version")
def test_whoever_sent_a_file_never_applies_it(client: Client, author: User) -> None:
    at = sent(client, record())
    answer = client.post(f"{at}duyet/", {"valid_from": f"{in_days(3):%d/%m/%Y}", "seen": "x"})
    assert answer.status_code == 422
    assert "Người nạp không được tự duyệt" in text(answer)
    assert CatalogueUpdate.objects.get().status == "waiting"


@pytest.mark.usefixtures("author")
def test_what_is_applied_is_what_was_looked_at(client: Client, second: Client, version: ProcedureVersion) -> None:
    at = sent(client, record())
    approved = approval(second, at)
    ProcedureVersion.objects.filter(pk=version.pk).update(name_en="Birth")
    answer = second.post(f"{at}duyet/", approved)
    assert answer.status_code == 422
    assert "Bảng so sánh đã khác lúc được xem" in page_of(answer).select_one("#id_valid_from_error").text
    again = {field["name"]: field["value"] for field in page_of(answer).select("form[action$='/duyet/'] input[name]")}
    assert second.post(f"{at}duyet/", again).status_code == 302


@pytest.mark.usefixtures("author", "version")
def test_the_day_may_be_a_later_one_and_never_one_that_is_over(client: Client, second: Client) -> None:
    at = sent(client, record())
    for day, message in (
        ("", "Hãy ghi ngày"),
        ("mai", "Ghi ngày theo mẫu"),
        (f"{in_days(-1):%d/%m/%Y}", "trước hôm nay"),
    ):
        answer = second.post(f"{at}duyet/", approval(second, at, valid_from=day))
        assert answer.status_code == 422
        assert message in page_of(answer).select_one("#id_valid_from_error").text
        assert page_of(answer).select_one("#id_valid_from").get("value", "") == day
    assert second.post(f"{at}duyet/", approval(second, at, valid_from=f"{in_days(9):%d/%m/%Y}")).status_code == 302
    assert CatalogueUpdate.objects.get().valid_from == in_days(9)


@pytest.mark.usefixtures("version")
def test_either_drops_a_file_that_waits_and_then_nobody_applies_it(
    client: Client, second: Client, author: User
) -> None:
    for dropper in (client, second):
        at = sent(client, record())
        approved = approval(second, at)
        assert [dropper.post(f"{at}bo/").status_code for _press in range(2)] == [302, 302]
        answer = second.post(f"{at}duyet/", approved)
        assert answer.status_code == 422
        assert "lượt cập nhật hiện ở trạng thái “Đã bỏ”" in text(answer)
    assert not CatalogueUpdate.objects.exclude(records=None)


@pytest.mark.usefixtures("version")
def test_sent_twice_it_waits_once(client: Client, second: Client, author: User) -> None:
    assert sent(client, record()) == sent(client, record())
    answer = second.post(LIST, whole(file_of(record())))
    assert answer.status_code == 422
    assert "đang chờ duyệt ở một lượt khác" in page_of(answer).select_one("#id_file_error").text


@pytest.mark.usefixtures("author")
def test_what_has_not_begun_is_undone_on_the_page_and_what_has_begun_is_not(
    client: Client, second: Client, version: ProcedureVersion
) -> None:
    as_was = list(ProcedureVersion.objects.values())
    at = sent(client, record())
    second.post(f"{at}duyet/", approval(second, at))
    assert [client.post(f"{at}hoan-tac/").status_code for _press in range(2)] == [302, 302]
    assert list(ProcedureVersion.objects.values()) == as_was
    at = sent(client, record())
    second.post(f"{at}duyet/", approval(second, at, valid_from=f"{in_days(0):%d/%m/%Y}"))
    assert not page_of(client.get(at)).select("form[action$='/hoan-tac/']")
    answer = client.post(f"{at}hoan-tac/")
    assert answer.status_code == 422
    assert "hoàn tác cần một người thứ hai" in text(answer)


@pytest.mark.usefixtures("author", "version")
def test_what_is_wrong_is_shown_beside_its_field_and_what_was_typed_stays(client: Client) -> None:
    tomorrow = f"{in_days(1):%d/%m/%Y}"
    answer = client.post(LIST, whole(file_of(record()), decision="", decided_on=tomorrow, valid_from="mai"))
    page = page_of(answer)
    assert answer.status_code == 422
    assert [bool(page.select(f"#id_{name}_error")) for name in ("decision", "decided_on", "valid_from")] == [True] * 3
    assert page.select_one("#id_valid_from")["value"] == "mai"
    over = client.post(LIST, whole(file_of(record()), valid_from=f"{in_days(-1):%d/%m/%Y}"))
    assert "trước hôm nay" in page_of(over).select_one("#id_valid_from_error").text
    assert not CatalogueUpdate.objects.exists()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("", "Hãy chọn tệp."),
        (SimpleUploadedFile("a.json", b"{"), "không phải JSON đọc được"),
        (SimpleUploadedFile("a.json", b"[]"), "không có bản ghi thủ tục nào"),
        (SimpleUploadedFile("a.xlsx", b"PK"), "bị hỏng hoặc không phải bảng tính"),
        (SimpleUploadedFile("a.pdf", b"%PDF-1.7"), "Tệp phải là .json hoặc .xlsx."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    client: Client, author: User, file: Any, message: str
) -> None:
    answer = client.post(LIST, whole(file))
    assert answer.status_code == 422
    assert message in page_of(answer).select_one("#id_file_error").text
    assert page_of(answer).select_one("#id_decision")["value"] == "55/QĐ-UBND"


def test_a_file_that_is_too_large_is_not_taken(client: Client, author: User, settings: Any) -> None:
    settings.MAX_UPLOAD_MB = 1
    answer = client.post(LIST, whole(SimpleUploadedFile("a.json", b"[" + b" " * 2_000_000)))
    assert answer.status_code == 413
    assert "MB" in page_of(answer).select_one("#id_file_error").text


@pytest.mark.usefixtures("author")
def test_a_sheet_is_told_what_of_it_was_not_read(client: Client, version: ProcedureVersion) -> None:
    made = BytesIO()
    book = Workbook(made)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    page.write_row(1, 0, (*ROW, "không tiêu đề"))
    book.add_worksheet("Cấp huyện")
    book.close()
    answer = client.post(LIST, whole(SimpleUploadedFile("a.xlsx", made.getvalue())), follow=True)
    assert "Trang tính không được đọc: Cấp huyện." in text(answer)
    assert "Cột không có tiêu đề nên không được đọc: I." in text(answer)
    assert "1 mới, 0 thay đổi" in text(answer)


@pytest.mark.usefixtures("version")
def test_whoever_does_not_keep_the_catalogue_finds_no_such_page(client: Client, author: User, city: City) -> None:
    at = sent(client, record())
    for role, unit in (("clerk", city.district), ("editor", city.ward), ("administrator", city.district)):
        client.force_login(make_user(role, unit))
        assert [client.get(page).status_code for page in (LIST, at)] == [404, 404]
        assert [client.post(f"{at}{verb}/").status_code for verb in ("duyet", "bo", "hoan-tac")] == [404] * 3
    assert CatalogueUpdate.objects.get().status == "waiting"


@pytest.mark.usefixtures("author", "version")
def test_the_pages_cost_the_same_however_much_a_file_has(
    client: Client, second: Client, django_assert_max_num_queries: Any
) -> None:
    records = [record()]
    for number in range(20):
        other = make_procedure(f"Thủ tục {number}")
        records.append(record(other.procedure.ref, TENTTHC=f"Thủ tục {number}", CAPTHUCHIEN="Cấp xã"))
    at = sent(client, *records)
    with django_assert_max_num_queries(15):
        assert "21 thay đổi" in text(second.get(at))
    with django_assert_max_num_queries(6):
        assert second.get(LIST).status_code == 200
    second.post(f"{at}duyet/", approval(second, at))
    with django_assert_max_num_queries(8):
        assert second.get(at).status_code == 200
