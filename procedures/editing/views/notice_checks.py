"""Pages of checks of posted notices: draw a list for an office, print it, enter the results."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only, typed_before
from accounts.staff.permissions import INSPECTING_ROLES, inspects_notices
from procedures.editing.actions.notice_checks import AlreadyRecorded, draw_check, record_check
from procedures.editing.forms.notice_checks import DrawForm, FoundForm, prefix_of
from procedures.models import Offering, PostedCheck, PostedCheckLine, ProcedureVersion
from units.rules import RuleBroken

CONFLICT, WRONG = 409, 422
PAGE: Final = 30
RIGHT: Final = Q(lines__wall=PostedCheckLine.Wall.CURRENT, lines__portal=PostedCheckLine.Portal.RIGHT)


@staff_only(*INSPECTING_ROLES)
@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest, user: User) -> HttpResponse:
    """All checks with the share of notices that were as published, and the form to draw today's."""
    _check_inspector(user)
    is_sent = request.method == "POST"
    form = DrawForm(request.POST) if is_sent else DrawForm(initial=first_values(typed_before(request, user)))
    if form.is_valid():
        now = timezone.now()
        try:
            made = draw_check(**form.cleaned_data, on=timezone.localdate(now), actor=user, at=now)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("editing:notice_check", made.pk)
    counted = PostedCheck.objects.annotate(every=Count("lines"), right=Count("lines", filter=RIGHT))
    rows = counted.select_related("office", "made_by", "recorded_by").order_by("-on", "-pk")
    context = {"page": Paginator(rows, PAGE).get_page(request.GET.get("trang")), "form": form, "tab": "posted"}
    return render(request, "procedures/editing/notice_checks.html", context, status=422 if is_sent else 200)


@staff_only(*INSPECTING_ROLES)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One check: entered once, then read-only. The second person to enter results keeps what they typed, beside the
    saved results."""
    _check_inspector(user)
    found = _check(pk)
    if request.method == "GET":
        typed = typed_before(request, user)
        rows = [FoundForm(None, initial=_first(typed, line), row=line, offering=at) for line, at in _lines(found)]
        return _shown(request, found, rows)
    rows = _typed(request, found)
    judged = [row.is_valid() for row in rows]
    broken_rule, status = "", WRONG
    try:
        if found.recorded_at or all(judged):
            results = {row.row.pk: row.found for row in rows if not row.errors}
            record_check(check=found, found=results, actor=user, at=timezone.now())
            return redirect("editing:notice_check", pk)
    except AlreadyRecorded as broken:
        found = _check(pk)
        rows, broken_rule, status = _typed(request, found), broken.message, CONFLICT
    except RuleBroken as broken:
        broken_rule = broken.message
    return _shown(request, found, rows, broken_rule=broken_rule, status=status)


def _check_inspector(user: User) -> None:
    if not inspects_notices(user):
        raise Http404


def _check(pk: int) -> PostedCheck:
    return get_object_or_404(PostedCheck.objects.select_related("office", "made_by", "recorded_by"), pk=pk)


def _typed(request: HttpRequest, found: PostedCheck) -> list[FoundForm]:
    return [FoundForm(request.POST, row=line, offering=offering) for line, offering in _lines(found)]


def _first(typed: QueryDict | None, line: PostedCheckLine) -> dict[str, str | list[str]]:
    return first_values(typed, prefix_of(line))


def _shown(
    request: HttpRequest, found: PostedCheck, rows: list[FoundForm], *, broken_rule: str = "", status: int = 200
) -> HttpResponse:
    wrong = [(row, field) for row in rows for field in row if row.is_bound and field.errors and status == WRONG]
    context = {"check": found, "forms": rows, "broken_rule": broken_rule, "wrong": wrong, "tab": "posted"}
    return render(request, "procedures/editing/notice_check.html", context, status=status)


def _lines(found: PostedCheck) -> list[tuple[PostedCheckLine, Offering | None]]:
    """Each line with its version as the notice prints it, and the office's offering. Four queries however many."""
    lines = list(found.lines.all())
    versions: dict[int, Any] = ProcedureVersion.objects.for_page(found.on).in_bulk([line.version_id for line in lines])
    for line in lines:
        line.version = versions[line.version_id]
    return [(line, _offering(line.version, found.office_id)) for line in lines]


def _offering(version: Any, office_id: int) -> Offering | None:
    places: list[Offering] = version.procedure.places
    return next((place for place in places if place.unit_id == office_id), None)
