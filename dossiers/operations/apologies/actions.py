"""Apologies with a reason and a new date, once per dossier (Decree 61/2018, article 19.9).

The first date still decides whether the dossier was on time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Case, Exists, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.legs import responsible
from dossiers.clock.states import RUNNING, EventKind
from dossiers.events.reasons import require_reason
from dossiers.events.record import append_event, history_of, locked, notify_applicant
from dossiers.models import Apology, Dossier, DossierEvent, LateCause, Slip
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.notices import Signer, apology_data
from notices.models import Notice
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit
from units.rules import RuleBroken

FURTHEST: Final = timedelta(days=90)
"""How far from the day of signing a new date may be; the portal's own limit, the law names none."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Which unit was late, why (a `LateCause` and in words), and the new day, at whose closing time it is due."""

    unit: Unit
    cause: str
    reason: str
    new_day: date


@transaction.atomic
def draft_apology(*, dossier: Dossier, at: datetime) -> Apology:
    """Returns the apology of a dossier, drafting it if there is none; reason, date and signature follow later.

    The draft names the unit and the cause that the history suggests. Raises RuleBroken unless the clock runs.
    """
    dossier = locked(dossier)
    if found := Apology.objects.filter(dossier=dossier).first():
        return found
    _check_runs(dossier)
    assert dossier.due_at is not None
    return Apology.objects.create(
        dossier=dossier,
        unit_id=late_unit_id(dossier, at),
        cause=suggested_cause(dossier, at),
        old_due_at=dossier.due_at,
        drafted_at=at,
    )


@transaction.atomic
def sign_apology(*, dossier: Dossier, excuse: Excuse, actor: User | None, at: datetime) -> Apology:
    """Signs the apology with a new date: event, slip 04, notice. Raises RuleBroken, also for a second one.

    After the last working day before the due date it is still possible, and marked as late.
    """
    apology = draft_apology(dossier=dossier, at=at)
    dossier = locked(dossier)
    if why := why_not_again(dossier):
        raise RuleBroken(why)
    _check_runs(dossier)
    reason = _check_words(excuse, dossier)
    new_due_at = _new_due_at(excuse.new_day, dossier, at)
    event = DossierEvent(
        kind=EventKind.REAPPOINTED,
        to_status=dossier.state,
        at=at,
        unit=excuse.unit,
        actor=actor,
        reason=reason,
        data={"again": new_due_at.isoformat()},
    )
    append_event(dossier, event)
    _sign(apology, dossier, excuse, new_due_at, actor, at)
    data = apology_data(dossier, apology, _signer(actor, dossier), Issue(at, str(actor or "")), "")
    issue_slip(dossier=dossier, form=Slip.Form.APOLOGY, data=data, unit=dossier.desk, actor=actor, at=at)
    more = {"new_due_at": new_due_at.isoformat(), "reason": reason, "unit": excuse.unit.name}
    notify_applicant(dossier, Notice.Kind.REAPPOINTED, at=at, **more)
    return apology


def late_unit_id(dossier: Dossier, at: datetime) -> int:
    """The unit responsible for the lateness: see `dossiers.clock.legs.responsible`."""
    assert dossier.due_at is not None
    late = responsible(history_of(dossier).state.legs, dossier.due_at, at)
    return late.unit_id if late else dossier.handler_id


def units_concerned(dossier: Dossier) -> list[int]:
    """Units that had the dossier, handle it or serve it: an apology may name any of them."""
    reached = dossier.legs.filter(handed_over_at__isnull=False).values_list("unit_id", flat=True)
    return [dossier.handler_id, dossier.desk_id, *reached]


def suggested_cause(dossier: Dossier, at: datetime) -> str:
    """The cause that the history suggests: an overdue consultation, a hand-over under way; else workload."""
    unanswered = dossier.consultations.filter(answered_at=None, answer_by__lt=at)
    shown = Case(
        When(Exists(unanswered), then=Value(LateCause.CONSULTATION)),
        When(Exists(dossier.legs.on_the_way()), then=Value(LateCause.HANDOVER)),
        default=Value(LateCause.WORKLOAD),
    )
    return str(Dossier.objects.filter(pk=dossier.pk).values_list(shown, flat=True).get())


def _check_runs(dossier: Dossier) -> None:
    if dossier.state not in RUNNING or dossier.due_at is None:
        raise RuleBroken(_("Chỉ xin lỗi, hẹn lại khi hồ sơ đang được giải quyết."))


def why_not_again(dossier: Dossier) -> str:
    """The message that refuses a second apology; empty before the first is signed."""
    is_signed = Apology.objects.filter(dossier=dossier, signed_at__isnull=False).exists()
    return _("Hồ sơ đã xin lỗi, hẹn lại một lần; không được hẹn lại lần nữa.") if is_signed else ""


def _check_words(excuse: Excuse, dossier: Dossier) -> str:
    if excuse.unit.pk not in units_concerned(dossier):
        raise RuleBroken(_("Đơn vị này không tham gia giải quyết hồ sơ."), field="unit")
    if excuse.cause not in LateCause.values:
        raise RuleBroken(_("Hãy chọn nguyên nhân."), field="cause")
    return require_reason(excuse.reason, "reason")


def _new_due_at(day: date, dossier: Dossier, at: datetime) -> datetime:
    """Closing time of the new day at the desk. Raises RuleBroken for a day off, a past day or one too far away."""
    assert dossier.due_at is not None
    calendar: WorkingCalendar = working_calendar(dossier.receiving_desk)
    today = local_day(at)
    if day <= max(today, local_day(dossier.due_at)):
        raise RuleBroken(_("Ngày hẹn lại phải sau hôm nay và sau ngày hẹn cũ."), field="new_day")
    if day > today + FURTHEST:
        raise RuleBroken(_("Ngày hẹn lại quá xa: nhiều nhất %(n)d ngày.") % {"n": FURTHEST.days}, field="new_day")
    if not calendar.is_working(day):
        raise RuleBroken(_("Ngày này cơ quan nghỉ, hãy chọn ngày làm việc."), field="new_day")
    return calendar.closing(day)


def _sign(
    apology: Apology, dossier: Dossier, excuse: Excuse, new_due_at: datetime, actor: User | None, at: datetime
) -> None:
    assert dossier.due_at is not None
    apology.unit, apology.cause, apology.reason = excuse.unit, excuse.cause, excuse.reason.strip()
    apology.new_due_at, apology.old_due_at = new_due_at, dossier.due_at
    apology.signed_at, apology.signer, apology.is_late = at, actor, dossier.is_late_apology
    apology.save()


def _signer(actor: User | None, dossier: Dossier) -> Signer:
    return Signer(str(actor or ""), dossier.handler.name)
