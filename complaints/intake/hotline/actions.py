"""The hotline: a call is registered as a case, or first with a promise to call back that is met or missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import Call, Case
from complaints.operations.settlement.assignment import pass_on
from complaints.registration.actions import NewCase, receive_case
from complaints.texts.actions import add_note
from dossiers.reminders.reminder_run import in_batches, start_run
from notices.issuing.actions import issue_once
from notices.models import Notice
from units.calendar.lookup import working_calendar
from units.clock.due_dates import Term, TermUnit, due_date
from units.models import Unit
from units.rules import RuleBroken


class CallBackTerm(StrEnum):
    """By when the caller is called back."""

    TWO_HOURS = "two_hours"
    FOUR_HOURS = "four_hours"
    NEXT_DAY = "next_day"


TERMS: Final = {
    CallBackTerm.TWO_HOURS: Term(2, TermUnit.WORKING_HOUR),
    CallBackTerm.FOUR_HOURS: Term(4, TermUnit.WORKING_HOUR),
    CallBackTerm.NEXT_DAY: Term(1, TermUnit.WORKING_DAY),
}


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as it came in. `began_at`: when, UTC; `promise`: None where nothing was promised."""

    request_key: UUID
    unit: Unit
    began_at: datetime
    promise: CallBackTerm | None = None


@transaction.atomic
def register_call(
    *,
    incoming: IncomingCall,
    new: NewCase,
    actor: User,
    at: datetime,
    to: Unit | None = None,
    unwritten: Call | None = None,
) -> Case:
    """A call becomes a case, at once or out of an `unwritten` one, and is closed unless a call back is owed; `to`: the
    unit to which the case is passed on. The same request again gives the same case. Raises RuleBroken."""
    _check_time(incoming, at)
    case = receive_case(new=new, actor=actor, at=at)
    call = Call.objects.select_for_update().get(pk=unwritten.pk) if unwritten else None
    if Call.objects.filter(case=case).exists():
        return case
    if call is None:
        call = Call(request_key=incoming.request_key, unit=incoming.unit, operator=actor, began_at=incoming.began_at)
        call.call_back_by = promised(incoming)
    elif call.case_id is not None:
        raise RuleBroken(_("Cuộc gọi này đã được ghi lại rồi."))
    call.case, call.name, call.phone = case, "", ""
    call.closed_at = at if call.call_back_by is None or call.called_back_at else None
    call.save()
    if to is not None and to.pk != case.unit_id and not case.is_sealed:
        pass_on(case=case, to=to, reason=_("Chuyển ngay từ đường dây nóng."), actor=actor, at=at)
    return case


@transaction.atomic
def promise_call_back(*, incoming: IncomingCall, name: str, phone: str, actor: User, at: datetime) -> Call:
    """Store a call that could not be written down, with the promise to call back. Raises RuleBroken without a number
    or a promise."""
    _check_time(incoming, at)
    if not phone.strip():
        raise RuleBroken(_("Hãy ghi số điện thoại để gọi lại."), field="phone")
    if incoming.promise is None:
        raise RuleBroken(_("Hãy chọn hẹn gọi lại lúc nào."), field="promise")
    made, _is_new = Call.objects.get_or_create(
        request_key=incoming.request_key,
        defaults={
            **{
                "unit": incoming.unit,
                "operator": actor,
                "began_at": incoming.began_at,
                "call_back_by": promised(incoming),
            },
            **{"name": name.strip(), "phone": phone.strip()},
        },
    )
    return made


@transaction.atomic
def call_back(*, call: Call, was_reached: bool, text: str, actor: User, at: datetime) -> Call:
    """The caller was called back, or did not answer. `text`, the talk, becomes a note of the case. A call that
    is not written down stays open. Raises RuleBroken where nothing is owed."""
    call = Call.objects.select_for_update(of=("self",)).select_related("case").get(pk=call.pk)
    if call.call_back_by is None or call.called_back_at is not None:
        raise RuleBroken(_("Không còn hẹn gọi lại nào cho cuộc gọi này."))
    if was_reached:
        call.called_back_at = at
        call.closed_at = at if call.case_id else None
    else:
        call.tries += 1
    call.save()
    if call.case is not None and text.strip():
        add_note(case=call.case, text=text, actor=actor, at=at)
    return call


def remind_of_calls(*, at: datetime) -> None:
    """Reminds those who promised to call back and did not, once and in office hours; all who work at the successor,
    where the office has ended. Running twice is harmless. Calls of sealed cases get no reminder: others read notices
    too."""
    now = start_run(at)
    has_recipient = Q(operator__is_active=True) | Q(first_unit__isnull=False)
    late = Call.objects.missed(at).filter(has_recipient, unit__in=now.open_units)
    rows = late.filter(Q(case=None) | Q(case__is_sealed=False)).select_related("unit", "operator")
    for batch in in_batches(rows.iterator(chunk_size=1000)):
        issue_once(notices=[_reminder(call, at) for call in batch])


def _reminder(call: Call, at: datetime) -> Notice:
    """Names the unit and two moments: nothing of the caller."""
    assert call.call_back_by is not None
    key, operator = f"{Notice.Kind.CALL_BACK.value}:{call.pk}", call.operator
    is_of_successor = call.first_unit_id is not None
    return Notice(
        kind=Notice.Kind.CALL_BACK,
        key=f"{key}:{call.unit_id}" if is_of_successor else key,
        recipient=None if is_of_successor else operator,
        unit=call.unit,
        email="" if is_of_successor else operator.email,
        context={
            "unit": call.unit.name,
            "began_at": call.began_at.isoformat(),
            "until_at": call.call_back_by.isoformat(),
            "track_url": reverse("complaints:call", args=[call.request_key]),
        },
        created_at=at,
    )


def promised(incoming: IncomingCall) -> datetime | None:
    """The end of the promise by the calendar of the unit that took the call."""
    if incoming.promise is None:
        return None
    return due_date(incoming.began_at, TERMS[incoming.promise], working_calendar(incoming.unit)).due_at


def _check_time(incoming: IncomingCall, at: datetime) -> None:
    if incoming.began_at > at:
        raise RuleBroken(_("Giờ gọi không thể ở tương lai."), field="began_at")
