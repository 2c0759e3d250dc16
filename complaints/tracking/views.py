"""The reporter's own page of a case, opened by its code and secret, with forms for further text, reopening and rating.

A wrong secret and an unknown code get the same answer, with the limits of the look-up of dossiers. Of a sealed case
the page shows only the status: somebody may look over the shoulder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.citizens.row_secrets import give_secret
from accounts.citizens.secret import is_mistyped, opens, printed
from accounts.limits.attempts import TooManyTries
from accounts.staff.fields import add_broken
from complaints.clock.states import Status
from complaints.events.signed_links import is_valid_token
from complaints.explanation.log import LogLine, LogText, grounds_in, public_log
from complaints.models import Case, CaseEvent, RatedCase
from complaints.models.people import TextSort
from complaints.operations.settlement.actions import case_rules, reopen_case, reopens_until
from complaints.tracking.add_reporter_text import add_reporter_text
from complaints.tracking.answer_words import answer_for
from complaints.tracking.forms import SayForm, ScoreForm, SupplementForm
from complaints.tracking.opened_cases import has_opened, remember_opened
from complaints.tracking.rating import may_be_rated, rate_case
from dossiers.explanation.due_date import explain
from dossiers.tracking.limits import has_proved
from dossiers.tracking.views import too_many, visitor_of
from files.models import FileState
from files.storage.actions import accept_uploads, all_or_nothing
from files.uploads.handler import stopped
from units.calendar.lookup import working_calendar
from units.codes import normalise
from units.rules import RuleBroken

MOST_TYPED: Final = 80
SUPPLEMENT, REOPEN, RATE = "bo-sung", "xem-lai", "danh-gia"
FORMS: Final[dict[str, type[forms.Form]]] = {SUPPLEMENT: SupplementForm, REOPEN: SayForm, RATE: ScoreForm}


@dataclass(frozen=True, slots=True)
class TrackedCase:
    """A case with the rows that its page reads; of a sealed one the case alone."""

    case: Case
    events: list[CaseEvent]
    words: list[LogText]
    files: int
    is_rated: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the case where this browser has opened it, else the question for the secret. POST: the secret, or what the
    reporter adds (`doing`)."""
    spelled = normalise(code[:MOST_TYPED])
    if spelled and spelled != code:
        return redirect("complaints:tracking", spelled)
    at, doing = timezone.now(), request.POST.get("doing", "")
    if request.method == "POST" and doing not in FORMS:
        return _open(request, code, at)
    case = _case(code)
    if case is None or not has_opened(request, case):
        return _locked(request, code)
    return _say(request, case, doing, at) if doing else _page(request, case, at)


@never_cache
@require_safe
def open_by_letter(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The link of an e-mail to the reporter. Once the case is sealed it no longer works and the page asks for the
    secret."""
    case = Case.objects.filter(code=code).first()
    if case is None or case.is_sealed or not is_valid_token(token, case):
        return _locked(request, code, _("Liên kết này không mở được phản ánh. Xin nhập mã tra cứu."), 404)
    return remember_opened(request, redirect("complaints:tracking", code), case)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """POST: gives the reporter a new secret and shows it once. For a browser that has opened the case; else, and by
    GET, redirects to its page."""
    case = Case.objects.filter(code=code).first() if request.method == "POST" else None
    if case is None or not has_opened(request, case):
        return redirect("complaints:tracking", code)
    secret = printed(give_secret(row=case))
    answer = render(request, "complaints/tracking/renewed.html", {"case": case, "secret": secret})
    return remember_opened(request, answer, case)


def _open(request: HttpRequest, code: str, at: datetime) -> HttpResponse:
    typed = request.POST.get("ma-tra-cuu", "")
    if is_mistyped(typed):  # says the same of every code
        return _locked(request, code, _("Mã tra cứu gõ sai một chữ. Xin xem lại."), 422)
    case: Case | None = None

    def is_reporter() -> bool:
        nonlocal case
        case = Case.objects.filter(code=code).only("code", "secret_hash", "link_key").first()
        return opens(typed, code, case.secret_hash if case else None)

    try:
        is_opened = has_proved(visitor=visitor_of(request), code=code, at=at, proof=is_reporter)
    except TooManyTries as refused:
        wrong = _("Đã thử quá nhiều lần.") + " " + refused.come_back
        return too_many(_locked(request, code, wrong), refused)
    if case is None or not is_opened:
        return _locked(request, code, _("Mã phản ánh hoặc mã tra cứu không đúng."), 422)
    return remember_opened(request, redirect("complaints:tracking", code), case)


def _locked(request: HttpRequest, code: str, wrong: str = "", status: int = 200) -> HttpResponse:
    return render(
        request, "complaints/tracking/unlock.html", {"code": code[:MOST_TYPED], "wrong": wrong}, status=status
    )


def _say(request: HttpRequest, case: Case, doing: str, at: datetime) -> HttpResponse:
    too_large = stopped(request)
    form = FORMS[doing](request.POST, request.FILES, prefix=doing)
    for words in too_large if "uploads" in form.fields else ():
        form.add_error("uploads", words)
    if form.is_valid():
        try:
            _do(case, doing, form.cleaned_data, at)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return remember_opened(request, redirect("complaints:tracking", case.code), case)
    return _page(request, _case(case.code) or case, at, {doing: form})


def _do(case: Case, doing: str, cleaned: dict[str, Any], at: datetime) -> None:
    if doing == SUPPLEMENT:
        _supplement(case, cleaned, at)
    elif doing == REOPEN and not case.is_sealed:
        reopen_case(case=case, why=cleaned["words"], actor=None, at=at)
    elif doing == RATE:
        rate_case(case=case, score=cleaned["score"], at=at)


def _supplement(case: Case, cleaned: dict[str, Any], at: datetime) -> None:
    """Raises RuleBroken, also where nothing is asked for."""
    if case.state is not Status.AWAITING_SUPPLEMENT:
        raise RuleBroken(_("Vụ việc này không còn chờ bổ sung."))
    accepted = accept_uploads(uploads=cleaned["uploads"], sender=None)
    with all_or_nothing():
        add_reporter_text(case=case, text=cleaned["words"], accepted=accepted, at=at)


def _case(code: str) -> Case | None:
    """With `was_rated`, `files_sent` and `files_unfit`, the files that cannot be read."""
    rows = Case.objects.select_related("unit", "receiving_unit", "category").filter(code=code)
    sent = Count("files", filter=Q(files__is_evidence=False))
    unfit = Count("files", filter=Q(files__is_evidence=False, files__stored__state=FileState.UNFIT))
    return rows.annotate(
        files_sent=sent, files_unfit=unfit, was_rated=Exists(RatedCase.objects.filter(case=OuterRef("pk")))
    ).first()


def _shown(case: Case, at: datetime) -> TrackedCase:
    """Two queries; none for a sealed case."""
    if case.is_sealed:
        return TrackedCase(case, [], [], 0, is_rated=True)
    events = list(case.events.in_order().select_related("unit"))
    words = [LogText(one.sort, one.event, one.text, one.at) for one in case.texts.exclude(sort=TextSort.NOTE)]
    is_rated = may_be_rated(case, at) and getattr(case, "was_rated", False)
    return TrackedCase(case, events, words, getattr(case, "files_sent", 0), is_rated=is_rated)


def _page(request: HttpRequest, case: Case, at: datetime, wrong: dict[str, forms.Form] | None = None) -> HttpResponse:
    """Six queries at most. Wrong input makes it a page with status 422."""
    shown, bad = _shown(case, at), wrong or {}
    rates = may_be_rated(case, at) and not shown.is_rated
    context: dict[str, Any] = {
        "case": case,
        "kind": case.get_kind_display(),
        "answer": answer_for(case, at, working_calendar(case.receiving_unit), rates=rates),
        "at": at,
        "bad": next(iter(bad.values()), None),
    }
    if case.state is Status.AWAITING_SUPPLEMENT:
        context["supplement"] = bad.get(SUPPLEMENT) or SupplementForm(prefix=SUPPLEMENT)
    if not case.is_sealed:
        context |= _plain(shown, at, bad, rates=rates)
    answer = render(request, "complaints/tracking/tracking.html", context, status=422 if bad else 200)
    return remember_opened(request, answer, case)


def _history(shown: TrackedCase) -> list[LogLine]:
    words = [one for one in shown.words if one.sort != TextSort.CONTENT]
    return public_log(shown.events, words, grounds_in(shown.case, shown.events))


def _plain(shown: TrackedCase, at: datetime, bad: dict[str, forms.Form], *, rates: bool) -> dict[str, Any]:
    case = shown.case
    until = (
        reopens_until(case, case_rules(case, shown.events)) if case.state in {Status.ANSWERED, Status.CLOSED} else None
    )
    may_reopen = until is not None and at <= until
    texts = {TextSort(one.sort): one.text for one in shown.words}
    return {
        "texts": {"subject": texts.get(TextSort.SUBJECT), "content": texts.get(TextSort.CONTENT)},
        "reply": texts.get(TextSort.ANSWER) if case.answered_at else None,
        "history": _history(shown),
        "why": explain(case.derivation, case.due_at),
        "files": shown.files,
        "files_unfit": getattr(case, "files_unfit", 0),
        "reopen": (bad.get(REOPEN) or SayForm(prefix=REOPEN)) if may_reopen else None,
        "until": until,
        "rate": (bad.get(RATE) or ScoreForm(prefix=RATE)) if rates else None,
        "is_rated": shown.is_rated,
    }
