"""Inspections of notices: draw a list for an office, take it along on paper, write down what was seen."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dossiers.forms import add_broken
from dossiers.posted_forms import DrawForm, FoundForm
from dossiers.views.editing import check_editor
from dossiers.views.staff import Role, staff_only, typed_before
from procedures.actions import draw_check, record_check
from procedures.models import Offering, PostedCheck, PostedCheckLine, ProcedureVersion
from units.rules import RuleBroken

PAGE: Final = 30
RIGHT: Final = Q(lines__wall=PostedCheckLine.Wall.CURRENT, lines__portal=PostedCheckLine.Portal.RIGHT)


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest, user: User) -> HttpResponse:
    """All of them with what share was as published, and the form that draws a new one for today."""
    check_editor(user)
    is_sent = request.method == "POST"
    form = DrawForm(request.POST if is_sent else None)
    if form.is_valid():
        now = timezone.now()
        try:
            made = draw_check(**form.cleaned_data, on=timezone.localdate(now), actor=user, at=now)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("dossiers:posted_check", made.pk)
    counted = PostedCheck.objects.annotate(every=Count("lines"), right=Count("lines", filter=RIGHT))
    rows = counted.select_related("office", "made_by").order_by("-on", "-pk")
    context = {"page": Paginator(rows, PAGE).get_page(request.GET.get("trang")), "form": form, "tab": "posted"}
    return render(request, "procedures/editing/checks.html", context, status=422 if is_sent else 200)


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One list: to fill in once, afterwards to read."""
    check_editor(user)
    found = get_object_or_404(PostedCheck.objects.select_related("office", "made_by"), pk=pk)
    lines = _lines(found)
    typed = request.POST if request.method == "POST" else typed_before(request, user)
    forms = [FoundForm(typed, row=line, offering=offering) for line, offering in lines]
    said = ""
    judged = [form.is_valid() for form in forms]
    if request.method == "POST" and all(judged):
        try:
            record_check(check=found, found={form.row.pk: form.found for form in forms}, at=timezone.now())
        except RuleBroken as broken:
            said = broken.message
        else:
            return redirect("dossiers:posted_check", pk)
    context = {"check": found, "forms": forms, "said": said, "tab": "posted"}
    return render(request, "procedures/editing/check.html", context, status=422 if request.method == "POST" else 200)


def _lines(found: PostedCheck) -> list[tuple[PostedCheckLine, Offering | None]]:
    """Each with its version as a notice prints it, and the office's offering. Four queries however many."""
    lines = list(found.lines.all())
    versions: dict[int, Any] = ProcedureVersion.objects.for_page(found.on).in_bulk([line.version_id for line in lines])
    for line in lines:
        line.version = versions[line.version_id]
    return [(line, _offering(line.version, found.office_id)) for line in lines]


def _offering(version: Any, office_id: int) -> Offering | None:
    places: list[Offering] = version.procedure.places
    return next((place for place in places if place.unit_id == office_id), None)
