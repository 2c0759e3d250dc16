"""Further text of a reporter, asked for or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.clock.states import Status
from complaints.events.notices import notify_office, notify_reporter
from complaints.events.record import locked
from complaints.models import Case
from complaints.models.people import TextSort
from complaints.operations.acceptance.actions import note_supplement
from complaints.operations.settlement.actions import case_rules, reopens_until
from complaints.registration.files import store_uploads
from complaints.texts.actions import checked_text, store_text
from files.storage.actions import Accepted
from notices.models import Notice


@transaction.atomic
def add_reporter_text(*, case: Case, text: str, accepted: Sequence[Accepted], at: datetime, answers: str = "") -> Case:
    """A supplement where one was asked for; otherwise a text beside the latest act, which changes no status. Notifies
    the office; the reporter of an answered case gets a notice how to have it reopened. `answers`: the Message-ID of
    the e-mail it came in.

    Call it within `all_or_nothing()` where there are files. Raises RuleBroken for a text that says nothing.
    """
    case = locked(case)
    text = checked_text(text, "said")
    if case.state is Status.AWAITING_SUPPLEMENT:
        case = note_supplement(case=case, said=text, actor=None, at=at)
    else:
        latest = case.events.order_by("-number").values_list("number", flat=True).first() or 0
        store_text(case, TextSort.SUPPLEMENT, text, event=latest, author=None, at=at)
    store_uploads(case, accepted, actor=None, at=at)
    notify_office(case, Notice.Kind.CASE_WORDS, at=at)
    until = reopens_until(case, case_rules(case)) if case.answered_at else None
    if until is not None:
        more: dict[str, Any] = {"reopen_until_at": until.isoformat()} if at <= until else {}
        notify_reporter(case, Notice.Kind.CASE_HEARD, at=at, answers=answers, **more)
    return case
