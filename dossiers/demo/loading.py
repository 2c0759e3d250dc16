"""Writing the demo district over COPY, in one transaction."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from random import Random
from typing import Any, Final, NamedTuple

from django.db import transaction

from accounts.citizens.row_secrets import give_secret
from accounts.citizens.secret import printed
from dossiers.demo.absences_and_holidays import close_past_books, leave_and_holiday, print_last_receipts
from dossiers.demo.bulk import AT_ONCE, Bulk
from dossiers.demo.context import Setting
from dossiers.demo.copying import checked_at_once, restart_sequence, store
from dossiers.demo.desks import open_hall
from dossiers.demo.life_steps import live
from dossiers.demo.linked_processes import link
from dossiers.demo.lived_dossier import LivedDossier
from dossiers.demo.people import prepare_words
from dossiers.demo.plan import Arrival, Office, arrivals, number, offices, read_proportions, situations_at, stage
from dossiers.demo.processes import made_in_turn
from dossiers.demo.recent import last_in_office, list_hand_overs, make_rounds, merge_an_office
from dossiers.demo.situations import SITUATIONS
from dossiers.models import Dossier, YearCounter
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.models import CodeTemplate, DayCounter
from units.numbering.yearly_numbers import BOOK

ACTS_A_BATCH: Final = 25
"""So many that all are done when the last batch is."""

Progress = Callable[[int, int], None]


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
    """Writes the demo register as of `now`, `size` times the full volume.

    Raises ValueError when there are dossiers already: made-up ones are never mixed with real ones.
    """
    if Dossier.objects.exists():
        raise ValueError("the register is not empty")
    proportions = read_proportions()
    linked = link(proportions, now)
    open_offices = offices(proportions, local_day(now), size)
    calendars = {office.desk.pk: working_calendar(office.desk) for office in open_offices}
    come = _coming(open_offices, proportions, calendars, now)
    words = prepare_words(proportions)
    setting = Setting(now, proportions, words, calendars, _homes(open_offices), open_offices[0].lines)
    staged = [arrival for arrival in come if arrival.situation]
    lived = [LivedDossier(place, arrival, setting) for place, arrival in enumerate(staged)]
    acts = live([(one, SITUATIONS[one.arrival.situation](one)) for one in lived], now)
    _store(Bulk(setting, linked, come), acts, progress)
    at = last_in_office(now)
    leave_and_holiday(at)
    merge_an_office(proportions["merged"], at)
    list_hand_overs(at)
    make_rounds(at)
    open_hall(now)
    print_last_receipts(now)
    close_past_books(now)
    shown = [one.file for one in lived if one.arrival.is_shown]
    secrets = [printed(give_secret(row=one)) for one in shown]
    opened = [Shown(one.code, secret, one.version.name) for one, secret in zip(shown, secrets, strict=True)]
    return Loaded(Dossier.objects.count(), opened)


def _coming(
    open_offices: Sequence[Office], proportions: dict[str, Any], calendars: dict[int, WorkingCalendar], now: datetime
) -> list[Arrival]:
    """Who comes where, office by office, with the situations that are to be seen there, and with their numbers."""
    rng = Random(proportions["seed"])
    templates = {template.unit_id: template for template in CodeTemplate.objects.in_force(local_day(now))}
    everybody, days, books = [], [], []
    for place, office in enumerate(open_offices):
        desk, calendar = office.desk, calendars[office.desk.pk]
        come = arrivals(office, proportions, calendar, rng, now)
        wanted = situations_at(place, proportions)
        come = stage(come, office, wanted, proportions["lines"], calendar, rng, now)
        by_day, by_year = number(come, templates[desk.pk])
        days += [DayCounter(unit=desk, day=day, last=last) for day, last in by_day.items()]
        books += [YearCounter(unit=desk, series=BOOK, year=year, last=last) for year, last in by_year.items()]
        everybody += come
    DayCounter.objects.bulk_create(days, batch_size=5000)
    YearCounter.objects.bulk_create(books)
    return everybody


def _store(bulk: Bulk, acts: Iterator[None], progress: Progress) -> None:
    """Write all rows, made on all cores, and meanwhile let the others act."""
    side_by_side = max(2, os.cpu_count() or 1)
    makers = [partial(bulk.batches, first, side_by_side) for first in range(side_by_side)]
    restart_sequence(Dossier, len(bulk.come))
    with checked_at_once():
        for place, tables in enumerate(made_in_turn(makers), 1):
            store(tables)
            deque(islice(acts, ACTS_A_BATCH), maxlen=0)
            progress(min(place * AT_ONCE, len(bulk.come)), len(bulk.come))
    deque(acts, maxlen=0)


def _homes(open_offices: Sequence[Office]) -> dict[int, list[str]]:
    """Where those live who come to each desk: around the office itself; for the tenant, around any office below."""
    tenant, *below = open_offices
    homes = {office.desk.pk: [office.desk.office.name] for office in below}
    everywhere = [office.desk.office.name for office in below or open_offices]
    return homes | {tenant.desk.pk: everywhere}
