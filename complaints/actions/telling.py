"""Telling the reporter: by e-mail where one was given, and only where who speaks is no secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from complaints.models import Case, Reporter
from notices.actions import issue_notice
from notices.reach import applicant_reach


def tell_reporter(case: Case, kind: str, *, at: datetime, **more: Any) -> None:
    """Issue a notice; its context names no person and quotes nobody. Nothing is ever sent about a sealed case: a
    message is read by others than the one it is meant for."""
    if case.is_sealed:
        return
    reporter = Reporter.objects.filter(case=case).first()
    reach = applicant_reach(kind, email=reporter.email, telephone=reporter.phone) if reporter else None
    context: dict[str, Any] = {"unit": case.unit.name, "track_url": reverse("complaints:tracking", args=[case.code])}
    if case.next_due_at:
        context["due_at"] = case.next_due_at.isoformat()
    issue_notice(
        subject=case.code,
        kind=kind,
        email=reach.email if reach else "",
        phone=reach.phone if reach else "",
        language=reporter.language if reporter else "vi",
        context=context | more,
        at=at,
    )
