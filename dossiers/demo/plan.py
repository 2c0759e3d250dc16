"""How many dossiers of which procedure come to which desk, when, and which of them will be late."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

from procedures.models import Offering, ProcedureVersion
from units.clock.days import local_day
from units.clock.due_dates import OFFICE_TIME, WorkingCalendar
from units.codes import dossier_code
from units.models import CodeTemplate, Unit

DATA: Final = Path(__file__).resolve().parent.parent / "data" / "demo.json"
# Dossiers younger than this may still be open, so the exact number of late ones is drawn among older ones only.
SETTLED = timedelta(days=120)
ARCHIVED: Final = timedelta(days=30)
"""Slips of older dossiers went to the archive: what has slips and came later lives through the verbs."""
NEVER_ACCEPTED: Final = frozenset({"unchecked", "incomplete", "incomplete_abandoned", "refused"})
ONE_DAY = timedelta(days=1)


Counters = tuple[Counter[date], Counter[int]]


@dataclass(frozen=True, slots=True)
class Line:
    """One offering with the version dossiers are pinned to, and its weights in life."""

    offering: Offering
    version: ProcedureVersion
    weight: float
    lateness: float
    takes_payment: bool


@dataclass(frozen=True, slots=True)
class Office:
    """An office with its desk, how many dossiers it had, and how many of the settled ones were late."""

    desk: Unit
    lines: Sequence[Line]
    dossiers: int
    late: int


@dataclass(slots=True)
class Arrival:
    """One dossier before it has a life."""

    line: Line
    desk: Unit
    at: datetime
    late: bool = False
    refused: bool = False
    situation: str = ""
    is_shown: bool = False
    code: str = ""
    code_number: int = 0
    book_number: int = 0

    @property
    def is_never_accepted(self) -> bool:
        """Without a number in the book."""
        return self.refused or self.situation in NEVER_ACCEPTED


def read_proportions() -> dict[str, Any]:
    proportions: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return proportions


def first_day(proportions: dict[str, Any], today: date) -> date:
    """The day the made-up register opens."""
    return today.replace(year=today.year - int(proportions["years"]), day=min(today.day, 28))


def offices(proportions: dict[str, Any], on: date, size: float = 1) -> list[Office]:
    """The tenant's desk first, then those of the offices below it in their order."""
    lines = _lines_by_unit(proportions, on)
    desks = {desk.parent_id: desk for desk in Unit.objects.desks().select_related("kind", "parent")}
    tenant = Unit.objects.get(is_tenant=True)
    share = Decimal(1) - Decimal(proportions["tenant"]["on_time"])
    total = round(proportions["tenant"]["dossiers"] * size)
    found = [Office(desks[tenant.pk], lines[tenant.pk], total, round(total * share))]
    below = list(Unit.objects.filter(pk__in=lines).exclude(pk=tenant.pk).order_by("order", "name"))
    sizes, late = proportions["lower"]["dossiers"], proportions["lower"]["late"]
    for position, unit in enumerate(below):
        place = position % len(sizes)
        volume, missed = round(sizes[place] * size), round(late[place] * size)
        found.append(Office(desks[unit.pk], lines[unit.pk], volume, missed))
    return found


def _lines_by_unit(proportions: dict[str, Any], on: date) -> dict[int, list[Line]]:
    versions = {version.procedure_id: version for version in ProcedureVersion.objects.in_force(on)}
    lines: dict[int, list[Line]] = {}
    offered = Offering.objects.in_force(on).select_related("procedure__field", "handler", "unit").order_by("pk")
    for offering in offered:
        version = versions[offering.procedure_id]
        field = offering.procedure.field.name
        lines.setdefault(offering.unit_id, []).append(
            Line(
                offering,
                version,
                _weight(proportions, field, version.name),
                float(proportions["lateness"].get(field, 1.5)),
                field in proportions["payment_fields"],
            )
        )
    return lines


def _weight(proportions: dict[str, Any], field: str, name: str) -> float:
    by_field = float(proportions["field_weights"].get(field, proportions["other_field_weight"]))
    by_name = proportions["exact_name_weights"].get(name)
    if by_name is None:
        lower = name.lower()
        by_name = next((weight for start, weight in proportions["name_weights"] if start in lower), 0.4)
    return by_field * float(by_name)


def arrivals(
    office: Office, proportions: dict[str, Any], calendar: WorkingCalendar, rng: Random, now: datetime
) -> list[Arrival]:
    """Every dossier of an office in order of arrival, the late ones marked."""
    today = now.astimezone(OFFICE_TIME).date()
    days = calendar.worked_days(first_day(proportions, today), today)
    day_weights = list(accumulate(proportions["weekdays"][day.weekday()] for day in days))
    hours = [int(hour) for hour in proportions["hours"]]
    hour_weights = list(accumulate(proportions["hours"].values()))
    line_weights = list(accumulate(line.weight for line in office.lines))
    picked = [
        Arrival(line, office.desk, _moment(day, hour, rng))
        for line, day, hour in zip(
            rng.choices(office.lines, cum_weights=line_weights, k=office.dossiers),
            rng.choices(days, cum_weights=day_weights, k=office.dossiers),
            rng.choices(hours, cum_weights=hour_weights, k=office.dossiers),
            strict=True,
        )
    ]
    come = sorted((arrival for arrival in picked if arrival.at <= now), key=_time)
    _mark_late(come, office, proportions, rng, now)
    for arrival in come:
        is_refused = rng.random() < proportions["shares"]["refused"]
        arrival.refused = is_refused and not arrival.late and arrival.at < now - ARCHIVED
    return come


def _time(arrival: Arrival) -> datetime:
    return arrival.at


def situations_at(place: int, proportions: dict[str, Any]) -> list[dict[str, Any]]:
    """Those to be seen at one of the offices: of the many for lower ones each has a third."""
    wanted = [situation for situation in proportions["situations"] if situation.get("office", 0) == place]
    if place:
        wanted += [one for turn, one in enumerate(proportions["lower_situations"], place) if turn % 3 == 0]
    return [situation | {"days": days} for situation in wanted for days in situation["days"]]


def stage(
    come: list[Arrival],
    office: Office,
    situations: Sequence[dict[str, Any]],
    lines: dict[str, str],
    calendar: WorkingCalendar,
    rng: Random,
    now: datetime,
) -> list[Arrival]:
    """Put each of `situations` into the place of an arrival that would not be late; in order of arrival again."""
    free = [arrival for arrival in come if not arrival.late and not arrival.refused]
    for arrival, wanted in zip(rng.sample(free, min(len(free), len(situations))), situations, strict=False):
        start = lines[wanted["line"]]
        arrival.line = next(line for line in office.lines if line.version.name.startswith(start))
        arrival.situation, arrival.is_shown = wanted["is"], bool(wanted.get("show"))
        arrival.at = _after_opening(calendar, int(wanted["days"]), rng, now)
    return sorted(come, key=_time)


def number(come: Sequence[Arrival], template: CodeTemplate) -> Counters:
    """Give those who come to one desk their codes and numbers of the book; returns the last of each day and year."""
    days: Counter[date] = Counter()
    books: Counter[int] = Counter()
    for arrival in come:
        day = local_day(arrival.at)
        days[day] += 1
        arrival.code_number = days[day]
        arrival.code = dossier_code(template.prefix, on=day, number=days[day], template=template.template)
        if not arrival.is_never_accepted:
            books[day.year] += 1
            arrival.book_number = books[day.year]
    return days, books


def _after_opening(calendar: WorkingCalendar, days: int, rng: Random, now: datetime) -> datetime:
    """Soon after opening, `days` working days before the last opening that is over."""
    today = calendar.on_or_before(now.astimezone(OFFICE_TIME).date())
    last = today if calendar.opening(today) + timedelta(hours=1) < now else calendar.on_or_before(today - ONE_DAY)
    day = calendar.nth_working_day(last, -days) if days else last
    return calendar.opening(day) + timedelta(minutes=rng.randrange(5, 50), seconds=rng.randrange(60))


def _moment(day: date, hour: int, rng: Random) -> datetime:
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), tzinfo=OFFICE_TIME)


def _mark_late(come: list[Arrival], office: Office, proportions: dict[str, Any], rng: Random, now: datetime) -> None:
    """Exactly `office.late` of the settled ones, weighted by procedure and season, and as many in proportion of the
    young ones: drawn one by one, chance alone would take the best office its name."""
    busy = proportions["busy_months"]
    weights = [arrival.line.lateness * float(busy.get(str(arrival.at.month), 1)) for arrival in come]
    settled = [index for index, arrival in enumerate(come) if arrival.at < now - SETTLED]
    young = range(len(settled), len(come))
    share = sum(weights[index] for index in young) / max(1.0, sum(weights[index] for index in settled))
    for among, how_many in ((settled, office.late), (young, round(office.late * share))):
        # Weighted sampling without replacement: the largest u^(1/w) win.
        ranked = sorted(among, key=lambda index: rng.random() ** (1 / weights[index]), reverse=True)
        for index in ranked[:how_many]:
            come[index].late = True
