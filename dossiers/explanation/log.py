"""The log of a dossier in words: each event with details from the legs, requests and receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.clock.legs import leave_by
from dossiers.clock.states import EventKind
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import Dossier, DossierEvent, DossierLeg, Slip, SupplementRequest
from units.calendar.lookup import working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.texts.wording import money, weekday_datetime

WITHIN_THE_OFFICE = frozenset({EventKind.ASSIGNED.value})
"""Events left out of the public log."""

LEAVES = frozenset({EventKind.HANDED_OVER, EventKind.STARTED, EventKind.FINISHED})
RENEWS = frozenset({EventKind.CORRECTED, EventKind.SUPPLEMENTED})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event with its title and the sentences about it."""

    event: DossierEvent
    title: str
    lines: tuple[str, ...] = ()


Renewal = tuple[int, datetime]
"""A later version of the receipt: version number and time of issue."""


@dataclass(frozen=True, slots=True)
class LogContext:
    """Rows that add details to the events: legs, supplement requests, new receipts."""

    legs: Sequence[DossierLeg]
    desks: frozenset[int]
    calendar: WorkingCalendar
    requests: Sequence[SupplementRequest] = ()
    renewals: Sequence[Renewal] = ()


def log_of(
    dossier: Dossier,
    events: Iterable[DossierEvent],
    legs: Sequence[DossierLeg],
    *,
    public: bool = False,
    renewals: Sequence[Renewal] | None = None,
    calendar: WorkingCalendar | None = None,
) -> list[LogEntry]:
    """Returns the log, newest first. `public` leaves out events internal to an office. `calendar`: the desk's, where
    loaded already.

    `legs` need their units. One query for supplement requests and one for `renewals` not given, each only where an
    event needs it.
    """
    shown = sorted(events, key=lambda event: event.number, reverse=True)
    kinds = {event.kind for event in shown}
    if renewals is None:
        renewals = _renewals(dossier) if kinds & RENEWS else ()
    asks = EventKind.SUPPLEMENT_ASKED in kinds
    requests = list(dossier.supplement_requests.all()) if asks else ()
    desks = frozenset({dossier.desk_id, dossier.receiving_desk_id})
    context = LogContext(legs, desks, calendar or working_calendar(dossier.desk), requests, renewals)
    hidden = WITHIN_THE_OFFICE if public else frozenset()
    shown = [event for event in shown if event.kind not in hidden]
    return [LogEntry(event, title_of(event, dossier), tuple(_lines(event, context))) for event in shown]


def title_of(event: DossierEvent, dossier: Dossier) -> str:
    """The title of an event. A withdrawn or stopped dossier ends without a result; only its papers are returned."""
    if dossier.outcome in WITHOUT_RESULT and event.kind == EventKind.FINISHED:
        return _("Kết thúc, không có kết quả")
    if dossier.outcome in WITHOUT_RESULT and event.kind == EventKind.RETURNED:
        return _("Trả lại giấy tờ")
    return str(event.get_kind_display())


def _renewals(dossier: Dossier) -> list[Renewal]:
    receipts = dossier.slips.filter(form=Slip.Form.RECEIPT, version__gt=1)
    return list(receipts.values_list("version", "issued_at"))


def _lines(event: DossierEvent, context: LogContext) -> Iterable[str]:
    if event.kind == EventKind.REGISTERED and "carried" in event.data:
        yield from _carried(event)
    if event.kind == EventKind.HANDED_OVER:
        yield from _sent_to(event, context.legs)
    if event.kind == EventKind.REAPPOINTED and "again" in event.data:
        yield _("Hẹn lại: %(day)s") % {"day": _moment(datetime.fromisoformat(event.data["again"]))}
    if event.kind == EventKind.PAYMENT_ASKED and "amount" in event.data:
        yield _("Số tiền: %(amount)s") % {"amount": money(event.data["amount"], get_language() or "vi")}
    if event.kind == EventKind.SUPPLEMENT_ASKED:
        yield from _asked(event, context.requests)
    if event.kind in RENEWS:
        yield from _renewed(event, context.renewals)
    if event.kind in LEAVES:
        yield from _late(event, context)


def _carried(event: DossierEvent) -> Iterable[str]:
    yield _("Chuyển từ sổ theo dõi cũ.")
    if event.data.get("old_version"):
        yield _("Hệ thống không có bản thủ tục của thời điểm đó nên dùng bản cũ nhất.")


def _sent_to(event: DossierEvent, legs: Sequence[DossierLeg]) -> Iterable[str]:
    """The next offices; nothing while a parallel leg is unfinished."""
    sent = next((leg for leg in legs if leg.position == event.data.get("leg")), None)
    later = [leg for leg in legs if sent and leg.group > sent.group]
    if sent is None or not later:
        return
    alone = sum(leg.group == sent.group for leg in legs) == 1
    coming = [leg for leg in later if leg.group == later[0].group and (alone or leg.handed_over_at == event.at)]
    if coming:
        yield _("Đến: %(offices)s") % {"offices": ", ".join(leg.unit.name for leg in coming)}


def _asked(event: DossierEvent, requests: Sequence[SupplementRequest]) -> Iterable[str]:
    for request in requests:
        if request.asked_at == event.at:
            for paper in requested_papers(request):
                more = ", ".join(filter(None, [paper.form, paper.note]))
                yield f"{paper.name}: {more}" if more else paper.name


def _renewed(event: DossierEvent, renewals: Sequence[Renewal]) -> Iterable[str]:
    for version, issued_at in renewals:
        if issued_at == event.at:
            yield _("Giấy hẹn được thay bằng bản mới, lần %(n)d.") % {"n": version}


def _late(event: DossierEvent, context: LogContext) -> Iterable[str]:
    """The legs that this event finished late. A leg handed over and finished in the same moment is never late."""
    for leg in context.legs:
        ended_now = leg.finished_at == event.at and leg.handed_over_at != event.at and not leg.skipped
        due = leave_by(leg, context.calendar, is_desk=leg.unit_id in context.desks) if ended_now else None
        if due and due < event.at:
            yield _("Phần việc của %(office)s xong sau hạn %(due)s.") % {"office": leg.unit.name, "due": _moment(due)}


def _moment(at: datetime) -> str:
    return weekday_datetime(at, get_language() or "vi")


@dataclass(frozen=True, slots=True)
class RequestedPaper:
    """A paper to bring: in which form, and what is wrong with the submitted one."""

    name: str
    form: str
    note: str


def requested_papers(request: SupplementRequest) -> tuple[RequestedPaper, ...]:
    """The papers that a supplement request asks for."""
    forms: Mapping[str, str] = {
        "original": _("một bản chính"),
        "certified": _("một bản sao có chứng thực"),
        "copy": _("một bản sao"),
    }
    return tuple(
        RequestedPaper(paper["name"], forms.get(paper.get("missing", ""), ""), paper.get("note", ""))
        for paper in request.papers
        if paper.get("missing") or paper.get("note")
    )
