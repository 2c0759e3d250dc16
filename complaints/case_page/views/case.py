"""The page of one case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.staff.pages import staff_only, typed_before
from complaints.case_page.facts import facts_of
from complaints.case_page.related import grounds_of, related_to, texts_of, with_related_rows
from complaints.events.record import note_case_readings
from complaints.explanation.badge import case_badge
from complaints.explanation.log import LogText, log_of, names_in, with_call
from complaints.models import Case, Reporter
from complaints.models.people import Person, TextSort
from complaints.operations.registry import operations_on
from complaints.operations.settlement.replies import reply_to
from complaints.operations.visible_case import visible_case
from complaints.permissions import INBOX_ROLES, may_receive, may_work
from complaints.sealed.opening import SealedScan, open_boxes
from complaints.texts.actions import add_note
from dossiers.explanation.due_date import explain
from units.calendar.lookup import working_calendar
from units.rules import RuleBroken

REOPEN = "xem-lai"


@staff_only(*INBOX_ROLES)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """GET: the case. POST: an internal note. 404 for everybody who may not see it, as for what does not exist."""
    at, found = timezone.now(), visible_case(user, code, with_related_rows(user))
    wrong = ""
    typed: QueryDict = request.POST
    if request.method != "POST":
        typed = typed_before(request, user) or typed
    else:
        if not may_work(user, found):
            raise Http404
        try:
            add_note(case=found, text=typed.get("note", ""), actor=user, at=at)
        except RuleBroken as broken:
            wrong = broken.message
        else:
            return redirect(found)
    context = _page(found, user, at) | {"wrong": wrong, "typed": typed.get("note", "")}
    return render(request, "complaints/case_page/case.html", context, status=422 if wrong else 200)


def _page(found: Case, user: User, at: datetime) -> dict[str, Any]:
    """The context of the page; reading it is recorded, of a sealed case before it is opened."""
    person: Person | Reporter | None
    scans: Sequence[SealedScan] = ()
    if found.is_sealed:
        secrets = open_boxes(case=found, reader=user, page="case", at=at)
        person = secrets.person
        texts = [LogText(one.sort, one.event, one.text, one.at, str(one.author or "")) for one in secrets.words]
        scans = secrets.scans
    else:
        note_case_readings(cases=[found], user=user, page="case", at=at)
        person = getattr(found, "reporter", None)
        texts = texts_of(found)
    contents = [one.text for one in texts if one.sort == TextSort.CONTENT]
    events, calendar = list(found.events.all()), working_calendar(found.receiving_unit, user.calendar_edition)
    reply, related = reply_to(found, texts, at), related_to(found, contents[0] if contents else "", scans)
    operations = [one for one in operations_on(found, user) if one.slug != REOPEN or (reply.until and not reply.words)]
    return {
        "case": found,
        "person": person,
        "subject": next((one.text for one in texts if one.sort == TextSort.SUBJECT), ""),
        "content": contents[0] if contents else "",
        "letters": contents[1:],
        "related": related,
        "papers": {event.act for event in events},
        "draft": next((one.text for one in texts if one.sort == TextSort.DRAFT and one.event == found.draft), ""),
        "notes": [one for one in texts if one.sort == TextSort.NOTE],
        "history": with_call(log_of(events, texts, names_in(events, grounds_of(found))), related.call),
        "facts": facts_of(found, person, calendar),
        "why": explain(found.derivation, found.due_at),
        "badge": case_badge(found, at, calendar),
        "operations": [one for one in operations if not one.is_aside],
        "asides": [one for one in operations if one.is_aside],
        "reply": reply if may_work(user, found) else None,
        "reopen": REOPEN,
        "may_note": may_work(user, found),
        "comes": may_receive(user, found),
        "tab": "cases",
    }
