"""Finds the procedure of a row of an old register, with the version and offering it is pinned to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from dossiers.clock.plan import PlanJson, plan_for
from dossiers.register_import.faults import Fault, RowFault
from dossiers.register_import.mapping import same_text
from procedures.models import Offering, ProcedureVersion
from units.models import Unit

DatedRow = TypeVar("DatedRow", ProcedureVersion, Offering)


class PinnedProcedure(NamedTuple):
    """What a dossier of a procedure and a day is pinned to. `is_old`: no version or offering of that day is known, so
    the oldest is used."""

    procedure_id: int
    version_id: int
    offering_id: int
    handler_id: int
    is_old: bool
    plan: PlanJson


class Catalogue:
    """The procedures accepted at one desk, by their codes and by every name they ever had."""

    def __init__(self, desk: Unit, renamed: Mapping[str, str]) -> None:
        self.desk = desk
        self.renamed = renamed
        self.offerings: dict[int, list[Offering]] = defaultdict(list)
        for offering in Offering.objects.filter(unit__in=[desk.pk, desk.parent_id or desk.pk]):
            self.offerings[offering.procedure_id].append(offering)
        self.versions: dict[int, list[ProcedureVersion]] = defaultdict(list)
        self.known: dict[str, set[int]] = defaultdict(set)
        for version in ProcedureVersion.objects.select_related("procedure"):
            procedure = version.procedure
            self.versions[procedure.pk].append(version)
            for name in (procedure.ref, procedure.national_code, version.name):
                if name:
                    self.known[same_text(name)].add(procedure.pk)
        self.plans: dict[tuple[int, int], PlanJson] = {}
        self.pin = lru_cache(maxsize=100_000)(self._pin)

    def _pin(self, text: str, day: date) -> PinnedProcedure:
        """Raises RowFault for a procedure that is unknown or not accepted here."""
        procedure_id = self._procedure(text)
        version, was_known = _on(self.versions[procedure_id], day)
        offering, was_offered = _on(self.offerings[procedure_id], day)
        pair = (offering.pk, version.pk)
        if pair not in self.plans:
            self.plans[pair] = plan_for(offering, version, self.desk)
        is_old = not (was_known and was_offered)
        return PinnedProcedure(procedure_id, version.pk, offering.pk, offering.handler_id, is_old, self.plans[pair])

    def _procedure(self, written: str) -> int:
        text = same_text(written)
        known = self.known.get(same_text(self.renamed.get(text, text)))
        if not known:
            raise RowFault("procedure", Fault.NO_PROCEDURE)
        here = [pk for pk in known if pk in self.offerings]
        if not here:
            raise RowFault("procedure", Fault.NOT_OFFERED)
        if len(here) > 1:
            raise RowFault("procedure", Fault.SEVERAL_PROCEDURES)
        return here[0]


def _on(rows: Sequence[DatedRow], day: date) -> tuple[DatedRow, bool]:
    """The row in force on a day, else the oldest; and whether it was in force."""
    held = next((row for row in rows if day in row.valid), None)
    return held or min(rows, key=lambda row: row.valid.lower or date.min), held is not None
