"""Every content the calendar ever had can be asked again, under the number it had."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.databases import as_owner
from tests.factories import make_unit
from tests.units.seed import at, working_days
from units.calendar.lookup import UnknownEdition, current_edition, working_calendar
from units.clock.due_dates import due_date
from units.models import CalendarDay, CalendarEdition, CalendarYear, OpeningHours, Unit

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 9)
TUESDAY = date(2026, 3, 10)


def day(on: date, kind: str = "holiday", **fields: object) -> CalendarDay:
    return CalendarDay(**{"day": on, "kind": kind, "reason": "Nghỉ", "source": "QĐ 1"} | fields)


def hours(unit: Unit | None, opens: int, closes: int, *, weekday: int = 0, counts: bool = True) -> OpeningHours:
    return OpeningHours.objects.create(
        unit=unit, weekday=weekday, opens=time(opens), closes=time(closes, 30), counts=counts
    )


def test_an_old_edition_answers_as_it_did_after_the_rows_changed() -> None:
    day(MONDAY, source="QĐ 1").save()
    day(TUESDAY, "short", closes_at=time(11, 30)).save()
    CalendarYear.objects.create(year=2026, is_complete=True)
    before = working_calendar()
    promise = due_date(at("2026-03-06"), working_days(1), before)
    CalendarDay.objects.all().delete()
    CalendarYear.objects.update(is_complete=False)
    again = working_calendar(edition=int(before.version))
    assert due_date(at("2026-03-06"), working_days(1), again) == promise
    assert promise.due_at == at("2026-03-10 11:30")
    assert again.special(MONDAY).source == "QĐ 1"
    assert (again.version, again.complete_years) == (before.version, frozenset({2026}))
    assert due_date(at("2026-03-06"), working_days(1), working_calendar()).due_at == at("2026-03-09 17:00")


def test_an_edition_says_the_same_as_the_rows_while_they_are_current() -> None:
    office = make_unit("Cơ quan", "ward")
    desk = make_unit("Một cửa", "desk", office)
    other = make_unit("Khác", "ward")
    hours(office, 7, 11)
    hours(office, 13, 16)
    hours(office, 8, 11, weekday=5, counts=False)
    hours(None, 8, 17)
    edition = current_edition()
    for unit in (None, office, desk, other):
        live, stored = working_calendar(unit), working_calendar(unit, edition)
        assert [live.weekly_hours(n) for n in range(7)] == [stored.weekly_hours(n) for n in range(7)]
        assert live.version == stored.version == str(edition)
    assert working_calendar(desk, edition).weekly_hours(0) == ((time(7), time(11, 30)), (time(13), time(16, 30)))


def test_a_unit_keeps_the_hours_it_had_in_an_edition_from_before_it_was_moved() -> None:
    first, second = make_unit("Một", "ward"), make_unit("Hai", "ward")
    hours(first, 7, 11)
    desk = make_unit("Một cửa", "desk", first)
    edition = current_edition()
    desk.parent = second
    desk.save()
    assert current_edition() != edition
    assert working_calendar(desk).weekly_hours(0) == ((time(8), time(12)), (time(13), time(17)))
    assert working_calendar(desk, edition).weekly_hours(0) == ((time(7), time(11, 30)),)


def test_a_unit_that_is_made_or_moved_where_no_hours_differ_makes_no_edition() -> None:
    hours(make_unit("Một", "ward"), 7, 11)
    edition = current_edition()
    office = make_unit("Hai", "ward")
    desk = make_unit("Một cửa", "desk", office)
    desk.parent = make_unit("Ba", "ward")
    desk.save()
    assert current_edition() == edition


def test_one_statement_makes_one_edition_however_many_rows_it_changes() -> None:
    day(date(2026, 1, 1)).save()
    before = CalendarEdition.objects.count()
    CalendarDay.objects.bulk_create([day(MONDAY), day(TUESDAY)])
    CalendarDay.objects.update(source="QĐ 2")
    assert CalendarEdition.objects.count() == before + 2
    assert CalendarEdition.objects.get(number=current_edition()).content["days"][-1] == {
        "day": "2026-03-10",
        "kind": "holiday",
        "reason": "Nghỉ",
        "source": "QĐ 2",
        "closes_at": None,
    }


def test_an_edition_is_read_once_and_then_costs_nothing() -> None:
    day(MONDAY).save()
    edition = current_edition()
    with CaptureQueriesContext(connection) as queries:
        first = working_calendar(edition=edition)
        assert working_calendar(edition=edition) is first
    assert len(queries) == 1


def test_a_number_no_calendar_ever_had_is_refused() -> None:
    day(MONDAY).save()
    with pytest.raises(UnknownEdition, match="no edition 999999999"):
        working_calendar(edition=999_999_999)


def test_before_the_first_row_the_edition_is_number_nought_and_stays_known() -> None:
    assert current_edition() == 0
    day(MONDAY).save()
    assert working_calendar(edition=0).is_working(MONDAY)
    assert not working_calendar(edition=current_edition()).is_working(MONDAY)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE units_calendaredition SET content = '{}'",
        "DELETE FROM units_calendaredition",
        "TRUNCATE units_calendaredition",
    ],
)
def test_no_edition_is_ever_changed_or_deleted(change: str) -> None:
    day(MONDAY).save()
    refused = pytest.raises(DatabaseError, match="append-only")
    with as_owner(), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db(transaction=True)
def test_two_people_changing_the_calendar_at_once_leave_an_edition_that_holds_both() -> None:
    with ThreadPoolExecutor(1) as second:
        with transaction.atomic():
            day(MONDAY).save()
            waiting = second.submit(_add_elsewhere, TUESDAY)
            _until_somebody_waits()
        waiting.result(timeout=20)
    stored = working_calendar(edition=current_edition())
    assert not stored.is_working(MONDAY)
    assert not stored.is_working(TUESDAY)


def _add_elsewhere(on: date) -> None:
    """Add a day on this thread's own connection."""
    try:
        day(on).save()
    finally:
        connection.close()


def _until_somebody_waits() -> None:
    """Ask, on a connection of its own, until a session waits for a lock."""
    with closing(connection.copy()) as watch, watch.cursor() as cursor:
        for _attempt in range(2000):
            cursor.execute("SELECT pg_sleep(0.005), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waits")
