"""What happens to a dossier after acceptance: work begins, a result is there, the result is handed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.actions.record import append_event, mark_stale, tell_applicant
from dossiers.models import Dossier, DossierEvent, ReturnRecord
from dossiers.reasons import is_real_reason
from dossiers.states import EventKind, Outcome, Status
from notices.models import Notice
from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who takes the result and how (`ReturnRecord.Method`)."""

    name: str
    method: str
    id_number: str = ""


@transaction.atomic
def start_work(*, dossier: Dossier, actor: User | None, at: datetime) -> Dossier:
    """The handling unit has the dossier in its hands and begins. Raises RuleBroken."""
    dossier = _locked(dossier)
    return append_event(
        dossier,
        DossierEvent(
            kind=EventKind.STARTED,
            to_status=Status.IN_PROCESS,
            at=at,
            unit_id=dossier.handler_id,
            actor=actor,
            data={"holder": dossier.handler_id},
        ),
    )


@transaction.atomic
def finish_dossier(
    *, dossier: Dossier, outcome: Outcome, actor: User | None, at: datetime, reason: str = ""
) -> Dossier:
    """A result is there and goes back to the desk. `at` decides whether it was on time, not the day of collection.

    `outcome` is granted or declined; a declined one needs its reason. Raises RuleBroken.
    """
    if outcome not in {Outcome.GRANTED, Outcome.DECLINED}:
        raise ValueError(f"{outcome} is not a result")
    if outcome is Outcome.DECLINED and not is_real_reason(reason):
        raise RuleBroken(_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field="reason")
    dossier = _locked(dossier)
    data: dict[str, Any] = {"outcome": outcome.value, "holder": dossier.desk_id}
    event = DossierEvent(
        kind=EventKind.FINISHED,
        to_status=Status.DONE,
        at=at,
        unit_id=dossier.handler_id,
        actor=actor,
        reason=reason.strip(),
        data=data,
    )
    append_event(dossier, event)
    told = {"outcome": outcome.value, "reason": reason.strip(), "delivery": dossier.delivery}
    tell_applicant(dossier, Notice.Kind.DONE, at=at, **told)
    mark_stale(dossier, at)
    return dossier


@transaction.atomic
def return_result(*, dossier: Dossier, receiver: Receiver, actor: User | None, at: datetime) -> Dossier:
    """Hand the result out. Without a receiver and a method it is refused. Raises RuleBroken.

    The receiver's name is kept in a row of its own: events carry no person's particulars.
    """
    if not receiver.name.strip():
        raise RuleBroken(_("Hãy ghi tên người nhận kết quả."), field="receiver_name")
    if receiver.method not in ReturnRecord.Method.values:
        raise RuleBroken(_("Hãy chọn cách nhận kết quả."), field="method")
    dossier = _locked(dossier)
    event = DossierEvent(
        kind=EventKind.RETURNED,
        to_status=Status.RETURNED,
        at=at,
        unit_id=dossier.desk_id,
        actor=actor,
        data={"method": receiver.method},
    )
    append_event(dossier, event)
    ReturnRecord.objects.create(
        dossier=dossier,
        receiver_name=receiver.name.strip(),
        receiver_id=receiver.id_number,
        method=receiver.method,
        at=at,
    )
    tell_applicant(dossier, Notice.Kind.RETURNED, at=at)
    return dossier


def _locked(dossier: Dossier) -> Dossier:
    """The row as it is now, locked until the end of the transaction."""
    locked = Dossier.objects.select_for_update(of=("self",)).select_related("desk", "version")
    return locked.get(pk=dossier.pk)
