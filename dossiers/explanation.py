"""Why a due date is what it is, in words: the stored derivation read back for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dossiers.models import DossierEvent
from dossiers.replay import SET_BY_CLERK
from dossiers.states import EventKind
from units.explanation import passed_over, reason_of, rule_in_words, source_of, term_in_words
from units.working_time import DueDate, SkippedDay, Term, TermUnit, term_from_json


@dataclass(frozen=True, slots=True)
class Skipped:
    """Days that did not count, for one reason; `source` is the document, where there is one.

    `runs` are the first and the last day of each stretch of such days, in order.
    """

    runs: tuple[tuple[date, date], ...]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause, or the wait for a supplement, and what the promise was `before` and `after` it. Aware moments."""

    is_pause: bool
    since: datetime
    until: datetime
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is a sentence; `counted` the days that made up the term; `may_move` the years not fully known yet.

    They tell of the last time the term was reckoned in full; `waits`, in order, of what moved the promise.
    """

    rule: str
    term: str
    starts_at: datetime | None = None
    counted: tuple[date, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    may_move: tuple[int, ...] = ()
    waits: tuple[Wait, ...] = ()


def explain(derivation: dict[str, Any], due_at: datetime | None) -> Explanation | None:
    """Read a stored derivation that led to `due_at`; None where nothing was reckoned (never accepted)."""
    if not derivation or due_at is None:
        return None
    waits = tuple(_waits(derivation.get("earlier", []), due_at))
    if derivation["rule"] == SET_BY_CLERK:
        return Explanation(_("Cán bộ ấn định ngày trả vì pháp luật ghi thời hạn bằng lời."), "", waits=waits)
    due = DueDate.from_json(derivation)
    return Explanation(
        rule=rule_in_words(due),
        term="" if due.term.unit is TermUnit.SAME_DAY else term_words(due.term),
        starts_at=due.starts_at,
        counted=due.counted,
        skipped=tuple(_by_reason(passed_over(due))),
        may_move=due.incomplete_years,
        waits=waits,
    )


def pinned_terms(events: Iterable[DossierEvent]) -> tuple[Term | None, Term | None]:
    """The promised and the statutory term as they were on acceptance, whatever the office offers today.

    Both None for a dossier that was never accepted, or whose date the clerk set.
    """
    agreed: dict[str, Any] = next((event.data for event in events if event.kind == EventKind.REGISTERED), {})
    if "promised" not in agreed:
        return None, None
    return term_from_json(agreed["promised"]), term_from_json(agreed["statutory"])


def term_words(term: Term | None) -> str:
    """A term as it is said: "5 ngày làm việc"; nothing for a term that is only stated in words."""
    return capfirst(term_in_words(term)) if term else ""


def _waits(stored: list[dict[str, str]], due_at: datetime) -> Iterable[Wait]:
    """Each wait moved the promise to what the next one found; the last one to what it is now."""
    promises = [datetime.fromisoformat(wait["due"]) for wait in stored]
    for wait, (before, after) in zip(stored, pairwise([*promises, due_at]), strict=True):
        since, until = datetime.fromisoformat(wait["from"]), datetime.fromisoformat(wait["until"])
        yield Wait(wait["why"] == "pause", since, until, before, after)


def _by_reason(days: tuple[SkippedDay, ...]) -> Iterable[Skipped]:
    """One row per reason and document, in the order in which they first come."""
    rows: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for day in days:
        runs = rows.setdefault((reason_of(day), source_of(day)), [])
        if runs and (day.day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day.day)
        else:
            runs.append((day.day, day.day))
    return (Skipped(tuple(runs), reason, source) for (reason, source), runs in rows.items())
