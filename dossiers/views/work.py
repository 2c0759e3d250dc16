"""The work queue."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dossiers.actions import note_readings
from dossiers.models import Dossier
from dossiers.permissions import WORKING_ROLES
from dossiers.queue import ALL, PAGE, find_by_person, grouped, labels, read_queue
from dossiers.views.staff import Role, staff_only
from dossiers.wording import day_off_words
from units.calendars import working_calendar
from units.codes import normalise
from units.models import Unit
from units.working_calendar import WorkingCalendar


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """GET: one tab of the queue. POST: look for a code, a name or an identity number (never in an address)."""
    at = timezone.now()
    if request.method == "POST":
        return _search(request, user, at)
    units = list(user.units_as(*WORKING_ROLES).select_related("kind"))
    tab, field = request.GET.get("nhom", ALL), request.GET.get("linh-vuc", "")
    tab = tab if tab in labels() else ALL
    calendar = working_calendar(_place(user))
    read = read_queue(
        Dossier.objects.to_do_at(units),
        tab=tab,
        field=field,
        page=_page_number(request),
        at=at,
        calendar=calendar,
        user=user,
    )
    page = Paginator(range(read.total), PAGE).get_page(_page_number(request))
    pages = page.paginator.get_elided_page_range(page.number)
    context = {"queue": read, "page": page, "pages": pages, "field": field, "at": at} | _frame(user, tab, at, calendar)
    return render(request, "dossiers/queue.html", context)


def _search(request: HttpRequest, user: User, at: datetime) -> HttpResponse:
    typed = request.POST.get("q", "").strip()[:200]
    code = normalise(typed)
    if code and (dossier := Dossier.objects.visible_to(user).filter(code=code).first()):
        return redirect(dossier)
    own, units = Dossier.objects.worked_on_by(user), list(user.units_as(*WORKING_ROLES))
    found = find_by_person(typed, own, own.to_do_at(units)) if typed else []
    note_readings(dossiers=found, user=user, page="search", at=at)
    calendar = working_calendar(_place(user))
    groups = list(grouped(found, at, calendar, user))
    context = {"searched": typed, "groups": groups, "found": len(found), "at": at} | _frame(user, "", at, calendar)
    return render(request, "dossiers/queue.html", context)


def _place(user: User) -> Unit:
    """The unit whose queue it is: the first at which this person works."""
    return next(held.unit for held in user.current_memberships() if held.role in WORKING_ROLES)


def _frame(user: User, tab: str, at: datetime, calendar: WorkingCalendar) -> dict[str, object]:
    """The parts of the page that depend only on who asks, and when."""
    return {
        "tab": "queue",
        "group": tab,
        "place": _place(user),
        "day_off": day_off_words(at, calendar),
        "may_register": user.has_role(Role.CLERK),
    }


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("trang", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 6 else 1
