"""The hotline: the call sheet, earlier cases and dossiers of the caller, and calls that wait for a call back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.form_recovery import first_values
from accounts.staff.pages import staff_only
from complaints.events.record import note_case_readings
from complaints.intake.hotline.actions import call_back, promise_call_back, register_call
from complaints.intake.hotline.caller_lookup import CallerHistory, look_up_caller
from complaints.intake.hotline.forms import CallBackForm, CallBackLaterForm, CallForm
from complaints.intake.register_readings import note_register_readings
from complaints.models import Call, Case, Category, Reporter
from complaints.models.people import Person
from complaints.permissions import INBOX_ROLES, WORKING_ROLES, intake_units, may_read
from complaints.registration.choices import offices
from complaints.sealed.opening import open_boxes
from dossiers.events.record import note_readings
from dossiers.explanation.wording import Badge, due_badge
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.rules import RuleBroken

DOING, LOOK, KEEP = "doing", "look", "keep"
MOST_LISTED: Final = 30


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def hotline(request: HttpRequest, user: User) -> HttpResponse:
    """GET: an empty sheet, or with `?goi=…` one for an unwritten call. POST: look up the number, promise to call
    back, or register the case; then the next empty sheet comes with the code to be read out."""
    at, doing = timezone.now(), request.POST.get(DOING, "")
    unwritten = _unwritten_call(user, request.POST.get("goi") or request.GET.get("goi", ""))
    made_of = _made_of(user, at)
    if request.method != "POST":
        return _empty(request, user, made_of, at, unwritten)
    if doing == LOOK:
        form = CallForm(initial=first_values(request.POST), **made_of)
        form.fields["name"].widget.attrs["autofocus"] = True  # the number is known by then: the call continues
        caller_history = _looked_up(request.POST.get("phone", ""), user, at)
        return _page(request, user, form, at, unwritten=unwritten, caller_history=caller_history, has_looked=True)
    form = (CallBackLaterForm if doing == KEEP else CallForm)(request.POST, **made_of)
    if form.is_valid():
        try:
            done = _keep(form, user, at) if doing == KEEP else _file(form, user, at, unwritten)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return _page(request, user, CallForm(initial={"request_key": uuid4()}, **made_of), at, **done)
    return _page(request, user, form, at, unwritten=unwritten, status=422)


@staff_only(*WORKING_ROLES)
@require_POST
def caller(request: HttpRequest, user: User) -> HttpResponse:
    """What is known of a number, for the sheet that is being filled in."""
    caller_history = _looked_up(request.POST.get("phone", ""), user, timezone.now())
    return render(
        request, "complaints/intake/hotline/_caller.html", {"caller_history": caller_history, "has_looked": True}
    )


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, user: User, key: UUID) -> HttpResponse:
    """One call with what was promised. POST: the caller was reached, or not."""
    at = timezone.now()
    found = get_object_or_404(
        Call.objects.visible_to(user).select_related("case", "unit__kind", "first_unit", "operator"), request_key=key
    )
    form = CallBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reached = request.POST.get(DOING) == "reached"
        try:
            call_back(call=found, was_reached=reached, text=form.cleaned_data["said"], actor=user, at=at)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect("complaints:call", found.request_key)
    context: dict[str, Any] = {
        "call": found,
        "person": _person(found, user, at),
        "form": form,
        "at": at,
        "tab": "cases",
        "room": "hotline",
    }
    context["badge"] = due_badge(found.call_back_by, at, working_calendar(found.unit)) if found.call_back_by else None
    return render(request, "complaints/intake/hotline/call.html", context, status=422 if form.errors else 200)


def _made_of(user: User, at: datetime) -> dict[str, Any]:
    """What a sheet offers: where this person takes calls, where a case may be sent, what it may be about."""
    others = offices(local_day(at))
    categories = list(Category.objects.all())
    return {"units": intake_units(user, others), "others": others, "categories": categories, "at": at}


def _empty(
    request: HttpRequest, user: User, made_of: dict[str, Any], at: datetime, unwritten: Call | None
) -> HttpResponse:
    """The next sheet; for an unwritten call with its name and number, which counts as read."""
    initial = {"name": unwritten.name, "phone": unwritten.phone} if unwritten else {}
    if unwritten:
        note_register_readings(shown=[(unwritten.unit, 1)], user=user, page="call", at=at)
    return _page(
        request, user, CallForm(initial={"request_key": uuid4()} | initial, **made_of), at, unwritten=unwritten
    )


def _unwritten_call(user: User, typed: str) -> Call | None:
    """By its key; consecutive numbers would reveal calls that nobody may know of."""
    try:
        key = UUID(typed)
    except ValueError:
        return None
    return Call.objects.visible_to(user).unwritten().select_related("unit").filter(request_key=key).first()


def _file(form: CallForm, user: User, at: datetime, unwritten: Call | None) -> dict[str, Any]:
    to = form.others.get(form.cleaned_data.get("to") or "")
    case = register_call(incoming=form.incoming(), new=form.new_case(), actor=user, at=at, to=to, unwritten=unwritten)
    taken = Case.objects.select_related("unit", "passed_to").get(pk=case.pk)
    taken.fresh_secret = case.fresh_secret
    return {"taken": taken, "opens": may_read(user, taken)}


def _keep(form: CallForm, user: User, at: datetime) -> dict[str, Any]:
    cleaned = form.cleaned_data
    made = promise_call_back(incoming=form.incoming(), name=cleaned["name"], phone=cleaned["phone"], actor=user, at=at)
    return {"promised_call": made}


def _looked_up(phone: str, user: User, at: datetime) -> CallerHistory | None:
    """What is shown of others' dossiers and cases counts as read."""
    caller_history = look_up_caller(phone, user, at)
    if caller_history:
        note_readings(dossiers=caller_history.dossiers, user=user, page="hotline", at=at)
        note_case_readings(cases=[row.case for row in caller_history.cases], user=user, page="hotline", at=at)
    return caller_history


def _person(found: Call, user: User, at: datetime) -> Person | Reporter | Call | None:
    """Who called; that it was shown is recorded, and of a sealed case before it is opened."""
    if found.case is None:
        note_register_readings(shown=[(found.unit, 1)], user=user, page="call", at=at)
        return found
    if found.case.is_sealed:
        return open_boxes(case=found.case, reader=user, page="call", at=at).person
    note_case_readings(cases=[found.case], user=user, page="call", at=at)
    return Reporter.objects.filter(case=found.case).first()


def _page(
    request: HttpRequest, user: User, form: CallForm, at: datetime, *, status: int = 200, **more: Any
) -> HttpResponse:
    waiting = Call.objects.visible_to(user).outstanding().select_related("unit", "first_unit", "case")
    calendar = working_calendar(user.office, user.calendar_edition)
    spoken = Badge("warn", "doc", _("Đã gọi lại, chưa ghi"))
    rows = [
        (one, spoken if one.called_back_at else due_badge(one.call_back_by, at, calendar))
        for one in waiting.order_by("call_back_by")[:MOST_LISTED]
        if one.call_back_by
    ]
    context = {
        "form": form,
        "calls": rows,
        "missed": sum(one.is_missed(at) for one, _mark in rows),
        "tab": "cases",
        "room": "hotline",
    }
    context["starts"] = not form.is_bound and "caller_history" not in more
    return render(request, "complaints/intake/hotline/hotline.html", context | {"at": at} | more, status=status)
