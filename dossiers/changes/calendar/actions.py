"""Drafts, previews, publishes and undoes calendar changes.

`units.calendar` changes the calendar itself; the actions here also create the `CalendarRun` that recalculates open
dossiers. A worker does the runs: see `dossiers.changes.calendar.recalculation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.changes.calendar.contributors import contributors
from dossiers.changes.calendar.notices import notify_approvers
from dossiers.models import CalendarRun
from units.calendar.actions import (
    add_draft_day,
    approve_and_publish,
    drop_draft,
    open_calendar_draft,
    remove_draft_day,
    submit_draft,
    undo_published,
)
from units.calendar.lookup import current_edition
from units.models import CalendarDraft, CalendarDraftDay
from units.rules import RuleBroken

Phase = CalendarRun.Phase


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day to add or to remove; fields as in `CalendarDraftDay`. An empty `source` means the draft's document."""

    day: date
    change: str
    kind: str
    reason: str
    source: str = ""
    closes_at: time | None = None


@transaction.atomic
def draft_change(*, title: str, source: str, first: ChangedDay, author: User, at: datetime) -> CalendarDraft:
    """Creates a draft with its first day. Raises RuleBroken, with the field."""
    draft = open_calendar_draft(title=title, source=source, author=author, at=at)
    add_changed_day(draft=draft, line=first, actor=author, at=at)
    return draft


@transaction.atomic
def add_changed_day(*, draft: CalendarDraft, line: ChangedDay, actor: User, at: datetime) -> CalendarDraftDay:
    """Adds a day to a draft and restarts its preview. Raises RuleBroken, with the field."""
    row = add_draft_day(
        draft=draft,
        actor=actor,
        day=line.day,
        change=line.change,
        kind=line.kind,
        reason=line.reason,
        source=line.source or None,
        closes_at=line.closes_at,
        at=at,
    )
    preview_change(draft=draft, at=at)
    return row


@transaction.atomic
def remove_changed_day(*, draft: CalendarDraft, day: date, actor: User, at: datetime) -> None:
    """Removes a day from a draft and restarts its preview. Raises RuleBroken."""
    remove_draft_day(draft=draft, actor=actor, day=day)
    preview_change(draft=draft, at=at)


@transaction.atomic
def preview_change(*, draft: CalendarDraft, at: datetime) -> CalendarRun:
    """Starts a new preview of the dates that the draft would move. Raises RuleBroken once it is decided."""
    if draft.status not in CalendarDraft.OPEN:
        raise RuleBroken(_("Chỉ tính thử được khi thay đổi chưa công bố."))
    _mark_previews_stale(draft, at)
    return CalendarRun.objects.create(draft=draft, phase=Phase.PREVIEW, created_at=at)


@transaction.atomic
def submit_change(*, draft: CalendarDraft, actor: User, at: datetime) -> CalendarDraft:
    """Submits the draft for approval, restarts its preview and notifies the approvers. Raises RuleBroken."""
    draft = submit_draft(draft=draft, actor=actor, at=at)
    preview_change(draft=draft, at=at)
    notify_approvers(draft=draft, at=at)
    return draft


@transaction.atomic
def drop_change(*, draft: CalendarDraft, actor: User, at: datetime) -> CalendarDraft:
    """Discards the draft. Raises RuleBroken."""
    draft = drop_draft(draft=draft, actor=actor, at=at)
    _mark_previews_stale(draft, at)
    return draft


@transaction.atomic
def publish_change(*, draft: CalendarDraft, actor: User, at: datetime) -> CalendarRun:
    """Publishes the draft: the calendar changes now, the dates of open dossiers follow within minutes.

    Raises RuleBroken for the author, and while a preview is unfinished, here or in another app.
    """
    draft = approve_and_publish(draft=draft, actor=actor, at=at)
    preview = draft.runs.filter(phase=Phase.PREVIEW, is_stale=False, finished_at__isnull=False).first()
    if preview is None or not all(part.is_recalculated(preview) for part in contributors()):
        raise RuleBroken(_("Chưa tính thử xong: hãy xem những ngày hẹn sẽ đổi rồi mới công bố."))
    _mark_previews_stale(draft, at)
    return CalendarRun.objects.create(draft=draft, phase=Phase.APPLY, edition=draft.edition_after, created_at=at)


@transaction.atomic
def undo_change(*, draft: CalendarDraft, actor: User, at: datetime) -> CalendarRun:
    """Undoes a published change: the calendar now, within minutes exactly the dates it moved. Raises RuleBroken.

    An unfinished run of the publication ends here.
    """
    draft = undo_published(draft=draft, actor=actor, at=at)
    for run in draft.runs.filter(phase=Phase.APPLY, finished_at=None).select_for_update():
        run.finished_at = at
        run.save(update_fields=["finished_at"])
    return CalendarRun.objects.create(draft=draft, phase=Phase.UNDO, edition=current_edition(), created_at=at)


def _mark_previews_stale(draft: CalendarDraft, at: datetime) -> None:
    """Marks earlier previews as stale and ends them; a worker busy with one stops after its batch."""
    previews = draft.runs.filter(phase=Phase.PREVIEW, is_stale=False)
    previews.update(is_stale=True, finished_at=Coalesce("finished_at", Value(at)))
