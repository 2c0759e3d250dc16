"""The staff page of one dossier, with the operations open to the person."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.staff.pages import staff_only, typed_before
from dossiers.events.record import calendars_of
from dossiers.explanation.due_date import explain
from dossiers.explanation.log import log_of
from dossiers.explanation.payments import payments_of
from dossiers.explanation.promise import changes_of
from dossiers.explanation.route import route_of
from dossiers.explanation.supplements_and_apologies import (
    questions_to,
    supplements_and_apologies_of,
    with_supplements_and_apologies,
)
from dossiers.explanation.wording import (
    WITHOUT_RESULT,
    apology_summary,
    deadline_badge,
    heading_date,
    late_by,
    late_words,
    state_words,
)
from dossiers.models import READING_ROLES, Dossier, DossierQuerySet
from dossiers.operations.handover.operations import legs_in
from dossiers.operations.registry import operations_on
from dossiers.permissions import may_return, may_scan, own_file, visible_file
from dossiers.readings.gate import open_dossier
from dossiers.scans.actions import write_note
from dossiers.scans.forms import NoteForm
from dossiers.scans.paper_rows import notes_of, papers_of, renewals_of, slips_of
from units.calendar.lookup import working_calendar


@staff_only(*READING_ROLES)
@require_GET
def dossier(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The whole dossier with the form of the main operation; records the reading."""
    file = visible_file(user, code, _with_page_data())
    return _page(request, user, file)


@staff_only(*READING_ROLES)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """POST: writes an internal note, or shows the page with the typed text and the error. GET: the page, with a note
    recovered after the session expired."""
    file = own_file(user, code, _with_page_data())
    if request.method == "GET":
        return _page(request, user, file, NoteForm(typed_before(request, user)))
    form = NoteForm(request.POST)
    if form.is_valid():
        write_note(dossier=file, **form.cleaned_data, actor=user, at=timezone.now())
        return redirect(f"{file.get_absolute_url()}#ghi-chu")
    return _page(request, user, file, form, status=422)


def _with_page_data() -> DossierQuerySet:
    """Dossiers with everything that the page shows beside the events, by one query. `has_cases`: a complaint names
    it."""
    with_cases = Dossier.objects.filter(pk=OuterRef("pk"), cases__isnull=False)
    return with_supplements_and_apologies(Dossier.objects.with_notes().with_slips()).annotate(
        has_cases=Exists(with_cases)
    )


def _page(
    request: HttpRequest, user: User, file: Dossier, note_form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    """Renders the page and records the reading, or asks for its reason. `note_form` holds a note typed and not saved.

    A consulted office sees the question, papers, dates and events: neither the applicant, nor what other offices
    wrote, nor any scan."""
    at = timezone.now()
    if asks := open_dossier(request, user, file, page="dossier", at=at):
        return asks
    calendar = working_calendar(file.desk, user.calendar_edition)
    operations = operations_on(file, user)
    main = operations.pop(0) if operations and operations[0].is_main else None
    events = list(file.events.in_order().select_related("unit", "actor"))
    legs, payments, slips = legs_in(file), payments_of(events), slips_of(file)
    only_asked = not file.is_worked_on_by(user, legs)
    context = {
        "dossier": file,
        "only_asked": only_asked,
        "badge": deadline_badge(file, at, calendar),
        "late_by": late_by(file, calendar),
        "late_words": late_words(file),
        "apology_summary": apology_summary(file),
        "status": state_words(file),
        "due_day": heading_date(file.due_at) if file.due_at else "",
        "new_day": heading_date(file.new_due_at) if file.new_due_at else "",
        "is_without_result": file.outcome in WITHOUT_RESULT,
        "main": main,
        "main_form": main and main.form(None, dossier=file, user=user, at=at),
        "seen": events[-1].number,
        "operations": operations,
        "papers": papers_of(file, () if only_asked else file.scans.for_page()),
        "may_scan": may_scan(user, file),
        "may_print": may_return(user, file),
        "notes": () if only_asked else notes_of(file),
        "note_form": note_form or NoteForm(),
        "slips": () if only_asked else slips,
        "proceedings": questions_to(user, file) if only_asked else supplements_and_apologies_of(file, payments),
        "payments": payments,
        "events": events[::-1],
        "history": log_of(file, events, legs, renewals=renewals_of(slips), calendar=calendar),
        "route": route_of(file, at, legs),
        "why": explain(file.derivation, file.due_at, changes_of(events, calendars_of(file.receiving_desk)), calendar),
        "tab": "queue",
    }
    return render(request, "dossiers/dossier_page/dossier.html", context, status=status)
