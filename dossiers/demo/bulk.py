"""Rows of the many dossiers that need no verb: their events, the columns that follow from them, what was taken in and
given. No database: processes side by side make them, a batch each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from random import Random
from typing import Any, Final
from uuid import UUID

from dossiers.clock.legs import Leg
from dossiers.clock.replay import CACHED
from dossiers.demo import copying
from dossiers.demo.context import Setting
from dossiers.demo.copying import Table, as_json, table, table_of
from dossiers.demo.journeys import live_by_offices
from dossiers.demo.other_applicants import somebody_else
from dossiers.demo.people import Person, make_person
from dossiers.demo.plan import Arrival
from dossiers.demo.replayed_dossier import NotYetError, ReplayedDossier
from dossiers.demo.simple_lives import live_plainly
from dossiers.models import Dossier, DossierEvent, DossierLeg, ReceivedDocument, ResultRecord, ReturnRecord
from units.clock.days import local_day
from units.texts.folding import fold

AT_ONCE: Final = 2000
QUICKEST: Final = 17  # seconds at the counter
PAPERS_STORED = timedelta(days=60)
"""Papers of long finished dossiers went to the archive; the register keeps those still likely to be asked for."""
BY_OFFICES = timedelta(days=90)
"""How long ago those came whose dossiers go from office to office; earlier ones live plainly."""

_DERIVATION: Final = CACHED.index("derivation")
_state_columns = attrgetter(*CACHED)


class Bulk:
    """Makes rows of those arrivals that are in no situation; a dossier's key is its arrival's place, from 1 on."""

    def __init__(self, setting: Setting, linked: set[int], come: Sequence[Arrival]) -> None:
        self.setting = setting
        self.linked = linked
        self.come = come
        self.rng = Random()

    def batches(self, first: int, step: int) -> Iterator[list[Table]]:
        """Batch `first` and every `step`th after it: tables, each after those that it refers to."""
        for start in range(first * AT_ONCE, len(self.come), step * AT_ONCE):
            self.rng.seed(f"{self.setting.proportions['seed']} {start}")
            come = enumerate(self.come[start : start + AT_ONCE], start + 1)
            dossiers = [self._replayed(key, arrival) for key, arrival in come if not arrival.situation]
            yield [
                table(Dossier, copying.DOSSIER_COLUMNS, [self._row(dossier) for dossier in dossiers]),
                *self._beside(dossiers),
            ]

    def _replayed(self, key: int, arrival: Arrival) -> ReplayedDossier:
        person = make_person(self.rng, self.setting.names, self.rng.choice(self.setting.homes[arrival.desk.pk]))
        applicant, proxy = somebody_else(key, arrival, person, self.setting)
        dossier = ReplayedDossier(key, arrival, self.setting, applicant, self.rng)
        dossier.bring_proxy(proxy)
        is_young = arrival.at > self.setting.now - BY_OFFICES
        with suppress(NotYetError):
            if is_young or arrival.line.version.pk in self.linked:
                live_by_offices(dossier)
            else:
                live_plainly(dossier)
        return dossier

    def _row(self, dossier: ReplayedDossier) -> tuple[Any, ...]:
        """A row for `DOSSIER_COLUMNS`."""
        rng, desk, fee = self.rng, dossier.desk, dossier.line.version.fee_vnd or 0
        received_at = dossier.replay.now.received_at
        book = (local_day(received_at).year, dossier.arrival.book_number) if received_at else (None, None)
        columns = list(_state_columns(dossier.replay.now))
        columns[_DERIVATION] = as_json(columns[_DERIVATION])
        return (
            *(dossier.key, dossier.arrival.code),
            *(UUID(int=rng.getrandbits(128), version=4), desk, *book),
            *(self.setting.staff.pick(desk, rng), QUICKEST + dossier.key % 24),
            *(fee, "collected" if fee else "none", "", dossier.intake, dossier.delivery),
            *(1, "", dossier.person.kind, dossier.person.nationality, "", *_applicant(dossier.person)),
            *columns,
        )

    def _beside(self, dossiers: Sequence[ReplayedDossier]) -> Iterator[Table]:
        """Everything that points at these dossiers."""
        yield table(DossierEvent, copying.EVENT_COLUMNS, [row for dossier in dossiers for row in dossier.events])
        yield table(
            DossierLeg, copying.LEG_COLUMNS, [_leg(dossier.key, leg) for dossier in dossiers for leg in dossier.legs]
        )
        yield table(ReceivedDocument, copying.PAPER_COLUMNS, list(self._papers(dossiers)))
        given = [(dossier.key, *dossier.result) for dossier in dossiers if dossier.result]
        yield table(ResultRecord, copying.RESULT_COLUMNS, given)
        taken = [(dossier.key, *dossier.receiver) for dossier in dossiers if dossier.receiver]
        yield table(ReturnRecord, copying.RETURN_COLUMNS, taken)
        rows = defaultdict(list)
        for dossier in dossiers:
            for row in dossier.rows:
                rows[type(row)].append(row)
        yield from (table_of(model, found) for model, found in rows.items())

    def _papers(self, dossiers: Sequence[ReplayedDossier]) -> Iterator[tuple[Any, ...]]:
        oldest = self.setting.now - PAPERS_STORED
        for dossier in dossiers:
            returned_at = dossier.replay.now.returned_at
            if returned_at is None or returned_at > oldest:
                for paper in self.setting.papers.get(dossier.replay.now.version_id, ()):
                    yield dossier.key, paper.pk, paper.position, paper.name, paper.originals, paper.copies


def _leg(dossier_id: int, leg: Leg) -> tuple[Any, ...]:
    """A row for `LEG_COLUMNS`."""
    return (
        *(dossier_id, leg.position, leg.step_id or None, leg.assignee_id, leg.unit_id, leg.hours, leg.group),
        *(leg.due_at, leg.handed_over_at, leg.accepted_at, leg.finished_at, leg.skipped),
    )


def _applicant(person: Person) -> tuple[Any, ...]:
    return person.name, _folded(person.name), person.id_number, person.born_on, person.address, person.phone


_folded = lru_cache(maxsize=50_000)(fold)
