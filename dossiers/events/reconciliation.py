"""Rebuilding rows from their events, and comparing the rows with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction

from dossiers.clock.legs import Leg
from dossiers.clock.replay import CACHED, EventRecord, ImpossibleHistory, state_of
from dossiers.events.histories import (
    BATCH,
    Difference,
    Row,
    column_differences,
    compare_in_batches,
    histories,
    impossible,
)
from dossiers.events.record import calendars_of, event_record, mark_days, work_days, write_legs
from dossiers.models import Dossier, DossierEvent, DossierLeg
from units.models import Unit

LEG_COLUMNS = Leg._fields


def compare_all(*, batch: int = BATCH, after: int = 0) -> Iterator[tuple[int, list[Difference]]]:
    """Replay every dossier; yields, per batch, how many were replayed and what differs. Three queries a batch."""
    calendars = {desk.pk: calendars_of(desk) for desk in Unit.objects.all()}

    def compare(rows: Sequence[Row]) -> Iterator[Difference]:
        first, last = rows[0]["id"], rows[-1]["id"]
        events, legs = _histories(first, last), _legs(first, last)
        for row in rows:
            try:
                state = state_of(events[row["id"]], calendars[row["receiving_desk_id"]])
            except ImpossibleHistory as why:
                yield impossible(row, why)
            else:
                yield from column_differences(row, state, CACHED)
                yield from _leg_differences(row, legs[row["id"]], state.legs)

    rows = Dossier.objects.values("id", "code", "receiving_desk_id", *CACHED)
    return compare_in_batches(rows, compare, batch=batch, after=after)


@transaction.atomic
def rebuild(dossier_id: int) -> Dossier:
    """Write what the events say into the row and its legs. Raises ImpossibleHistory."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("receiving_desk")
    dossier = rows.get(pk=dossier_id)
    state = state_of(_histories(dossier_id, dossier_id)[dossier_id], calendars_of(dossier.receiving_desk))
    Dossier.objects.filter(pk=dossier_id).update(**{name: getattr(state, name) for name in CACHED})
    mark_days(work_days(_legs(dossier_id, dossier_id)[dossier_id]))
    dossier.legs.all().delete()
    write_legs(dossier, (), state.legs)
    dossier.refresh_from_db()
    return dossier


def _leg_differences(row: Row, stored: tuple[Leg, ...], replayed: tuple[Leg, ...]) -> Iterator[Difference]:
    if len(stored) != len(replayed):
        yield Difference(row["id"], row["code"], "legs", len(stored), len(replayed))
        return
    for old, leg in zip(stored, replayed, strict=True):
        for name, mine, theirs in zip(LEG_COLUMNS, old, leg, strict=True):
            if mine != theirs:
                yield Difference(row["id"], row["code"], f"legs[{leg.position}].{name}", mine, theirs)


def _histories(first: int, last: int) -> dict[int, list[EventRecord]]:
    return histories(DossierEvent.objects.filter(dossier__gte=first, dossier__lte=last), "dossier_id", event_record)


def _legs(first: int, last: int) -> dict[int, tuple[Leg, ...]]:
    found: dict[int, tuple[Leg, ...]] = defaultdict(tuple)
    rows = DossierLeg.objects.filter(dossier__gte=first, dossier__lte=last).order_by("dossier_id", "position")
    for key, *columns in rows.values_list("dossier_id", *LEG_COLUMNS).iterator(chunk_size=5000):
        leg = Leg._make(columns)
        found[key] += (leg,)
    return found
