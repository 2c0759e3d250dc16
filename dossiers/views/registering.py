"""The registration page: three panels, one submit."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from dossiers.actions import refuse_at_desk, register_dossier
from dossiers.draft import Draft, read_draft, starting_values, usual_fee
from dossiers.forms import IntakeForm, add_broken
from dossiers.models import Dossier, local_day
from dossiers.views.staff import Role, desks_of, staff_only
from dossiers.wording import day_off_words
from units.calendars import working_calendar
from units.models import Unit
from units.rules import RuleBroken


@staff_only(Role.CLERK)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, user: User) -> HttpResponse:
    """GET: an empty form. POST: `step` redraws it with what was typed, `refuse` refuses, else the dossier is made."""
    at = timezone.now()
    desks = desks_of(user, local_day(at))
    typed = request.POST if request.method == "POST" else request.GET
    desk = _desk(desks, typed)
    if desk is None:
        return render(request, "dossiers/no_desk.html", status=404)
    if request.method == "GET" or "step" in typed:
        return _page(request, None, desks, desk, at)
    form = IntakeForm(request.POST, desk=desk, at=at, refusing="refuse" in typed)
    if dossier := _made(form, user, desk, at):
        return redirect(f"{dossier.get_absolute_url()}?in=1")
    return _page(request, form, desks, desk, at)


def _made(form: IntakeForm, user: User, desk: Unit, at: datetime) -> Dossier | None:
    """The dossier, or None when the form or a rule forbids it: the sentences are then beside the fields."""
    if not form.is_valid():
        return None
    try:
        return _refuse(form, user, desk, at) if form.refusing else _register(form, user, desk, at)
    except RuleBroken as broken:
        add_broken(form, broken)
        return None


def _register(form: IntakeForm, user: User, desk: Unit, at: datetime) -> Dossier | None:
    due_set = form.due_set(working_calendar(desk))
    if form.errors:
        return None
    return register_dossier(
        request_key=form.cleaned_data["request_key"],
        desk=desk,
        offering=form.cleaned_data["offering"],
        applicant=form.applicant,
        papers=form.papers_taken,
        terms=form.terms,
        due_set=due_set,
        actor=user,
        at=at,
    )


def _refuse(form: IntakeForm, user: User, desk: Unit, at: datetime) -> Dossier:
    return refuse_at_desk(
        request_key=form.cleaned_data["request_key"],
        desk=desk,
        offering=form.cleaned_data["offering"],
        applicant=form.applicant,
        reason=form.cleaned_data["refusal"],
        actor=user,
        at=at,
    )


def _page(request: HttpRequest, form: IntakeForm | None, desks: list[Unit], desk: Unit, at: datetime) -> HttpResponse:
    """The page with a judged form (422), or with a fresh one that only shows what was typed."""
    typed = request.POST if request.method == "POST" else request.GET
    draft = read_draft(typed, desk, at)
    status = 422 if form else 200
    if form is None:
        form = IntakeForm(initial=starting_values(typed, draft), desk=desk, at=at)
    else:
        _freshen(form, draft)
    if request.method == "GET":
        form.fields["name"].widget.attrs["autofocus"] = True
    context = {"form": form, "draft": draft, "desks": desks, "typed": typed, "tab": "register"}
    context["day_off"] = day_off_words(at, working_calendar(desk))
    return render(request, "dossiers/register.html", context, status=status)


def _freshen(form: IntakeForm, draft: Draft) -> None:
    """What a judged form has to show otherwise than it was typed: a used key, a fee that nobody has looked at yet."""
    if "request_key" in form.errors:
        form.renew_key()
    if draft.chosen and form.skipped_papers and not form.data.get("fee_vnd"):
        form.put(usual_fee(draft.chosen))


def _desk(desks: list[Unit], typed: QueryDict) -> Unit | None:
    """The desk named in the form or the address, else the first of the person's own."""
    wanted = typed.get("desk", "")
    return next((desk for desk in desks if wanted in {str(desk.pk), desk.slug}), desks[0] if desks else None)
