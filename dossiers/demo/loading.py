"""Writing the demo district over COPY, in one transaction."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.citizens.secret import ALPHABET, LENGTH
from dossiers.clock.legs import Leg
from dossiers.clock.replay import CACHED
from dossiers.demo import copying
from dossiers.demo.absences_and_holidays import close_past_books, leave_and_holiday, print_last_receipts
from dossiers.demo.context import Setting
from dossiers.demo.copying import Copier, Table, as_json, copier, restart_sequence, table_of
from dossiers.demo.desks import open_hall
from dossiers.demo.journeys import tell_wholly
from dossiers.demo.linked_processes import link
from dossiers.demo.made_up_dossier import NotYetError, Tale
from dossiers.demo.other_applicants import somebody_else
from dossiers.demo.people import Person, make_person, prepare_words
from dossiers.demo.plan import Arrival, Office, arrivals, offices, read_proportions, stage
from dossiers.demo.recent import (
    last_in_office,
    list_hand_overs,
    make_rounds,
    merge_an_office,
)
from dossiers.demo.simple_lives import tell_plainly
from dossiers.demo.situations import SITUATIONS, Telling
from dossiers.demo.slip_numbers import number_slips
from dossiers.models import (
    Dossier,
    DossierEvent,
    DossierLeg,
    ReceivedDocument,
    ResultRecord,
    ReturnRecord,
    Slip,
    YearCounter,
)
from procedures.folding import fold
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.codes import dossier_code
from units.models import CodeTemplate, DayCounter
from units.numbering.yearly_numbers import BOOK

CHUNK: Final = 2000
QUICKEST: Final = 17  # seconds at the counter
PAPERS_KEPT = timedelta(days=60)
"""Papers of long finished dossiers went to the archive; the register keeps those still likely to be asked for."""
TOLD_WHOLLY = timedelta(days=90)
"""How far back the whole life of dossiers is told, office by office; older ones are told plainly."""

Progress = Callable[[int, int], None]
_DERIVATION: Final = CACHED.index("derivation")
_state_columns = attrgetter(*CACHED)


class Shown(NamedTuple):
    """A dossier that carries everything there is to show, and what opens it on the public pages."""

    code: str
    secret: str
    procedure: str


class Loaded(NamedTuple):
    dossiers: int
    shown: list[Shown]


@transaction.atomic
def load(*, now: datetime, progress: Progress, size: float = 1) -> Loaded:
    """Write the demo register as it stands at `now`, `size` times the full volume.

    Raises ValueError when there are dossiers already: made-up ones are never mixed with real ones.
    """
    if Dossier.objects.exists():
        raise ValueError("the register is not empty")
    proportions = read_proportions()
    rng = Random(proportions["seed"])
    linked = link(proportions, now)
    open_offices = offices(proportions, local_day(now), size)
    calendars = {office.desk.pk: working_calendar(office.desk) for office in open_offices}
    come = [
        arrival
        for number, office in enumerate(open_offices)
        for arrival in _coming(number, office, proportions, calendars[office.desk.pk], rng, now)
    ]
    words = prepare_words(proportions)
    setting = Setting(now, proportions, words, calendars, _homes(open_offices), open_offices[0].lines)
    writer = _Writer(setting, linked, rng)
    with _no_litter(), copier() as sender:
        for start in range(0, len(come), CHUNK):
            writer.write(come[start : start + CHUNK], sender)
            progress(writer.written, len(come))
    writer.close()
    at = last_in_office(now)
    leave_and_holiday(at)
    merge_an_office(proportions["merged"], at)
    list_hand_overs(at)
    make_rounds(at)
    open_hall(now)
    print_last_receipts(now)
    close_past_books(now)
    return Loaded(writer.written, writer.shown)


def _coming(
    number: int, office: Office, proportions: dict[str, Any], calendar: Any, rng: Random, now: datetime
) -> list[Arrival]:
    """Those who come to one office, with the situations that are to be seen there."""
    come = arrivals(office, proportions, calendar, rng, now)
    wanted = [situation for situation in proportions["situations"] if situation.get("office", 0) == number]
    return stage(come, office, wanted, proportions["lines"], calendar, rng, now) if wanted else come


@contextmanager
def _no_litter() -> Iterator[None]:
    """Without looking for cycles among millions of new objects that have none: a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Writer:
    """Holds the running numbers while chunks of arrivals become rows."""

    def __init__(self, setting: Setting, linked: set[int], rng: Random) -> None:
        self.setting = setting
        self.linked = linked
        self.rng = rng
        today = local_day(setting.now)
        self.templates = {template.unit_id: template for template in CodeTemplate.objects.in_force(today)}
        self.counters: dict[tuple[int, date], int] = defaultdict(int)
        self.books: dict[tuple[int, int], int] = defaultdict(int)
        self.issued: list[tuple[Tale, dict[str, Any]]] = []
        self.shown: list[Shown] = []
        self.written = 0

    def write(self, chunk: Sequence[Arrival], sender: Copier) -> None:
        """Rows of one chunk, dossiers first, since all others point at them."""
        tales, dossiers = [], []
        for arrival in chunk:
            self.written += 1
            tale = self._told(self.written, arrival)
            row = self._dossier(tale)
            tales.append(tale)
            dossiers.append(row)
            if arrival.is_shown:
                self.shown.append(Shown(row[1], row[2], tale.line.version.name))
            if tale.slips:
                self.issued.append((tale, dict(zip(copying.DOSSIER_COLUMNS, row, strict=True))))
        sender.send([Table(Dossier, copying.DOSSIER_COLUMNS, dossiers), *self._beside(tales)])

    def close(self) -> None:
        """Running numbers, and the slips of all in the order of their issue."""
        counters = [DayCounter(unit_id=unit, day=day, last=last) for (unit, day), last in self.counters.items()]
        copying.copy_rows(DayCounter, counters)
        slips, series = number_slips(self.setting, self.issued)
        copying.copy_rows(Slip, slips)
        series |= {(unit, BOOK, year): last for (unit, year), last in self.books.items()}
        last = [YearCounter(unit_id=unit, series=name, year=year, last=n) for (unit, name, year), n in series.items()]
        copying.copy_rows(YearCounter, last)
        restart_sequence(Dossier, self.written)

    def _told(self, key: int, arrival: Arrival) -> Tale:
        person = make_person(self.rng, self.setting.names, self.rng.choice(self.setting.homes[arrival.desk.pk]))
        applicant, proxy = somebody_else(key, arrival, person, self.setting)
        tale = Tale(key, arrival, self.setting, applicant, self.rng)
        tale.bring_proxy(proxy)
        with suppress(NotYetError):
            self._telling(arrival)(tale)
        return tale

    def _telling(self, arrival: Arrival) -> Telling:
        if arrival.situation:
            return SITUATIONS[arrival.situation]
        is_young = arrival.at > self.setting.now - TOLD_WHOLLY
        return tell_wholly if is_young or arrival.line.version.pk in self.linked else tell_plainly

    def _dossier(self, tale: Tale) -> tuple[Any, ...]:
        """A row for `DOSSIER_COLUMNS`."""
        rng, desk, fee = self.rng, tale.desk, tale.line.version.fee_vnd or 0
        received_at = tale.story.now.received_at
        book_year = local_day(received_at).year if received_at else None
        columns = list(_state_columns(tale.story.now))
        columns[_DERIVATION] = as_json(columns[_DERIVATION])
        return (
            *(tale.key, self._code(tale.arrival), "".join(rng.choices(ALPHABET, k=LENGTH))),
            *(UUID(int=rng.getrandbits(128), version=4), desk, book_year, self._book_number(desk, book_year)),
            *(self.setting.staff.pick(desk, rng), QUICKEST + tale.key % 24),
            *(fee, "collected" if fee else "none", "", tale.intake, tale.delivery),
            *(1, "", tale.person.kind, tale.person.nationality, "", *_applicant(tale.person)),
            *columns,
        )

    def _book_number(self, desk_id: int, year: int | None) -> int | None:
        if year is None:
            return None
        self.books[desk_id, year] += 1
        return self.books[desk_id, year]

    def _code(self, arrival: Arrival) -> str:
        day = local_day(arrival.at)
        template = self.templates[arrival.desk.pk]
        self.counters[arrival.desk.pk, day] += 1
        number = self.counters[arrival.desk.pk, day]
        return dossier_code(template.prefix, on=day, number=number, template=template.template)

    def _beside(self, tales: Sequence[Tale]) -> Iterator[Table]:
        """Everything that points at the dossiers of these tales."""
        yield Table(DossierEvent, copying.EVENT_COLUMNS, [row for tale in tales for row in tale.events])
        yield Table(DossierLeg, copying.LEG_COLUMNS, [_leg(tale.key, leg) for tale in tales for leg in tale.legs])
        yield Table(ReceivedDocument, copying.PAPER_COLUMNS, list(self._papers(tales)))
        given = [(tale.key, *tale.result) for tale in tales if tale.result]
        yield Table(ResultRecord, copying.RESULT_COLUMNS, given)
        taken = [(tale.key, *tale.receiver) for tale in tales if tale.receiver]
        yield Table(ReturnRecord, copying.RETURN_COLUMNS, taken)
        rows = defaultdict(list)
        for tale in tales:
            for row in tale.rows:
                rows[type(row)].append(row)
        yield from (table_of(model, found) for model, found in rows.items())

    def _papers(self, tales: Sequence[Tale]) -> Iterator[tuple[Any, ...]]:
        kept = self.setting.now - PAPERS_KEPT
        for tale in tales:
            returned_at = tale.story.now.returned_at
            if returned_at is None or returned_at > kept:
                for paper in self.setting.papers.get(tale.story.now.version_id, ()):
                    yield tale.key, paper.pk, paper.position, paper.name, paper.originals, paper.copies


def _homes(open_offices: Sequence[Office]) -> dict[int, list[str]]:
    """Where those live who come to each desk: around the office itself; for the tenant, around any office below."""
    tenant, *below = open_offices
    homes = {office.desk.pk: [office.desk.office.name] for office in below}
    everywhere = [office.desk.office.name for office in below or open_offices]
    return homes | {tenant.desk.pk: everywhere}


def _leg(dossier_id: int, leg: Leg) -> tuple[Any, ...]:
    """A row for `LEG_COLUMNS`."""
    return (
        *(dossier_id, leg.position, leg.step_id or None, leg.assignee_id, leg.unit_id, leg.hours, leg.group),
        *(leg.due_at, leg.handed_over_at, leg.accepted_at, leg.finished_at, leg.skipped),
    )


def _applicant(person: Person) -> tuple[Any, ...]:
    return person.name, _folded(person.name), person.id_number, person.born_on, person.address, person.phone


_folded = lru_cache(maxsize=50_000)(fold)
