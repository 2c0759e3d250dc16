"""Two pages about the portal itself: accessibility, and the personal data it stores.

Their sentences are in the templates; every number in them is read here from the module that decides it.
tests/portal/about/test_about.py fails where the stored data no longer matches the page.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.limits.attempts import DAY, HOUR
from accounts.sign_in.password_limits import KNOWN_FOR
from complaints.intake.mailbox.take_in import DISCARD_AFTER as MAIL_STORED_FOR
from complaints.tracking.opened_cases import OPEN_SECONDS as OPEN_FOR
from dossiers.readings.declared import DECLARED
from dossiers.tasks import UNCONFIRMED
from dossiers.tracking.opened import MOST_IN_COOKIE
from procedures.http.page_cache import cached_page
from reporting.definitions.targets import PUBLISH_FROM

REVIEWED: Final = date(2026, 11, 27)
"""When somebody last compared both pages with the portal."""


SECURITY_TXT_GOOD_FOR: Final = timedelta(days=180)
"""RFC 9116, 2.5.5, recommends less than a year."""


@cached_page
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about/accessibility.html", {"reviewed": REVIEWED})


@cached_page
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/about/personal_data.html",
        {"reviewed": REVIEWED, "declared": DECLARED.values(), **retention()},
    )


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness, as RFC 9116 wants it; 404 where the deployment names no contact.

    `Expires` is 180 days after this answer: the text cannot run out while somebody still serves it.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + SECURITY_TXT_GOOD_FOR).astimezone(UTC)
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.PORTAL_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def retention() -> dict[str, Any]:
    """Retention periods and publication limits named on the page about personal data."""
    return {
        "session_hours": timedelta(seconds=settings.SESSION_COOKIE_AGE) // HOUR,
        "opened_minutes": OPEN_FOR // 60,
        "most_dossiers": MOST_IN_COOKIE,
        "address_days": UNCONFIRMED.days,
        "tries_hours": DAY // HOUR + 1,  # what counts for a day is removed within the hour after it
        "known_days": KNOWN_FOR.days,
        "mail_days": MAIL_STORED_FOR.days,
        "publish_from": PUBLISH_FROM,
    }


class Statements(Sitemap):  # type: ignore[type-arg]  # generic for type checkers only
    """Both pages, in both languages."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return ["accessibility", "personal_data"]

    def location(self, item: str) -> str:
        return reverse(f"portal:{item}")
