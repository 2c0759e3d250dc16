"""Telling the reporter: by e-mail where one was given, and only where who speaks is no secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from complaints.clock.states import Kind
from complaints.events.signed_links import open_path
from complaints.models import Case, CaseText, Mail, Reporter
from complaints.models.labels import Channel
from complaints.models.people import TextSort
from notices.issuing.actions import issue_notice, issue_once
from notices.models import Notice
from notices.sending.reach import applicant_reach

SAW_NO_PAGE: Final = frozenset({Channel.EMAIL, Channel.PARTNER, Channel.OPEN311})
"""Ways in by which nobody was shown the secret that opens the case: the letter has to say it."""

MOST_REFERENCES: Final = 10


def tell_reporter(
    case: Case, kind: str, *, at: datetime, answers: str = "", is_first_seen: bool = False, **more: Any
) -> None:
    """Issue a notice; its context names no person, and quotes the office's answer alone, to whoever asked by e-mail.
    A letter's link opens the case: whoever lost the page with the secret still finds back.
    `answers`: the Message-ID of the e-mail this is about; `is_first_seen`: it brings the
    secret too. Nothing is ever sent about a sealed case: a message is read by others than the one it is meant for."""
    if case.is_sealed:
        return
    reporter = Reporter.objects.filter(case=case).first()
    reach = applicant_reach(kind, email=reporter.email, telephone=reporter.phone) if reporter else None
    language = reporter.language if reporter else "vi"
    context: dict[str, Any] = {"unit": case.unit.name, "track_url": reverse("complaints:tracking", args=[case.code])}
    if case.next_due_at:
        context["due_at"] = case.next_due_at.isoformat()
    if reach and reach.email:
        context |= _letter(case, kind, answers) | {"track_url": open_path(case, language)}
        context |= {"secret": case.secret} if is_first_seen else {}
    issue_notice(
        subject=case.code,
        kind=kind,
        email=reach.email if reach else "",
        phone=reach.phone if reach else "",
        language=language,
        context=context | more,
        at=at,
    )


def tell_office(case: Case, kind: str, *, at: datetime) -> None:
    """For all who work where the case is, once for a moment; never of a sealed case."""
    if not case.is_sealed:
        context = {"unit": case.unit.name, "until_at": (case.next_due_at or at).isoformat()}
        key = f"{kind}:{case.code}:{at.isoformat()}"
        issue_once(
            notices=[
                Notice(subject=case.code, kind=kind, key=key, unit=case.unit, context=context, created_at=at),
            ]
        )


def _letter(case: Case, kind: str, answers: str) -> dict[str, Any]:
    """What a letter has beyond a short message: its thread, where answers to it go, what it tells in full."""
    told: dict[str, Any] = {"reply_to": settings.MAILBOX_ADDRESS} if settings.MAILBOX_ADDRESS else {}
    if case.channel == Channel.EMAIL:
        told |= _thread(case, answers)
        if kind == Notice.Kind.CASE_ANSWERED and case.voice is not Kind.GRIEVANCE:
            answer = CaseText.objects.filter(case=case, sort=TextSort.ANSWER).order_by("-at", "-pk").first()
            told["answer"] = answer.text if answer else ""
    return told


def _thread(case: Case, answers: str) -> dict[str, Any]:
    came = Mail.objects.filter(case=case).exclude(message_id="").order_by("-pk")
    ids = [*([answers] if answers else []), *came.values_list("message_id", flat=True)[:MOST_REFERENCES]]
    return {"in_reply_to": ids[0], "references": " ".join(reversed(ids))} if ids else {}
