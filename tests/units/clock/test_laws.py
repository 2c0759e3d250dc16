"""Laws that hold for every calendar, every term and every moment, tried on random ones."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.units.clock.walker import DAY, MINUTE, Walker
from units.clock.due_dates import DueDate, Term, TermUnit, due_date
from units.clock.pauses import Clock
from units.clock.working_calendar import (
    OFFICE_DAY,
    OFFICE_TIME,
    OFFICE_WEEK,
    DayKind,
    SpecialDay,
    WorkingCalendar,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
WEEKS = [
    OFFICE_WEEK,
    {**OFFICE_WEEK, 5: ((time(8), time(12)),)},
    {weekday: ((time(7, 30), time(11, 30)), (time(13, 30), time(16, 45))) for weekday in range(5)},
    {0: OFFICE_DAY, 2: ((time(9), time(10)), (time(10), time(11)), (time(22), time(23, 59))), 4: OFFICE_DAY},
]

some_days = st.dates(FIRST, LAST)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 15)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=OFFICE_TIME)
)
exact_moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 15)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=OFFICE_TIME)
)
short_days = st.builds(
    SpecialDay,
    some_days,
    st.just(DayKind.SHORT),
    st.just("short"),
    st.just(""),
    st.sampled_from([time(7), time(11, 30), time(12), time(15)]),
)
whole_days = st.builds(
    SpecialDay,
    some_days,
    st.sampled_from([DayKind.HOLIDAY, DayKind.MADE_UP, DayKind.SWAPPED, DayKind.WORKED]),
    st.just("why"),
    st.just("source"),
)
special_days = st.lists(whole_days | short_days, max_size=25, unique_by=lambda special: special.day)
weeks = st.sampled_from(WEEKS)
calendars = st.builds(WorkingCalendar, special_days, weeks)
counted_units = st.sampled_from([TermUnit.WORKING_HOUR, TermUnit.WORKING_DAY, TermUnit.DAY, TermUnit.MONTH])
terms = st.builds(Term, st.integers(0, 12), counted_units, st.none(), late_receipt_next_day=st.booleans()) | st.builds(
    Term, st.just(0), st.just(TermUnit.SAME_DAY), st.none() | st.times(time(8), time(18))
)


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


@given(special_days, weeks, moments, st.integers(1, 8))
def test_working_days_agree_with_walking(rows: list[SpecialDay], week: dict, received: datetime, amount: int) -> None:
    due = due_date(received, Term(amount, TermUnit.WORKING_DAY), WorkingCalendar(rows, week))
    assert due.due_at == Walker(rows, week).after_working_days(received, amount)


@given(special_days, weeks, moments, st.integers(0, 40))
def test_calendar_days_agree_with_walking(rows: list[SpecialDay], week: dict, received: datetime, amount: int) -> None:
    due = due_date(received, Term(amount, TermUnit.DAY), WorkingCalendar(rows, week))
    assert due.due_at == Walker(rows, week).after_days(received, amount)


@given(special_days, weeks, moments, st.integers(1, 12))
def test_working_hours_agree_with_walking_minute_by_minute(
    rows: list[SpecialDay], week: dict, received: datetime, hours: int
) -> None:
    due = due_date(received, Term(hours, TermUnit.WORKING_HOUR), WorkingCalendar(rows, week))
    assert due.due_at == Walker(rows, week).after_minutes(received, hours * 60)


@given(special_days, weeks, moments, st.integers(0, 6 * 24 * 60))
def test_working_time_between_two_moments_agrees_with_walking(
    rows: list[SpecialDay], week: dict, start: datetime, minutes: int
) -> None:
    calendar, end = WorkingCalendar(rows, week), start + minutes * MINUTE
    expected = Walker(rows, week).minutes_between(start, end)
    assert calendar.working_minutes_between(start, end) == expected
    assert calendar.working_minutes_between(end, start) == -expected


@given(special_days, weeks, exact_moments, terms, some_days)
def test_another_holiday_never_brings_a_due_date_forward(
    rows: list[SpecialDay], week: dict, received: datetime, term: Term, holiday: date
) -> None:
    others = [row for row in rows if row.day != holiday]
    with_holiday = [*others, SpecialDay(holiday, DayKind.HOLIDAY, "one more", "")]
    before = due_date(received, term, WorkingCalendar(rows, week)).due_at
    assert due_date(received, term, WorkingCalendar(with_holiday, week)).due_at >= before


@given(calendars, exact_moments, st.sampled_from([TermUnit.WORKING_HOUR, TermUnit.WORKING_DAY]), st.data())
def test_the_parts_of_a_term_add_up_to_the_whole(
    calendar: WorkingCalendar, received: datetime, unit: TermUnit, data: st.DataObject
) -> None:
    first, second = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    halfway = due_date(received, Term(first, unit), calendar).due_at
    whole = due_date(received, Term(first + second, unit), calendar).due_at
    assert due_date(halfway, Term(second, unit), calendar).due_at == whole


@given(calendars, exact_moments, counted_units, st.integers(0, 12), st.integers(0, 12))
def test_a_longer_term_is_never_due_earlier(
    calendar: WorkingCalendar, received: datetime, unit: TermUnit, amount: int, more: int
) -> None:
    shorter = due_date(received, Term(amount, unit), calendar).due_at
    assert due_date(received, Term(amount + more, unit), calendar).due_at >= shorter


@given(calendars, exact_moments, terms, st.timedeltas(timedelta(0), 10 * DAY))
def test_a_later_receipt_is_never_due_earlier_nor_before_itself(
    calendar: WorkingCalendar, received: datetime, term: Term, later: timedelta
) -> None:
    earlier_due = due_date(received, term, calendar).due_at
    assert received <= earlier_due <= due_date(received + later, term, calendar).due_at


@given(calendars, exact_moments, terms)
def test_counted_and_skipped_days_explain_the_whole_way(
    calendar: WorkingCalendar, received: datetime, term: Term
) -> None:
    due = due_date(received, term, calendar)
    explained = {*due.counted, *(skipped.day for skipped in due.skipped)}
    way = {received.date() + n * DAY for n in range(1, (due.due_on - received.date()).days + 1)}
    assert way - {due.starts_at.date(), due.due_on} <= explained
    assert len({skipped.day for skipped in due.skipped}) == len(due.skipped)
    assert not any(calendar.is_working(skipped.day) for skipped in due.skipped)


@given(calendars, exact_moments, terms)
def test_a_stored_due_date_reads_back_equal(calendar: WorkingCalendar, received: datetime, term: Term) -> None:
    due = due_date(received, term, calendar)
    assert DueDate.from_json(due.as_json()) == due


@given(calendars, exact_moments, terms, st.timedeltas(timedelta(0), 20 * DAY))
def test_a_pause_that_ends_in_the_minute_it_began_changes_nothing(
    calendar: WorkingCalendar, received: datetime, term: Term, later: timedelta
) -> None:
    clock, minute = Clock.start(received, term, calendar), minute_of(received + later)
    assert clock.pause(minute).resume(minute + timedelta(seconds=59.9)).due_at == clock.due_at


@given(calendars, exact_moments, terms, st.floats(0, 1), st.timedeltas(timedelta(0), 20 * DAY))
def test_a_pause_gives_back_exactly_the_working_time_it_took_from_minute_to_minute(
    calendar: WorkingCalendar, received: datetime, term: Term, share: float, length: timedelta
) -> None:
    clock = Clock.start(received, term, calendar)
    paused_at = received + (clock.due_at - received) * share
    resumed = clock.pause(paused_at).resume(paused_at + length)
    since, until = minute_of(paused_at), minute_of(paused_at + length)
    taken = calendar.worked_time_between(since, until)
    assert calendar.worked_time_between(clock.due_at, resumed.due_at) == taken
    left = calendar.worked_time_between(since, clock.due_at)
    assert calendar.worked_time_between(until, resumed.due_at) == left


@given(calendars, exact_moments, st.timedeltas(-10 * DAY, 10 * DAY))
def test_advancing_is_the_inverse_of_measuring(
    calendar: WorkingCalendar, start: datetime, distance: timedelta
) -> None:
    worked = calendar.worked_time_between(start, start + distance)
    assert calendar.worked_time_between(start, calendar.advance(start, worked)) == worked


@given(calendars, some_days, st.integers(1, 40))
def test_the_nth_working_day_is_n_working_days_away(calendar: WorkingCalendar, day: date, count: int) -> None:
    ahead, back = calendar.nth_working_day(day, count), calendar.nth_working_day(day, -count)
    assert calendar.working_days_between(day, ahead) == count
    assert calendar.is_working(ahead)
    assert calendar.is_working(back)
    assert len(calendar.worked_days(back - DAY, day - DAY)) == count


def test_a_stop_taken_back_at_once_leaves_a_promise_for_closing_time_where_it_was() -> None:
    """Two seconds given back would make it the next morning."""
    clock = Clock.start(datetime(2026, 3, 2, 9, tzinfo=OFFICE_TIME), Term(5, TermUnit.WORKING_DAY), WorkingCalendar())
    stopped = clock.pause(datetime(2026, 3, 3, 10, 15, 20, tzinfo=OFFICE_TIME))
    resumed = [stopped.resume(stopped.pauses[0].since + timedelta(seconds=later)) for later in (22, 80)]
    assert [clock.due_at for clock in resumed] == [
        datetime(2026, 3, 9, 17, tzinfo=OFFICE_TIME),
        datetime(2026, 3, 10, 8, 1, tzinfo=OFFICE_TIME),
    ]


def test_a_late_dossier_stays_late_over_a_pause() -> None:
    calendar = WorkingCalendar()
    received = datetime(2026, 3, 2, 9, tzinfo=OFFICE_TIME)
    clock = Clock.start(received, Term(1, TermUnit.WORKING_DAY), calendar)
    paused = clock.pause(received + 4 * DAY)
    assert paused.is_late(received + 4 * DAY)
    assert paused.resume(received + 9 * DAY).due_at == clock.due_at


@pytest.mark.parametrize("verb", ["resume", "pause"])
def test_a_clock_refuses_what_makes_no_sense(verb: str) -> None:
    received = datetime(2026, 3, 2, 9, tzinfo=OFFICE_TIME)
    clock = Clock.start(received, Term(5, TermUnit.WORKING_DAY), WorkingCalendar())
    wrong = clock if verb == "resume" else clock.pause(received)
    with pytest.raises(ValueError, match="pause"):
        getattr(wrong, verb)(received)
    with pytest.raises(ValueError, match="cannot end before"):
        clock.pause(received).resume(received - DAY)
