"""Further words of a reporter, at any time: what was asked for, or what they have to add by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.clock.states import Status
from complaints.events.notices import tell_office, tell_reporter
from complaints.events.record import locked
from complaints.models import Case
from complaints.models.people import TextSort
from complaints.operations.acceptance.actions import note_supplement
from complaints.operations.settlement.actions import reopens_until, told_rules
from complaints.registration.files import keep_uploads
from complaints.texts.actions import in_words, keep_words
from files.storage.actions import Accepted
from notices.models import Notice


@transaction.atomic
def add_words(*, case: Case, said: str, accepted: Sequence[Accepted], at: datetime, answers: str = "") -> Case:
    """A supplement where one was asked for; else words that stand beside the latest act and move nothing. Those who
    work where the case is are told; the reporter of an answered one hears that words alone reopen nothing, and what
    does. `answers`: the Message-ID of the e-mail they came in.

    Call it within `all_or_nothing()` where there are files. Raises RuleBroken for words that say nothing.
    """
    case = locked(case)
    said = in_words(said, "said")
    if case.state is Status.AWAITING_SUPPLEMENT:
        case = note_supplement(case=case, said=said, actor=None, at=at)
    else:
        latest = case.events.order_by("-number").values_list("number", flat=True).first() or 0
        keep_words(case, TextSort.SUPPLEMENT, said, event=latest, author=None, at=at)
    keep_uploads(case, accepted, actor=None, at=at)
    tell_office(case, Notice.Kind.CASE_WORDS, at=at)
    until = reopens_until(case, told_rules(case)) if case.answered_at else None
    if until is not None:
        more: dict[str, Any] = {"reopen_until_at": until.isoformat()} if at <= until else {}
        tell_reporter(case, Notice.Kind.CASE_HEARD, at=at, answers=answers, **more)
    return case
