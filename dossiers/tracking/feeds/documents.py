"""A dossier's public log as Atom feed and its due date as calendar entry. Pure.

Neither names a person. The same rows give the same bytes, so that conditional requests get 304.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.clock.states import Outcome, Status
from dossiers.explanation.log import LogEntry
from dossiers.explanation.promise import PromiseChange
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import Dossier
from procedures.result_date.calendar_entry import calendar_file, whole_day
from units.clock.days import local_day
from units.texts.wording import clock_time, weekday_datetime


@dataclass(frozen=True, slots=True)
class Addresses:
    """The absolute URLs of the dossier's page and of this document."""

    page: str
    here: str


def history_feed(dossier: Dossier, history: Sequence[LogEntry], addresses: Addresses) -> bytes:
    """The log as Atom, `history` newest first; without the reasons that officers wrote, which only the page shows."""
    feed = Atom1Feed(
        title=_("Hồ sơ %(code)s") % {"code": dossier.code},
        link=addresses.page,
        description="",
        subtitle=dossier.version.name,
        language=get_language() or "vi",
        feed_url=addresses.here,
        feed_guid=_guid(dossier),
        author_name=dossier.desk.name,
    )
    for entry in history:
        event = entry.event
        feed.add_item(
            title=_title(entry),
            link=addresses.page,
            description=". ".join([event.unit.name, *(line.rstrip(".") for line in entry.lines)]) + ".",
            unique_id=f"{_guid(dossier)}:{event.number}",
            pubdate=event.at,
            updateddate=event.at,
            author_name=event.unit.name,
        )
    return feed.writeString("utf-8").encode()


def appointment(
    dossier: Dossier, changes: Sequence[PromiseChange], addresses: Addresses, stamp: datetime
) -> bytes | None:
    """The day of the result as an all-day event in Hanoi; None without a date. `stamp`: time of the last event.

    The sequence number rises with every change of the date, and once more when there will be no result.
    """
    due_at = dossier.new_due_at or dossier.due_at
    if due_at is None:
        return None
    is_off = dossier.outcome in WITHOUT_RESULT or dossier.state is Status.WITHDRAWAL_ASKED
    event = whole_day(
        local_day(due_at),
        uid=f"{dossier.code}@hen-tra.motcua",
        stamp=stamp,
        summary=_summary(dossier, due_at, is_off=is_off),
        description=f"{dossier.version.name}. {_due_words(due_at)}",
        url=addresses.page,
    )
    event.add("last-modified", stamp)
    event.add("sequence", moves(changes) + is_off)
    event.add("status", _status(dossier, is_off=is_off))
    if dossier.delivery == Dossier.Delivery.DESK:
        event.add("location", ", ".join(filter(None, [dossier.desk.name, dossier.desk.address])))
    return calendar_file(event)


def moves(changes: Sequence[PromiseChange]) -> int:
    """The number of changes that moved the date."""
    return sum(change.after is not None and change.before not in (None, change.after) for change in changes)


def _guid(dossier: Dossier) -> str:
    return f"tag:motcua,2026:{dossier.code}"


def _title(entry: LogEntry) -> str:
    if entry.event.data.get("outcome") in WITHOUT_RESULT:
        return _("Kết thúc, không có kết quả")
    return str(entry.event.get_kind_display())


def _status(dossier: Dossier, *, is_off: bool) -> str:
    """The iCalendar status; tentative while the clock is paused."""
    if is_off:
        return "CANCELLED"
    return "TENTATIVE" if dossier.is_waiting else "CONFIRMED"


def _summary(dossier: Dossier, due_at: datetime, *, is_off: bool) -> str:
    names = {"code": dossier.code, "time": clock_time(due_at)}
    if is_off:
        stopped = dossier.outcome == Outcome.STOPPED
        return (_("Đã dừng hồ sơ %(code)s") if stopped else _("Đã rút hồ sơ %(code)s")) % names
    if dossier.state in {Status.DONE, Status.RETURNED}:
        return _("Đã có kết quả hồ sơ %(code)s") % names
    if dossier.is_waiting:
        return _("Tạm dừng: hẹn trả hồ sơ %(code)s") % names
    return _("Hẹn trả kết quả trước %(time)s, hồ sơ %(code)s") % names


def _due_words(due_at: datetime) -> str:
    return _("Hẹn trả %(moment)s.") % {"moment": weekday_datetime(due_at, get_language() or "vi")}
