"""A due date in words: which rule, which days, why others do not count. The one wording for pages, slips and API."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from units.clock.due_dates import CUT_OFF, DueDate, Rule, Term, TermUnit
from units.clock.working_calendar import DayKind, SkippedDay

# Weekly days off of the civil service; holidays and swaps bring their own document from the calendar's rows.
WEEKEND_SOURCE: Final = "Quyết định 188/1999/QĐ-TTg"
CIVIL_CODE: Final = "Bộ luật Dân sự 2015, Điều 147 và 148"

KIND_LABELS: Final = {
    DayKind.HOLIDAY: _("Nghỉ lễ"),
    DayKind.MADE_UP: _("Nghỉ bù"),
    DayKind.SWAPPED: _("Nghỉ hoán đổi"),
    DayKind.WORKED: _("Làm bù"),
    DayKind.SHORT: _("Làm việc nửa ngày"),
    DayKind.WEEKEND: _("Nghỉ cuối tuần"),
}

RULE_LABELS: Final = {
    Rule.WORKING_DAYS: _("Không tính ngày nhận; hẹn trả khi hết giờ của ngày làm việc cuối cùng."),
    Rule.WORKING_HOURS: _("Chỉ tính giờ làm việc, kể từ lúc nhận."),
    Rule.CALENDAR_DAYS: _("Không tính ngày nhận; mọi ngày sau đó đều tính."),
    Rule.CALENDAR_DAYS_ROLLED: _("Mọi ngày đều tính; ngày cuối là ngày nghỉ nên lùi sang ngày làm việc tiếp theo."),
    Rule.MONTHS: _("Tính theo tháng, đến hết ngày tương ứng."),
    Rule.MONTHS_ROLLED: _("Tính theo tháng; ngày cuối là ngày nghỉ nên lùi sang ngày làm việc tiếp theo."),
    Rule.SAME_DAY: _("Nhận trước giờ chốt nên trả ngay trong ngày."),
    Rule.SAME_DAY_NEXT: _("Nhận sau giờ chốt nên trả trong ngày làm việc tiếp theo."),
}
ON_A_DAY_OFF: Final = _("Nhận vào ngày nghỉ nên trả trong ngày làm việc tiếp theo.")


class DayLine(NamedTuple):
    """One day of the explanation. `number` counts the days of the term from 1, None where a day does not count.

    The last day of a calendar term may be both: counted, and off, which is why the date moves on.
    """

    day: date
    number: int | None
    reason: str
    source: str


def term_in_words(term: Term) -> str:
    """As "3 ngày làm việc", "trong ngày"."""
    if term.unit is TermUnit.SAME_DAY:
        return gettext("trong ngày")
    texts = {
        TermUnit.WORKING_HOUR: ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", term.amount),
        TermUnit.WORKING_DAY: ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", term.amount),
        TermUnit.DAY: ngettext("%(n)s ngày", "%(n)s ngày", term.amount),
        TermUnit.MONTH: ngettext("%(n)s tháng", "%(n)s tháng", term.amount),
    }
    return texts[term.unit] % {"n": term.amount}


def rule_in_words(due: DueDate) -> str:
    """Why the date is what it is, in one sentence; what came in time on a day off is not called late."""
    came_in_time = due.starts_at.time() <= (due.term.cut_off or CUT_OFF)
    if due.rule is Rule.SAME_DAY_NEXT and came_in_time:
        return str(ON_A_DAY_OFF)
    return str(RULE_LABELS[due.rule])


def reason_of(skipped: SkippedDay) -> str:
    return skipped.reason or str(KIND_LABELS[skipped.kind])


def source_of(skipped: SkippedDay) -> str:
    return skipped.source or (WEEKEND_SOURCE if skipped.kind is DayKind.WEEKEND else "")


def passed_over(due: DueDate) -> tuple[SkippedDay, ...]:
    """The days off that were not counted: all skipped ones but the last day of a calendar term."""
    return tuple(off for off in due.skipped if off.day not in due.counted)


def day_lines(due: DueDate) -> list[DayLine]:
    """Every day from the receipt to the due date once, in order."""
    off = {skipped.day: (reason_of(skipped), source_of(skipped)) for skipped in due.skipped}
    counted = [DayLine(day, number, *off.pop(day, ("", ""))) for number, day in enumerate(due.counted, 1)]
    return sorted([*counted, *(DayLine(day, None, *why) for day, why in off.items())])


def warnings(due: DueDate) -> list[str]:
    """One sentence per year whose days off are not all announced yet."""
    text = gettext("Lịch nghỉ năm %(year)s chưa công bố đủ, ngày hẹn có thể đổi.")
    return [text % {"year": year} for year in due.incomplete_years]
