"""Why a due date is what it is, in words: the stored derivation read back for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.replay import SET_BY_CLERK
from units.working_time import DayKind, DueDate, Rule, SkippedDay, Term, TermUnit


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
        rule=_rule_words(due.rule),
        term="" if due.term.unit is TermUnit.SAME_DAY else term_words(due.term),
        starts_at=due.starts_at,
        counted=due.counted,
        skipped=tuple(_in_rows(due.skipped)),
        may_move=due.incomplete_years,
        earlier=earlier,
    )


def term_words(term: Term | None) -> str:
    """A term as it is said: "5 ngày làm việc"; nothing for a term that is only stated in words."""
    if term is None:
        return ""
    n = term.amount
    match term.unit:
        case TermUnit.SAME_DAY:
            return _("Trong ngày")
        case TermUnit.WORKING_HOUR:
            return ngettext("%(n)d giờ làm việc", "%(n)d giờ làm việc", n) % {"n": n}
        case TermUnit.WORKING_DAY:
            return ngettext("%(n)d ngày làm việc", "%(n)d ngày làm việc", n) % {"n": n}
        case TermUnit.DAY:
            return ngettext("%(n)d ngày", "%(n)d ngày", n) % {"n": n}
        case TermUnit.MONTH:
            return ngettext("%(n)d tháng", "%(n)d tháng", n) % {"n": n}


def _rule_words(rule: Rule) -> str:
    return {
        Rule.WORKING_HOURS: _("Tính từng giờ làm việc kể từ lúc nhận."),
        Rule.WORKING_DAYS: _("Không tính ngày nhận; tính từng ngày làm việc, đến hết giờ ngày cuối."),
        Rule.CALENDAR_DAYS: _("Không tính ngày nhận; tính cả ngày nghỉ, đến hết giờ ngày cuối."),
        Rule.CALENDAR_DAYS_ROLLED: _("Tính cả ngày nghỉ; ngày cuối nghỉ nên chuyển sang ngày làm việc kế tiếp."),
        Rule.MONTHS: _("Tính theo tháng, đến hết giờ ngày cuối."),
        Rule.MONTHS_ROLLED: _("Tính theo tháng; ngày cuối nghỉ nên chuyển sang ngày làm việc kế tiếp."),
        Rule.SAME_DAY: _("Trả ngay trong ngày nhận."),
        Rule.SAME_DAY_NEXT: _("Nhận sau giờ chốt trong ngày nên trả vào ngày làm việc kế tiếp."),
    }[rule]


def _in_rows(days: tuple[SkippedDay, ...]) -> list[Skipped]:
    rows: list[Skipped] = []
    for day in days:
        reason = day.reason or (_("Nghỉ hằng tuần") if day.kind is DayKind.WEEKEND else "")
        last = rows[-1] if rows else None
        if last and (last.reason, last.source) == (reason, day.source) and (day.day - last.last).days == 1:
            rows[-1] = Skipped(last.first, day.day, reason, day.source)
        else:
            rows.append(Skipped(day.day, day.day, reason, day.source))
    return rows
