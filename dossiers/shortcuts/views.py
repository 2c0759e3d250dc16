"""The page that lists the access keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.staff.pages import Role, staff_only
from dossiers.shortcuts.keys import AT_THE_COUNTER, ON_PAGES, OVER_THE_OFFICES, modifier


@staff_only(*Role)
@require_safe
def shortcuts(request: HttpRequest, user: User) -> HttpResponse:
    """The keys of this person's tabs and of the pages, with the browser's modifier keys."""
    tabs = OVER_THE_OFFICES if user.is_overseer else AT_THE_COUNTER
    held = modifier(request.headers.get("User-Agent", ""))
    return render(request, "dossiers/shortcuts/shortcuts.html", {"keys": [*tabs, *ON_PAGES], "modifier": held})
