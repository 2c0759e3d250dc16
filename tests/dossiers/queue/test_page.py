"""The work queue and the page of one file."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.citizens.secret import ALPHABET
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.record import append_event
from dossiers.explanation.wording import day_off_words
from dossiers.models import Dossier, DossierEvent, DossierReading
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import issue_control_sheet
from dossiers.scans.actions import write_note
from tests.dossiers.slips.slip_samples import pages_of
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
QUEUE = "/can-bo/hang-doi/"
FINISH = {"outcome": "granted", "result_kind": "paper"}
GIVE = {"receiver_name": "Nguyễn Thị Phượng", "method": "desk", "identity_checked": "on"}
FILE_QUERIES = 8  # session, person, roles; the file with its lists, its reading, legs, events, scans
QUERIES = 5  # session, person, roles, counts, rows; for a leader also to whom work can be given


@pytest.fixture
def as_clerk(client, clerk):
    client.force_login(clerk)
    return client


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def tabs(response):
    return {a.contents[0].strip(): int(a.b.text) for a in page(response).find(class_="seg").find_all("a")}


def test_the_queue_leads_with_what_is_late_and_counts_every_tab(as_clerk, city, offering):
    late = register(offering, city.ward_desk, at=days_ago(30))
    register(offering, city.ward_desk, at=timezone.now())
    ready = register(offering, city.ward_desk, at=days_ago(3))
    start_work(dossier=ready, actor=None, at=days_ago(2))
    finish_dossier(dossier=ready, outcome=Outcome.GRANTED, actor=None, at=days_ago(1))

    response = as_clerk.get(QUEUE)
    counts = tabs(response)
    assert (counts["Quá hạn"], counts["Chờ trả kết quả"], counts["Tất cả"]) == (1, 1, 3)
    rows = page(response).find("table").find_all("tr")
    assert rows[1].text.strip() == "Quá hạn"
    assert late.code in rows[2].text
    assert re.search(r"Quá \d+ ngày", rows[2].find(class_="badge").text)
    only = page(as_clerk.get(f"{QUEUE}?nhom=tra-ket-qua"))
    assert [a.text for a in only.select("th a.code")] == [ready.code]
    assert only.find("a", href=f"/can-bo/ho-so/{ready.code}/#viec")


def test_a_day_off_is_shown_with_its_reason_where_dossiers_are_taken_in_and_queue(as_clerk, city):
    CalendarDay.objects.update_or_create(
        day=local_day(timezone.now()), defaults={"kind": "holiday", "reason": "Hội làng", "source": "Thông báo"}
    )
    text = "Hôm nay là ngày nghỉ (Hội làng); hồ sơ nhận hôm nay tính từ ngày làm việc kế tiếp"
    assert text in as_clerk.get(QUEUE).content.decode()
    assert text in as_clerk.get("/can-bo/tiep-nhan/").content.decode()


def test_the_first_day_that_counts_is_named_on_a_day_off_only():
    week = WorkingCalendar()
    assert "(Nghỉ cuối tuần)" in day_off_words(hanoi(2026, 11, 21), week)
    assert "kế tiếp, Thứ Hai, 23/11." in day_off_words(hanoi(2026, 11, 21), week)
    assert day_off_words(hanoi(2026, 11, 23), week) == ""


def test_a_row_names_the_unit_that_has_the_dossier_in_full(as_clerk, city, offering):
    type(city.ward_desk).objects.filter(pk=city.ward_desk.pk).update(name="Một cửa đủ tên", short_name="MC")
    register(offering, city.ward_desk, at=timezone.now())
    assert page(as_clerk.get(QUEUE)).find("td", class_="a-s").get_text(" ").strip().startswith("Một cửa đủ tên")


def test_refreshing_in_place_gives_the_same_rows_as_reloading(as_clerk, city, offering):
    register(offering, city.ward_desk, at=timezone.now())
    plain = page(as_clerk.get(QUEUE)).find("table")
    answer = page(as_clerk.get(QUEUE, headers={"HX-Request": "true"}))
    assert not answer.find_all(["header", "footer"])
    swapped = answer.find("table")
    assert plain.text == swapped.text


def test_work_elsewhere_is_not_in_the_queue_and_not_to_be_opened(as_clerk, city):
    elsewhere = make_offering(make_procedure(), city.other_ward)
    dossier = register(elsewhere, city.other_desk, at=timezone.now())
    assert tabs(as_clerk.get(QUEUE))["Tất cả"] == 0
    for path in ("", "giay-hen/"):
        assert as_clerk.get(f"/can-bo/ho-so/{dossier.code}/{path}").status_code == 404
    for path in ("viec/bat-dau/", "viec/co-ket-qua/", "viec/tra-ket-qua/"):
        assert as_clerk.post(f"/can-bo/ho-so/{dossier.code}/{path}").status_code == 404
    assert not DossierReading.objects.exists()
    dossier.refresh_from_db()
    assert dossier.state is Status.ACCEPTED


def dossiers_in(response) -> int:
    return len(page(response).select("th a.code"))


def test_the_queue_asks_the_database_as_often_for_twenty_rows_as_for_two(
    client, city, offering, django_assert_num_queries
):
    people = {role: make_user(role, city.ward) for role in ("clerk", "specialist", "leader")}
    for wanted in (2, 20):
        while Dossier.objects.count() < wanted:
            register(offering, city.ward_desk, at=timezone.now())
        for role, person in people.items():
            client.force_login(person)
            client.get(QUEUE)  # calendars are read once per process, unseen notices are counted once a while
            with django_assert_num_queries(QUERIES + (role == "leader")):
                assert dossiers_in(client.get(QUEUE)) == wanted, role


def test_opening_a_file_is_recorded_with_who_and_when(as_clerk, clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    as_clerk.get(f"/can-bo/ho-so/{dossier.code}/")
    as_clerk.post(f"/can-bo/ho-so/{dossier.code}/giay-hen/")
    assert list(DossierReading.objects.values_list("user", "page")) == [(clerk.pk, "dossier"), (clerk.pk, "receipt")]


def test_a_file_shown_again_because_of_a_mistake_is_recorded_too(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=days_ago(1))
    start_work(dossier=dossier, actor=None, at=days_ago(1))
    assert as_clerk.post(f"/can-bo/ho-so/{dossier.code}/viec/co-ket-qua/", {}).status_code == 422
    assert list(DossierReading.objects.values_list("page", flat=True)) == ["co-ket-qua"]


def test_a_page_past_the_end_shows_the_last_one(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    assert dossier.code in page(as_clerk.get(f"{QUEUE}?trang=99")).find("table").text


def test_no_staff_page_is_kept_by_browser_or_proxy(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    url = f"/can-bo/ho-so/{dossier.code}/"
    for path in (QUEUE, "/can-bo/tiep-nhan/", "/can-bo/tra-cuu/", url, f"{url}giay-hen/"):
        assert "no-store" in as_clerk.get(path)["Cache-Control"], path


@pytest.mark.parametrize("path", ["/dieu-hanh/", "/dieu-hanh/ho-so/"])
def test_no_page_of_those_who_lead_is_kept_either(client, city, path):
    client.force_login(make_user("official", city.district))
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_slip_printed_from_the_english_page_is_the_same_slip(as_clerk, city, offering):
    at = timezone.now()
    shown = []
    for prefix in ("", "/en"):  # a second print of one slip would be marked as a copy
        dossier = register(offering, city.ward_desk, at=at)
        (slip,) = pages_of(as_clerk.post(f"{prefix}/can-bo/ho-so/{dossier.code}/giay-hen/").content)
        printed = re.sub(r"\s+", "", slip)  # kerned letters are read with blanks between them
        secret = re.search(rf"xửlý\):([{ALPHABET}]{{10}})", printed)[1]
        shown.append(re.sub(r"\d+", "#", printed.replace(dossier.code, "").replace(secret, "")))
    assert "GIẤYTIẾPNHẬNHỒSƠ" in shown[0]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(("term", "queries"), [(30, FILE_QUERIES), (1, FILE_QUERIES + 1)], ids=["in time", "late"])
def test_a_file_asks_the_database_as_often_however_much_happened_to_it(
    as_clerk, city, django_assert_num_queries, term, queries
):
    CalendarDay.objects.create(day=local_day(days_ago(90)), kind="holiday", reason="Hội làng", source="Thông báo")
    offering = make_offering(make_procedure("Đăng ký khai sinh", term_amount=term), city.ward)
    dossier = register(offering, city.ward_desk, at=days_ago(9))
    url = f"/can-bo/ho-so/{dossier.code}/"
    start_work(dossier=dossier, actor=None, at=days_ago(9))
    for day in range(8, 2, -2):
        for kind, to, at in (
            (EventKind.STOPPED, Status.STOPPED, days_ago(day)),
            (EventKind.RESUMED, Status.IN_PROCESS, days_ago(day - 1)),
        ):
            event = DossierEvent(kind=kind, to_status=to, at=at, unit=city.ward)
            append_event(Dossier.objects.get(pk=dossier.pk), event)
    as_clerk.get(url)  # calendars are read once per process
    write_note(dossier=dossier, text="Đã gọi điện", actor=None, at=days_ago(1))
    issue_control_sheet(dossier=dossier, actor=None, at=days_ago(1))
    with django_assert_num_queries(queries):  # one more for a late one: the cause to suggest
        text = as_clerk.get(url).content.decode()
    for secret_text in ("Tờ khai", "Đã gọi điện", "Phiếu kiểm soát quá trình giải quyết hồ sơ"):
        assert secret_text in text, secret_text


def test_the_file_tells_of_every_wait_that_moved_its_date(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 9))
    dossier = start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    for kind, to, at in (
        (EventKind.SUPPLEMENT_ASKED, Status.AWAITING_SUPPLEMENT, hanoi(2026, 3, 4)),
        (EventKind.SUPPLEMENTED, Status.IN_PROCESS, hanoi(2026, 3, 9, 10)),
        (EventKind.STOPPED, Status.STOPPED, hanoi(2026, 3, 12, 17)),
        (EventKind.RESUMED, Status.IN_PROCESS, hanoi(2026, 3, 18, 8)),
    ):
        dossier = append_event(dossier, DossierEvent(kind=kind, to_status=to, at=at, unit=city.ward))
    text = page(as_clerk.get(f"/can-bo/ho-so/{dossier.code}/")).text
    assert "Hẹn trả 17:00 Thứ\N{NO-BREAK SPACE}Năm, 19/03/2026" in text
    assert "Đã bổ sung đủ nên thời hạn tính lại từ đầu. Hẹn trả chuyển từ 17:00 Thứ Hai, 09/03/2026 sang" in text
    assert (
        "Từ 17:00 Thứ Năm, 12/03/2026 đến 08:00 Thứ Tư, 18/03/2026 không tính vào thời hạn. "
        "Lúc tạm dừng còn 2 ngày làm việc, nay được trả lại đủ. "
        "Hẹn trả chuyển từ 17:00 Thứ Hai, 16/03/2026 sang 17:00 Thứ Năm, 19/03/2026." in text
    )


def test_the_clerk_of_a_ward_takes_a_dossier_to_its_end_by_the_page(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=days_ago(1))
    url = f"/can-bo/ho-so/{dossier.code}/"
    assert "Bắt đầu giải quyết" in as_clerk.get(url).content.decode()
    assert as_clerk.post(f"{url}viec/bat-dau/")["Location"] == url
    mistake = as_clerk.post(f"{url}viec/co-ket-qua/", FINISH | {"outcome": "declined", "reason": "K"})
    assert mistake.status_code == 422
    assert page(mistake).find(id="id_reason").text.strip() == "K"
    assert as_clerk.post(f"{url}viec/co-ket-qua/", FINISH)["Location"] == url
    assert as_clerk.post(f"{url}viec/tra-ket-qua/", GIVE | {"receiver_name": ""}).status_code == 422
    assert as_clerk.post(f"{url}viec/tra-ket-qua/", GIVE)["Location"] == url
    dossier.refresh_from_db()
    assert dossier.state is Status.RETURNED
    assert as_clerk.post(f"{url}viec/bat-dau/").status_code == 409


def test_specialists_handle_and_only_the_desk_returns(client, city):
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=days_ago(1))
    url = f"/can-bo/ho-so/{dossier.code}/"
    client.force_login(make_user("clerk", city.ward_desk))
    assert client.post(f"{url}viec/bat-dau/").status_code == 409
    client.force_login(make_user("specialist", city.department))
    assert client.post(f"{url}viec/bat-dau/").status_code == 302
    assert client.post(f"{url}viec/co-ket-qua/", FINISH).status_code == 302
    assert client.post(f"{url}viec/tra-ket-qua/", GIVE).status_code == 409
    client.force_login(make_user("official", city.district))
    assert client.get(url).status_code == 200
    assert client.post(f"{url}viec/bat-dau/").status_code == 409


def test_the_file_explains_its_date_day_by_day(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    text = page(as_clerk.get(f"/can-bo/ho-so/{dossier.code}/")).text
    assert "Vì sao là ngày này?" in text
    assert "Không tính ngày nhận" in text
    assert "Nghỉ cuối tuần" in text


def test_a_page_that_somebody_else_overtook_says_what_happened_and_does_nothing(as_clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=days_ago(1))
    url = f"/can-bo/ho-so/{dossier.code}/"
    seen = page(as_clerk.get(url)).find("input", attrs={"name": "seen"})["value"]
    start_work(dossier=dossier, actor=None, at=days_ago(1))
    late = as_clerk.post(f"{url}viec/bat-dau/", {"seen": seen})
    assert late.status_code == 409
    assert "Bắt đầu giải quyết" in page(late).find(class_="note--warn").text
    assert dossier.events.count() == 2
