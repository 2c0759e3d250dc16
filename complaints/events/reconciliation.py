"""Rebuilding cases from their events, and comparing the rows with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from complaints.clock.replay import CACHED, EventRecord, ImpossibleHistory, state_of
from complaints.events.record import event_record
from complaints.models import Case, CaseEvent
from dossiers.events.histories import (
    BATCH,
    Difference,
    Row,
    column_differences,
    compare_in_batches,
    histories,
    impossible,
)
from dossiers.events.record import calendars_of
from units.models import Unit


def compare_cases(*, batch: int = BATCH) -> Iterator[tuple[int, list[Difference]]]:
    """Replay every case; yields, per batch, how many were replayed and what differs. Two queries a batch."""
    calendars = {unit.pk: calendars_of(unit) for unit in Unit.objects.all()}

    def compare(rows: Sequence[Row]) -> Iterator[Difference]:
        found = _histories(rows[0]["id"], rows[-1]["id"])
        for row in rows:
            try:
                state = state_of(found[row["id"]], calendars[row["receiving_unit_id"]])
            except ImpossibleHistory as why:
                yield impossible(row, why)
            else:
                yield from column_differences(row, state, CACHED)

    return compare_in_batches(Case.objects.values("id", "code", "receiving_unit_id", *CACHED), compare, batch=batch)


@transaction.atomic
def rebuild_case(case_id: int) -> Case:
    """Write what the events say into the row. Raises ImpossibleHistory."""
    case = Case.objects.select_for_update(of=("self",)).select_related("receiving_unit").get(pk=case_id)
    state = state_of(_histories(case_id, case_id)[case_id], calendars_of(case.receiving_unit))
    Case.objects.filter(pk=case_id).update(**{name: getattr(state, name) for name in CACHED})
    case.refresh_from_db()
    return case


def _histories(first: int, last: int) -> dict[int, list[EventRecord]]:
    return histories(CaseEvent.objects.filter(case__gte=first, case__lte=last), "case_id", event_record)
