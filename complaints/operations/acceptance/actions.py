"""Accepts a case, refuses it on a ground of the law, transfers it, or has it supplemented."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import EventKind
from complaints.events.notices import notify_reporter
from complaints.events.record import append_event, locked
from complaints.models import Case, Ground
from complaints.models.people import TextSort
from complaints.texts.actions import checked_text, store_text
from notices.models import Notice
from units.rules import RuleBroken


@transaction.atomic
def accept_case(*, case: Case, actor: User | None, at: datetime) -> Case:
    """Accept the case; its settlement begins. Raises RuleBroken."""
    case = locked(case)
    append_event(case, EventKind.ACCEPTED, actor=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_ACCEPTED, at=at)
    return case


@transaction.atomic
def refuse_case(*, case: Case, ground: Ground | None, reason: str, actor: User | None, at: datetime) -> Case:
    """Refuse the case, on a ground of the law for its kind and with a reason in words. Raises RuleBroken."""
    case = locked(case)
    code = _ground(case, ground, Ground.Use.NOT_ACCEPTED)
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.NOT_ACCEPTED, actor=actor, at=at, data={"ground": code})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_NOT_ACCEPTED, at=at)
    return case


@transaction.atomic
def transfer_case(*, case: Case, body: str, reason: str, actor: User | None, at: datetime) -> Case:
    """Transfer the case to the competent body outside of this authority. Raises RuleBroken without its name."""
    case = locked(case)
    if not body.strip():
        raise RuleBroken(_("Hãy ghi tên cơ quan có thẩm quyền."), field="body")
    event = append_event(case, EventKind.TRANSFERRED, actor=actor, at=at, data={"body": body.strip()})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_TRANSFERRED, at=at, body=body.strip())
    return case


@transaction.atomic
def ask_supplement(*, case: Case, asked: str, actor: User | None, at: datetime) -> Case:
    """Ask the reporter for what is missing; the clock of the check pauses. Raises RuleBroken."""
    case = locked(case)
    asked = checked_text(asked, "asked")
    event = append_event(case, EventKind.SUPPLEMENT_ASKED, actor=actor, at=at)
    store_text(case, TextSort.REASON, asked, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_SUPPLEMENT, at=at)
    return case


@transaction.atomic
def note_supplement(*, case: Case, said: str, actor: User | None, at: datetime) -> Case:
    """The reporter's supplement, sent by themselves (no `actor`) or entered for them. Raises RuleBroken."""
    case = locked(case)
    said = checked_text(said, "said")
    event = append_event(case, EventKind.SUPPLEMENTED, actor=actor, at=at)
    store_text(case, TextSort.SUPPLEMENT, said, event=event.number, author=actor, at=at)
    return case


def _ground(case: Case, ground: Ground | None, use: str) -> str:
    """The code of a ground that fits the case and the act. Raises RuleBroken."""
    if ground is None or (ground.kind, ground.use) != (case.kind, use):
        raise RuleBroken(_("Hãy chọn một căn cứ mà luật quy định cho loại này."), field="ground")
    return ground.code
