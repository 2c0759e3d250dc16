"""The page that says when a result would be ready, and the same as a calendar entry."""

from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from accounts.limits.throttles import costly
from procedures.result_date.calendar_entry import MEDIA_TYPE, calendar_file, whole_day
from procedures.result_date.forms import ResultDateForm, result_date_data
from procedures.search.index import PLACE, CatalogueIndex, catalogue_index, grouped
from procedures.versions.parts import places_of
from procedures.versions.promises import Promise, promise, promise_for_term
from units.calendar.lookup import working_calendar
from units.clock.due_dates import TermUnit, WorkingCalendar
from units.texts.explanation import CIVIL_CODE, day_lines, rule_in_words, warnings
from units.texts.wording import clock_time, day_of, weekday_datetime


def is_answerable(form: ResultDateForm) -> bool:
    if form.is_valid() and form.version:
        form.choose_place(places_of(form.version))
    form.show_unreadable_as_typed()
    return not form.errors


def answer_context(made: Promise) -> dict[str, Any]:
    """The promise and its explanation day by day."""
    if made.due is None:
        return {"promise": made}
    return {
        "promise": made,
        "hour": clock_time(made.received_at),
        "lines": day_lines(made.due),
        "rule": rule_in_words(made.due),
        "law": CIVIL_CODE,
        "warnings": warnings(made.due),
    }


def promise_for(form: ResultDateForm, calendar: WorkingCalendar) -> Promise:
    if form.version:
        return promise(form.version, form.offering, form.received_at, calendar)
    assert form.term, "a form without errors has a procedure or a term"
    return promise_for_term(form.term, form.received_at, calendar)


def _cost(request: HttpRequest) -> int:
    """The explanation of a term of years has hundreds of lines."""
    return int(len(request.GET.get("so", "")) > 2 or request.GET.get("don-vi") == TermUnit.MONTH)


@require_safe
@costly(_cost)
def result_date(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    index = catalogue_index(day_of(at))
    form = ResultDateForm(result_date_data(request.GET, at), at=at)
    asked = bool(request.GET)
    answerable = asked and is_answerable(form)
    calendar = calendar_for(form)
    context = {
        "form": form if asked else ResultDateForm(None, at=at),
        "asked": asked,
        "version": form.version,
        "offering": form.offering,
        "choices": grouped(index.listed),
        "places": _places(form, index),
        "today": day_of(at),
        **({"question": form.question()} | answer_context(promise_for(form, calendar)) if answerable else {}),
    }
    return render(
        request, "procedures/result_date/result_date.html", context, status=200 if answerable or not asked else 422
    )


@require_safe
def result_date_entry(request: HttpRequest) -> HttpResponseBase:
    """The calendar entry; without an answer the page with the errors of the question. Raises Http404 where the clerk
    sets the date."""
    at = timezone.now()
    form = ResultDateForm(result_date_data(request.GET, at), at=at)
    if not is_answerable(form):
        return result_date(request)
    made = promise_for(form, calendar_for(form))
    if made.due is None:
        raise Http404
    question = form.question()
    entry = whole_day(
        made.due.due_on,
        uid=f"{sha256(question.encode()).hexdigest()[:32]}@hen-ngay.motcua",
        stamp=made.received_at,
        summary=gettext("Dự kiến có kết quả trước %(hour)s") % {"hour": clock_time(made.due.due_at)},
        description=_entry_text(form, made),
        url=request.build_absolute_uri(f"{reverse('procedures:result_date')}?{question}"),
    )
    entry.add("status", "TENTATIVE")  # nothing has been filed
    if form.offering:
        entry.add("location", form.offering.unit.name)
    answer = HttpResponse(calendar_file(entry), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="hen-ngay.ics"'
    return answer


def _entry_text(form: ResultDateForm, made: Promise) -> str:
    """The procedure, and the moment of filing."""
    filed = gettext("Nếu nộp lúc %(moment)s.") % {"moment": weekday_datetime(made.received_at, get_language() or "vi")}
    return f"{form.version.name}. {filed}" if form.version else filed


def calendar_for(form: ResultDateForm) -> WorkingCalendar:
    return working_calendar(form.offering.unit if form.offering else None)


def _places(form: ResultDateForm, index: CatalogueIndex) -> list[tuple[str, str]]:
    """The offices that take in the chosen procedure, else all that take in any."""
    if form.version:
        return [(offering.unit.slug, offering.unit.name) for offering in places_of(form.version)]
    return [(slug, named.name) for slug, named in index.labels[PLACE].items()]
