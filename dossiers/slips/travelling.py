"""Slips that go with dossiers from office to office: the control sheet (form 05) and the hand-over list.

Times are aware; slips show Hanoi time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from dossiers.clock.legs import is_late
from dossiers.clock.states import EventKind
from dossiers.models import Dossier, DossierEvent, DossierLeg
from dossiers.slips.heading import Issue, heading_data, moment, party_data, short_moment
from dossiers.slips.pdf import LANGUAGE, Data, Form
from units.models import Unit
from units.texts import wording

EARLY, ON_TIME, LATE = "Trước hạn", "Đúng hạn", "Quá hạn"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One dossier in a hand-over list."""

    code: str
    applicant: str
    request: str
    sets: int = 1
    due_at: datetime | None = None
    note: str = ""


def leg_result(leg: DossierLeg, at: datetime) -> str:
    """Early (finished on a day before the due day), on time, or late as of `at`.

    Empty for a leg that is open and in time, skipped, or without a due time.
    """
    if leg.skipped or leg.accepted_at is None or leg.due_at is None:
        return ""
    if is_late(leg, at):
        return LATE
    if leg.finished_at is None:
        return ""
    return EARLY if wording.day_of(leg.finished_at) < wording.day_of(leg.due_at) else ON_TIME


@translation.override(LANGUAGE)
def control_data(
    dossier: Dossier,
    legs: Iterable[DossierLeg],
    events: Iterable[DossierEvent],
    issue: Issue,
    look_up_address: str,
) -> Data:
    """Form 05: each leg with giver, taker, times and result as of the issue.

    `legs` need their unit and step, `events` their actor. A new date after an apology is printed beside the promise,
    which it never replaces.
    """
    history = list(events)
    return {
        **heading_data(Form.CONTROL, dossier.desk, issue),
        **party_data(dossier),
        "look_up_address": look_up_address,
        "received": short_moment(dossier.received_at),
        "due": short_moment(dossier.due_at),
        "again": short_moment(dossier.new_due_at),
        "finished": short_moment(dossier.finished_at),
        "legs": [_leg(dossier, leg, history, issue.at) for leg in legs],
    }


def handover_data(
    sender: Unit, receiver: Unit, rows: Iterable[HandedOver], issue: Issue, *, taker: str = "", note: str = ""
) -> Data:
    """A hand-over list of the dossiers that `sender` gives to `receiver` on issue, each with its barcode."""
    listed = [_row(row) for row in rows]
    return {
        **heading_data(Form.HANDOVER, sender, issue),
        "sender": _place(sender),
        "receiver": _place(receiver),
        "handed": moment(issue.at),
        "total": str(len(listed)),
        "rows": listed,
        "note": note,
        "giver": issue.officer,
        "taker": taker,
    }


def _place(unit: Unit) -> str:
    return unit.name if unit.pk == unit.office.pk else f"{unit.name}, {unit.office.name}"


def _leg(dossier: Dossier, leg: DossierLeg, events: list[DossierEvent], at: datetime) -> dict[str, str]:
    result = leg_result(leg, at)
    return {
        "unit": leg.unit.name,
        "work": leg.step.name if leg.step else "",
        "handed": short_moment(leg.handed_over_at),
        "giver": _giver(dossier, leg, events),
        "taken": short_moment(leg.accepted_at),
        "taker": _taker(leg, events),
        "due": short_moment(leg.due_at),
        "finished": short_moment(leg.finished_at),
        "result": result,
        "note": _note(dossier, leg, result),
    }


def _giver(dossier: Dossier, leg: DossierLeg, events: list[DossierEvent]) -> str:
    """Who handed it over: the applicant to the first office, later the officer of the office before."""
    for event in events:
        if event.at != leg.handed_over_at:
            continue
        if event.kind == EventKind.REGISTERED:
            return dossier.applicant_name
        if event.kind in {EventKind.HANDED_OVER, EventKind.STARTED}:
            return str(event.actor or "")
    return ""


def _taker(leg: DossierLeg, events: list[DossierEvent]) -> str:
    for event in events:
        took = event.kind == EventKind.TAKEN_OVER and event.data.get("leg") == leg.position
        if event.at == leg.accepted_at and (took or event.kind in {EventKind.REGISTERED, EventKind.STARTED}):
            return str(event.actor or "")
    return ""


def _note(dossier: Dossier, leg: DossierLeg, result: str) -> str:
    """The note of a leg: skipped, or the cause where it is responsible for the lateness."""
    if leg.skipped:
        return "Không qua"
    if result == LATE and leg.unit_id == dossier.late_unit_id and dossier.late_cause:
        return str(dossier.get_late_cause_display())
    return ""


def _row(row: HandedOver) -> dict[str, str]:
    return {
        "code": row.code,
        "applicant": row.applicant,
        "request": row.request,
        "sets": str(row.sets),
        "due": short_moment(row.due_at),
        "note": row.note,
    }
