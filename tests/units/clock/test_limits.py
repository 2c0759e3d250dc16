from datetime import UTC, date, datetime, timedelta

import pytest

from tests.units.seed import CALENDAR, at, working_days
from units.clock.due_dates import (
    DayKind,
    SpecialDay,
    Term,
    TermUnit,
    WorkingCalendar,
    due_date,
)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_date(datetime(2026, 3, 2, 9), working_days(5), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("amount", "unit"), [(-1, TermUnit.WORKING_DAY), (-1, TermUnit.MONTH), (1, TermUnit.SAME_DAY)]
)
def test_a_term_that_makes_no_sense_is_refused(amount: int, unit: TermUnit) -> None:
    with pytest.raises(ValueError, match="term"):
        Term(amount, unit)


def test_a_moment_in_any_time_zone_is_reckoned_in_office_time() -> None:
    """18:30 in UTC is the next morning at the office."""
    due = due_date(datetime(2026, 3, 2, 18, 30, tzinfo=UTC), working_days(1), CALENDAR)
    assert due.due_at == at("2026-03-04 17:00")
    assert due.starts_at.isoformat() == "2026-03-03T01:30:00+07:00"


@pytest.mark.parametrize("amount", [20_000, 10**7, 10**12])
@pytest.mark.parametrize("unit", [TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR, TermUnit.DAY, TermUnit.MONTH])
def test_a_term_that_never_ends_is_refused_or_reckoned_but_never_hangs(amount: int, unit: TermUnit) -> None:
    try:
        due = due_date(at("2026-03-02"), Term(amount, unit), WorkingCalendar())
    except ValueError:
        return
    assert due.due_on > date(2030, 1, 1)


def test_an_office_that_never_opens_again_has_no_due_dates() -> None:
    always = (date(2026, 1, 1) + timedelta(days=n) for n in range(36_600))
    closed = WorkingCalendar(SpecialDay(day, DayKind.HOLIDAY, "closed", "") for day in always)
    with pytest.raises(ValueError, match="reach"):
        due_date(at("2026-03-02"), working_days(1), closed)


def test_a_question_about_a_far_year_does_not_spoil_the_calendar() -> None:
    calendar = WorkingCalendar()
    for year in (1905, 2026, 2190, 2026):
        received = at(f"{year}-03-04")
        assert due_date(received, working_days(30), calendar).due_at > received
