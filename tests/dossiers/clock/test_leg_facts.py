"""Legs are facts of the events; a lateness has exactly one responsible leg."""

from datetime import datetime
from typing import Any

import pytest

from dossiers.clock.legs import Leg, clock_starts, is_late, responsible, transfer_by
from dossiers.clock.replay import (
    EventRecord,
    ImpossibleHistory,
    State,
    one_calendar,
    state_of,
)
from dossiers.clock.states import EventKind, Status
from tests.factories import hanoi
from tests.units.seed import CALENDAR
from units.clock.due_dates import Term, TermUnit, term_as_json

DESK, DEPARTMENT, CITY = 1, 2, 3
PLAN = [[DESK, 16, 0, 0], [DEPARTMENT, 24, 0, 1], [CITY, 40, 0, 2]]
TERM = term_as_json(Term(10, TermUnit.WORKING_DAY))


def event(kind: EventKind, at: datetime, to: Status = Status.IN_PROCESS, unit: int = DESK, **data: Any) -> EventRecord:
    return EventRecord(kind, at, unit, to, data)


def accepted(at: datetime, plan: list[list[int]] = PLAN) -> EventRecord:
    return event(EventKind.REGISTERED, at, Status.ACCEPTED, promised=TERM, statutory=TERM, plan=plan)


def handed(at: datetime, leg: int, to: Status = Status.IN_PROCESS) -> EventRecord:
    return event(EventKind.HANDED_OVER, at, to, leg=leg)


def taken(at: datetime, leg: int) -> EventRecord:
    return event(EventKind.TAKEN_OVER, at, leg=leg)


def state_after(*events: EventRecord) -> State:
    return state_of(events, one_calendar(CALENDAR))


def test_rule_25_each_step_has_its_day_and_a_late_step_keeps_the_final_one():
    events = [accepted(hanoi(2026, 6, 1))]
    planned = [leg.due_at for leg in state_after(*events).legs]
    assert planned == [hanoi(2026, 6, 3, 17), hanoi(2026, 6, 8, 17), hanoi(2026, 6, 15, 17)]
    events += [
        handed(hanoi(2026, 6, 3, 16), 0, Status.ACCEPTED),
        taken(hanoi(2026, 6, 3, 16, 30), 1),
        handed(hanoi(2026, 6, 10, 11), 1),
        taken(hanoi(2026, 6, 10, 14), 2),
        event(EventKind.FINISHED, hanoi(2026, 6, 16, 10), Status.DONE, outcome="granted", holder=DESK),
    ]
    state = state_after(*events)
    assert [is_late(leg, hanoi(2026, 6, 16)) for leg in state.legs] == [False, True, False]
    assert state.due_at == hanoi(2026, 6, 15, 17)
    assert state.late_unit_id == DEPARTMENT


def test_what_is_handed_over_stays_with_the_sender_until_the_receiver_takes_it():
    events = [accepted(hanoi(2026, 6, 1)), handed(hanoi(2026, 6, 1, 10), 0, Status.ACCEPTED)]
    assert state_after(*events).holder_id == DESK
    assert state_after(*events, taken(hanoi(2026, 6, 1, 11), 1)).holder_id == DEPARTMENT


def test_the_first_acceptance_begins_the_work():
    events = [accepted(hanoi(2026, 6, 1)), handed(hanoi(2026, 6, 1, 10), 0, Status.ACCEPTED)]
    assert state_after(*events, taken(hanoi(2026, 6, 1, 11), 1)).status is Status.IN_PROCESS


def test_what_is_refused_is_in_the_senders_hands_as_if_it_had_never_left():
    events = [accepted(hanoi(2026, 6, 1)), handed(hanoi(2026, 6, 1, 10), 0, Status.ACCEPTED)]
    back = state_after(*events, event(EventKind.SENT_BACK, hanoi(2026, 6, 1, 14), Status.ACCEPTED, leg=1))
    assert back.legs == state_after(events[0]).legs
    assert back.holder_id == DESK


@pytest.mark.parametrize("leg", [0, 2])
def test_nobody_takes_over_what_was_not_handed_over(leg: int):
    with pytest.raises(ImpossibleHistory):
        state_after(accepted(hanoi(2026, 6, 1)), taken(hanoi(2026, 6, 1, 11), leg))


def test_parallel_legs_begin_together_and_the_next_one_when_all_are_over():
    plan = [[DESK, 8, 0, 0], [DEPARTMENT, 24, 0, 1], [CITY, 16, 0, 1], [DESK, 8, 0, 2]]
    events = [
        accepted(hanoi(2026, 6, 1), plan),
        handed(hanoi(2026, 6, 1, 10), 0, Status.ACCEPTED),
        taken(hanoi(2026, 6, 1, 11), 1),
        taken(hanoi(2026, 6, 1, 11), 2),
        handed(hanoi(2026, 6, 3, 10), 2),
    ]
    assert [leg.on_its_way for leg in state_after(*events).legs] == [False, False, False, False]
    assert state_after(*events, handed(hanoi(2026, 6, 4, 10), 1)).legs[3].on_its_way


def test_rule_2_what_comes_after_fifteen_oclock_may_leave_at_the_start_of_the_next_working_day():
    friday = hanoi(2026, 2, 13, 16, 45)
    assert transfer_by(friday, CALENDAR) == hanoi(2026, 2, 23, 8)
    assert transfer_by(hanoi(2026, 2, 13, 15), CALENDAR) == hanoi(2026, 2, 13, 17)


def test_a_receivers_time_runs_from_the_next_day_for_what_was_sent_after_fifteen_oclock():
    assert clock_starts(hanoi(2026, 3, 6, 15, 0, 1), CALENDAR) == hanoi(2026, 3, 9, 8)
    assert clock_starts(hanoi(2026, 3, 6, 15), CALENDAR) == hanoi(2026, 3, 6, 15)


def test_where_no_leg_overran_the_one_that_should_have_taken_it_answers():
    legs = [
        Leg(0, DESK, 8, 0, 0, hanoi(2026, 6, 2), hanoi(2026, 6, 1), hanoi(2026, 6, 1), hanoi(2026, 6, 2)),
        Leg(1, DEPARTMENT, 8, 0, 1, hanoi(2026, 6, 9), hanoi(2026, 6, 2), hanoi(2026, 6, 8), hanoi(2026, 6, 8, 10)),
    ]
    found = responsible(legs, due_at=hanoi(2026, 6, 5), at=hanoi(2026, 6, 8, 10))
    assert found is not None
    assert found.unit_id == DEPARTMENT
