"""Rebuilding rows from their events, and proving that the rows say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dossiers.clock.clocks import CalendarOf
from dossiers.clock.legs import Leg
from dossiers.clock.replay import CACHED, EventRecord, ImpossibleHistory, state_of
from dossiers.clock.states import EventKind, Status
from dossiers.events.record import calendars_of, mark_days, work_days, write_legs
from dossiers.models import Dossier, DossierEvent, DossierLeg
from units.models import Unit

BATCH = 2000
LEG_COLUMNS = Leg._fields


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one dossier that does not say what its events say. `name` names a column, "legs[2].due_at", or
    "events" for a history that cannot have happened."""

    dossier_id: int
    code: str
    name: str
    stored: object
    replayed: object


def compare_all(*, batch: int = BATCH, after: int = 0) -> Iterator[tuple[int, list[Difference]]]:
    """Replay every dossier in order of its key; yields, per batch, how many were replayed and what differs.

    Three queries a batch and flat memory, however long the register is.
    """
    calendars: dict[int, CalendarOf] = {}
    while rows := list(Dossier.objects.filter(pk__gt=after).order_by("pk").values("id", "code", *_COLUMNS)[:batch]):
        first, after = rows[0]["id"], rows[-1]["id"]
        for desk in Unit.objects.filter(pk__in={row["receiving_desk_id"] for row in rows} - set(calendars)):
            calendars[desk.pk] = calendars_of(desk)
        events, legs = _events(first, after), _legs(first, after)
        differences: list[Difference] = []
        for row in rows:
            key = row["id"]
            differences += _differences(row, events[key], legs[key], calendars[row["receiving_desk_id"]])
        yield len(rows), differences


@transaction.atomic
def rebuild(dossier_id: int) -> Dossier:
    """Write what the events say into the row and its legs. Raises ImpossibleHistory."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("receiving_desk")
    dossier = rows.get(pk=dossier_id)
    state = state_of(_events(dossier_id, dossier_id)[dossier_id], calendars_of(dossier.receiving_desk))
    Dossier.objects.filter(pk=dossier_id).update(**{name: getattr(state, name) for name in CACHED})
    mark_days(work_days(_legs(dossier_id, dossier_id)[dossier_id]))
    dossier.legs.all().delete()
    write_legs(dossier, (), state.legs)
    dossier.refresh_from_db()
    return dossier


_COLUMNS = (*CACHED, "receiving_desk_id")


def _differences(
    row: dict[str, Any], events: Iterable[EventRecord], legs: tuple[Leg, ...], calendar_of: CalendarOf
) -> Iterator[Difference]:
    try:
        state = state_of(events, calendar_of)
    except ImpossibleHistory as impossible:
        yield Difference(row["id"], row["code"], "events", None, str(impossible))
        return
    for name in CACHED:
        if row[name] != getattr(state, name):
            yield Difference(row["id"], row["code"], name, row[name], getattr(state, name))
    yield from _leg_differences(row, legs, state.legs)


def _leg_differences(row: dict[str, Any], stored: tuple[Leg, ...], told: tuple[Leg, ...]) -> Iterator[Difference]:
    if len(stored) != len(told):
        yield Difference(row["id"], row["code"], "legs", len(stored), len(told))
        return
    for kept, leg in zip(stored, told, strict=True):
        for name, mine, theirs in zip(LEG_COLUMNS, kept, leg, strict=True):
            if mine != theirs:
                yield Difference(row["id"], row["code"], f"legs[{leg.position}].{name}", mine, theirs)


def _events(first: int, last: int) -> dict[int, list[EventRecord]]:
    told: dict[int, list[EventRecord]] = defaultdict(list)
    rows = DossierEvent.objects.filter(dossier__gte=first, dossier__lte=last).order_by("dossier_id", "number")
    for key, kind, at, unit, to, data in rows.values_list(
        "dossier_id", "kind", "at", "unit_id", "to_status", "data"
    ).iterator(chunk_size=5000):
        told[key].append(EventRecord(EventKind(kind), at, unit, Status(to), data))
    return told


def _legs(first: int, last: int) -> dict[int, tuple[Leg, ...]]:
    found: dict[int, tuple[Leg, ...]] = defaultdict(tuple)
    rows = DossierLeg.objects.filter(dossier__gte=first, dossier__lte=last).order_by("dossier_id", "position")
    for key, *columns in rows.values_list("dossier_id", *LEG_COLUMNS).iterator(chunk_size=5000):
        leg = Leg._make(columns)
        found[key] += (leg,)
    return found
