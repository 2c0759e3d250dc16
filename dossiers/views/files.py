"""One dossier as staff see it: its page, the acts on it, its slip."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from dossiers.actions import check_may_move, finish_dossier, note_readings, return_result, start_work
from dossiers.explanation import explain
from dossiers.forms import FinishForm, ReturnForm, add_broken
from dossiers.models import READING_ROLES, Dossier
from dossiers.route import route_of
from dossiers.slips import LANGUAGE, receipt_data, receipt_pdf
from dossiers.states import Outcome, Status
from dossiers.views.staff import may_handle, may_return, next_act, staff_only
from dossiers.wording import deadline_badge
from units.calendars import working_calendar
from units.rules import RuleBroken


@staff_only(*READING_ROLES)
@require_GET
def dossier(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The whole file; that it was opened is recorded. `?in=1` is the same file right after registration."""
    file = _visible(user, code)
    return _page(request, user, file, "printed" if "in" in request.GET else "dossier")


@staff_only(*READING_ROLES)
@require_GET
def receipt(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The slip as PDF, to be printed; only for an accepted dossier."""
    file = _visible(user, code)
    if file.received_at is None:
        raise Http404
    note_readings(dossiers=[file], user=user, page="receipt", at=timezone.now())
    with translation.override(LANGUAGE):  # whoever scans the slip gets the page in the slip's language
        address = request.build_absolute_uri(reverse("dossiers:tracking", args=[file.code]))
    slip = receipt_pdf(receipt_data(file, file.events.in_order(), file.documents.all(), address))
    answer = HttpResponse(slip, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{file.code}.pdf"'
    return answer


@staff_only(*READING_ROLES)
@require_POST
def start(request: HttpRequest, user: User, code: str) -> HttpResponse:
    file = _handled(user, code)
    start_work(dossier=file, actor=user, at=timezone.now())
    return redirect(file)


@staff_only(*READING_ROLES)
@require_POST
def finish(request: HttpRequest, user: User, code: str) -> HttpResponse:
    file, form = _handled(user, code), FinishForm(request.POST)
    check_may_move(file, Status.DONE)
    if form.is_valid():
        outcome = Outcome(form.cleaned_data["outcome"])
        try:
            finish_dossier(
                dossier=file, outcome=outcome, reason=form.cleaned_data["reason"], actor=user, at=timezone.now()
            )
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect(file)
    return _page(request, user, file, "dossier", finish_form=form)


@staff_only(*READING_ROLES)
@require_POST
def give_back(request: HttpRequest, user: User, code: str) -> HttpResponse:
    file, form = _visible(user, code), ReturnForm(request.POST)
    if not may_return(user, file):
        raise Http404
    check_may_move(file, Status.RETURNED)
    if form.is_valid():
        try:
            return_result(dossier=file, receiver=form.receiver, actor=user, at=timezone.now())
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect(file)
    return _page(request, user, file, "dossier", return_form=form)


def _visible(user: User, code: str) -> Dossier:
    """The file, with everything its page prints of it; 404 when it is none of this person's business."""
    printed = ("version", "desk__kind", "desk__parent__parent", "handler", "holder", "registered_by", "return_record")
    file = get_object_or_404(Dossier.objects.with_papers().select_related(*printed), code=code)
    if not file.is_read_by(user):
        raise Http404
    return file


def _handled(user: User, code: str) -> Dossier:
    file = _visible(user, code)
    if not may_handle(user, file):
        raise Http404
    return file


def _page(request: HttpRequest, user: User, file: Dossier, page: str, **judged: forms.Form) -> HttpResponse:
    """The file's page, and a record that it was shown; with a form that could not be acted upon, status 422."""
    at, calendar = timezone.now(), working_calendar(file.desk)
    note_readings(dossiers=[file], user=user, page=page, at=at)
    context = {
        "dossier": file,
        "badge": deadline_badge(file, at, calendar),
        "act": next_act(user, file),
        "events": file.events.in_order().reverse().select_related("unit", "actor"),
        "route": route_of(file, file.version.process.all(), at, calendar),
        "why": explain(file.derivation, file.due_at),
        "finish_form": FinishForm(),
        "return_form": ReturnForm(initial={"receiver_name": file.applicant_name, "method": file.delivery}),
        "tab": "queue",
    }
    return render(request, f"dossiers/{page}.html", context | judged, status=422 if judged else 200)
