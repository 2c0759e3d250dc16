"""What an applicant is told, told to those who follow the dossier as well."""

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
class News:
    """A notice about the dossier of that code; its context names no person."""

    code: str
    kind: str
    context: Mapping[str, Any]


def tell_followers(news: Mapping[int, News], *, at: datetime) -> None:
    """A notice of their own to everybody who follows one of these dossiers (by key), in the transaction of the act.

    Each goes in the follower's language and carries `stop_url`, the address that ends the messages. One query where
    nobody follows.
    """
    for follower in Follower.objects.told().filter(dossier__in=news).order_by("pk"):
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
