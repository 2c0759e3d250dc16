"""What every page's frame prints: the office, its hotline and desk, the other language, the chosen theme."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from units.models import Unit, UnitKind

THEME_COOKIE: Final = f"{settings.COOKIE_PREFIX}theme"
THEMES: Final = frozenset({"light", "dark"})
CACHED_FOR: Final = 60  # seconds
DESK: Final = "tenant_desk"
LANGUAGE_NAMES: Final = {"vi": "Tiếng Việt", "en": "English"}


def portal(request: HttpRequest) -> dict[str, Any]:
    """`{"portal": {...}}`, read when a template first asks, so pages without a frame cost no query."""
    return {"portal": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    # Staff pages print nothing of the desk: they do not ask the database for it.
    desk = SimpleLazyObject(_tenant_desk)
    hotline = SimpleLazyObject(lambda: desk.telephone if desk else "")
    return {
        "name": gettext("Cổng một cửa"),
        "agency_name": SimpleLazyObject(lambda: desk.office.name if desk else ""),
        "desk": desk,
        "hotline": hotline,
        "hotline_href": SimpleLazyObject(lambda: "tel:" + "".join(c for c in hotline if c.isdigit() or c == "+")),
        "theme": theme if (theme := request.COOKIES.get(THEME_COOKIE)) in THEMES else "",
        **_other_language(request),
    }


def _tenant_desk() -> Unit | None:
    """Cached for a minute: it is on every public page, and a desk hardly ever moves."""
    return cache.get_or_set(DESK, _read_tenant_desk, CACHED_FOR)


def forget_desk() -> None:
    """For code that has seen that an office changed, and caches pages for longer than a minute."""
    cache.delete(DESK)


def _read_tenant_desk() -> Unit | None:
    return (
        Unit.objects.select_related("kind", "parent").filter(kind__code=UnitKind.DESK, parent__is_tenant=True).first()
    )


def _other_language(request: HttpRequest) -> dict[str, str]:
    current = get_language() or settings.LANGUAGE_CODE
    other = "vi" if current.startswith("en") else "en"
    return {
        "other_language_code": other,
        "other_language_name": LANGUAGE_NAMES[other],
        "other_language_url": translate_url(request.get_full_path(), other),
    }
