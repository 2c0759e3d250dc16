"""Notices to the reporter and to the office; never about a sealed case."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from complaints.clock.states import Kind
from complaints.events.signed_links import signed_path
from complaints.models import Case, CaseText, Mail, Reporter
from complaints.models.labels import Channel
from complaints.models.people import TextSort
from notices.issuing.actions import issue_notice, issue_once
from notices.models import Notice
from notices.sending.reach import applicant_reach

MOST_REFERENCES: Final = 10


def notify_reporter(case: Case, kind: str, *, at: datetime, answers: str = "", **more: Any) -> None:
    """Issue a notice. Its context names no person; it quotes only the office's answer, and only to who asked by
    e-mail. The link in an e-mail opens the case without the secret. `answers`: the Message-ID of the e-mail this is
    about. Does nothing for a sealed case: others may read the message."""
    if case.is_sealed:
        return
    reporter = Reporter.objects.filter(case=case).first()
    reach = applicant_reach(kind, email=reporter.email, telephone=reporter.phone) if reporter else None
    language = reporter.language if reporter else "vi"
    context: dict[str, Any] = {"unit": case.unit.name, "track_url": reverse("complaints:tracking", args=[case.code])}
    if case.next_due_at:
        context["due_at"] = case.next_due_at.isoformat()
    if reach and reach.email:
        context |= _email_context(case, kind, answers) | {"track_url": signed_path(case, language)}
    issue_notice(
        subject=case.code,
        kind=kind,
        email=reach.email if reach else "",
        phone=reach.phone if reach else "",
        language=language,
        context=context | more,
        at=at,
    )


def notify_office(case: Case, kind: str, *, at: datetime) -> None:
    """To all who work at the unit of the case, one notice for a moment; does nothing for a sealed case."""
    if not case.is_sealed:
        context = {"unit": case.unit.name, "until_at": (case.next_due_at or at).isoformat()}
        key = f"{kind}:{case.code}:{at.isoformat()}"
        issue_once(
            notices=[
                Notice(subject=case.code, kind=kind, key=key, unit=case.unit, context=context, created_at=at),
            ]
        )


def _email_context(case: Case, kind: str, answers: str) -> dict[str, Any]:
    """What an e-mail has beyond an SMS: thread, reply address, the whole answer."""
    context: dict[str, Any] = {"reply_to": settings.MAILBOX_ADDRESS} if settings.MAILBOX_ADDRESS else {}
    if case.channel == Channel.EMAIL:
        context |= _thread(case, answers)
        if kind == Notice.Kind.CASE_ANSWERED and case.kind != Kind.GRIEVANCE:
            answer = CaseText.objects.filter(case=case, sort=TextSort.ANSWER).order_by("-at", "-pk").first()
            context["answer"] = answer.text if answer else ""
    return context


def _thread(case: Case, answers: str) -> dict[str, Any]:
    came = Mail.objects.filter(case=case).exclude(message_id="").order_by("-pk")
    ids = [*([answers] if answers else []), *came.values_list("message_id", flat=True)[:MOST_REFERENCES]]
    return {"in_reply_to": ids[0], "references": " ".join(reversed(ids))} if ids else {}
