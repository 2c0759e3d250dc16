"""Sends the applicant's messages to the followers of the dossier too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation

from dossiers.events.signed_links import stop_address
from dossiers.models import Follower
from notices.issuing.actions import issue_notice


@dataclass(frozen=True, slots=True)
class DossierNotice:
    """A notice about the dossier with that code; `context` names no person."""

    code: str
    kind: str
    context: Mapping[str, Any]


def notify_followers(news: Mapping[int, DossierNotice], *, at: datetime) -> None:
    """Issues a notice to every confirmed follower of these dossiers (by primary key), in the caller's transaction.

    In the follower's language, with `stop_url`, the link that ends the messages. One query where nobody follows.
    """
    for follower in Follower.objects.confirmed().filter(dossier__in=news).order_by("pk"):
        one = news[follower.dossier_id]
        with translation.override(follower.language):
            page = reverse("dossiers:track") if follower.phone else reverse("dossiers:tracking", args=[one.code])
        issue_notice(
            subject=one.code,
            kind=one.kind,
            email=follower.email,
            phone=follower.phone,
            language=follower.language,
            context={**one.context, "track_url": page, "stop_url": stop_address(follower), "stop_by_post": True},
            at=at,
        )
