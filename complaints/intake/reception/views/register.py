"""The register of citizens received, entered at the counter: page, PDF and workbook."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.citizens.phones import tidy_phone
from accounts.models import Membership, User
from accounts.staff.fields import add_broken
from accounts.staff.pages import staff_only
from complaints.intake.reception.actions import denounce_in_person, enter_reception, follow_reception
from complaints.intake.reception.form_03 import ReceptionBook, book_pdf, book_xlsx
from complaints.intake.reception.forms import EntryForm, ResultForm
from complaints.intake.register_readings import note_register_readings
from complaints.models import ReceptionEntry
from complaints.models.people import Person
from complaints.permissions import WORKING_ROLES, intake_units, served_offices
from complaints.texts.sanitising import sanitised_line
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

READERS: Final = (*WORKING_ROLES, Membership.Role.OFFICIAL)
PAGE: Final = 20
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_only(*READERS)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, user: User) -> HttpResponse:
    """`/can-bo/so-tiep-cong-dan/`: the entries of this year, the latest first, and for those who work there the form
    for the next one. POST: a new entry; a denunciation becomes a sealed case and no entry."""
    at, units = timezone.now(), intake_units(user)
    fresh = {"request_key": uuid4()}
    if request.method != "POST":
        return _page(request, user, EntryForm(units=units, initial=fresh) if units else None, at)
    if not units:
        raise Http404
    form = EntryForm(request.POST, units=units)
    if form.is_valid():
        try:
            done = _sealed(form, user, at) if form.is_secret else _entered(form, user, at)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return _page(request, user, EntryForm(units=units, initial=fresh), at, **done)
    return _page(request, user, form, at, status=422)


@staff_only(*WORKING_ROLES)
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One entry of the register of an office that this person works for, or of an ended office that it replaces, with
    its result."""
    at = timezone.now()
    rows = ReceptionEntry.objects.filter(unit__in=served_offices(user)).select_related("unit", "case")
    entry = get_object_or_404(rows, pk=pk)
    form = ResultForm(request.POST or None, initial={"result": entry.result})
    if request.method == "POST" and form.is_valid():
        follow_reception(entry=entry, result=form.cleaned_data["result"])
        return redirect("complaints:register")
    note_register_readings(shown=[(entry.unit, 1)], user=user, page="register line", at=at)
    context = {"entry": entry, "form": form, "tab": "cases", "room": "register"}
    return render(request, "complaints/intake/reception/entry.html", context, status=422 if form.errors else 200)


@staff_only(*READERS)
@require_safe
def book(request: HttpRequest, user: User, slug: str, year: int, ending: str) -> HttpResponse:
    """The register of one unit and year, `pdf` or `xlsx`; that it was read is recorded."""
    at = timezone.now()
    unit = get_object_or_404(_units(user), slug=slug)
    if ending not in {"pdf", "xlsx"} or not 2000 <= year <= 2100:
        raise Http404
    found = ReceptionBook(unit, year, made_at=at)
    entries = list(found.entries())
    note_register_readings(shown=[(unit, len(entries))], user=user, page=f"register {ending}", at=at)
    made, kind = (book_pdf(found, entries), PDF) if ending == "pdf" else (book_xlsx(found, entries), XLSX)
    answer = HttpResponse(made, content_type=kind)
    shown = "inline" if ending == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="so-tiep-cong-dan-{slug}-{year}.{ending}"'
    return answer


def _entered(form: EntryForm, user: User, at: datetime) -> dict[str, Any]:
    cleaned = form.cleaned_data
    made = enter_reception(
        request_key=cleaned["request_key"],
        unit=form.chosen_unit,
        entry=form.entry(),
        makes_case=cleaned["makes_case"] and cleaned["is_ours"],
        phone=tidy_phone(cleaned["phone"])[:20],
        actor=user,
        at=at,
    )
    return {"entered": made, "taken": made.case}


def _sealed(form: EntryForm, user: User, at: datetime) -> dict[str, Any]:
    """All fields go into sealed boxes."""
    cleaned = form.cleaned_data
    person = Person(
        name=sanitised_line(cleaned["name"]),
        phone=tidy_phone(cleaned["phone"])[:20],
        address=sanitised_line(cleaned["address"]),
        id_number=sanitised_line(cleaned["identity"])[:20],
    )
    case = denounce_in_person(
        request_key=cleaned["request_key"],
        unit=form.chosen_unit,
        content=cleaned["content"],
        person=person,
        people=cleaned["people"],
        actor=user,
        at=at,
    )
    return {"taken": case}


def _units(user: User) -> Any:
    """Offices whose register this person reads: those they work for and those below an official, with the ended
    offices that these replace."""
    own = {*served_offices(user), *user.unit_ids_as(*READERS)}
    return Unit.objects.filter(pk__in=own | user.continued_by(own).keys()).exclude(kind__code="desk")


def _ended_books(user: User) -> list[tuple[str, str, int]]:
    """Name, slug and years of registers of the ended offices that this person's offices replace; no query where there
    are none."""
    ended = user.continued_by({*served_offices(user), *user.unit_ids_as(*READERS)})
    rows = ReceptionEntry.objects.filter(unit__in=list(ended)).order_by("unit__name", "unit", "-year")
    return list(rows.values_list("unit__name", "unit__slug", "year").distinct()) if ended else []


def _page(
    request: HttpRequest, user: User, form: EntryForm | None, at: datetime, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Who is named on it is recorded per unit."""
    year = local_day(at).year
    rows = ReceptionEntry.objects.filter(unit__in=_units(user), year=year).select_related("unit", "case")
    page = Paginator(rows.order_by("-received_at", "-pk"), PAGE).get_page(request.GET.get("trang"))
    shown: dict[int, list[ReceptionEntry]] = {}
    for one in page:
        shown.setdefault(one.unit_id, []).append(one)
    counts = [(lines[0].unit, len(lines)) for lines in shown.values()]
    note_register_readings(shown=counts, user=user, page="register", at=at)
    units = intake_units(user) or sorted({lines[0].unit for lines in shown.values()}, key=lambda unit: unit.name)
    context = {
        "form": form,
        "page": page,
        "year": year,
        "units": units,
        "own": served_offices(user),
        "ended_books": _ended_books(user),
        "tab": "cases",
        "room": "register",
    } | more
    return render(request, "complaints/intake/reception/register.html", context, status=status)
