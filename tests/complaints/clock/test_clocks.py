"""Rules 28 to 30 of the field, with their dates, on the sets of rules this release comes with; and what pauses,
extensions and the calendar do to a case. No database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import complaints
from complaints.clock.replay import EventRecord, ImpossibleHistory, State, state_of
from complaints.clock.rules import Rules
from complaints.clock.states import LEADS_TO, EventKind, Kind, Outcome, Status
from tests.units.seed import CALENDAR, at
from units.clock.due_dates import due_date

SETS = json.loads((Path(complaints.__file__).parent / "data" / "rules.json").read_text(encoding="utf-8"))


def rules(kind: Kind, on: str) -> dict[str, Any]:
    sets = [one for one in SETS if one["kind"] == kind and date.fromisoformat(one["valid_from"]) <= at(on).date()]
    return max(sets, key=lambda one: one["valid_from"])["rules"]


def state_after(
    kind: Kind, received: str, *acts: tuple[EventKind, str] | tuple[EventKind, str, dict[str, Any]]
) -> State:
    """A case of that kind after the acts, each at its time; statuses follow from the acts."""
    data = {"kind": kind.value, "rules": rules(kind, received)}
    events = [EventRecord(EventKind.RECEIVED, at(received), 1, Status.NEW, data)]
    for act, moment, *more in acts:
        to = LEADS_TO.get(act, events[-1].to_status)
        events.append(EventRecord(act, at(moment), 1, to, more[0] if more else {}))
    return state_of(events, lambda _edition: CALENDAR)


def sorted_on(moment: str) -> tuple[EventKind, str]:
    return EventKind.SORTED, moment


def test_rule_28_a_grievance_is_accepted_or_refused_within_seven_working_days() -> None:
    assert state_after(Kind.GRIEVANCE, "2026-07-06").check_due_at == at("2026-07-15 17:00")


def test_rule_28_a_grievance_is_settled_in_thirty_days_or_in_forty_five_when_complex() -> None:
    accepted = (sorted_on("2026-07-07"), (EventKind.ACCEPTED, "2026-07-15"))
    assert state_after(Kind.GRIEVANCE, "2026-07-06", *accepted).due_at == at("2026-08-14 17:00")
    marked = (EventKind.GRADED, "2026-07-20", {"grade": "complex"})
    case = state_after(Kind.GRIEVANCE, "2026-07-06", *accepted, marked)
    assert case.due_at == at("2026-09-03 17:00")
    assert case.derivation["earlier"][0]["due"].startswith("2026-08-14")


def test_rule_28_a_case_received_before_the_new_decree_keeps_the_rules_of_its_date() -> None:
    assert state_after(Kind.GRIEVANCE, "2026-06-30").check_due_at == at("2026-07-10 17:00")  # ten days


def test_rule_28_the_act_complained_of_is_ninety_days_back_at_most() -> None:
    term = Rules.from_json(rules(Kind.GRIEVANCE, "2026-07-06")).limitation
    assert term is not None
    assert due_date(at("2026-03-02"), term, CALENDAR).due_on == date(2026, 6, 1)


def test_rule_29_a_denunciation_is_checked_in_seven_working_days_and_ten_where_several_places_are_asked() -> None:
    assert state_after(Kind.DENUNCIATION, "2026-08-25").check_due_at == at("2026-09-08 17:00")
    longer = {"kind": "denunciation", "rules": rules(Kind.DENUNCIATION, "2026-08-25"), "longer": True}
    case = state_after(Kind.DENUNCIATION, "2026-08-25", (EventKind.SORTED, "2026-08-26", longer))
    assert case.check_due_at == at("2026-09-11 17:00")


def test_rule_29_it_is_transferred_within_five_working_days() -> None:
    term = Rules.from_json(rules(Kind.DENUNCIATION, "2026-08-25")).transfer
    assert term is not None
    assert due_date(at("2026-08-25"), term, CALENDAR).due_on == date(2026, 9, 4)


def test_rule_29_two_extensions_of_thirty_days_and_no_third() -> None:
    accepted = (sorted_on("2026-08-26"), (EventKind.ACCEPTED, "2026-09-07"), (EventKind.STARTED, "2026-09-08"))
    dues = ["2026-10-07 17:00", "2026-11-06 17:00", "2026-12-07 17:00"]
    for extensions, due in enumerate(dues):
        more = [(EventKind.EXTENDED, "2026-09-10")] * extensions
        assert state_after(Kind.DENUNCIATION, "2026-08-25", *accepted, *more).due_at == at(due)
    with pytest.raises(ImpossibleHistory, match="more extensions"):
        state_after(Kind.DENUNCIATION, "2026-08-25", *accepted, *[(EventKind.EXTENDED, "2026-09-10")] * 3)


def test_rule_30_a_petition_for_another_body_is_transferred_within_five_working_days_over_tet() -> None:
    term = Rules.from_json(rules(Kind.PETITION, "2026-02-12")).transfer
    assert term is not None
    assert due_date(at("2026-02-12"), term, CALENDAR).due_on == date(2026, 2, 26)


def test_rule_30_an_urgent_report_from_the_street_has_four_working_hours() -> None:
    urgent = {"kind": "field_report", "rules": rules(Kind.FIELD_REPORT, "2026-07-09"), "grade": "urgent"}
    acts = ((EventKind.SORTED, "2026-07-09 15:00", urgent), (EventKind.ACCEPTED, "2026-07-09 15:00"))
    assert state_after(Kind.FIELD_REPORT, "2026-07-09 15:00", *acts).due_at == at("2026-07-10 10:00")


def test_what_is_sorted_as_another_kind_has_had_that_kinds_clock_from_receipt() -> None:
    as_grievance = {"kind": "grievance", "rules": rules(Kind.GRIEVANCE, "2026-07-06")}
    case = state_after(Kind.QUESTION, "2026-07-06", (EventKind.SORTED, "2026-07-08", as_grievance))
    assert (case.kind, case.check_due_at) == ("grievance", at("2026-07-15 17:00"))


def test_a_supplement_stops_the_check_and_gives_back_what_was_left() -> None:
    acts = (
        sorted_on("2026-07-07"),
        (EventKind.SUPPLEMENT_ASKED, "2026-07-08 17:00"),
        (EventKind.SUPPLEMENTED, "2026-07-15 17:00"),
    )
    case = state_after(Kind.GRIEVANCE, "2026-07-06", *acts)
    assert case.check_due_at == at("2026-07-22 17:00")
    assert case.derivation["earlier"][0]["why"] == "pause"


def test_a_pause_that_ends_at_once_changes_nothing() -> None:
    acts = (sorted_on("2026-07-07"), (EventKind.ACCEPTED, "2026-07-15"), (EventKind.STARTED, "2026-07-15"))
    stop = ((EventKind.SUSPENDED, "2026-07-20 10:00"), (EventKind.RESUMED, "2026-07-20 10:00"))
    running, paused = (
        state_after(Kind.GRIEVANCE, "2026-07-06", *acts),
        state_after(Kind.GRIEVANCE, "2026-07-06", *acts, *stop),
    )
    assert (paused.due_at, paused.derivation) == (running.due_at, running.derivation)


def test_the_decision_decides_a_grievance_and_the_answer_a_petition() -> None:
    work = (sorted_on("2026-07-07"), (EventKind.ACCEPTED, "2026-07-08"), (EventKind.STARTED, "2026-07-08"))
    settled = (EventKind.SETTLED, "2026-07-10 10:00", {"outcome": Outcome.REJECTED.value})
    grievance = state_after(Kind.GRIEVANCE, "2026-07-06", *work, settled)
    assert grievance.finished_at == at("2026-07-10 10:00")
    assert grievance.answer_due_at == grievance.next_due_at == at("2026-07-15 17:00")
    petition = state_after(Kind.PETITION, "2026-07-06", *work, settled)
    assert (petition.finished_at, petition.next_due_at) == (None, petition.due_at)
    answered = (EventKind.ANSWERED, "2026-07-13 10:00")
    assert state_after(Kind.PETITION, "2026-07-06", *work, settled, answered).finished_at == at("2026-07-13 10:00")


def test_a_grievance_is_never_answered_without_a_decision() -> None:
    work = (sorted_on("2026-07-07"), (EventKind.ACCEPTED, "2026-07-08"), (EventKind.STARTED, "2026-07-08"))
    answered = (EventKind.ANSWERED, "2026-07-13", {"outcome": Outcome.EXPLAINED.value})
    assert state_after(Kind.PETITION, "2026-07-06", *work, answered).outcome == "explained"
    with pytest.raises(ImpossibleHistory, match="decision"):
        state_after(Kind.GRIEVANCE, "2026-07-06", *work, answered)


def test_a_case_that_comes_back_has_its_whole_time_again_and_is_counted() -> None:
    work = (sorted_on("2026-07-07"), (EventKind.ACCEPTED, "2026-07-08"), (EventKind.STARTED, "2026-07-08"))
    ended = (*work, (EventKind.ANSWERED, "2026-07-13", {"outcome": "explained"}), (EventKind.CLOSED, "2026-07-20"))
    case = state_after(Kind.PETITION, "2026-07-06", *ended, (EventKind.REOPENED, "2026-07-21"))
    assert (case.reopened, case.finished_at, case.outcome) == (1, None, "")
    assert case.due_at == at("2026-08-04 17:00")


@pytest.mark.parametrize("one", SETS, ids=lambda one: f"{one['kind']}@{one['valid_from']}")
def test_every_set_of_rules_is_read_as_it_was_written(one: dict[str, Any]) -> None:
    read = Rules.from_json(one["rules"])
    assert Rules.from_json(read.as_json()) == read
    assert one["source"]
