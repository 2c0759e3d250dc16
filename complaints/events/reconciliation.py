"""Rebuilding cases from their events, and proving that the rows say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from complaints.clock.clocks import CalendarOf
from complaints.clock.replay import CACHED, EventRecord, ImpossibleHistory, state_of
from complaints.clock.states import EventKind, Status
from complaints.events.record import calendars_of
from complaints.models import Case, CaseEvent
from units.models import Unit

BATCH = 2000
_COLUMNS = (*CACHED, "receiving_unit_id")


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one case that does not say what its events say; "events" for a history that cannot have been."""

    case_id: int
    code: str
    name: str
    stored: object
    replayed: object


def compare_cases(*, batch: int = BATCH) -> Iterator[tuple[int, list[Difference]]]:
    """Replay every case in order of its key; yields, per batch, how many were replayed and what differs.

    Two queries a batch and flat memory, however many there are.
    """
    after, calendars = 0, dict[int, CalendarOf]()
    while rows := list(Case.objects.filter(pk__gt=after).order_by("pk").values("id", "code", *_COLUMNS)[:batch]):
        first, after = rows[0]["id"], rows[-1]["id"]
        for unit in Unit.objects.filter(pk__in={row["receiving_unit_id"] for row in rows} - set(calendars)):
            calendars[unit.pk] = calendars_of(unit)
        told = _events(first, after)
        yield len(rows), [one for row in rows for one in _differences(row, told[row["id"]], calendars)]


@transaction.atomic
def rebuild_case(case_id: int) -> Case:
    """Write what the events say into the row. Raises ImpossibleHistory."""
    case = Case.objects.select_for_update(of=("self",)).select_related("receiving_unit").get(pk=case_id)
    state = state_of(_events(case_id, case_id)[case_id], calendars_of(case.receiving_unit))
    Case.objects.filter(pk=case_id).update(**{name: getattr(state, name) for name in CACHED})
    case.refresh_from_db()
    return case


def _differences(
    row: dict[str, Any], events: Iterable[EventRecord], calendars: dict[int, CalendarOf]
) -> Iterator[Difference]:
    try:
        state = state_of(events, calendars[row["receiving_unit_id"]])
    except ImpossibleHistory as impossible:
        yield Difference(row["id"], row["code"], "events", None, str(impossible))
        return
    for name in CACHED:
        if row[name] != getattr(state, name):
            yield Difference(row["id"], row["code"], name, row[name], getattr(state, name))


def _events(first: int, last: int) -> dict[int, list[EventRecord]]:
    told: dict[int, list[EventRecord]] = defaultdict(list)
    rows = CaseEvent.objects.filter(case__gte=first, case__lte=last).order_by("case_id", "number")
    for key, kind, at, unit, to, data in rows.values_list("case_id", "kind", "at", "unit_id", "to_status", "data"):
        told[key].append(EventRecord(EventKind(kind), at, unit, Status(to), data))
    return told
