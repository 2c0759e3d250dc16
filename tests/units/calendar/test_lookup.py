from datetime import date, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.units.models.test_tree import unit
from tests.units.seed import CALENDAR, at, data, days, working_days
from units.calendar.lookup import receiving_calendars, working_calendar
from units.clock.due_dates import DayKind, Term, TermUnit, due_date
from units.models import CalendarDay, CalendarYear, CodeTemplate, OpeningHours, Unit, UnitIdentifier, UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded() -> None:
    call_command("load_units", verbosity=0, stdout=StringIO())


def holiday(on: date) -> CalendarDay:
    return CalendarDay.objects.create(day=on, kind="holiday", reason="Nghỉ", source="QĐ 1")


def test_a_warm_calendar_costs_one_query() -> None:
    working_calendar()
    with CaptureQueriesContext(connection) as queries:
        calendar = working_calendar()
    assert len(queries) == 1
    assert working_calendar() is calendar


def test_every_change_of_a_row_is_seen_at_the_next_question() -> None:
    monday = date(2026, 3, 9)
    assert working_calendar().is_working(monday)
    row = holiday(monday)
    assert not working_calendar().is_working(monday)
    row.delete()
    assert working_calendar().is_working(monday)
    CalendarDay.objects.bulk_create([CalendarDay(day=monday, kind="swapped", reason="Nghỉ", source="QĐ 2")])
    assert working_calendar().special(monday).source == "QĐ 2"
    CalendarDay.objects.update(source="QĐ 3")
    assert working_calendar().special(monday).source == "QĐ 3"


def test_a_change_that_is_rolled_back_is_forgotten() -> None:
    monday = date(2026, 3, 9)
    with transaction.atomic():
        holiday(monday)
        assert not working_calendar().is_working(monday)
        transaction.set_rollback(True)
    assert working_calendar().is_working(monday)


@pytest.mark.django_db(transaction=True)
def test_an_edit_made_on_another_connection_is_seen() -> None:
    monday = date(2026, 3, 9)
    assert working_calendar().is_working(monday)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO units_calendarday (day, kind, reason, source) VALUES (%s, 'holiday', 'Nghỉ', 'QĐ')", [monday]
        )
    other.close()
    assert not working_calendar().is_working(monday)


def test_a_desk_without_hours_of_its_own_keeps_those_above_it() -> None:
    office = unit("office")
    desk = unit("desk", office, "desk")
    OpeningHours.objects.create(unit=office, weekday=0, opens=time(7), closes=time(11))
    assert working_calendar(desk).hours_on(date(2026, 3, 9)) == ((time(7), time(11)),)
    assert not working_calendar(desk).is_working(date(2026, 3, 10))
    assert working_calendar(unit("another")).is_working(date(2026, 3, 10))
    assert working_calendar(unit("third")) is working_calendar()


def test_a_saturday_open_to_the_public_counts_towards_no_term(seeded: None) -> None:
    desk = Unit.objects.get(slug="mot-cua-hai-ba-trung")
    saturday = at("2026-03-07 09:00")
    assert receiving_calendars([desk])[0].is_open(saturday)
    assert not working_calendar(desk).is_working(saturday.date())
    assert due_date(at("2026-03-06"), working_days(1), working_calendar(desk)).due_at == at("2026-03-09 17:00")


def test_a_short_day_ends_its_terms_early() -> None:
    CalendarDay.objects.create(day=date(2026, 3, 9), kind="short", reason="Họp", source="TB", closes_at=time(11, 30))
    calendar = working_calendar()
    assert due_date(at("2026-03-06"), working_days(1), calendar).due_at == at("2026-03-09 11:30")
    late = due_date(at("2026-03-09 13:00"), Term(0, TermUnit.SAME_DAY), calendar)
    assert late.due_at == at("2026-03-10 17:00")


def test_a_due_date_in_a_year_that_is_not_complete_says_so(seeded: None) -> None:
    calendar = working_calendar()
    assert due_date(at("2026-12-01"), working_days(5), calendar).incomplete_years == ()
    assert due_date(at("2026-12-15"), days(30), calendar).incomplete_years == (2027,)
    assert due_date(at("2028-05-04"), working_days(5), calendar).incomplete_years == (2028,)


def test_skipped_days_name_their_reason_and_their_document(seeded: None) -> None:
    due = due_date(at("2025-12-31"), working_days(5), working_calendar())
    why = {skipped.day: skipped for skipped in due.skipped}
    assert why[date(2026, 1, 2)].kind is DayKind.SWAPPED
    assert "12729/VPCP-KGVX" in why[date(2026, 1, 2)].source
    assert why[date(2026, 1, 4)].kind is DayKind.WEEKEND
    assert due.calendar_version == working_calendar().version != ""


def test_the_database_gives_the_same_calendar_as_the_data_file(seeded: None) -> None:
    calendar = working_calendar()
    span = (date(2010, 12, 31), date(2027, 12, 31))
    assert calendar.worked_days(*span) == CALENDAR.worked_days(*span)
    assert calendar.complete_years == CALENDAR.complete_years == {2022, 2023, 2024, 2025, 2026}


def test_the_days_off_of_2025_and_2026_are_those_decreed() -> None:
    """The table of days off and worked Saturdays of the two years that were checked against the documents."""
    start, end = date(2024, 12, 31), date(2026, 12, 31)
    off = [skipped.day for skipped in CALENDAR.days_off(start, end) if skipped.day.weekday() < 5]
    assert " ".join(f"{day:%y%m%d}" for day in off) == (
        "250101 250127 250128 250129 250130 250131 250407 250430 250501 250502 250901 250902 "
        "260101 260102 260216 260217 260218 260219 260220 260427 260430 260501 260831 260901 260902 261124"
    )
    worked = [day for day in CALENDAR.worked_days(start, end) if day.weekday() > 4]
    assert worked == [date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)]


def test_loading_twice_adds_nothing_and_keeps_what_administrators_changed(seeded: None) -> None:
    counted = (UnitKind, Unit, UnitIdentifier, CodeTemplate, OpeningHours, CalendarDay, CalendarYear)
    CalendarDay.objects.get(day="2026-11-24").delete()
    Unit.objects.filter(slug="bach-mai").update(telephone="024 1")
    before = [model.objects.count() for model in counted]
    call_command("load_units", verbosity=0, stdout=StringIO())
    assert [model.objects.count() for model in counted] == before
    assert Unit.objects.get(slug="bach-mai").telephone == "024 1"


def test_the_district_is_loaded_with_its_twenty_wards_and_their_desks(seeded: None) -> None:
    tenant = Unit.objects.tenant()
    wards = Unit.objects.under(tenant).of_kind(UnitKind.WARD)
    assert wards.count() == 20
    assert Unit.objects.under(tenant).desks().count() == 21
    assert UnitIdentifier.objects.filter(scheme="gso", unit__in=wards).count() == 20
    assert all(desk.code_templates.count() == 1 for desk in Unit.objects.desks())
    assert len(data("units.json")["units"]) == Unit.objects.count()
