"""No case is forgotten: each reminder once, to the right person, in working hours; of a sealed one not a word."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Membership, User
from complaints.clock.states import Kind
from complaints.models import Case
from complaints.operations.acceptance.actions import accept_case, ask_supplement
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.handlers.actions import name_handler
from complaints.operations.settlement.actions import start_settling
from complaints.operations.settlement.assignment import assign_case, pass_on, take_over
from complaints.reminders.actions import remind_of_cases
from notices.models import Notice
from tests.complaints.cases import AT, make_inspector, received
from tests.factories import City, hanoi, make_user
from units.calendar.lookup import working_calendar

WORDS = "Thiếu địa chỉ cụ thể của nơi bị đào."


@pytest.fixture
def staff(city: City) -> dict[str, User]:
    return {
        "specialist": make_user("specialist", city.ward, email="chuyenvien@example.vn"),
        "other": make_user("specialist", city.other_ward),
        "leader": make_user("leader", city.ward),
        "official": make_user("official", city.district),
        "inspector": make_inspector(city.district),
    }


def reminders_sent(kind: str) -> list[tuple[User | None, str]]:
    rows = Notice.objects.filter(kind=kind).select_related("recipient").order_by("pk")
    return [(one.recipient, one.subject) for one in rows]


def before(moment: datetime, hours: float) -> datetime:
    """So many working hours earlier, within a day."""
    return moment - timedelta(hours=hours)


def late(moment: datetime, hours: float) -> datetime:
    return working_calendar().advance(moment, timedelta(hours=hours))


def in_work(unit) -> Case:
    case = received(unit)
    sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    accept_case(case=case, actor=None, at=AT)
    return start_settling(case=case, actor=None, at=AT)


def test_who_works_where_the_case_is_hears_that_it_is_due_soon_once(city: City, staff) -> None:
    case = in_work(city.ward)
    remind_of_cases(at=late(AT, 8))
    assert reminders_sent("case_due_soon") == []
    for _ in range(2):
        remind_of_cases(at=before(case.next_due_at, 2))
    assert reminders_sent("case_due_soon") == [(staff["specialist"], case.code)]
    [notice] = Notice.objects.filter(kind="case_due_soon")
    assert (notice.email, notice.context["unit"]) == ("chuyenvien@example.vn", city.ward.name)
    assert datetime.fromisoformat(notice.context["until_at"]) == case.next_due_at


def test_the_officer_in_charge_hears_alone(city: City, staff) -> None:
    case, officer = in_work(city.ward), make_user("specialist", city.ward)
    case = assign_case(case=case, to=officer, actor=None, at=AT)
    remind_of_cases(at=late(case.next_due_at, 1))
    assert reminders_sent("case_overdue") == [(officer, case.code)]


def test_nothing_is_told_outside_of_working_hours(city: City, staff) -> None:
    case = in_work(city.ward)
    remind_of_cases(at=case.next_due_at + timedelta(hours=5))
    remind_of_cases(at=case.next_due_at + timedelta(days=(12 - case.next_due_at.weekday()) % 7))  # a Saturday
    assert not Notice.objects.filter(kind="case_overdue").exists()


def test_a_case_that_nobody_decided_to_take_on_in_time_is_told_as_that(city: City, staff) -> None:
    case = received(city.ward)
    remind_of_cases(at=late(case.next_due_at, 1))
    assert reminders_sent("case_undecided") == [(staff["specialist"], case.code)]
    assert reminders_sent("case_overdue") == []


def test_heads_hear_after_the_set_time_and_those_above_after_as_long_again(city: City, staff, settings) -> None:
    settings.ESCALATE_AFTER_HOURS = 6
    case = in_work(city.ward)
    remind_of_cases(at=late(case.next_due_at, 5))
    assert reminders_sent("case_escalated") == []
    for _ in range(2):
        remind_of_cases(at=late(case.next_due_at, 6.5))
    assert reminders_sent("case_escalated") == [(staff["leader"], case.code)]
    remind_of_cases(at=late(case.next_due_at, 12.5))
    assert reminders_sent("case_escalated") == [(staff["leader"], case.code), (staff["official"], case.code)]


def test_both_sides_hear_of_a_case_passed_on_that_nobody_takes(city: City, staff) -> None:
    case = in_work(city.ward)
    pass_on(case=case, to=city.other_ward, reason=WORDS, actor=None, at=AT)
    remind_of_cases(at=late(AT, 4))
    assert reminders_sent("case_not_taken") == []
    for _ in range(2):
        remind_of_cases(at=late(AT, 4.5))
    assert set(reminders_sent("case_not_taken")) == {(staff["specialist"], case.code), (staff["other"], case.code)}
    assert {one.context["unit"] for one in Notice.objects.filter(kind="case_not_taken")} == {city.other_ward.name}


def test_what_was_taken_over_is_no_longer_told_of(city: City, staff) -> None:
    case = in_work(city.ward)
    pass_on(case=case, to=city.other_ward, reason=WORDS, actor=None, at=AT)
    take_over(case=case, actor=None, at=late(AT, 1))
    remind_of_cases(at=late(AT, 6))
    assert reminders_sent("case_not_taken") == []


def test_an_unanswered_supplement_is_told_to_the_office_after_the_set_days(city: City, staff, settings) -> None:
    settings.CASE_SUPPLEMENT_DAYS = 3
    case = received(city.ward)
    sort_case(case=case, sorting=Sorting(Kind.PETITION), actor=None, at=AT)
    ask_supplement(case=case, asked=WORDS, actor=None, at=AT)
    remind_of_cases(at=hanoi(2026, 7, 9, 16))
    assert reminders_sent("case_uncompleted") == []
    for _ in range(2):
        remind_of_cases(at=hanoi(2026, 7, 10, 9))
    assert reminders_sent("case_uncompleted") == [(staff["specialist"], case.code)]
    remind_of_cases(at=hanoi(2026, 8, 20, 9))  # its clock stands still: never late
    assert not Notice.objects.filter(kind__in=["case_overdue", "case_undecided", "case_escalated"]).exists()


def test_a_head_is_told_nothing_of_a_sealed_case_and_its_handlers_only_that_there_is_work(city: City, staff) -> None:
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    for _ in range(2):
        remind_of_cases(at=late(case.next_due_at, 30))
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.recipient) == ("case_sealed_work", staff["inspector"])
    assert (notice.subject, notice.unit, notice.email, notice.context) == ("", None, "", {})
    assert str(case.pk) not in notice.key.split(":")


def test_the_handler_in_charge_of_a_sealed_case_hears_alone(city: City, staff) -> None:
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    second = make_inspector(city.other_ward)
    name_handler(case=case, user=second, actor=staff["inspector"], at=AT)
    case = assign_case(case=case, to=second, actor=staff["inspector"], at=AT)
    remind_of_cases(at=late(case.next_due_at, 1))
    assert reminders_sent("case_sealed_work") == [(second, "")]


def test_a_handler_reads_it_among_the_notices_and_an_administrator_nowhere(city: City, staff, client) -> None:
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    remind_of_cases(at=late(case.next_due_at, 1))
    client.force_login(staff["inspector"])
    assert "có việc trong hộp niêm phong" in client.get("/can-bo/thong-bao/").content.decode()
    superuser = User.objects.create_superuser("goc", password="mot-cua-thu-nghiem")
    Membership.objects.create(user=superuser, unit=city.district, role="administrator", valid_from=date(2020, 1, 1))
    client.force_login(superuser)
    [notice] = Notice.objects.all()
    assert "0 thông báo" in client.get("/quan-tri/notices/notice/").content.decode()
    assert client.get(f"/quan-tri/notices/notice/{notice.pk}/change/").status_code == 302


def test_a_case_is_read_with_the_same_few_queries_however_many_there_are(
    city: City, staff, django_assert_max_num_queries
) -> None:
    cases = [in_work(city.ward) for _ in range(4)]
    with django_assert_max_num_queries(24):
        remind_of_cases(at=late(cases[0].next_due_at, 1))
