"""Clocks are a fold of acts: what calendars, corrections, pauses and legs do to every date."""

from datetime import date, datetime

from dossiers.clock.clocks import ClockEvent, ClockEventKind, Clocks, PlannedLeg, Terms, fold
from tests.factories import hanoi
from units.clock.due_dates import Term, TermUnit, WorkingCalendar
from units.clock.working_calendar import DayKind, SpecialDay

PLAIN, WITH_HOLIDAY = 1, 2
HOLIDAY = SpecialDay(date(2026, 3, 10), DayKind.HOLIDAY, "Nghỉ đột xuất", "Công điện 1")
CALENDARS = {PLAIN: WorkingCalendar(version="1"), WITH_HOLIDAY: WorkingCalendar([HOLIDAY], version="2")}

DESK, DEPARTMENT, LEADER = 1, 2, 3
PLAN = (PlannedLeg(DESK, 8), PlannedLeg(DEPARTMENT, 24, group=1), PlannedLeg(LEADER, 8, group=2))
ACCEPTED = hanoi(2026, 3, 4)  # a Wednesday


def days(amount: int) -> Terms:
    term = Term(amount, TermUnit.WORKING_DAY)
    return Terms(term, term, None, PLAN)


def start(amount: int = 5, edition: int = PLAIN) -> ClockEvent:
    return ClockEvent(ClockEventKind.START, ACCEPTED, edition, 1, terms=days(amount))


def folded(*acts: ClockEvent) -> Clocks:
    return fold(acts, CALENDARS.__getitem__)


def leg_dues(clocks: Clocks) -> list[datetime]:
    return [clocks.leg_due(position) for position in range(len(clocks.plan))]


def test_shares_end_at_closing_time_and_the_last_one_with_the_promise():
    assert leg_dues(folded(start(5))) == [hanoi(2026, 3, 5, 17), hanoi(2026, 3, 10, 17), hanoi(2026, 3, 11, 17)]


def test_shares_shrink_alike_where_less_was_promised_than_the_plan_takes():
    first, second, last = leg_dues(folded(start(2)))
    assert last == hanoi(2026, 3, 6, 17)
    worked = CALENDARS[PLAIN].worked_time_between
    assert worked(ACCEPTED, first) * 5 == worked(ACCEPTED, last)
    assert worked(ACCEPTED, second) * 5 == worked(ACCEPTED, last) * 4


def test_a_holiday_announced_later_moves_the_promise_and_every_leg_to_come():
    events = [start(5), ClockEvent(ClockEventKind.CALENDAR, hanoi(2026, 3, 5), WITH_HOLIDAY, 2)]
    clocks = folded(*events)
    assert leg_dues(clocks) == [hanoi(2026, 3, 5, 17), hanoi(2026, 3, 11, 17), hanoi(2026, 3, 12, 17)]
    assert [line["why"] for line in clocks.earlier] == ["calendar"]


def test_undoing_a_calendar_change_restores_every_date_exactly_also_after_pauses():
    pause, resume = (
        ClockEvent(ClockEventKind.PAUSE, hanoi(2026, 3, 6, 10), PLAIN, 3),
        ClockEvent(ClockEventKind.RESUME, hanoi(2026, 3, 9, 14), PLAIN, 4),
    )
    change = ClockEvent(ClockEventKind.CALENDAR, hanoi(2026, 3, 5), WITH_HOLIDAY, 2)
    undo = ClockEvent(ClockEventKind.UNDO, hanoi(2026, 3, 9, 15), PLAIN, 5, number=2)
    undone, untouched = folded(start(5), change, pause, resume, undo), folded(start(5), pause, resume)
    assert undone.due_at == untouched.due_at
    assert leg_dues(undone) == leg_dues(untouched)
    assert folded(start(5), change, pause, resume).due_at > untouched.due_at


def test_a_correction_counts_the_right_term_from_the_same_receipt_and_keeps_the_pauses():
    pause, resume = (
        ClockEvent(ClockEventKind.PAUSE, hanoi(2026, 3, 5), PLAIN, 2),
        ClockEvent(ClockEventKind.RESUME, hanoi(2026, 3, 6), PLAIN, 3),
    )
    correct = ClockEvent(ClockEventKind.CORRECT, hanoi(2026, 3, 6, 11), PLAIN, 4, terms=days(10))
    corrected = folded(start(5), pause, resume, correct)
    assert corrected.due_at == folded(start(10), pause, resume).due_at
    assert corrected.earlier[-1]["due"] == folded(start(5), pause, resume).due_at.isoformat()


def test_what_was_not_known_at_the_receipt_counts_from_the_restart():
    restart = ClockEvent(ClockEventKind.RESTART, hanoi(2026, 3, 9), WITH_HOLIDAY, 2)
    assert folded(start(2), restart).due_at == hanoi(2026, 3, 12, 17)


def test_a_pause_and_a_resume_at_once_change_nothing():
    at = hanoi(2026, 3, 5, 10)
    before, after = (
        folded(start(5)),
        folded(
            start(5), ClockEvent(ClockEventKind.PAUSE, at, PLAIN, 2), ClockEvent(ClockEventKind.RESUME, at, PLAIN, 3)
        ),
    )
    assert (after.due_at, leg_dues(after)) == (before.due_at, leg_dues(before))


def test_an_office_that_gets_it_late_still_has_its_full_share_and_one_that_gets_it_early_the_planned_day():
    late = folded(
        start(5), ClockEvent(ClockEventKind.LEG, hanoi(2026, 3, 9), PLAIN, 2, moment=hanoi(2026, 3, 9), number=1)
    )
    assert late.leg_due(1) == hanoi(2026, 3, 12, 17)
    assert late.leg_due(2) == late.due_at == hanoi(2026, 3, 11, 17)
    early = folded(start(5), ClockEvent(ClockEventKind.LEG, ACCEPTED, PLAIN, 2, moment=ACCEPTED, number=1))
    assert early.leg_due(1) == hanoi(2026, 3, 10, 17)


def test_a_re_appointment_never_replaces_the_promise_and_a_pause_moves_both():
    again = ClockEvent(ClockEventKind.AGAIN, hanoi(2026, 3, 9), PLAIN, 2, moment=hanoi(2026, 3, 18, 17))
    clocks = folded(start(5), again)
    assert (clocks.due_at, clocks.again and clocks.again.due_at) == (hanoi(2026, 3, 11, 17), hanoi(2026, 3, 18, 17))
    pause = ClockEvent(ClockEventKind.PAUSE, hanoi(2026, 3, 9, 10), PLAIN, 3)
    moved = folded(start(5), again, pause, ClockEvent(ClockEventKind.RESUME, hanoi(2026, 3, 10, 10), PLAIN, 4))
    assert moved.again is not None
    assert moved.again.due_at == hanoi(2026, 3, 19, 17)


def test_a_date_set_by_hand_moves_on_when_its_day_becomes_a_day_off():
    by_hand = Terms(None, None, hanoi(2026, 3, 10, 17), PLAN)
    shown = [
        ClockEvent(ClockEventKind.START, ACCEPTED, PLAIN, 1, terms=by_hand),
        ClockEvent(ClockEventKind.CALENDAR, hanoi(2026, 3, 5), WITH_HOLIDAY, 2),
    ]
    assert folded(shown[0]).due_at == hanoi(2026, 3, 10, 17)
    assert folded(*shown).due_at == hanoi(2026, 3, 11, 17)
    undone = folded(*shown, ClockEvent(ClockEventKind.UNDO, hanoi(2026, 3, 6), PLAIN, 3, number=2))
    assert undone.due_at == hanoi(2026, 3, 10, 17)


def test_thirty_changes_of_the_calendar_are_reckoned_as_fast_as_they_are_told():
    events = [start(5)]
    for number in range(2, 32):
        events.append(
            ClockEvent(ClockEventKind.CALENDAR, hanoi(2026, 3, 5), WITH_HOLIDAY if number % 2 == 0 else PLAIN, number)
        )
    clocks = folded(*events)  # two to the power of thirty steps would never end
    assert clocks.due_at == folded(start(5)).due_at
    assert len(clocks.earlier) == 30


def test_a_new_day_off_never_makes_an_office_late_where_the_promise_stays():
    """A term in calendar days holds less working time then; the shares would shrink, also those already behind."""
    terms = Terms(Term(7, TermUnit.DAY), Term(7, TermUnit.DAY), None, PLAN)
    events = [ClockEvent(ClockEventKind.START, ACCEPTED, PLAIN, 1, terms=terms)]
    before = leg_dues(folded(*events))
    change = ClockEvent(ClockEventKind.CALENDAR, hanoi(2026, 3, 9), WITH_HOLIDAY, 2)
    after = leg_dues(folded(*events, change))
    assert all(new >= old for new, old in zip(after, before, strict=True))
    assert (after[0], after[-1]) == (before[0], before[-1])
    undo = ClockEvent(ClockEventKind.UNDO, hanoi(2026, 3, 9, 10), PLAIN, 3, number=2)
    assert leg_dues(folded(*events, change, undo)) == before
