"""The days on which leaders receive citizens: announced by staff, booked by anybody."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.citizens.secret import is_mistyped, opens
from accounts.limits.attempts import TooManyTries
from accounts.models import User
from accounts.staff.fields import add_broken
from accounts.staff.pages import staff_only, typed_before
from complaints.changes.reorganisation.receptions_and_calls import arrange_reception
from complaints.intake.limits import count_sending
from complaints.intake.reception.actions import (
    book_reception,
    call_off_reception,
    cancel_booking,
    plan_reception,
)
from complaints.intake.reception.forms import ArrangeForm, BookingForm, DayForm
from complaints.intake.reception.views.register import READERS
from complaints.intake.register_readings import note_register_readings
from complaints.models import Booking, ReceptionDay
from complaints.permissions import (
    WORKING_ROLES,
    intake_units,
    served_offices,
    succeeded_offices,
)
from complaints.tracking.opened_cases import has_opened, remember_opened
from dossiers.tracking.limits import has_proved
from dossiers.tracking.views import too_many, visitor_of
from units.clock.days import local_day
from units.models import Unit, UnitSuccessor
from units.rules import RuleBroken

SHOWN: Final = timedelta(days=60)
AT_FIRST: Final = timedelta(days=14)
MOST_TYPED: Final = 40
_CODE: Final = re.compile(r"TCD-\d{6}-[0-9A-Z]{6}")


@require_safe
def receptions(request: HttpRequest) -> HttpResponse:
    """`/tiep-cong-dan/?don-vi=bach-mai`: who receives citizens when and where; of one office for two months, of all
    for two weeks; and the successors of ended offices. `?ma=…`: to the booking of that code."""
    typed = "".join(request.GET.get("ma", "").split()).upper()
    if _CODE.fullmatch(typed):
        return redirect("complaints:booking", typed)
    today, slug = local_day(timezone.now()), request.GET.get("don-vi", "")
    rows = ReceptionDay.objects.offered(today).filter(on__lte=today + SHOWN)
    units = Unit.objects.filter(pk__in=rows.values("unit")).order_by("kind__order", "order", "name")
    chosen = next((unit for unit in units if unit.slug == slug), None)
    shown = rows.filter(unit=chosen) if chosen else rows.filter(on__lte=today + AT_FIRST)
    found = list(shown.select_related("unit").order_by("on", "starts", "unit__order", "pk"))
    days = [(on, list(each)) for on, each in groupby(found, key=lambda one: one.on)]
    context = {
        "days": days,
        "units": units,
        "chosen": chosen,
        "successions": _successions(slug, today),
        "typed": request.GET.get("ma", "")[:MOST_TYPED],
        "wrong": "ma" in request.GET and _("Mã hẹn có dạng TCD-261210-59X452, ghi trên giấy hẹn hoặc trong tin nhắn."),
    }
    return render(
        request, "complaints/intake/reception/receptions.html", context, status=422 if context["wrong"] else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the free slots. POST: book one; the answer shows code and secret."""
    at = timezone.now()
    day = get_object_or_404(ReceptionDay.objects.select_related("unit", "first_unit"), pk=pk, on__gte=local_day(at))
    if day.is_after_office_ends:
        return render(
            request, "complaints/intake/reception/book.html", {"day": day, "successors": _successors(day)}, status=410
        )
    if day.cancelled_at is not None:
        raise Http404
    taken = set(day.bookings.active().values_list("slot", flat=True))
    form = BookingForm(request.POST or None, day=day, taken=taken, at=at, initial={"request_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            count_sending(visitor=visitor_of(request), at=at)
            booking = book_reception(day=day, at=at, **form.cleaned_data)
            return _booked(request, booking, at)
        except TooManyTries as refused:
            form.add_error(None, _("Vừa gửi nhiều lần trong một phút.") + " " + refused.come_back)
            return too_many(
                render(request, "complaints/intake/reception/book.html", {"day": day, "form": form}), refused
            )
        except RuleBroken as broken:
            add_broken(form, broken)
    return render(
        request,
        "complaints/intake/reception/book.html",
        {"day": day, "form": form},
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, code: str) -> HttpResponse:
    """A booking, for the browser that made it or typed its secret. POST: the secret, or cancel."""
    at = timezone.now()
    spelled = code[:MOST_TYPED].upper()
    found = Booking.objects.select_related("day__unit", "day__first_unit").filter(code=spelled).first()
    if found is not None and has_opened(request, found):
        if request.method == "POST":
            cancel_booking(booking=found, at=at)
            return remember_opened(request, redirect("complaints:booking", found.code), found)
        return _booked(request, found, at)
    return _open(request, spelled, found, at) if request.method == "POST" else _locked(request, spelled)


def _booked(request: HttpRequest, booking: Booking, at: datetime) -> HttpResponse:
    """With the secret in the answer to the request that made the booking, and in no other."""
    context = {
        "booking": booking,
        "is_over": booking.slot <= at,
        "successors": _successors(booking.day),
        "secret": booking.fresh_secret,
    }
    return remember_opened(request, render(request, "complaints/intake/reception/booking.html", context), booking)


def _open(request: HttpRequest, code: str, found: Booking | None, at: datetime) -> HttpResponse:
    typed, stored = request.POST.get("ma-tra-cuu", ""), found.secret_hash if found else None
    if is_mistyped(typed):  # says the same of every code
        return _locked(request, code, _("Mã tra cứu gõ sai một chữ. Xin xem lại."), 422)
    try:
        if has_proved(visitor=visitor_of(request), code=code, at=at, proof=lambda: opens(typed, code, stored)):
            assert found is not None
            return remember_opened(request, redirect("complaints:booking", code), found)
    except TooManyTries as refused:
        return too_many(_locked(request, code, _("Đã thử quá nhiều lần.") + " " + refused.come_back), refused)
    return _locked(request, code, _("Mã hẹn hoặc mã tra cứu chưa đúng."), 422)


def _locked(request: HttpRequest, code: str, wrong: str = "", status: int = 200) -> HttpResponse:
    locked = {"code": code, "wrong": wrong, "title": _("Lịch hẹn tiếp công dân")}
    return render(request, "complaints/tracking/unlock.html", locked, status=status)


@staff_only(*READERS)
@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, user: User) -> HttpResponse:
    """Who comes on which of the next days, and for those who work there the form that announces another one."""
    at, units = timezone.now(), intake_units(user)
    typed = request.POST if request.method == "POST" else typed_before(request, user)
    form = DayForm(typed, units=units) if units else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                plan_reception(at=at, **form.plan)
            except RuleBroken as broken:
                add_broken(form, broken)
            else:
                messages.success(request, _("Đã thêm vào lịch tiếp công dân."))
                return redirect("complaints:agenda")
    days = _days(user, at)
    context: dict[str, Any] = {
        "form": form,
        "days": days,
        "tab": "cases",
        "room": "agenda",
        "own": served_offices(user),
    }
    is_wrong = request.method == "POST" and form is not None and bool(form.errors)
    return render(request, "complaints/intake/reception/agenda.html", context, status=422 if is_wrong else 200)


@staff_only(*WORKING_ROLES)
@require_POST
def call_off(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Cancel a reception day that nobody has booked."""
    day = get_object_or_404(ReceptionDay, pk=pk, unit__in=served_offices(user))
    try:
        call_off_reception(day=day, at=timezone.now())
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    return redirect("complaints:agenda")


@staff_only(*WORKING_ROLES)
@require_POST
def free(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Cancel somebody's booking for them, by telephone or because the day is called off."""
    found = get_object_or_404(Booking.objects.active(), code=code, day__unit__in=served_offices(user))
    cancel_booking(booking=found, at=timezone.now())
    messages.success(request, _("Đã hủy lượt hẹn %(code)s. Hãy báo cho người hẹn nếu chưa báo.") % {"code": code})
    return redirect("complaints:agenda")


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Who receives, and where, those who had booked with an office that this person's office replaces."""
    at, ended = timezone.now(), succeeded_offices(user)
    rows = ReceptionDay.objects.filter(unit__in=served_offices(user), on__gte=local_day(at), cancelled_at=None)
    day = get_object_or_404(rows.select_related("unit", "first_unit"), pk=pk)
    if not day.is_after_office_ends:
        raise Http404
    form = ArrangeForm(request.POST or None, initial={"host": day.host, "place": day.place})
    if request.method == "POST" and form.is_valid():
        arrange_reception(day=day, unit=ended.get(day.unit_id, day.unit), at=at, **form.cleaned_data)
        messages.success(request, _("Đã ghi người tiếp, nơi tiếp; người hẹn được báo."))
        return redirect("complaints:agenda")
    context = {"day": day, "form": form, "tab": "cases", "room": "agenda"}
    return render(request, "complaints/intake/reception/arrange.html", context, status=422 if form.errors else 200)


def _successors(day: ReceptionDay) -> list[Unit]:
    """Successors of the office that announced the day, where it ends before that day; no query otherwise."""
    if not day.is_after_office_ends:
        return []
    links = day.announced_by.successions.select_related("new").order_by("new__order", "new__name")
    return [link.new for link in links]


def _successions(slug: str, today: date) -> list[UnitSuccessor]:
    """Of the office of that slug, else of all offices that end before days they have announced."""
    announced = Q(first_unit=OuterRef("old")) | Q(unit=OuterRef("old"), first_unit=None)
    lost = ReceptionDay.objects.filter(announced, on__gte=Greatest(OuterRef("on"), Value(today)))
    links = UnitSuccessor.objects.filter(old__slug=slug) if slug else UnitSuccessor.objects.filter(Exists(lost))
    return list(links.select_related("old", "new").order_by("on", "old__order", "new__order", "pk"))


def _days(user: User, at: datetime) -> list[tuple[ReceptionDay, list[Booking]]]:
    """The next two months of the offices this person works for, or two weeks of all that an official reads for, with
    who booked; that they are named is recorded."""
    today, own = local_day(at), served_offices(user)
    units, last = (own, today + SHOWN) if own else (user.unit_ids_as(*READERS), today + AT_FIRST)
    rows = ReceptionDay.objects.filter(unit__in=units, on__gte=today, on__lte=last, cancelled_at=None)
    days = list(rows.select_related("unit", "first_unit").order_by("on", "starts", "pk"))
    booked: dict[int, list[Booking]] = {}
    for one in Booking.objects.active().filter(day__in=days).order_by("slot"):
        booked.setdefault(one.day_id, []).append(one)
    shown = [(day.unit, len(booked.get(day.pk, ()))) for day in days]
    note_register_readings(shown=shown, user=user, page="bookings", at=at)
    return [(day, booked.get(day.pk, [])) for day in days]
