"""Notices for the wall say what the portal says, and show whether they still do."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pypdf import PdfReader

from accounts.limits.throttles import CostlyThrottle
from files.locks import Task
from procedures.models import Offering, ProcedureVersion, RequiredDocument
from procedures.posters.drawing import mark_of, posters_pdf, procedure_poster
from tests.databases import travel_to
from tests.factories import hanoi
from tests.procedures.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF = "1.001193"


def _pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def _poster() -> dict[str, Any]:
    version = ProcedureVersion.objects.for_page(TODAY).in_force(TODAY).get(procedure__ref=REF)
    return procedure_poster(version, None, TODAY)


def test_a_notice_says_its_papers_its_day_and_its_mark(client: Client) -> None:
    answer = client.get(f"/thu-tuc/{REF}/niem-yet.pdf?noi-nop=bach-mai")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = " ".join(_pages(answer.content))
    for paper in RequiredDocument.objects.filter(version__procedure__ref=REF):
        assert paper.name in text
    assert "Niêm yết ngày" in text
    assert "dấu nội dung" in text
    assert "PHƯỜNG BẠCH MAI" in text


def test_the_mark_stays_while_the_content_does_and_changes_with_it() -> None:
    before = _poster()["mark"]
    assert _poster()["mark"] == before
    ProcedureVersion.objects.filter(procedure__ref=REF).update(result="Giấy khác")
    assert _poster()["mark"] != before
    assert mark_of({"a": "1"}) != mark_of({"a": "2"})


def _check(client: Client, mark: str, more: str = "") -> str:
    answer = client.get(f"/thu-tuc/{REF}/niem-yet/?dau={mark}&ngay=2026-11-23{more}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def _on_the_day_after() -> Iterator[None]:
    with travel_to(hanoi(2026, 11, 24)):
        yield


@pytest.mark.usefixtures("_on_the_day_after")
def test_whoever_scans_a_notice_is_told_whether_it_is_current(client: Client) -> None:
    mark = _poster()["mark"]
    assert "Còn đúng" in _check(client, mark)
    assert "23/11/2026" in _check(client, mark)
    RequiredDocument.objects.filter(version__procedure__ref=REF, position=1).update(name="Tờ khai mới")
    assert "Không còn đúng" in _check(client, mark)


def test_a_notice_of_an_office_goes_out_of_date_with_its_promise(client: Client) -> None:
    version = ProcedureVersion.objects.for_page(TODAY).in_force(TODAY).get(procedure__ref="1.004884")
    place = Offering.objects.in_force(TODAY).with_places().get(procedure__ref="1.004884", unit__slug="bach-mai")
    mark = procedure_poster(version, place, TODAY)["mark"]
    address = f"/thu-tuc/1.004884/niem-yet/?dau={mark}&noi-nop=bach-mai"
    assert "Còn đúng" in client.get(address).content.decode()
    Offering.objects.filter(pk=place.pk).update(committed_amount=1)
    assert "Không còn đúng" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        f"thu-tuc/{REF}/niem-yet/",
        "thu-tuc/khong-co/niem-yet.pdf",
        f"thu-tuc/{REF}/niem-yet.pdf?noi-nop=khong-co",
        "linh-vuc/khong-co/niem-yet.pdf",
        "linh-vuc/ho-tich/niem-yet.pdf?noi-nop=khong-co",
        "noi-nop/khong-co/niem-yet.pdf",
    ],
)
def test_no_notice_is_made_of_what_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize(
    "asked", [f"dau={'x' * 500}", "dau=%3Cscript%3E", "dau=🙂", "dau=abc", "dau=0123ABCD&ngay=2999-01-01"]
)
def test_a_mark_or_a_day_that_no_notice_can_have_is_judged_by_nobody(client: Client, asked: str) -> None:
    answer = client.get(f"/thu-tuc/{REF}/niem-yet/?{asked}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Chưa đọc được dấu" in page
    assert "Còn đúng" not in page
    assert "Không còn đúng" not in page
    assert "<script>" not in page


@pytest.mark.usefixtures("_on_the_day_after")
def test_the_qr_leads_to_the_check(client: Client) -> None:
    poster = _poster()
    address = urlsplit(poster["check_address"])
    assert address.path == f"/thu-tuc/{REF}/niem-yet/"
    assert parse_qs(address.query) == {"dau": [poster["mark"]], "ngay": [TODAY.isoformat()]}
    assert "Còn đúng" in client.get(f"{address.path}?{address.query}").content.decode()


def test_lists_of_a_field_and_of_an_office_name_their_procedures(client: Client) -> None:
    field = " ".join(_pages(client.get("/linh-vuc/ho-tich/niem-yet.pdf?noi-nop=bach-mai").content))
    assert "Đăng ký khai tử" in field
    assert "Đăng ký thường trú" not in field
    office = " ".join(_pages(client.get("/noi-nop/bach-mai/niem-yet.pdf").content))
    assert "Đăng ký thường trú" in office
    assert "Đăng ký thành lập hộ kinh doanh" not in office


def test_all_notices_of_an_office_come_in_one_file(tmp_path: Path) -> None:
    file = tmp_path / "all.pdf"
    call_command("print_posters", str(file), "--unit", "bach-mai", "--field", "chung-thuc", stdout=None)
    offered = Offering.objects.in_force(TODAY).filter(unit__slug="bach-mai", procedure__field__slug="chung-thuc")
    assert len(_pages(file.read_bytes())) >= offered.count()
    with pytest.raises(CommandError):
        call_command("print_posters", str(file), "--unit", "khong-co")


def test_a_file_of_no_notice_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        posters_pdf([], TODAY)


def test_a_notice_takes_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        client.get(f"/thu-tuc/{REF}/niem-yet.pdf")


def test_the_notices_of_a_field_come_one_by_one_in_one_file(client: Client) -> None:
    pages = _pages(client.get("/linh-vuc/ho-tich/niem-yet.pdf?noi-nop=bach-mai&tung-ban=1").content)
    named = ProcedureVersion.objects.on_offer(TODAY).filter(
        procedure__field__slug="ho-tich", procedure__offerings__unit__slug="bach-mai"
    )
    starts = [page for page in pages if " ".join(page.split()).count("Trang 1/")]
    assert len(starts) == named.count() > 10
    assert any("Trang 2/2" in " ".join(page.split()) for page in pages)


def test_a_code_of_the_portal_alone_is_not_posted_as_an_official_one(client: Client) -> None:
    version = ProcedureVersion.objects.on_offer(TODAY).filter(procedure__code_verified=False).first()
    assert version
    notice = " ".join(_pages(client.get(f"/thu-tuc/{version.procedure.ref}/niem-yet.pdf").content))
    assert f"Mã của cổng {version.procedure.ref}" in " ".join(notice.split())


def test_the_page_of_a_desk_leads_to_its_notice_and_to_what_is_filed_there(client: Client) -> None:
    page = client.get("/don-vi/mot-cua-bach-mai/").content.decode()
    for path in ("/noi-nop/bach-mai/niem-yet.pdf", "/thu-tuc/?noi=bach-mai"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200


def test_a_notice_is_made_of_whatever_an_editor_may_type(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__ref=REF).update(
        conditions="→ ☐ ✓ ● β 中 \uf0b7 \u2011 😀\r\nhết", result="☑ Giấy"
    )
    notice = " ".join(" ".join(_pages(client.get(f"/thu-tuc/{REF}/niem-yet.pdf").content)).split())
    assert "hết" in notice
    assert client.get("/linh-vuc/ho-tich/niem-yet.pdf?tung-ban=1").status_code == 200


def test_notices_are_limited_per_visitor_and_a_booklet_counts_as_ten(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(CostlyThrottle, "THROTTLE_RATES", {"costly": "11/min"})
    booklet, notice = "/linh-vuc/ho-tich/niem-yet.pdf?noi-nop=bach-mai&tung-ban=1", f"/thu-tuc/{REF}/niem-yet.pdf"
    assert [client.get(path).status_code for path in (booklet, notice, notice, booklet)] == [200, 200, 429, 429]
    refused = client.get(notice)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "giây rồi mở lại" in refused.content.decode()
    assert Client(REMOTE_ADDR="203.0.113.7").get(notice).status_code == 200


def test_one_booklet_is_set_at_a_time(client: Client) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [Task.BOOKLET])
        refused = client.get("/linh-vuc/ho-tich/niem-yet.pdf?tung-ban=1")
        other.execute("SELECT pg_advisory_unlock(%s)", [Task.BOOKLET])
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")


def test_long_explanations_and_the_map_of_the_site_are_limited_too(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(CostlyThrottle, "THROTTLE_RATES", {"costly": "1/min"})
    asked = "/hen-ngay/?don-vi=working_day&ngay=2026-11-25&gio=09:00&so="
    paths = ("/sitemap-lists.xml", "/sitemap-lists.xml", f"{asked}400", f"{asked}5", "/hen-ngay/")
    assert [client.get(path).status_code for path in paths] == [200, 429, 429, 200, 200]
