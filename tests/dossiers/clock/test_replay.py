"""A dossier is a function of its events: what acceptance, supplements and pauses do to the due date."""

from datetime import datetime
from typing import Any

import pytest

from dossiers.clock.replay import (
    EventRecord,
    ImpossibleHistory,
    State,
    one_calendar,
    state_of,
)
from dossiers.clock.states import MOVES, OPEN, EventKind, Status
from tests.units.seed import CALENDAR, at, days, working_days
from units.clock.due_dates import Term, TermUnit, term_as_json

DESK, OFFICE = 1, 2


def event(kind: EventKind, when: str, to: Status, **data: Any) -> EventRecord:
    return EventRecord(kind, at(when), DESK, to, data)


def accepted(when: str, term: Term, statutory: Term | None = None) -> EventRecord:
    terms = {"promised": term_as_json(term), "statutory": term_as_json(statutory or term)}
    return event(EventKind.REGISTERED, when, Status.ACCEPTED, **terms)


def started(when: str) -> EventRecord:
    return event(EventKind.STARTED, when, Status.IN_PROCESS, holder=OFFICE)


def replayed(*events: EventRecord) -> State:
    return state_of(events, one_calendar(CALENDAR))


def due(state: State) -> datetime:
    assert state.due_at is not None
    return state.due_at


def test_rule_9_a_dossier_not_yet_accepted_has_no_clock():
    submitted = event(EventKind.SUBMITTED, "2026-03-02", Status.SUBMITTED)
    assert replayed(submitted).due_at is None
    accepted_later = replayed(submitted, accepted("2026-03-05", working_days(5)))
    assert due(accepted_later) == at("2026-03-12 17:00")
    assert accepted_later.submitted_at == at("2026-03-02")


def test_rule_11_a_completed_supplement_restarts_the_term_from_zero_and_keeps_the_old_date():
    state = replayed(
        accepted("2026-03-04", working_days(10)),
        started("2026-03-04 10:00"),
        event(EventKind.SUPPLEMENT_ASKED, "2026-03-06", Status.AWAITING_SUPPLEMENT),
        event(EventKind.SUPPLEMENTED, "2026-03-16", Status.IN_PROCESS),
    )
    assert due(state) == at("2026-03-30 17:00")
    wait = {"from": at("2026-03-06"), "until": at("2026-03-16"), "due": at("2026-03-18 17:00")}
    assert _earlier_waits(state) == [{"why": "supplement"} | wait]


def test_waiting_for_payment_gives_back_exactly_the_working_time_that_was_left():
    """Paused with one working day and an hour left, resumed on a Monday at ten: due the next day at eleven."""
    state = replayed(
        accepted("2026-03-02", working_days(3)),
        started("2026-03-02 10:00"),
        event(EventKind.PAYMENT_ASKED, "2026-03-04 16:00", Status.AWAITING_PAYMENT),
        event(EventKind.PAID, "2026-03-09 10:00", Status.IN_PROCESS),
    )
    assert due(state) == at("2026-03-10 11:00")
    pause = {"from": at("2026-03-04 16:00"), "until": at("2026-03-09 10:00"), "due": at("2026-03-05 17:00")}
    assert _earlier_waits(state) == [{"why": "pause"} | pause]


def _earlier_waits(state: State) -> list[dict[str, Any]]:
    """The stored waits, with their moments read."""
    moments = ("from", "until", "due")
    return [
        wait | {name: datetime.fromisoformat(wait[name]) for name in moments} for wait in state.derivation["earlier"]
    ]


def test_a_stop_ordered_while_payment_is_awaited_pauses_only_once():
    state = replayed(
        accepted("2026-03-02", working_days(3)),
        started("2026-03-02 10:00"),
        event(EventKind.PAYMENT_ASKED, "2026-03-04 16:00", Status.AWAITING_PAYMENT),
        event(EventKind.STOPPED, "2026-03-05 09:00", Status.STOPPED),
        event(EventKind.RESUMED, "2026-03-09 10:00", Status.IN_PROCESS),
    )
    assert due(state) == at("2026-03-10 11:00")


def test_a_pause_does_not_make_a_late_dossier_punctual():
    state = replayed(
        accepted("2026-03-02", working_days(1)),
        started("2026-03-02 10:00"),
        event(EventKind.PAYMENT_ASKED, "2026-03-05", Status.AWAITING_PAYMENT),
        event(EventKind.PAID, "2026-03-09", Status.IN_PROCESS),
    )
    assert due(state) == at("2026-03-03 17:00")


def test_the_promise_never_outlasts_the_law():
    """Thirty days ending in Tet give way to 23 February; twenty-two working days would be later."""
    state = replayed(accepted("2026-01-20", working_days(22), days(30)))
    assert state.statutory_due_at == at("2026-02-23 17:00")
    assert due(state) == at("2026-02-23 17:00")
    assert state.derivation["rule"] == "calendar_days_rolled"


def test_rule_21_a_shorter_promise_is_what_the_slip_says_and_the_law_stays_beside_it():
    state = replayed(accepted("2026-03-02", Term(0, TermUnit.SAME_DAY), working_days(5)))
    assert due(state) == at("2026-03-02 17:00")
    assert state.statutory_due_at == at("2026-03-09 17:00")


def test_a_date_set_by_the_clerk_is_paused_like_any_other():
    chosen = event(EventKind.REGISTERED, "2026-03-02", Status.ACCEPTED, due_at=at("2026-03-04 17:00").isoformat())
    state = replayed(
        chosen,
        started("2026-03-02 10:00"),
        event(EventKind.STOPPED, "2026-03-03 17:00", Status.STOPPED),
        event(EventKind.RESUMED, "2026-03-09 08:00", Status.IN_PROCESS),
    )
    assert due(state) == at("2026-03-09 17:00")
    assert state.statutory_due_at is None


@pytest.mark.parametrize("current", [None, *Status])
def test_rule_24_a_move_that_is_not_in_the_table_is_impossible(current: Status | None):
    for to in set(Status) - MOVES[current] - {current}:
        history = [] if current is None else _history_to(current)
        with pytest.raises(ImpossibleHistory):
            replayed(*history, event(EventKind.STARTED, "2026-06-01", to))


def _history_to(status: Status) -> list[EventRecord]:
    """The shortest story that leaves a dossier in `status`; the moves are found in the table itself."""
    paths: dict[Status, list[Status]] = {first: [first] for first in (Status.SUBMITTED, Status.ACCEPTED)}
    while status not in paths:
        for reached, path in list(paths.items()):
            for following in MOVES[reached]:
                paths.setdefault(following, [*path, following])
    return [event(EventKind.HANDED_OVER, "2026-03-02", step) for step in paths[status]]


def test_time_never_runs_backwards():
    with pytest.raises(ImpossibleHistory):
        replayed(accepted("2026-03-02 10:00", working_days(1)), started("2026-03-02 09:59"))


def test_every_status_is_either_open_or_closed_for_good():
    closed = set(Status) - OPEN
    assert closed == {Status.REFUSED, Status.DONE, Status.RETURNED}
    assert all(MOVES[status] <= {Status.RETURNED} for status in closed)
