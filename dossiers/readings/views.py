"""The form that asks why, and the heads' page of readings without a task."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.pages import staff_only, typed_before
from dossiers.models import READING_ROLES
from dossiers.permissions import visible_file
from dossiers.readings.actions import give_reason
from dossiers.readings.forms import ReasonForm
from dossiers.readings.gate import BACK
from dossiers.readings.ground import HEAD_ROLES
from dossiers.readings.weeks import Week, readers_of, reason_of
from units.clock.days import local_day
from units.rules import RuleBroken


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """GET: asks why; names nobody. POST: stores the reason and leads to the page in `sau`."""
    file = visible_file(user, code)
    target = _target(request, file.get_absolute_url())
    form = ReasonForm(request.POST if request.method == "POST" else typed_before(request, user))
    if request.method == "POST" and form.is_valid():
        try:
            give_reason(dossier=file, **form.cleaned_data, actor=user, at=timezone.now())
            return redirect(target)
        except RuleBroken as broken:
            add_broken(form, broken)
    context = {"code": file.code, "form": form, "target": target, "tab": "queue"}
    status = 422 if request.method == "POST" else 200
    return render(request, "dossiers/readings/reason.html", context, status=status)


def _target(request: HttpRequest, otherwise: str) -> str:
    """The page that was to be opened; the dossier's page where the address leads elsewhere."""
    wanted = request.POST.get(BACK) or request.GET.get(BACK, "")
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None) else otherwise


@staff_only(*HEAD_ROLES)
@require_safe
def weeks(request: HttpRequest, user: User) -> HttpResponse:
    """`?tuan=2026-11-30`: who opened which dossiers without a task at the offices of this head."""
    today = local_day(timezone.now())
    week = min(Week.of(_day(request.GET.get("tuan", ""), today)), Week.of(today), key=lambda one: one.monday)
    readers = readers_of(user.unit_ids_as(*HEAD_ROLES), week)
    context = {
        "week": week,
        "before": week.moved(-1).monday,
        "after": week.moved(1).monday if week.sunday < today else None,
        "readers": [(reader, [(one, reason_of(one)) for one in reader.readings]) for reader in readers],
        "tab": "readings_without_task",
    }
    return render(request, "dossiers/readings/weeks.html", context)


def _day(typed: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return otherwise
