"""Why a due date is what it is, in words: the stored derivation read back for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dossiers.replay import SET_BY_CLERK
from units.explanation import RULE_LABELS, passed_over, reason_of, source_of, term_in_words
from units.working_time import DueDate, SkippedDay, Term, TermUnit


@dataclass(frozen=True, slots=True)
class Skipped:
    """Days in a row that did not count, for one reason; `source` is the document, where there is one."""

    first: date
    last: date
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is a sentence; `counted` the days that made up the term; `may_move` the years not fully known yet."""

    rule: str
    term: str
    starts_at: datetime | None = None
    counted: tuple[date, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    may_move: tuple[int, ...] = ()
    earlier: tuple[datetime, ...] = ()


def explain(derivation: dict[str, Any]) -> Explanation | None:
    """Read a stored derivation; None where nothing was reckoned (a dossier that was never accepted)."""
    if not derivation:
        return None
    earlier = tuple(datetime.fromisoformat(step["due"]) for step in derivation.get("earlier", ()) if step["due"])
    if derivation["rule"] == SET_BY_CLERK:
        return Explanation(_("Cán bộ ấn định ngày trả vì pháp luật ghi thời hạn bằng lời."), "", earlier=earlier)
    due = DueDate.from_json(derivation)
    return Explanation(
        rule=str(RULE_LABELS[due.rule]),
        term="" if due.term.unit is TermUnit.SAME_DAY else term_words(due.term),
        starts_at=due.starts_at,
        counted=due.counted,
        skipped=tuple(_in_rows(passed_over(due))),
        may_move=due.incomplete_years,
        earlier=earlier,
    )


def term_words(term: Term | None) -> str:
    """A term as it is said: "5 ngày làm việc"; nothing for a term that is only stated in words."""
    return capfirst(term_in_words(term)) if term else ""


def _in_rows(days: tuple[SkippedDay, ...]) -> list[Skipped]:
    rows: list[Skipped] = []
    for day in days:
        reason, source = reason_of(day), source_of(day)
        last = rows[-1] if rows else None
        if last and (last.reason, last.source) == (reason, source) and (day.day - last.last).days == 1:
            rows[-1] = Skipped(last.first, day.day, reason, source)
        else:
            rows.append(Skipped(day.day, day.day, reason, source))
    return rows
