"""The inbox, the page of one case, and the pages of what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership, User
from complaints.actions import note_case_readings, note_words, open_boxes
from complaints.actions.opening import SealedScan
from complaints.actions.receiving import Person
from complaints.acts import ACTS, acts_on
from complaints.acts.base import CaseAct
from complaints.acts.settling import officers_at
from complaints.around import around, grounds_of, said_in, with_surroundings
from complaints.facts import facts_of, reply_to
from complaints.history import Said, history_of, named_events, names_in, with_call
from complaints.inbox import ALL, MINE, case_badge, conditions, found_by, read_inbox, work_of
from complaints.models import Call, Case, CaseEvent, CaseQuerySet, Reporter
from complaints.models.people import TextSort
from complaints.permissions import INBOX_ROLES, WORKING_ROLES, may_read, may_receive, may_work
from complaints.states import Kind
from dossiers.explanation import explain
from dossiers.forms import add_broken
from dossiers.kept import first_values
from dossiers.views.staff import staff_only, typed_before
from dossiers.views.work import page_number
from files.actions import all_or_nothing
from files.receiving import stopped
from units.calendars import working_calendar
from units.rules import RuleBroken

SEEN = "seen"
FILL = "fill"
REOPEN = "xem-lai"
TOO_LARGE = 413
CALL = ("call__unit", "call__first_unit")
BESIDE = ("unit", "receiving_unit", "passed_to", "assignee", "category", "reporter", "entry", *CALL)
"""Rows of which a case has one at most."""


@staff_only(*INBOX_ROLES)
@require_safe
def inbox(request: HttpRequest, user: User) -> HttpResponse:
    """`/can-bo/phan-anh/?nhom=tre&cua=toi&trang=2`: what this person's units owe, or they themselves, by the clock.
    `?tim=` opens the case of a code."""
    if sought := request.GET.get("tim", "").strip():
        if one := found_by(sought, user):
            return redirect(one)
        messages.warning(request, _("Không tìm thấy vụ việc này trong các vụ việc ông/bà được xem."))
    at, calendar = timezone.now(), working_calendar(user.office, user.calendar_edition)
    asked = request.GET.get("nhom", "")
    tab = asked if asked in conditions(at, calendar) else ALL
    is_mine = request.GET.get("cua") == MINE
    own = Q(assignee=user) if is_mine else None
    found = read_inbox(work_of(user), tab=tab, page=page_number(request), at=at, calendar=calendar, filters=own)
    officers = officers_at(user.units_as(Membership.Role.LEADER), at) if user.leads and found.rows else ()
    context = {"inbox": found, "nhom": tab, "tab": "cases", "room": "inbox", "at": at, "officers": officers}
    context |= {"is_mine": is_mine, "sought": sought}
    if user.has_role(*WORKING_ROLES):
        context["missed"] = Call.objects.visible_to(user).missed(at).count()
    return render(request, "complaints/inbox.html", context)


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """GET: the case. POST: an internal note. 404 for everybody who may not see it, as for what does not exist."""
    at, found = timezone.now(), visible_case(user, code, with_surroundings(user))
    wrong = ""
    typed: QueryDict = request.POST
    if request.method != "POST":
        typed = typed_before(request, user) or typed
    else:
        if not may_work(user, found):
            raise Http404
        try:
            note_words(case=found, text=typed.get("note", ""), actor=user, at=at)
        except RuleBroken as broken:
            wrong = broken.message
        else:
            return redirect(found)
    context = _page(found, user, at) | {"wrong": wrong, "typed": typed.get("note", "")}
    return render(request, "complaints/case.html", context, status=422 if wrong else 200)


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, user: User, code: str, slug: str) -> HttpResponse:
    """GET: the form of one act. POST: do it, or say beside the field why not."""
    at, found = timezone.now(), visible_case(user, code)
    if slug not in ACTS:
        raise Http404
    chosen = ACTS[slug]
    if not chosen.may(user, found):
        messages.warning(request, _("Việc này không làm được ở bước hiện tại của vụ việc."))
        return redirect(found)
    if request.method == "POST":
        if chosen.fills and request.POST.get("doing") == FILL:
            data = chosen.form(request.POST, case=found, user=user, at=at).filled(request.POST)  # type: ignore[attr-defined]
            form = chosen.form(None, case=found, user=user, at=at)
            form.initial.update(first_values(data))
            return _act_page(request, found, chosen, form)
        return _done(request, user, found, chosen, at)
    note_case_readings(cases=[found], user=user, page=slug, at=at)
    typed = typed_before(request, user)
    return _act_page(request, found, chosen, chosen.form(typed, case=found, user=user, at=at))


def visible_case(user: User, code: str, rows: CaseQuerySet | None = None) -> Case:
    """With its events, out of which its page and every act are told, and who speaks where that is no secret. 404 as
    for what does not exist. `rows`: with more that a page needs."""
    seen = (Case.objects.all() if rows is None else rows).visible_to(user).select_related(*BESIDE)
    with_events = seen.with_what_is_there().prefetch_related(Prefetch("events", named_events()))
    found = with_events.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, user: User, found: Case, chosen: CaseAct, at: datetime) -> HttpResponse:
    unread = stopped(request) if chosen.takes_files else []
    sent = {"files": request.FILES} if chosen.takes_files else {}
    with all_or_nothing():
        Case.objects.select_for_update().filter(pk=found.pk).values_list("pk").first()
        since = _since(found, request.POST.get(SEEN, ""))
        form = chosen.form(request.POST, case=found, user=user, at=at, **sent)
        for words in unread:
            form.add_error("uploads", words)
        if form.is_valid() and not since:
            try:
                with transaction.atomic():
                    made = chosen.do(found, form, user, at)
            except RuleBroken as broken:
                add_broken(form, broken)
    if form.is_valid() and not since:
        messages.success(request, _told(chosen, found, made))
        return redirect(found if may_read(user, found) else "complaints:inbox")
    return _act_page(request, found, chosen, form, since=since, status=TOO_LARGE if unread else 409 if since else 422)


def _told(chosen: CaseAct, found: Case, made: object) -> str:
    """That it was done; of a plain case made by it both codes, which its reporter has to be given by somebody."""
    if isinstance(made, Case) and made.pk != found.pk and not made.is_sealed:
        codes = {"act": chosen.label, "code": made.code, "secret": made.secret}
        return _("Đã ghi: %(act)s. Vụ việc mới %(code)s, mã tra cứu %(secret)s.") % codes
    return _("Đã ghi: %(act)s.") % {"act": chosen.label}


def _since(found: Case, seen: str) -> list[CaseEvent]:
    if not seen.isdecimal():
        return []
    return list(found.events.filter(number__gt=int(seen[:9])).select_related("unit", "actor"))


def _act_page(
    request: HttpRequest, found: Case, chosen: CaseAct, form: forms.Form, *, since: Any = (), status: int = 200
) -> HttpResponse:
    seen = found.events.order_by("-number").values_list("number", flat=True).first()
    context: dict[str, Any] = {
        "case": found,
        "act": chosen,
        "form": form,
        "seen": seen,
        "since": since,
        "tab": "cases",
    }
    if chosen.slug == "tra-loi" and found.voice is Kind.FIELD_REPORT:
        context["lacks_evidence"] = not found.files.filter(is_evidence=True).exists()
    if chosen.shows_letter:
        context["letters"] = [one.text for one in found.texts.all() if one.sort == TextSort.CONTENT]
    if found.draft and chosen.slug == "tra-loi" and not found.is_sealed:
        context["draft_by"] = next((one.actor for one in found.events.all() if one.number == found.draft), None)
    return render(request, "complaints/act.html", context, status=status)


def _page(found: Case, user: User, at: datetime) -> dict[str, Any]:
    """Everything the page of a case says; reading it is written down, and of a sealed one before it is read."""
    person: Person | Reporter | None
    scans: Sequence[SealedScan] = ()
    if found.is_sealed:
        secrets = open_boxes(case=found, reader=user, page="case", at=at)
        person = secrets.person
        said = [Said(one.sort, one.event, one.text, one.at, str(one.author or "")) for one in secrets.words]
        scans = secrets.scans
    else:
        note_case_readings(cases=[found], user=user, page="case", at=at)
        person = getattr(found, "reporter", None)
        said = said_in(found)
    contents = [one.text for one in said if one.sort == TextSort.CONTENT]
    events, calendar = list(found.events.all()), working_calendar(found.receiving_unit, user.calendar_edition)
    reply, beside = reply_to(found, said, at), around(found, contents[0] if contents else "", scans)
    acts = [one for one in acts_on(found, user) if one.slug != REOPEN or (reply.until and not reply.words)]
    return {
        "case": found,
        "person": person,
        "subject": next((one.text for one in said if one.sort == TextSort.SUBJECT), ""),
        "content": contents[0] if contents else "",
        "letters": contents[1:],
        "around": beside,
        "papers": {event.act for event in events},
        "draft": next((one.text for one in said if one.sort == TextSort.DRAFT and one.event == found.draft), ""),
        "notes": [one for one in said if one.sort == TextSort.NOTE],
        "history": with_call(history_of(events, said, names_in(events, grounds_of(found))), beside.call),
        "facts": facts_of(found, person, calendar),
        "why": explain(found.derivation, found.due_at),
        "badge": case_badge(found, at, calendar),
        "acts": [one for one in acts if not one.is_aside],
        "asides": [one for one in acts if one.is_aside],
        "reply": reply if may_work(user, found) else None,
        "reopen": REOPEN,
        "may_note": may_work(user, found),
        "comes": may_receive(user, found),
        "tab": "cases",
    }
