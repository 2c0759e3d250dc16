<<<<<<< HEAD
"""Which procedures are promised faster than the law asks, and by how much, by level of government."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from procedures.models import Offering
from procedures.terms import WORKING_HOURS_A_DAY, make_term, process_hours


class _Promise(NamedTuple):
    """The law's term of one procedure and the shortest an office promises, in working hours."""

    statutory: int
    committed: int


@dataclass(frozen=True, slots=True)
class ShortenedTerms:
    """The procedures of one level on offer that have a term: how many, and those promised faster than the law.

    A procedure counts once, by the shortest promise of any office. The hours are working hours of the shortened ones
    together; within the day counts as eight, and N calendar days as floor(N × 5 / 7) working days.
    """

    level: str
    level_en: str
    procedures: int
    shortened: int
    statutory_hours: int
    committed_hours: int

    @property
    def statutory(self) -> Decimal:
        """What the law allows a shortened one on average, in working days; 0 when there is none."""
        return self._mean_days(self.statutory_hours)

    @property
    def committed(self) -> Decimal:
        """What is promised instead, likewise."""
        return self._mean_days(self.committed_hours)

    def _mean_days(self, hours: int) -> Decimal:
        return Decimal(hours) / (self.shortened * WORKING_HOURS_A_DAY) if self.shortened else Decimal(0)

    def name(self, language: str) -> str:
        return self.level_en if language.startswith("en") else self.level


def shortened_terms(on: date) -> list[ShortenedTerms]:
    """Of what is on offer on that day, by level in their order. One query."""
    level = [f"procedure__level__{name}" for name in ("order", "name", "name_en")]
    columns = [
        "committed_amount",
        "committed_unit",
        *(f"procedure__versions__term_{part}" for part in ("amount", "unit")),
    ]
    offered = Offering.objects.in_force(on).filter(procedure__versions__valid__contains=on).distinct().order_by()
    found: dict[tuple[int, str, str], dict[int, _Promise]] = {}
    for order, name, name_en, procedure, *terms in offered.values_list(*level, "procedure", *columns):
        promise = _promise(*terms)
        if promise is not None:
            promises = found.setdefault((order, name, name_en), {})
            promises[procedure] = min(promise, promises.get(procedure, promise), key=lambda one: one.committed)
    return [_summed(name, name_en, promises.values()) for (_order, name, name_en), promises in sorted(found.items())]


def _promise(amount: int | None, unit: str, law_amount: int | None, law_unit: str) -> _Promise | None:
    """None where the law states its term in words only."""
    law, own = make_term(law_amount, law_unit, None), make_term(amount, unit, None)
    if law is None:
        return None
    hours = process_hours(law)
    return _Promise(hours, hours if own is None else process_hours(own))


def _summed(name: str, name_en: str, promises: Iterable[_Promise]) -> ShortenedTerms:
    every = list(promises)
    shorter = [one for one in every if one.committed < one.statutory]
    return ShortenedTerms(
        level=name,
        level_en=name_en,
        procedures=len(every),
        shortened=len(shorter),
        statutory_hours=sum(one.statutory for one in shorter),
        committed_hours=sum(one.committed for one in shorter),
    )
=======
"""How long a dossier really took, and how much of its term was left. Pure; working time by the calendar given.

What it waited for its applicant, for payment or by order is no time of the office: it is in neither figure. After a
request for papers the term began again, so what was left is a share of the last term only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from dossiers.clocks import What
from units.working_calendar import WorkingCalendar

MOST: Final = 100
_STOOD_STILL: Final = frozenset({"pause", What.RESTART.value})
_MINUTE: Final = timedelta(minutes=1)
_NOTHING: Final = timedelta(0)


class Finished(NamedTuple):
    """What a resolved dossier's row says of its time; `starts` and `earlier` as its derivation keeps them."""

    received_at: datetime
    due_at: datetime
    finished_at: datetime
    starts: str | None
    earlier: Sequence[dict[str, Any]]

    @property
    def pauses(self) -> list[tuple[datetime, datetime]]:
        """When the clock stood still, in order."""
        still = [one for one in self.earlier if one["why"] in _STOOD_STILL]
        return [(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["until"])) for one in still]


def worked_minutes(dossier: Finished, calendar: WorkingCalendar) -> int:
    """Whole working minutes from acceptance to the result, without the pauses."""
    return max(_worked(dossier, dossier.received_at, dossier.finished_at, calendar), _NOTHING) // _MINUTE


def percent_left(dossier: Finished, calendar: WorkingCalendar) -> int:
    """How much of the term was left at the result, in whole percent rounded down, -100 to 100; below 0: late."""
    starts = datetime.fromisoformat(dossier.starts) if dossier.starts else dossier.received_at
    term = _worked(dossier, starts, dossier.due_at, calendar)
    left = calendar.worked_time_between(dossier.finished_at, dossier.due_at)
    if term <= _NOTHING:  # due on the spot
        return 0 if dossier.finished_at <= dossier.due_at else -MOST
    if dossier.finished_at > dossier.due_at and not left:  # late by less than any working time
        return -1
    return max(-MOST, min(MOST, left * 100 // term))


def _worked(dossier: Finished, start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    pauses = ((max(since, start), min(until, end)) for since, until in dossier.pauses)
    still = (calendar.worked_time_between(since, until) for since, until in pauses if since < until)
    return calendar.worked_time_between(start, end) - sum(still, _NOTHING)
>>>>>>> main
