"""What an office would promise for a procedure filed at a given moment, and every day of it explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procedures.models import Offering, ProcedureVersion
from units.working_calendar import DayKind, SkippedDay
from units.working_time import DueDate, Rule, Term, WorkingCalendar, due_date

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
    Rule.SAME_DAY_NEXT: _("Nhận sau giờ chốt hoặc vào ngày nghỉ nên trả trong ngày làm việc tiếp theo."),
}


@dataclass(frozen=True)
class Promise:
    """`due` is what the office promises, `statutory` what the law allows; both None when the clerk sets the date."""

    received_at: datetime
    due: DueDate | None
    statutory: DueDate | None

    @property
    def is_shorter(self) -> bool:
        return bool(self.due and self.statutory and self.due.due_at < self.statutory.due_at)


class DayLine(NamedTuple):
    """One line of the explanation. `number` counts the days of the term from 1; None for a day that does not count."""

    day: date
    number: int | None
    reason: str
    source: str


def promise_for_term(term: Term, at: datetime, calendar: WorkingCalendar) -> Promise:
    due = due_date(at, term, calendar)
    return Promise(at, due, due)


def promise(version: ProcedureVersion, offering: Offering | None, at: datetime, calendar: WorkingCalendar) -> Promise:
    """`at` is aware. Without an offering the law's own term is promised."""
    statutory = offering.statutory_term(version) if offering else version.term
    promised = offering.promised_term(version) if offering else statutory
    return Promise(
        received_at=at,
        due=due_date(at, promised, calendar) if promised else None,
        statutory=due_date(at, statutory, calendar) if statutory else None,
    )


def usual_offering(offerings: Sequence[Offering], unit_slug: str = "") -> Offering | None:
    """The offering at the chosen office; else one without a promise of its own, so that nobody is told too early."""
    chosen = [offering for offering in offerings if offering.unit.slug == unit_slug]
    plain = [offering for offering in offerings if offering.committed_amount is None]
    return next(iter([*chosen, *plain, *offerings]), None)


def reason_of(skipped: SkippedDay) -> str:
    return skipped.reason or str(KIND_LABELS[skipped.kind])


def source_of(skipped: SkippedDay) -> str:
    return skipped.source or (WEEKEND_SOURCE if skipped.kind is DayKind.WEEKEND else "")


def day_lines(due: DueDate) -> list[DayLine]:
    """Every day from the receipt to the due date, in order. A day both counted and off appears twice, once as each."""
    counted = [DayLine(day, number, "", "") for number, day in enumerate(due.counted, 1)]
    skipped = [DayLine(off.day, None, reason_of(off), source_of(off)) for off in due.skipped]
    return sorted(counted + skipped, key=lambda line: (line.day, line.number is None))


def warnings(due: DueDate) -> list[str]:
    """One sentence per year whose days off are not all announced yet."""
    text = gettext("Lịch nghỉ năm %(year)s chưa công bố đủ, ngày hẹn có thể đổi.")
    return [text % {"year": year} for year in due.incomplete_years]
