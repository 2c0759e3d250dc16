"""A dossier's status and deadline in words.

The text says everything; a badge's colour and icon only repeat it. Days are working days and hours working hours of
the calendar given; `at` is aware."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dossiers.clock.overdue import finished_late, is_overdue
from dossiers.clock.replay import apology_deadline
from dossiers.clock.states import RUNNING, WAITING, Outcome, Status
from dossiers.models import STATUS_LABELS, Dossier, LateCause
from dossiers.models.list_rows import ListedDossier
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.texts.explanation import reason_of
from units.texts.wording import day_and_month, weekday_and_day, weekday_date

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NO_TIME = timedelta(0)
APOLOGY_IN_SIGHT = 3
"""Working days before the due date from which lists show the latest day for an apology."""

WITHOUT_RESULT = frozenset({Outcome.WITHDRAWN, Outcome.STOPPED})


class Badge(NamedTuple):
    """`kind` is ok, warn, bad or neutral; `icon` names a drawing of the icon sprite."""

    kind: str
    icon: str
    text: str


def deadline_badge(
    dossier: Dossier | ListedDossier, at: datetime, calendar: WorkingCalendar, *, is_brief: bool = False
) -> Badge:
    """The deadline as a badge; `is_brief` for columns whose heading says "working time"."""
    if dossier.state in RUNNING and dossier.due_at:
        return due_badge(dossier.due_at, at, calendar, is_brief=is_brief)
    if dossier.state in WAITING:
        return Badge("neutral", "pause", str(STATUS_LABELS[dossier.state]))
    if dossier.outcome in WITHOUT_RESULT:
        return Badge("neutral", "info", _("Đã rút") if dossier.outcome == Outcome.WITHDRAWN else _("Đã dừng"))
    if over := late_by(dossier, calendar):
        is_here = dossier.state is Status.DONE
        return Badge("bad", "triangle", (_("Chờ trả, trễ %(time)s") if is_here else _("Đã trả, trễ %(time)s")) % over)
    if dossier.state is Status.DONE:
        return Badge("ok", "tick", _("Chờ trả kết quả"))
    if dossier.state is Status.RETURNED:
        return Badge("ok", "tick", _("Đã trả"))
    return Badge("neutral", "info", str(STATUS_LABELS[dossier.state]))


def late_by(dossier: Dossier | ListedDossier, calendar: WorkingCalendar) -> dict[str, str] | None:
    """By how much working time the result was late against the first promise, as {"time": words}; None if it was
    not."""
    due_at, finished_at = dossier.due_at, dossier.finished_at
    if not finished_late(due_at, finished_at, dossier.outcome) or due_at is None or finished_at is None:
        return None
    worked = calendar.worked_time_between(due_at, finished_at)
    return {"time": worked_words(max(worked, MINUTE), calendar)}


def late_words(dossier: Dossier | ListedDossier) -> str:
    """The office responsible for a late result, and the cause; empty for a result in time."""
    if not finished_late(dossier.due_at, dossier.finished_at, dossier.outcome) or not dossier.late_unit_name:
        return ""
    cause = dict(LateCause.choices).get(dossier.late_cause) or _("chưa ghi nguyên nhân")
    return _("%(unit)s làm trễ: %(cause)s") % {"unit": dossier.late_unit_name, "cause": cause}


def apology_summary(dossier: Dossier) -> str:
    """Whether the applicant of a late dossier received an apology with a new date, and whether in time."""
    if not dossier.new_due_at:
        return _("Không có thư xin lỗi, hẹn lại.")
    words = _("Đã xin lỗi muộn, hẹn lại %(day)s.") if dossier.is_late_apology else _("Đã xin lỗi, hẹn lại %(day)s.")
    return words % {"day": _short_day(dossier.new_due_at)}


def state_words(dossier: Dossier) -> str:
    """The status in words; for a dossier that ended without a result, words that promise none."""
    if dossier.outcome in WITHOUT_RESULT:
        return _("Đã trả giấy tờ") if dossier.state is Status.RETURNED else _("Chờ trả giấy tờ")
    return str(STATUS_LABELS[dossier.state])


def due_badge(due_at: datetime, at: datetime, calendar: WorkingCalendar, *, is_brief: bool = False) -> Badge:
    """A running deadline as a badge: warn on its last day, bad after it."""
    words = (brief_deadline_words if is_brief else deadline_words)(due_at, at, calendar)
    if due_at < at:
        return Badge("bad", "triangle", words)
    if local_day(due_at) == local_day(at):
        return Badge("warn", "hourglass", words)
    return Badge("ok", "clock", words)


def deadline_words(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    """Time left until `due_at`, or time over it, in working days and hours; under an hour in minutes."""
    return _left_or_over(due_at, at, calendar, _("Còn %(time)s làm việc"), _("Quá %(time)s làm việc"))


def brief_deadline_words(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    """As `deadline_words`, for columns whose heading says "working time"."""
    return _left_or_over(due_at, at, calendar, _("Còn %(time)s"), _("Quá %(time)s"))


def _left_or_over(due_at: datetime, at: datetime, calendar: WorkingCalendar, left: str, over: str) -> str:
    if due_at >= at:
        return left % {"time": worked_words(max(calendar.worked_time_between(at, due_at), MINUTE), calendar)}
    worked = calendar.worked_time_between(due_at, at)
    return over % {"time": worked_words(worked, calendar)} if worked >= MINUTE else _("Vừa quá hạn")


def worked_words(worked: timedelta, calendar: WorkingCalendar) -> str:
    """Working time in whole days and hours, under an hour in minutes; the calendar gives the length of a day."""
    days, rest = divmod(worked, day_length(calendar))
    hours = rest // HOUR
    return _duration_words(days, hours, 0 if days or hours else worked // MINUTE, get_language())


@lru_cache(maxsize=512)
def _duration_words(days: int, hours: int, minutes: int, language: str | None) -> str:
    """In the active language, which is a parameter for the cache only."""
    if not days and not hours:
        return ngettext("%(n)d phút", "%(n)d phút", minutes) % {"n": minutes}
    parts = [ngettext("%(n)d ngày", "%(n)d ngày", days) % {"n": days}] if days else []
    parts += [ngettext("%(n)d giờ", "%(n)d giờ", hours) % {"n": hours}] if hours else []
    return " ".join(parts)


@lru_cache(maxsize=64)
def day_length(calendar: WorkingCalendar) -> timedelta:
    """The working hours of the calendar's longest ordinary day; usually eight."""
    monday = date(2024, 1, 1)
    return max(_worked_in(calendar, monday + timedelta(days=weekday)) for weekday in range(7))


def _worked_in(calendar: WorkingCalendar, day: date) -> timedelta:
    """The hours of an ordinary day of that weekday."""
    stretches = calendar.weekly_hours(day.weekday())
    return sum((datetime.combine(day, end) - datetime.combine(day, start) for start, end in stretches), NO_TIME)


def step_late_words(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    """By how much a step exceeded its own time, whatever the citizen's date."""
    over = calendar.worked_time_between(due_at, at)
    if over < MINUTE:
        return _("Vừa chậm bước")
    return _("Chậm bước %(time)s") % {"time": worked_words(over, calendar)}


def apology_words(dossier: Dossier | ListedDossier, at: datetime, calendar: WorkingCalendar) -> str:
    """The new date given; that none was given to an overdue dossier; or, near the due date, the last day for one."""
    if dossier.new_due_at:
        return _("Đã hẹn lại %(day)s") % {"day": _short_day(dossier.new_due_at)}
    if dossier.state not in RUNNING or dossier.due_at is None:
        return ""
    if is_overdue(dossier, at):
        return _("Chưa xin lỗi, hẹn lại")
    until = apology_deadline(dossier.due_at, calendar)
    if at > until or calendar.working_days_between(local_day(at), local_day(dossier.due_at)) > APOLOGY_IN_SIGHT:
        return ""
    return _("Hạn xin lỗi: hết %(day)s") % {"day": _short_day(until)}


def _short_day(at: datetime) -> str:
    return day_and_month(at, get_language() or "vi")


def heading_date(at: datetime) -> str:
    """A date for a large heading, with no-break spaces within the Vietnamese weekday."""
    weekday, comma, day = weekday_date(at, get_language() or "vi").partition(",")
    return weekday.replace(" ", "\N{NO-BREAK SPACE}") + comma + day


def day_off_words(at: datetime, calendar: WorkingCalendar) -> str:
    """Why today is a day off and when the term of dossiers received today starts; empty on a working day."""
    today = local_day(at)
    if calendar.is_working(today):
        return ""
    (off,) = calendar.days_off(today - timedelta(days=1), today)
    day = weekday_and_day(calendar.next_working_day(today), get_language() or "vi")
    words = _("Hôm nay là ngày nghỉ (%(reason)s); hồ sơ nhận hôm nay tính từ ngày làm việc kế tiếp, %(day)s.")
    return words % {"reason": reason_of(off), "day": day}
