"""The worked examples of the field, by the number of their rule. The expected dates were reckoned by hand."""

from datetime import date, time

import pytest

from tests.units.seed import CALENDAR, at, days, working_days
from units.clock.due_dates import Rule, Term, TermUnit, due_date
from units.clock.pauses import Clock


@pytest.mark.parametrize(
    ("received", "amount", "due"),
    [
        pytest.param("2026-03-02 09:10", 5, "2026-03-09", id="rule 1: the day of receipt is not counted"),
        pytest.param("2026-02-13 16:45", 5, "2026-02-27", id="rule 2: Tet is skipped; a late hour changes nothing"),
        pytest.param("2026-01-08", 3, "2026-01-12", id="rule 3: a worked Saturday counts"),
        pytest.param("2025-12-31", 5, "2026-01-09", id="rule 3: New Year with a swapped Friday"),
        pytest.param("2026-08-27", 5, "2026-09-08", id="rule 4: a swapped Monday before the national day"),
        pytest.param("2026-08-21", 2, "2026-08-24", id="rule 4: the Saturday worked for it"),
        pytest.param("2026-11-23", 2, "2026-11-26", id="rule 4: 24 November is off from 2026"),
        pytest.param("2025-11-21", 2, "2025-11-25", id="rule 4: 24 November 2025 was an ordinary day"),
        pytest.param("2026-04-24", 3, "2026-05-04", id="rule 5: a holiday made up on Monday"),
        pytest.param("2026-03-06 14:00", 2, "2026-03-10", id="rule 7: two more days for copies in bulk"),
        pytest.param("2026-03-05", 5, "2026-03-12", id="rule 9: counted from the complete dossier"),
        pytest.param("2026-03-04", 3, "2026-03-09", id="rule 10: the last day to return a dossier"),
        pytest.param("2026-03-04", 10, "2026-03-18", id="rules 11, 13 and 14: ten working days"),
        pytest.param("2026-03-16", 10, "2026-03-30", id="rule 11: the term again from zero"),
        pytest.param("2026-03-02 09:00", 5, "2026-03-09", id="rule 21: the statutory date"),
        pytest.param("2026-06-01", 2, "2026-06-03", id="rule 25: first leg"),
        pytest.param("2026-06-03", 3, "2026-06-08", id="rule 25: second leg"),
        pytest.param("2026-06-08", 5, "2026-06-15", id="rule 25: third leg"),
        pytest.param("2026-06-01", 10, "2026-06-15", id="rule 25: the legs add up to the whole"),
        pytest.param("2026-06-30", 5, "2026-07-07", id="rule 26: the old version's term"),
        pytest.param("2026-07-01", 1, "2026-07-02", id="rule 26: the new version's term"),
        pytest.param("2026-08-28", 5, "2026-09-09", id="rule 26: the day to publish a decision by"),
        pytest.param("2026-07-06", 7, "2026-07-15", id="rule 28: accepting a complaint"),
        pytest.param("2026-08-25", 7, "2026-09-08", id="rule 29: checking a denunciation"),
        pytest.param("2026-08-25", 5, "2026-09-04", id="rule 29: transferring it"),
        pytest.param("2026-02-12", 5, "2026-02-26", id="rule 30: transferring over Tet"),
    ],
)
def test_a_term_in_working_days_ends_at_closing_time_of_its_last_day(received: str, amount: int, due: str) -> None:
    result = due_date(at(received), working_days(amount), CALENDAR)
    assert result.due_at == at(f"{due} 17:00")
    assert len(result.counted) == amount
    assert result.counted[-1] == result.due_on


@pytest.mark.parametrize(
    ("received", "amount", "due", "rule"),
    [
        pytest.param("2026-01-20", 30, "2026-02-23", Rule.CALENDAR_DAYS_ROLLED, id="rule 6: rolls past Tet"),
        pytest.param("2026-07-15", 30, "2026-08-14", Rule.CALENDAR_DAYS, id="rule 28: a complaint"),
        pytest.param("2026-07-15", 45, "2026-09-03", Rule.CALENDAR_DAYS_ROLLED, id="rule 28: a complex complaint"),
        pytest.param("2026-03-02", 90, "2026-06-01", Rule.CALENDAR_DAYS_ROLLED, id="rule 28: limitation"),
        pytest.param("2026-09-07", 30, "2026-10-07", Rule.CALENDAR_DAYS, id="rule 29: a denunciation"),
        pytest.param("2026-09-07", 60, "2026-11-06", Rule.CALENDAR_DAYS, id="rule 29: extended once"),
        pytest.param("2026-09-07", 90, "2026-12-07", Rule.CALENDAR_DAYS_ROLLED, id="rule 29: extended twice"),
    ],
)
def test_a_term_in_calendar_days_rolls_to_the_next_working_day(
    received: str, amount: int, due: str, rule: Rule
) -> None:
    result = due_date(at(received), days(amount), CALENDAR)
    assert (result.due_at, result.rule) == (at(f"{due} 17:00"), rule)


@pytest.mark.parametrize(
    ("received", "due", "rule"),
    [
        pytest.param("2026-03-06 15:00:00", "2026-03-06", Rule.SAME_DAY, id="rule 7: three o'clock is in time"),
        pytest.param("2026-03-06 15:00:01", "2026-03-09", Rule.SAME_DAY_NEXT, id="rule 7: a second later is not"),
        pytest.param("2026-03-06 16:45", "2026-03-09", Rule.SAME_DAY_NEXT, id="rule 7: late on Friday"),
        pytest.param("2026-02-13 15:30", "2026-02-23", Rule.SAME_DAY_NEXT, id="rule 7: late before Tet"),
        pytest.param("2026-03-02 09:00", "2026-03-02", Rule.SAME_DAY, id="rule 21: a promise of the same day"),
        pytest.param("2026-03-07 09:00", "2026-03-09", Rule.SAME_DAY_NEXT, id="rule 7: on a Saturday"),
    ],
)
def test_a_same_day_procedure_is_due_today_until_the_cut_off_hour(received: str, due: str, rule: Rule) -> None:
    result = due_date(at(received), Term(0, TermUnit.SAME_DAY), CALENDAR)
    assert (result.due_at, result.rule) == (at(f"{due} 17:00"), rule)


def test_a_unit_may_take_late_receipts_as_made_on_the_next_working_day() -> None:
    """Rule 2, with the unit's option."""
    term = Term(5, TermUnit.WORKING_DAY, late_receipt_next_day=True)
    late = due_date(at("2026-02-13 16:45"), term, CALENDAR)
    assert (late.due_at, late.starts_at) == (at("2026-03-02 17:00"), at("2026-02-23 08:00"))
    assert due_date(at("2026-02-13 15:00"), term, CALENDAR).due_at == at("2026-02-27 17:00")


def test_a_transfer_may_wait_for_the_next_working_day_after_tet() -> None:
    """Rule 2: the transfer of a dossier received late on 13 February."""
    assert CALENDAR.next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)


def test_working_hours_run_within_office_hours_only() -> None:
    """Rule 30: an urgent report, four working hours."""
    result = due_date(at("2026-07-09 15:00"), Term(4, TermUnit.WORKING_HOUR), CALENDAR)
    assert result.due_at == at("2026-07-10 10:00")
    assert CALENDAR.stretches(result.starts_at, result.due_at) == (
        (at("2026-07-09 15:00"), at("2026-07-09 17:00")),
        (at("2026-07-10 08:00"), at("2026-07-10 10:00")),
    )


def test_a_completed_dossier_starts_its_term_from_zero() -> None:
    """Rule 11."""
    clock = Clock.start(at("2026-03-04"), working_days(10), CALENDAR)
    returned = clock.pause(at("2026-03-06"))
    assert not returned.is_late(at("2026-03-20"))
    assert returned.restart(at("2026-03-16")).due_at == at("2026-03-30 17:00")
    assert clock.due_at == at("2026-03-18 17:00")


@pytest.mark.parametrize(("due", "by"), [("2026-03-18", "2026-03-17"), ("2026-03-23", "2026-03-20")])
def test_an_apology_is_due_on_the_last_working_day_before(due: str, by: str) -> None:
    """Rule 14: at the latest one day before; when that day is off, the working day before it."""
    eve = date.fromordinal(date.fromisoformat(due).toordinal() - 1)
    assert CALENDAR.on_or_before(eve) == date.fromisoformat(by)


def test_months_end_on_the_same_day_or_the_last_of_the_month() -> None:
    """Civil Code, article 148.3."""
    months = Term(1, TermUnit.MONTH)
    assert due_date(at("2026-06-05"), months, CALENDAR).due_at == at("2026-07-06 17:00")  # 5 July is a Sunday
    assert due_date(at("2026-03-31"), months, CALENDAR).due_at == at("2026-05-04 17:00")  # 30 April is off
    assert due_date(at("2025-12-31"), Term(2, TermUnit.MONTH), CALENDAR).due_on == date(2026, 3, 2)


def test_a_cut_off_of_its_own_moves_the_same_day_limit() -> None:
    term = Term(0, TermUnit.SAME_DAY, cut_off=time(10, 30))
    assert due_date(at("2026-03-06 10:30"), term, CALENDAR).due_on == date(2026, 3, 6)
    assert due_date(at("2026-03-06 10:31"), term, CALENDAR).due_on == date(2026, 3, 9)
