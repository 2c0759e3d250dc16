"""The pages on which the calendar is changed: one person writes, a second one decides, everybody sees what moves."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.changes.calendar.recalculation import WorkerCache, recalculate_next_batch
from dossiers.models import CalendarRun, Dossier
from tests.factories import make_offering, make_procedure, make_units, make_user, register
from units.calendar.lookup import working_calendar
from units.models import CalendarDay, CalendarDraft

pytestmark = pytest.mark.django_db
LIST, NEW = "/can-bo/lich/", "/can-bo/lich/moi/"


@pytest.fixture
def city():
    CalendarDay.objects.create(day="2026-01-01", kind="holiday", reason="Tết", source="BLLĐ")
    return make_units()


@pytest.fixture
def dossier(city) -> Dossier:
    offering = make_offering(make_procedure("Đăng ký khai sinh", term_amount=10), city.ward)
    return register(offering, city.ward_desk, at=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def author(city):
    return make_user("administrator", city.district)


@pytest.fixture
def as_author(client, author):
    client.force_login(author)
    return client


def day_ahead():
    """A working day between today and the day the dossier is promised for."""
    return working_calendar().nth_working_day(timezone.localdate(), 3)


def typed(**given):
    day = {"day": f"{day_ahead():%d/%m/%Y}", "change": "add", "kind": "holiday", "closes_at": ""}
    return {"title": "Nghỉ bão", "source": "Công điện 1", "reason": "Bão lớn"} | day | given


def recalculate_all():
    cache, at = WorkerCache(), timezone.now() + timedelta(minutes=1)
    while recalculate_next_batch(cache=cache, at=at):
        pass


def text(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text(" ").split())


def test_a_change_goes_from_draft_through_a_second_person_to_the_new_dates_and_back(as_author, city, dossier):
    assert as_author.post(NEW, typed()).status_code == 302
    draft = CalendarDraft.objects.get()
    page = f"{LIST}{draft.pk}/"
    assert "Đang tính thử" in text(as_author.get(page))
    recalculate_all()
    shown = text(as_author.get(page))
    assert "1 hồ sơ sẽ đổi hẹn" in shown
    assert dossier.code in shown
    assert as_author.post(f"{page}gui-duyet/").status_code == 302
    recalculate_all()

    before = dossier.due_at
    official = make_user("official", city.district)
    as_author.force_login(official)
    assert as_author.post(f"{page}cong-bo/").status_code == 302
    recalculate_all()
    dossier.refresh_from_db()
    assert dossier.due_at > before
    assert "Đã đổi hẹn 1 hồ sơ" in text(as_author.get(page))
    assert as_author.post(f"{page}hoan-tac/").status_code == 302
    recalculate_all()
    dossier.refresh_from_db()
    assert dossier.due_at == before
    assert "Đã hoàn lại 1 hồ sơ" in text(as_author.get(page))
    assert "Đã hoàn tác" in text(as_author.get(LIST))


def test_whoever_may_publish_a_change_finds_it_among_the_notices(as_author, city):
    official = make_user("official", city.district)
    as_author.post(NEW, typed())
    draft = CalendarDraft.objects.get()
    as_author.force_login(official)
    assert f"{LIST}{draft.pk}/" not in as_author.get("/can-bo/thong-bao/").content.decode()
    as_author.force_login(draft.author)
    as_author.post(f"{LIST}{draft.pk}/gui-duyet/")
    as_author.force_login(official)
    shown = BeautifulSoup(as_author.get("/can-bo/thong-bao/").content, "html.parser").main
    assert shown.select_one(f"a[href='{LIST}{draft.pk}/']")
    assert "Nghỉ bão" in shown.text


def test_nobody_publishes_what_he_wrote_himself(as_author, dossier):
    as_author.post(NEW, typed())
    page = f"{LIST}{CalendarDraft.objects.get().pk}/"
    as_author.post(f"{page}gui-duyet/")
    recalculate_all()
    assert not BeautifulSoup(as_author.get(page).content, "html.parser").find("button", string="Duyệt và công bố")
    response = as_author.post(f"{page}cong-bo/")
    assert response.status_code == 422
    assert "Người soạn không được tự duyệt" in text(response)
    assert not CalendarDay.objects.filter(day=day_ahead()).exists()


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("title", {"title": ""}, "Hãy nêu nội dung thay đổi"),
        ("source", {"source": " "}, "Hãy nêu văn bản"),
        ("reason", {"reason": ""}, "Hãy nêu lý do"),
        ("day", {"day": "31/02/2026"}, "Ghi ngày theo mẫu"),
        ("day", {"day": "01/01/2026"}, "đã có trong lịch"),
        ("day", {"day": "04/01/1999"}, "Chỉ nhận ngày từ năm"),
        ("day", {"day": "05/01/2026", "change": "remove"}, "không có ngày"),
        ("kind", {"kind": ""}, "Hãy chọn loại ngày"),
        ("kind", {"kind": "worked"}, "vốn là ngày làm việc"),
        ("closes_at", {"kind": "short"}, "Giờ đóng cửa phải"),
        ("closes_at", {"kind": "short", "closes_at": "25:99"}, "Ghi giờ theo mẫu"),
    ],
)
def test_every_rule_is_shown_beside_its_field_and_what_was_typed_stays(as_author, field, given, message):
    response = as_author.post(NEW, typed(**given))
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    beside = page.find(id=f"id_{field}_error")
    assert beside is not None
    assert message in beside.get_text()
    assert page.find("input", {"name": "title"}).get("value", "") == given.get("title", "Nghỉ bão")
    assert not CalendarDraft.objects.exists()


def test_a_day_is_added_to_a_draft_and_a_bad_one_is_refused_on_the_same_page(as_author):
    as_author.post(NEW, typed())
    draft = CalendarDraft.objects.get()
    response = as_author.post(f"{LIST}{draft.pk}/them-ngay/", typed(reason="Một lý do khác"))
    assert response.status_code == 422
    page = BeautifulSoup(response.content, "html.parser")
    assert "đã có trong dự thảo này" in page.find(id="id_day_error").get_text()
    assert page.find("input", {"name": "reason"})["value"] == "Một lý do khác"
    other = working_calendar().next_working_day(day_ahead())
    assert as_author.post(f"{LIST}{draft.pk}/them-ngay/", typed(day=f"{other:%d/%m/%Y}")).status_code == 302
    assert as_author.post(f"{LIST}{draft.pk}/bot-ngay/", {"day": day_ahead().isoformat()}).status_code == 302
    assert [line.day for line in draft.days.all()] == [other]


def test_the_pages_are_for_who_answers_for_the_whole_calendar(client, city):
    draft = CalendarDraft.objects.create(
        title="Nghỉ", source="QĐ", author=make_user("administrator", city.district), created_at=timezone.now()
    )
    for role, unit in (("clerk", city.ward_desk), ("administrator", city.ward), ("official", city.ward)):
        client.force_login(make_user(role, unit))
        assert [client.get(page).status_code for page in (LIST, NEW, f"{LIST}{draft.pk}/")] == [404] * 3
        assert client.post(f"{LIST}{draft.pk}/bo/").status_code == 404
    client.force_login(make_user("official", city.district))
    assert [client.get(page).status_code for page in (LIST, NEW, f"{LIST}{draft.pk}/")] == [200, 404, 200]
    assert client.post(f"{LIST}{draft.pk}/xoa/").status_code == 404
    client.logout()
    assert client.get(LIST).status_code == 302


def test_the_page_of_a_change_costs_the_same_however_many_dates_move(
    as_author, city, dossier, django_assert_num_queries
):
    for _ in range(4):
        register(dossier.offering, city.ward_desk, at=timezone.now())
    as_author.post(NEW, typed())
    recalculate_all()
    page = f"{LIST}{CalendarDraft.objects.get().pk}/"
    assert CalendarRun.objects.get(is_stale=False).moves_kept > 4
    with django_assert_num_queries(8):
        as_author.get(page)


def test_a_holiday_on_a_weekend_is_drafted_with_a_warning_that_it_moves_nothing(as_author, city):
    saturday = day_ahead() + timedelta(days=(5 - day_ahead().weekday()) % 7)
    assert as_author.post(NEW, typed(day=f"{saturday:%d/%m/%Y}")).status_code == 302
    page = f"{LIST}{CalendarDraft.objects.get().pk}/"
    assert "không dời hẹn nào" in text(as_author.get(page))


def test_a_holiday_on_a_working_day_is_drafted_without_a_warning(as_author, city):
    as_author.post(NEW, typed())
    assert "không dời hẹn nào" not in text(as_author.get(f"{LIST}{CalendarDraft.objects.get().pk}/"))
