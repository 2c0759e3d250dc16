"""What people were promised at the counter and on the hotline of an office that is merged or divided; `cases` beside
this module is of its cases.

The units themselves are changed by `units.actions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import Booking, Call, CallQuerySet, ReceptionDay
from complaints.models.receptions import ReceptionDayQuerySet
from notices.issuing.actions import issue_once
from notices.models import Notice
from notices.sending.reach import applicant_reach
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken

MOVED: Final = Notice.Kind.RECEPTION_MOVED
_SOMEBODY: Final = Exists(Booking.objects.filter(day=OuterRef("pk"), cancelled_at=None))


def continue_bookings(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Whoever has booked is received at the same hour by the continuing unit, and is told so; returns how many.

    `successors` are ids of units that continue others, by the ids of those that end before the day `on`. Nothing
    happens before that day in Hanoi: a daily task does it then. One transaction for each day; can be repeated."""
    if local_day(at) < on:
        return 0
    return sum(_take_over(key, successors, at) for key in _keys(_booked(_ahead(successors, local_day(at)))))


def withdraw_receptions(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Take the days for which nobody has booked off the calendar; returns how many. As `continue_bookings` else."""
    if local_day(at) < on:
        return 0
    return sum(_withdraw(key, successors, at) for key in _keys(_free(_ahead(successors, local_day(at)))))


def bookings_in_hand(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """How many bookings `continue_bookings` would hand on."""
    days = _ahead(successors, max(on, local_day(at)))
    return Booking.objects.standing().filter(day__in=days, slot__gt=at).count()


def free_receptions(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """How many days `withdraw_receptions` would take off the calendar."""
    return _free(_ahead(successors, max(on, local_day(at)))).count()


def continue_calls(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Calls that are still to be returned or written down are the continuing unit's; returns how many, but for those
    of sealed cases, which go on too. As `continue_bookings` else."""
    if local_day(at) < on:
        return 0
    return sum(_hand_on_call(key, successors) for key in list(_owed(successors).values_list("pk", flat=True)))


def calls_in_hand(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """How many calls `continue_calls` would tell of."""
    return _owed(successors).filter(Q(case=None) | Q(case__is_sealed=False)).count()


@transaction.atomic
def arrange_reception(*, day: ReceptionDay, unit: Unit, host: str, place: str, at: datetime) -> ReceptionDay:
    """The office that goes on says who receives those who had booked, and where; they are told what is new. Raises
    RuleBroken for a day that no ended office announced."""
    day = _locked(day.pk)
    if not day.outlives_its_office or day.cancelled_at is not None:
        raise RuleBroken(_("Chỉ đổi được người tiếp, nơi tiếp của buổi do đơn vị cũ công bố."))
    if (day.host, day.place, day.unit_id) != (host, place, unit.pk):
        day.host, day.place = host, place
        _hand_to(day, unit)
        _tell(day, at)
    return day


def _ahead(successors: Mapping[int, int], since: date) -> ReceptionDayQuerySet:
    return ReceptionDay.objects.filter(unit__in=list(successors), on__gte=since, cancelled_at=None).order_by("pk")


def _booked(days: ReceptionDayQuerySet) -> ReceptionDayQuerySet:
    return days.filter(_SOMEBODY)


def _free(days: ReceptionDayQuerySet) -> ReceptionDayQuerySet:
    return days.exclude(_SOMEBODY)


def _owed(successors: Mapping[int, int]) -> CallQuerySet:
    return Call.objects.owing().filter(unit__in=list(successors)).order_by("pk")


@transaction.atomic
def _hand_on_call(key: int, successors: Mapping[int, int]) -> bool:
    """Whoever calls back or writes it down meanwhile has done so: then it stays."""
    call = _owed(successors).filter(pk=key).select_for_update(of=("self",)).select_related("case").first()
    if call is None:
        return False
    call.first_unit_id, call.unit_id = call.first_unit_id or call.unit_id, successors[call.unit_id]
    call.save(update_fields=["first_unit", "unit"])
    return call.case is None or not call.case.is_sealed


def _keys(days: ReceptionDayQuerySet) -> Iterable[int]:
    return list(days.values_list("pk", flat=True))


def _locked(key: int) -> ReceptionDay:
    """Nobody books meanwhile: that locks the same row."""
    return ReceptionDay.objects.select_for_update(of=("self",)).select_related("unit", "first_unit").get(pk=key)


@transaction.atomic
def _take_over(key: int, successors: Mapping[int, int], at: datetime) -> int:
    day = _locked(key)
    if day.unit_id not in successors or not day.bookings.standing().exists():
        return 0
    _hand_to(day, Unit.objects.get(pk=successors[day.unit_id]))
    return _tell(day, at)


@transaction.atomic
def _withdraw(key: int, successors: Mapping[int, int], at: datetime) -> bool:
    day = _locked(key)
    if day.unit_id not in successors or day.bookings.standing().exists():
        return False
    day.cancelled_at = at
    day.save(update_fields=["cancelled_at"])
    return True


def _hand_to(day: ReceptionDay, unit: Unit) -> None:
    if unit.pk != day.unit_id:
        day.first_unit, day.unit = day.announced_by, unit
    day.save()


def _tell(day: ReceptionDay, at: datetime) -> int:
    """Whoever still has to come; returns how many. The message names nobody."""
    coming = list(day.bookings.standing().filter(slot__gt=at))
    issue_once(notices=[_notice(day, booking, at) for booking in coming])
    return len(coming)


def _notice(day: ReceptionDay, booking: Booking, at: datetime) -> Notice:
    return Notice(
        subject=booking.code,
        kind=MOVED,
        key=f"{MOVED.value}:{booking.pk}:{at.isoformat()}",
        phone=applicant_reach(MOVED, email="", telephone=booking.phone).phone,
        context={
            "unit": day.unit.name,
            "office": day.unit.short_name,
            "before": day.announced_by.name,
            "host": day.host,
            "place": day.place,
            "due_at": booking.slot.isoformat(),
            "track_url": reverse("complaints:booking", args=[booking.code]),
        },
        created_at=at,
    )
