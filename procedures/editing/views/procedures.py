"""Pages of the catalogue for editors: the state of every procedure and its history."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import Role, staff_only, typed_before
from accounts.staff.permissions import keeps_catalogue
from procedures.editing.actions.drafts import (
    begin_draft,
    begin_offices,
    begin_procedure,
    begin_withdrawal,
)
from procedures.editing.forms.drafts import CallOffForm, NewProcedureForm
from procedures.editing.procedure_list import ListFilter, State, filtered, procedures_with_state
from procedures.models import CatalogueChange, Offering, Procedure, ProcedureDraft, Publication
from procedures.versions.actions.publishing import call_off
from procedures.versions.coming import Coming
from procedures.versions.publication_duty import last_overdue, public_by
from units.calendar.lookup import working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.rules import RuleBroken
from units.texts.folding import sort_key

PAGE: Final = 50
CHANGES: Final = 20


def check_editor(user: User) -> None:
    if not keeps_catalogue(user):
        raise Http404


@staff_only(Role.EDITOR)
@require_GET
def procedures(request: HttpRequest, user: User) -> HttpResponse:
    """All procedures; marks those whose draft waits for somebody."""
    check_editor(user)
    today, calendar = timezone.localdate(), working_calendar(None, user.calendar_edition)
    wanted = ListFilter.of(request.GET.dict())
    rows = filtered(procedures_with_state(today, last_overdue(today, calendar)), wanted)
    page = Paginator(rows, PAGE).get_page(request.GET.get("trang"))
    rows_shown: list[Any] = list(page.object_list)
    for row in rows_shown:
        row.public_by = public_by(row.signed_on, calendar) if row.signed_on else None
    levels, fields = _choices()
    context = {
        "page": page,
        "rows": rows_shown,
        "wanted": wanted,
        "states": State.choices,
        "levels": levels,
        "fields": fields,
        "today": today,
        "tab": "editing",
    }
    return render(request, "procedures/editing/list.html", context)


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, user: User) -> HttpResponse:
    """Adds a procedure to the catalogue."""
    check_editor(user)
    is_sent = request.method == "POST"
    form = (
        NewProcedureForm(request.POST)
        if is_sent
        else NewProcedureForm(initial=first_values(typed_before(request, user)))
    )
    if form.is_valid():
        try:
            draft = begin_procedure(**form.cleaned_data, author=user, at=timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("editing:draft", draft.pk)
    context = {"form": form, "tab": "editing"}
    return render(request, "procedures/editing/new.html", context, status=422 if is_sent else 200)


@staff_only(Role.EDITOR)
@require_GET
def procedure(request: HttpRequest, user: User, ref: str) -> HttpResponse:
    """One procedure: its versions, publications and changes."""
    check_editor(user)
    return _page(request, user, _procedure(ref, user))


@staff_only(Role.EDITOR)
@require_POST
def begin(request: HttpRequest, user: User, ref: str) -> HttpResponse:
    """Starts a draft: the next version, with `viec=bai-bo` the end, with `viec=noi-nhan` the offices."""
    check_editor(user)
    found = _procedure(ref, user)
    verb = {"bai-bo": begin_withdrawal, "noi-nhan": begin_offices}.get(request.POST.get("viec", ""), begin_draft)
    try:
        draft = verb(procedure=found, author=user, at=timezone.now())
    except RuleBroken as broken:
        return _page(request, user, found, broken_rule=broken.message)
    return redirect("editing:draft", draft.pk)


@staff_only(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, user: User, ref: str, pk: int) -> HttpResponse:
    """Asks for confirmation, then takes back a publication that is not in force yet."""
    check_editor(user)
    found = _procedure(ref, user)
    publication = get_object_or_404(Publication.objects.select_related("draft__author", "published_by"), pk=pk)
    if publication.procedure_id != found.pk:
        raise Http404
    is_sent = request.method == "POST"
    form = CallOffForm(request.POST) if is_sent else CallOffForm(initial=first_values(typed_before(request, user)))
    if form.is_valid():
        try:
            call_off(publication=publication, reason=form.cleaned_data["reason"], actor=user, at=timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("Đã thu hồi: danh mục trở lại như trước lần công bố đó."))
            return redirect("editing:procedure", ref)
    context = {"procedure": found, "publication": publication, "form": form, "tab": "editing"}
    return render(request, "procedures/editing/call_off.html", context, status=422 if is_sent else 200)


@staff_only(Role.EDITOR)
@require_GET
def changes(request: HttpRequest, user: User) -> HttpResponse:
    """The change log of the catalogue, newest first; with `ma` of one procedure and its field."""
    check_editor(user)
    ref = request.GET.get("ma", "")
    found = get_object_or_404(Procedure.objects.select_related("field"), ref=ref) if ref else None
    rows = _changes_of(found) if found else CatalogueChange.objects.all()
    page = Paginator(rows.select_related("actor", "procedure"), PAGE).get_page(request.GET.get("trang"))
    return render(request, "procedures/editing/changes.html", {"page": page, "procedure": found, "tab": "editing"})


def _changes_of(found: Procedure) -> QuerySet[CatalogueChange]:
    """Includes its field, whose name is on every page of the procedure."""
    return CatalogueChange.objects.filter(Q(procedure=found) | Q(table="procedures_field", row=found.field_id))


def _choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Codes and names of all levels and fields, in one query."""
    used = Procedure.objects.order_by().values_list("level__code", "level__name", "field__slug", "field__name")
    rows = list(used.distinct())
    return sorted({row[:2] for row in rows}), sorted({row[2:] for row in rows}, key=lambda one: sort_key(one[1]))


def _procedure(ref: str, user: User) -> Procedure:
    """The procedure with the annotations of the list."""
    overdue = last_overdue(timezone.localdate(), working_calendar(None, user.calendar_edition))
    found: Procedure = get_object_or_404(procedures_with_state(timezone.localdate(), overdue), ref=ref)
    return found


def _page(request: HttpRequest, user: User, found: Procedure, *, broken_rule: str = "") -> HttpResponse:
    today = timezone.localdate()
    published = list(found.publications.select_related("published_by", "taken_back_by", "draft__author"))
    standing = next((one for one in published if one.taken_back_at is None), None)
    later = [one for one in published if one.taken_back_at is None and one.valid_from > today]
    calendar = working_calendar(None, user.calendar_edition)
    offers = Offering.objects.filter(Q(valid__endswith=None) | Q(valid__endswith__gt=today), procedure=found)
    offers = offers.with_places().select_related("handler")
    context: dict[str, Any] = {
        "procedure": found,
        "versions": _versions(found),
        "published": published,
        "standing": standing,
        "late": {one.pk for one in published if _was_late(one, calendar)},
        "coming": [Coming(one.kind, one.valid_from, one.decision) for one in reversed(later)],
        "offers": [one for one in offers if one.valid.lower is None or one.valid.lower <= today],
        "offers_coming": [one for one in offers if one.valid.lower and one.valid.lower > today],
        "drafts": found.drafts.exclude(status=ProcedureDraft.Status.PUBLISHED).select_related("author", "reviewer"),
        "changes": _changes_of(found).select_related("actor")[:CHANGES],
        "today": today,
        "broken_rule": broken_rule,
        "tab": "editing",
    }
    return render(request, "procedures/editing/procedure.html", context, status=422 if broken_rule else 200)


def _versions(found: Procedure) -> Any:
    """Newest first, each with its number of open dossiers."""
    mine = found.dossiers.open().filter(version=OuterRef("pk")).order_by()
    counted = mine.values("version").annotate(n=Count("pk")).values("n")
    return found.versions.annotate(open_dossiers=Coalesce(Subquery(counted), 0)).order_by("-valid")


def _was_late(publication: Publication, calendar: WorkingCalendar) -> bool:
    """Whether it was published later than the five working days allow."""
    if publication.decided_on is None:
        return False
    return timezone.localdate(publication.published_at) > public_by(publication.decided_on, calendar)
