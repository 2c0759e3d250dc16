"""Reorganisations by two people: one proposes, another approves or refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles.two_people import objection_to_accomplice
from dossiers.changes.reorganisation.actions import (
    ReorganisationResult,
    UnitChange,
    carry_out,
    preview_reorganisation,
)
from units.models import ReorganisationDraft
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason

Status = ReorganisationDraft.Status


def propose_reorganisation(
    *, kind: str, typed: Mapping[str, list[str]], change: UnitChange, on: date, source: str, author: User, at: datetime
) -> ReorganisationDraft:
    """Stores the typed form for a second person. Raises RuleBroken if it could not be carried out now."""
    preview_reorganisation(change=change, at=at)
    return ReorganisationDraft.objects.create(
        kind=kind, typed=dict(typed), on=on, source=source, author=author, created_at=at
    )


@transaction.atomic
def approve_reorganisation(
    *, draft: ReorganisationDraft, change: UnitChange, actor: User, at: datetime
) -> ReorganisationResult:
    """Carries out the draft. Raises RuleBroken for its author, for a decided draft, and as `carry_out` does."""
    waiting = _waiting(draft)
    _check_second(waiting, actor)
    # Roles move too, so an account that the author controls is no second person.
    if accomplice := objection_to_accomplice(actor, waiting.author, at):
        raise RuleBroken(accomplice)
    result = carry_out(change=change, actor=actor, at=at)
    _decide(waiting, Status.APPROVED, actor, at)
    return result


@transaction.atomic
def refuse_reorganisation(*, draft: ReorganisationDraft, reason: str, actor: User, at: datetime) -> None:
    """Raises RuleBroken for its author, for a decided draft, and without a reason in words."""
    waiting = _waiting(draft)
    _check_second(waiting, actor)
    if not is_real_reason(reason):
        raise RuleBroken(_("Hãy ghi lý do bằng lời."), field="reason")
    _decide(waiting, Status.REFUSED, actor, at, reason.strip())


@transaction.atomic
def withdraw_reorganisation(*, draft: ReorganisationDraft, actor: User, at: datetime) -> None:
    """Raises RuleBroken for anybody but its author, and for a decided draft."""
    waiting = _waiting(draft)
    if waiting.author_id != actor.pk:
        raise RuleBroken(_("Chỉ người đề nghị mới rút được đề nghị."))
    _decide(waiting, Status.WITHDRAWN, actor, at)


def _waiting(draft: ReorganisationDraft) -> ReorganisationDraft:
    locked = ReorganisationDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if locked.status != Status.WAITING:
        raise RuleBroken(_("Đề nghị này đã có quyết định."))
    return locked


def _check_second(draft: ReorganisationDraft, actor: User) -> None:
    if draft.author_id == actor.pk:
        raise RuleBroken(_("Người đề nghị không tự duyệt: cần một người thứ hai."))


def _decide(draft: ReorganisationDraft, status: Status, actor: User, at: datetime, reason: str = "") -> None:
    draft.status, draft.decided_by, draft.decided_at, draft.reason = status, actor, at, reason
    draft.save(update_fields=["status", "decided_by", "decided_at", "reason"])
