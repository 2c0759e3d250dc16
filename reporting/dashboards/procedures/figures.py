"""Between a field of administration and its dossiers: what each procedure counted in a span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.dashboards.procedure_names import ProcedureName, procedure_names
from reporting.definitions.on_time import Counts
from reporting.rollup.reading import Period, read_procedures


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    procedure: ProcedureName
    counts: Counts


def procedure_rows(units: Sequence[int], period: Period, field: str = "") -> list[ProcedureRow]:
    """Procedures of one field, or of all, most resolved first. Two queries."""
    found = read_procedures(units, period, field)
    names = procedure_names(found)
    rows = [ProcedureRow(names[key], counts) for key, counts in found.items()]
    return sorted(rows, key=lambda row: (-row.counts.resolved, -row.counts.received, row.procedure.name))
