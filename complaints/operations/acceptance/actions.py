"""Whether a case is taken on: accepted, refused on a ground of the law, passed to whom it concerns, or completed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import EventKind
from complaints.events.notices import tell_reporter
from complaints.events.record import happen, locked
from complaints.models import Case, Ground
from complaints.models.people import TextSort
from complaints.texts.actions import in_words, keep_words
from notices.models import Notice
from units.rules import RuleBroken


@transaction.atomic
def accept_case(*, case: Case, actor: User | None, at: datetime) -> Case:
    """Take the case on: its settlement begins. Raises RuleBroken."""
    case = locked(case)
    happen(case, EventKind.ACCEPTED, actor=actor, at=at)
    tell_reporter(case, Notice.Kind.CASE_ACCEPTED, at=at)
    return case


@transaction.atomic
def refuse_case(*, case: Case, ground: Ground | None, reason: str, actor: User | None, at: datetime) -> Case:
    """Not to take the case on, on a ground the law knows for its kind, with the reason in words. Raises RuleBroken."""
    case = locked(case)
    code = _ground(case, ground, Ground.Use.NOT_ACCEPTED)
    reason = in_words(reason, "reason")
    event = happen(case, EventKind.NOT_ACCEPTED, actor=actor, at=at, data={"ground": code})
    keep_words(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    tell_reporter(case, Notice.Kind.CASE_NOT_ACCEPTED, at=at)
    return case


@transaction.atomic
def transfer_case(*, case: Case, body: str, reason: str, actor: User | None, at: datetime) -> Case:
    """Pass the case to the body that may decide it, outside of this authority. Raises RuleBroken without its name."""
    case = locked(case)
    if not body.strip():
        raise RuleBroken(_("Hãy ghi tên cơ quan có thẩm quyền."), field="body")
    event = happen(case, EventKind.TRANSFERRED, actor=actor, at=at, data={"body": body.strip()})
    keep_words(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    tell_reporter(case, Notice.Kind.CASE_TRANSFERRED, at=at, body=body.strip())
    return case


@transaction.atomic
def ask_supplement(*, case: Case, asked: str, actor: User | None, at: datetime) -> Case:
    """Ask the reporter for what is missing; the check stands still until it comes. Raises RuleBroken."""
    case = locked(case)
    asked = in_words(asked, "asked")
    event = happen(case, EventKind.SUPPLEMENT_ASKED, actor=actor, at=at)
    keep_words(case, TextSort.REASON, asked, event=event.number, author=actor, at=at)
    tell_reporter(case, Notice.Kind.CASE_SUPPLEMENT, at=at)
    return case


@transaction.atomic
def note_supplement(*, case: Case, said: str, actor: User | None, at: datetime) -> Case:
    """What the reporter added, brought by themselves (no `actor`) or written down for them. Raises RuleBroken."""
    case = locked(case)
    said = in_words(said, "said")
    event = happen(case, EventKind.SUPPLEMENTED, actor=actor, at=at)
    keep_words(case, TextSort.SUPPLEMENT, said, event=event.number, author=actor, at=at)
    return case


def _ground(case: Case, ground: Ground | None, use: str) -> str:
    """The code of a ground that fits the case and the act. Raises RuleBroken."""
    if ground is None or (ground.kind, ground.use) != (case.kind, use):
        raise RuleBroken(_("Hãy chọn một căn cứ mà luật quy định cho loại này."), field="ground")
    return ground.code
