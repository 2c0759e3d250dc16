"""Changes to the working calendar: drafted by one person, published by another, undone exactly.

The calendar decides the due dates of people's dossiers, so no single person changes it. The person who publishes or
undoes a draft then has the open dossiers reckoned again.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from units.calendar.lookup import working_calendar
from units.clock.working_calendar import local
from units.database.change_time import set_change_time
from units.models import CalendarDay, CalendarDraft, CalendarDraftDay, CalendarVersion
from units.rules import RuleBroken

FIRST_YEAR = 2000
YEARS_AHEAD = 3

Change = CalendarDraftDay.Change
Kind = CalendarDay.Kind
Status = CalendarDraft.Status

_INSTEAD_OF_A_WEEKDAY = (Kind.MADE_UP, Kind.SWAPPED, Kind.SHORT)


@transaction.atomic
def open_calendar_draft(*, title: str, source: str, author: AbstractBaseUser, at: datetime) -> CalendarDraft:
    """An empty draft. Raises RuleBroken when the title or the document is missing."""
    return CalendarDraft.objects.create(
        title=_required(title, "title", _("Hãy nêu nội dung thay đổi.")),
        source=_required(source, "source", _("Hãy nêu văn bản làm căn cứ.")),
        author_id=author.pk,
        created_at=at,
    )


@transaction.atomic
def add_draft_day(
    *,
    draft: CalendarDraft,
    actor: AbstractBaseUser,
    day: date,
    change: str = Change.ADD,
    kind: str = "",
    reason: str,
    source: str | None = None,
    closes_at: time | None = None,
    at: datetime,
) -> CalendarDraftDay:
    """A day to add to the calendar, or one to take out of it (`kind` and `closes_at` are then what they were).

    `source` None is the draft's own document. Raises RuleBroken, with the field, for a draft that is not the actor's
    or no longer written, a year out of reach, a day another open draft touches, and a change that changes nothing.
    """
    draft = _own_and_written(draft, actor)
    line = CalendarDraftDay(
        draft=draft,
        day=day,
        change=change,
        kind=kind,
        reason=_required(reason, "reason", _("Hãy nêu lý do.")),
        source=_required(draft.source if source is None else source, "source", _("Hãy nêu văn bản làm căn cứ.")),
        closes_at=closes_at,
    )
    _check_year(day, at)
    _check_other_drafts(line)
    _check_against_calendar(line)
    line.save()
    return line


@transaction.atomic
def remove_draft_day(*, draft: CalendarDraft, actor: AbstractBaseUser, day: date) -> None:
    """Take a day out of the draft; nothing happens when it is not in it."""
    _own_and_written(draft, actor).days.filter(day=day).delete()


@transaction.atomic
def submit_draft(*, draft: CalendarDraft, actor: AbstractBaseUser, at: datetime) -> CalendarDraft:
    """Hand the draft over for approval; its days are fixed from here on."""
    draft = _own_and_written(draft, actor)
    if not draft.days.exists():
        raise RuleBroken(_("Dự thảo chưa có ngày nào."))
    draft.status, draft.submitted_at = Status.SUBMITTED, at
    draft.save()
    return draft


@transaction.atomic
def drop_draft(*, draft: CalendarDraft, actor: AbstractBaseUser, at: datetime) -> CalendarDraft:
    """Give up a draft, by its author or by the person who was to approve it."""
    draft = _locked(draft)
    if draft.status not in CalendarDraft.OPEN:
        raise RuleBroken(_wrong_status(draft))
    draft.status, draft.dropped_at, draft.closed_by_id = Status.DROPPED, at, actor.pk
    draft.save()
    return draft


@transaction.atomic
def approve_and_publish(*, draft: CalendarDraft, actor: AbstractBaseUser, at: datetime) -> CalendarDraft:
    """Make the draft's days the calendar's; `actor` must be another person than the author.

    The calendar may have changed since the draft was written: every day is checked again. Raises RuleBroken.
    """
    draft = _locked(draft)
    if draft.status != Status.SUBMITTED:
        raise RuleBroken(_wrong_status(draft))
    if draft.author_id == actor.pk:
        raise RuleBroken(_("Người soạn không được tự duyệt: cần một người thứ hai."))
    draft.edition_before = _locked_edition()
    lines = list(draft.days.all())
    for line in lines:
        _check_against_calendar(line)
    set_change_time(at)
    _take_out([line.day for line in lines if line.change == Change.REMOVE])
    CalendarDay.objects.bulk_create(_row(line) for line in lines if line.change == Change.ADD)
    draft.edition_after = _locked_edition()
    draft.status, draft.published_at, draft.approver_id = Status.PUBLISHED, at, actor.pk
    draft.save()
    return draft


@transaction.atomic
def undo_published(*, draft: CalendarDraft, actor: AbstractBaseUser, at: datetime) -> CalendarDraft:
    """Put the draft's days back as they were before it was published, word for word.

    Raises RuleBroken when it is not published, when a later draft touches one of its days, or when one of them was
    changed by other means since.
    """
    draft = _locked(draft)
    if draft.status != Status.PUBLISHED:
        raise RuleBroken(_wrong_status(draft))
    _locked_edition()
    lines = list(draft.days.all())
    _check_nothing_came_later(draft, lines)
    before = working_calendar(edition=draft.edition_before)
    removed = (before.special(line.day) for line in lines if line.change == Change.REMOVE)
    set_change_time(at)
    _take_out([line.day for line in lines if line.change == Change.ADD])
    CalendarDay.objects.bulk_create(
        CalendarDay(day=was.day, kind=was.kind, reason=was.reason, source=was.source, closes_at=was.closes_at)
        for was in removed
        if was
    )
    draft.status, draft.undone_at, draft.closed_by_id = Status.UNDONE, at, actor.pk
    draft.save()
    return draft


def _locked(draft: CalendarDraft) -> CalendarDraft:
    return CalendarDraft.objects.select_for_update().get(pk=draft.pk)


def _own_and_written(draft: CalendarDraft, actor: AbstractBaseUser) -> CalendarDraft:
    """The draft, its row locked together with those of all open drafts, so that no two take the same day at once."""
    list(CalendarDraft.objects.open().order_by("pk").select_for_update())
    draft = _locked(draft)
    if draft.status != Status.DRAFT:
        raise RuleBroken(_wrong_status(draft))
    if draft.author_id != actor.pk:
        raise RuleBroken(_("Chỉ người soạn được sửa và gửi dự thảo của mình."))
    return draft


def _locked_edition() -> int:
    """The calendar's number; nobody else changes the calendar until this transaction ends."""
    number = CalendarVersion.objects.select_for_update().values_list("number", flat=True).first()
    return number or 0


def _wrong_status(draft: CalendarDraft) -> str:
    return _("Không làm được việc này: dự thảo “%(title)s” hiện ở trạng thái “%(status)s”.") % {
        "title": draft.title,
        "status": draft.get_status_display(),
    }


def _required(text: str, field: str, message: str) -> str:
    if not (text := text.strip()):
        raise RuleBroken(message, field=field)
    return text


def _check_year(day: date, at: datetime) -> None:
    last = local(at).year + YEARS_AHEAD
    if not FIRST_YEAR <= day.year <= last:
        years = {"first": FIRST_YEAR, "last": last}
        raise RuleBroken(_("Chỉ nhận ngày từ năm %(first)s đến năm %(last)s.") % years, field="day")


def _check_other_drafts(line: CalendarDraftDay) -> None:
    if line.draft.days.filter(day=line.day).exists():
        raise RuleBroken(_("Ngày %(day)s đã có trong dự thảo này.") % _shown(line), field="day")
    other = CalendarDraft.objects.open().touching([line.day]).first()
    if other:
        message = _("Ngày %(day)s đang nằm trong dự thảo khác: “%(title)s”.")
        raise RuleBroken(message % (_shown(line) | {"title": other.title}), field="day")


def _check_against_calendar(line: CalendarDraftDay) -> None:
    present = CalendarDay.objects.filter(day=line.day).first()
    if line.change == Change.REMOVE:
        if present is None:
            raise RuleBroken(_("Lịch không có ngày %(day)s để gỡ bỏ.") % _shown(line), field="day")
        line.kind, line.closes_at = present.kind, present.closes_at
        return
    if line.change != Change.ADD or line.kind not in Kind.values:
        raise RuleBroken(_("Hãy chọn loại ngày."), field="kind")
    if present:
        message = _("Ngày %(day)s đã có trong lịch: %(kind)s.")
        raise RuleBroken(message % (_shown(line) | {"kind": present.get_kind_display()}), field="day")
    _check_weekday(line)
    _check_closing(line)


def _check_weekday(line: CalendarDraftDay) -> None:
    """A worked day is a weekly day off, a day off in exchange is not. A public holiday falls on any day."""
    is_weekday = bool(working_calendar().weekly_hours(line.day.weekday()))
    if is_weekday and line.kind == Kind.WORKED:
        raise RuleBroken(_("Ngày %(day)s vốn là ngày làm việc, không cần làm bù.") % _shown(line), field="kind")
    if not is_weekday and line.kind in _INSTEAD_OF_A_WEEKDAY:
        raise RuleBroken(_("Ngày %(day)s vốn là ngày nghỉ hằng tuần.") % _shown(line), field="kind")


def _check_closing(line: CalendarDraftDay) -> None:
    if line.kind not in (Kind.SHORT, Kind.WORKED):
        if line.closes_at:
            raise RuleBroken(_("Ngày nghỉ không có giờ đóng cửa."), field="closes_at")
        return
    if line.closes_at is None and line.kind == Kind.WORKED:
        return
    calendar = working_calendar()
    hours = calendar.weekly_hours(line.day.weekday()) or next(filter(None, map(calendar.weekly_hours, range(7))))
    opens, closes = hours[0][0], hours[-1][1]
    if line.closes_at is None or not opens < line.closes_at < closes:
        given = {"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        raise RuleBroken(_("Giờ đóng cửa phải trong khoảng %(opens)s–%(closes)s.") % given, field="closes_at")


def _check_nothing_came_later(draft: CalendarDraft, lines: list[CalendarDraftDay]) -> None:
    days = [line.day for line in lines]
    published = CalendarDraft.objects.filter(status=Status.PUBLISHED, edition_after__gt=draft.edition_after)
    if later := published.touching(days).first():
        raise RuleBroken(
            _("Dự thảo “%(title)s” công bố sau đã đổi cùng ngày: hãy hoàn tác nó trước.") % {"title": later}
        )
    present = {row.day: row for row in CalendarDay.objects.filter(day__in=days)}
    for line in lines:
        row = present.get(line.day)
        as_left = row is None if line.change == Change.REMOVE else row is not None and _same(row, line)
        if not as_left:
            raise RuleBroken(_("Ngày %(day)s đã được đổi bằng cách khác sau khi công bố.") % _shown(line))


def _same(row: CalendarDay, line: CalendarDraftDay) -> bool:
    return all(getattr(row, name) == getattr(line, name) for name in ("kind", "reason", "source", "closes_at"))


def _take_out(days: list[date]) -> None:
    if days:
        CalendarDay.objects.filter(day__in=days).delete()


def _row(line: CalendarDraftDay) -> CalendarDay:
    return CalendarDay(day=line.day, kind=line.kind, reason=line.reason, source=line.source, closes_at=line.closes_at)


def _shown(line: CalendarDraftDay) -> dict[str, str]:
    return {"day": f"{line.day:%d/%m/%Y}"}
