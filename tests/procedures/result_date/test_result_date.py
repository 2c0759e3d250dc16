"""When a result would be there: the answer, and how it is passed on."""

import re

import icalendar
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from procedures.models import Offering, ProcedureVersion
from tests.procedures.pages.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

ASKED = "thu-tuc=1.004884&noi-nop=bach-mai&ngay=2026-11-27&gio=09:41"


def test_the_answer_has_an_address_with_its_day_and_hour(client: Client) -> None:
    page = BeautifulSoup(client.get("/hen-ngay/?thu-tuc=1.004884&noi-nop=bach-mai").content, "html.parser")
    address = page.select_one("[data-share]")["href"]
    assert f"ngay={timezone.localdate():%Y-%m-%d}&gio=" in address
    assert client.get(address).status_code == 200


def test_the_answer_is_an_entry_for_a_calendar(client: Client) -> None:
    page = text_of(client, f"/hen-ngay/?{ASKED}")
    answer = client.get(f"/hen-ngay/hen-ngay.ics?{ASKED}")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [entry] = icalendar.Calendar.from_ical(answer.content).events
    assert f"Hẹn trả Thứ Tư, {entry['dtstart'].dt:%d/%m/%Y}" in page
    assert (entry["status"], entry["transp"], entry["location"]) == ("TENTATIVE", "TRANSPARENT", "Phường Bạch Mai")
    assert str(entry["url"]).startswith("http://testserver/hen-ngay/?thu-tuc=1.004884")
    assert "Nếu nộp lúc 09:41 Thứ Sáu, 27/11/2026." in entry["description"]
    assert client.get(f"/hen-ngay/hen-ngay.ics?{ASKED}").content == answer.content


@pytest.mark.parametrize("asked", ["", "thu-tuc=khong-co", f"{ASKED}&ngay=31/02/2026", "so=0"])
def test_a_question_without_an_answer_has_no_entry_but_a_page_that_says_why(client: Client, asked: str) -> None:
    answer = client.get(f"/hen-ngay/hen-ngay.ics?{asked}")
    assert answer.status_code == (422 if asked else 200)
    assert answer["Content-Type"].startswith("text/html")


def test_a_date_that_the_clerk_sets_is_no_entry(client: Client) -> None:
    ProcedureVersion.objects.filter(procedure__ref="1.004884").update(term_amount=None, term_unit="")
    Offering.objects.filter(procedure__ref="1.004884").update(committed_amount=None, committed_unit="")
    assert client.get(f"/hen-ngay/hen-ngay.ics?{ASKED}").status_code == 404


def test_the_page_of_a_procedure_leads_to_the_answer_that_can_be_passed_on(client: Client) -> None:
    page = BeautifulSoup(client.get("/thu-tuc/1.004884/?noi-nop=bach-mai").content, "html.parser")
    link = next(a["href"] for a in page.select("#khi-nao a") if a["href"].startswith("/hen-ngay/?"))
    assert re.search(r"noi-nop=bach-mai&ngay=\d{4}-\d\d-\d\d&gio=\d\d:\d\d$", link)
    assert client.get(link).status_code == 200


def test_the_question_opens_with_today_and_now(client: Client) -> None:
    page = BeautifulSoup(client.get("/hen-ngay/").content, "html.parser")
    assert page.select_one("[name=ngay]")["value"] == f"{timezone.localdate():%Y-%m-%d}"
    assert re.fullmatch(r"\d\d:\d\d", page.select_one("[name=gio]")["value"])


def test_the_answer_comes_first_and_every_day_is_explained(client: Client) -> None:
    text = text_of(client, "/hen-ngay/?thu-tuc=1.004884&noi-nop=truong-dinh&ngay=2026-02-13&gio=09:00")
    assert "Nộp lúc 09:00 Thứ Sáu, 13/02/2026 thì hẹn trả lúc 17:00 Thứ Sáu, 27/02/2026" in text
    assert "Tính 5 ngày, bỏ qua 9 ngày nghỉ." in text
    assert "Tính, ngày thứ 5" in text
    assert "Mùng một Tết" in text


def test_an_office_that_promises_less_says_what_the_law_says(client: Client) -> None:
    text = text_of(client, "/hen-ngay/?thu-tuc=1.004884&noi-nop=bach-mai&ngay=2026-03-02&gio=09:00")
    assert "hẹn trả lúc 17:00 Thứ Năm, 05/03/2026" in text
    assert "theo quy định là Thứ Hai, 09/03/2026" in text


def test_a_free_term_is_answered_too(client: Client) -> None:
    text = text_of(client, "/hen-ngay/?so=3&don-vi=working_day&ngay=2026-01-08&gio=09:00")
    assert "17:00 Thứ Hai, 12/01/2026" in text


def test_a_term_in_words_is_left_to_the_clerk(client: Client) -> None:
    version = ProcedureVersion.objects.filter(term_amount=None, procedure__offerings__isnull=False)[0]
    text = text_of(client, f"/hen-ngay/?thu-tuc={version.procedure.ref}&ngay=2026-03-02&gio=09:00")
    assert "cán bộ ghi ngày hẹn và lý do trên giấy hẹn" in text


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ("thu-tuc=khong-co", "Không có thủ tục này."),
        ("thu-tuc=1.001612&noi-nop=bach-mai", "Nơi này không nhận thủ tục đã chọn."),
        ("thu-tuc=1.001612&ngay=32/13/2026", "Ngày chưa đúng."),
        ("thu-tuc=1.001612&gio=25:00", "Giờ chưa đúng."),
        ("thu-tuc=1.001612&ngay=1999-01-01", "Chỉ tính được từ 01/01/2011"),
        ("thu-tuc=1.001612&ngay=2999-01-01", "Chỉ tính được từ 01/01/2011"),
        ("so=99999&don-vi=working_day", "Nhiều nhất là 1000."),
        ("so=0&don-vi=working_day", "Thời hạn ít nhất là 1."),
        ("so=x&don-vi=working_day", "Ghi thời hạn bằng số, như 5."),
        ("so=5&don-vi=moon", "moon"),
        ("ngay=2026-03-02", "Chọn một thủ tục, hoặc ghi thời hạn ở dưới."),
    ],
)
def test_a_mistake_is_shown_beside_its_field(client: Client, params: str, message: str) -> None:
    text = text_of(client, f"/hen-ngay/?{params}", status=422)
    assert message in text
    assert "chỗ cần sửa" in text


def test_what_was_typed_stays_beside_the_mistake(client: Client) -> None:
    page = client.get("/hen-ngay/?thu-tuc=1.001612&ngay=32/13/2026").content.decode()
    assert re.search(r'<input type="text" name="ngay" value="32/13/2026"', page)
    assert re.search(r'<option value="1.001612" selected', page)
