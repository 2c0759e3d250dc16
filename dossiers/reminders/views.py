"""The notices of a member of staff, and the day's work of a unit."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership, User
from accounts.staff.pages import staff_only
from dossiers.explanation.wording import day_off_words
from dossiers.reminders.addressees import NOTIFIED_ROLES
from dossiers.reminders.daily_worklist_rows import DayCounts, day_counts, day_rows
from notices.issuing.actions import mark_seen
from notices.models import Notice
from units.calendar.lookup import working_calendar
from units.models import Unit, UnitKind, UnitQuerySet

PAGE: Final = 50
NEW, EVERY = "chua-xem", "tat-ca"
LATE: Final = frozenset(
    {
        *(Notice.Kind.OVERDUE, Notice.Kind.DOSSIER_OVERDUE, Notice.Kind.ESCALATED, Notice.Kind.PROOF_FAILED),
        *(Notice.Kind.CASE_OVERDUE, Notice.Kind.CASE_UNDECIDED, Notice.Kind.CASE_ESCALATED),
        Notice.Kind.CALL_BACK,
    }
)
"""Kinds about something already late."""

OF_CASES: Final = frozenset(kind for kind in Notice.Kind if kind.value.startswith("case_"))


@staff_only(*NOTIFIED_ROLES, Membership.Role.INSPECTOR, Membership.Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest, user: User) -> HttpResponse:
    """GET: this person's notices, newest first. POST: marks some or all as seen."""
    if request.method == "POST":
        return _mark_seen(request, user)
    shown = request.GET.get("nhom", EVERY)
    rows = Notice.objects.for_staff(user, _places(user))
    if shown == NEW:
        rows = rows.unseen()
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    tabs = [(EVERY, _("Tất cả")), (NEW, _("Chưa xem"))]
    context = {
        "tab": "notices",
        "page": page,
        "tabs": tabs,
        "group": shown,
        "late_kinds": LATE,
        "case_kinds": OF_CASES,
    }
    return render(request, "dossiers/reminders/notices.html", context)


@staff_only(*NOTIFIED_ROLES)
@require_safe
def day(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The day's work of a unit, as of now."""
    at = timezone.now()
    unit = get_object_or_404(Unit.objects.select_related("kind"), slug=slug)
    if not any(
        unit.path.startswith(held.unit.path) for held in user.current_memberships() if held.role in NOTIFIED_ROLES
    ):
        raise Http404
    calendar = working_calendar(unit)
    counts = day_counts([unit.pk], at).get(unit.pk, DayCounts())
    context = {"tab": "notices", "unit": unit, "at": at, "rows": day_rows(unit.pk, at), "counts": counts}
    return render(request, "dossiers/reminders/day.html", context | {"day_off": day_off_words(at, calendar)})


def _mark_seen(request: HttpRequest, user: User) -> HttpResponse:
    ticked = [int(typed) for typed in request.POST.getlist("notice") if typed.isdecimal() and len(typed) < 19]
    if "tat-ca" in request.POST:
        ticked = list(user.notices.unseen().values_list("pk", flat=True))
    mark_seen(user=user, notices=ticked, at=timezone.now())
    return redirect(request.get_full_path())


def _places(user: User) -> UnitQuerySet:
    """The units at which this person works, with their desks; other units below have staff of their own."""
    own = [held.unit_id for held in user.current_memberships() if held.role in NOTIFIED_ROLES]
    return Unit.objects.filter(Q(pk__in=own) | Q(parent__in=own, kind__code=UnitKind.DESK))
