"""Papers of a case for the printer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.citizens.row_secrets import give_secret
from accounts.models import User
from accounts.staff.pages import staff_only
from complaints.case_page.pdf import CODES, LETTER, SHEET, CasePaper, codes_pdf, paper_pdf
from complaints.clock.states import EventKind
from complaints.events.record import note_case_readings
from complaints.explanation.log import LogText
from complaints.models import Case, CaseEvent, Reporter
from complaints.models.people import Person, TextSort
from complaints.operations.visible_case import visible_case
from complaints.permissions import INBOX_ROLES, may_work
from complaints.sealed.opening import hand_over_secret, open_boxes
from units.models import Unit

SENT_BY = {EventKind.PASSED_ON, EventKind.TRANSFERRED}
KINDS = (SHEET, LETTER)


@staff_only(*INBOX_ROLES)
@require_safe
def paper(request: HttpRequest, user: User, code: str, kind: str) -> HttpResponse:
    """The sheet of the last passing on, or the letter of the last answer; 404 where there was none. Reading it is
    recorded, of a sealed case before it is opened."""
    at, found = timezone.now(), visible_case(user, code)
    if kind not in KINDS:
        raise Http404
    wanted = SENT_BY if kind == SHEET else {EventKind.ANSWERED}
    event = next((one for one in reversed(found.events.all()) if one.act in wanted), None)
    if event is None:
        raise Http404
    person, texts = read(found, user, kind, at)
    sort = TextSort.REASON if kind == SHEET else TextSort.ANSWER
    made = CasePaper(
        case=found,
        person=person,
        unit=event.unit,
        words=_words(texts, sort, event.number),
        at=event.at,
        officer=str(event.actor or ""),
        to=_receiver(event),
        decided=_decided(found, texts) if kind == LETTER else "",
    )
    return _answer(found, kind, paper_pdf(kind, made))


@staff_only(*INBOX_ROLES)
@require_POST
@transaction.atomic
def codes(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """The slip with the two codes, for those who work on the case. Its secret is a new one and ends the old one, so
    only a button prints it. Recorded; 404 for everybody else."""
    at, found = timezone.now(), visible_case(user, code)
    if not may_work(user, found):
        raise Http404
    if found.is_sealed:
        secret = hand_over_secret(case=found, reader=user, at=at)
    else:
        note_case_readings(cases=[found], user=user, page=CODES, at=at)
        secret = give_secret(row=found)
    address = request.build_absolute_uri(reverse("complaints:tracking", args=[found.code]))
    return _answer(found, CODES, codes_pdf(found, secret=secret, address=address, at=at))


def _answer(found: Case, kind: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.code}-{kind}.pdf"'
    return answer


def read(found: Case, user: User, page: str, at: datetime) -> tuple[Person | Reporter | None, list[LogText]]:
    """The reporter and all texts; the reading is recorded first."""
    if found.is_sealed:
        secrets = open_boxes(case=found, reader=user, page=page, at=at)
        return secrets.person, [LogText(one.sort, one.event, one.text) for one in secrets.words]
    note_case_readings(cases=[found], user=user, page=page, at=at)
    person = Reporter.objects.filter(case=found).first()
    return person, [LogText(one.sort, one.event, one.text) for one in found.texts.all()]


def _words(texts: list[LogText], sort: TextSort, event: int) -> str:
    return next((one.text for one in texts if one.sort == sort and one.event == event), "")


def _decided(found: Case, texts: list[LogText]) -> str:
    event = next((one for one in reversed(found.events.all()) if one.act is EventKind.SETTLED), None)
    return _words(texts, TextSort.REASON, event.number) if event else ""


def _receiver(event: CaseEvent) -> str:
    """The body outside, or the unit within the authority."""
    if event.act is EventKind.PASSED_ON:
        return Unit.objects.values_list("name", flat=True).get(pk=event.data["unit"])
    return str(event.data.get("body", ""))
