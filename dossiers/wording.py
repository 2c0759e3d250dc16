"""How a dossier's deadline and its place in the queue are said to people.

Words are computed here, on the server; a badge's colour and drawing only repeat them. Days are working days, hours are
working hours, both by the calendar given; `at` is aware.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dossiers.models import STATUS_LABELS, Dossier, local_day
from dossiers.states import RUNNING, WAITING, Status
from units.explanation import reason_of
from units.wording import weekday_and_day
from units.working_calendar import WorkingCalendar

HOUR = timedelta(hours=1)


class Badge(NamedTuple):
    """`kind` is ok, warn, bad or neutral; `icon` a drawing of the sprite; `text` says it all."""

    kind: str
    icon: str
    text: str


def deadline_badge(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Badge:
    """What is to be known about the deadline at one glance."""
    if dossier.state in RUNNING and dossier.due_at:
        return _running_badge(dossier.due_at, at, calendar)
    if dossier.state in WAITING:
        return Badge("neutral", "pause", str(STATUS_LABELS[dossier.state]))
    if dossier.state is Status.DONE:
        return Badge("ok", "tick", _("Chờ trả kết quả"))
    if dossier.state is Status.RETURNED:
        return Badge("ok", "tick", _("Đã trả"))
    return Badge("neutral", "info", str(STATUS_LABELS[dossier.state]))


def _running_badge(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> Badge:
    if due_at < at:
        return Badge("bad", "triangle", late_words(due_at, at, calendar))
    if local_day(due_at) == local_day(at):
        return Badge("warn", "hourglass", _hours_left(calendar.worked_time_between(at, due_at)))
    return Badge("ok", "clock", days_left(due_at, at, calendar))


def late_words(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    days = calendar.working_days_between(local_day(due_at), local_day(at))
    if days > 0:
        return ngettext("Quá %(n)d ngày", "Quá %(n)d ngày", days) % {"n": days}
    hours = calendar.worked_time_between(due_at, at) // HOUR
    if hours > 0:
        return ngettext("Quá %(n)d giờ", "Quá %(n)d giờ", hours) % {"n": hours}
    return _("Vừa quá hạn")


def days_left(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    days = calendar.working_days_between(local_day(at), local_day(due_at))
    return ngettext("Còn %(n)d ngày", "Còn %(n)d ngày", days) % {"n": days}


def _hours_left(left: timedelta) -> str:
    hours = left // HOUR
    if hours > 0:
        return ngettext("Còn %(n)d giờ", "Còn %(n)d giờ", hours) % {"n": hours}
    minutes = max(1, left // timedelta(minutes=1))
    return ngettext("Còn %(n)d phút", "Còn %(n)d phút", minutes) % {"n": minutes}


def working_days_left(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> str:
    """The remaining time in a sentence for the applicant."""
    days = calendar.working_days_between(local_day(at), local_day(due_at))
    if days < 1:
        return _("Có kết quả trong hôm nay.")
    return ngettext("Còn %(n)d ngày làm việc.", "Còn %(n)d ngày làm việc.", days) % {"n": days}


def day_off_words(at: datetime, calendar: WorkingCalendar) -> str:
    """That today is a day off, why, and from when dossiers received today count; empty on a working day."""
    today = local_day(at)
    if calendar.is_working(today):
        return ""
    (off,) = calendar.days_off(today - timedelta(days=1), today)
    day = weekday_and_day(calendar.next_working_day(today), get_language() or "vi")
    words = _("Hôm nay là ngày nghỉ (%(reason)s); hồ sơ nhận hôm nay tính từ ngày làm việc kế tiếp, %(day)s.")
    return words % {"reason": reason_of(off), "day": day}
