"""Moves bookings, reception days and unfinished calls of an ended office to its successor; `cases` moves its cases."""

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


def move_bookings(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Move the days with bookings to the successor, at the same hours, and notify who booked; returns how many.

    `successors`: ids of successors by the ids of units that end before the day `on`. Does nothing before that day in
    Hanoi; a daily task does it then. One transaction for each day; can be repeated.
    """
    if local_day(at) < on:
        return 0
    return sum(_move_reception(key, successors, at) for key in _keys(_booked(_ahead(successors, local_day(at)))))


def withdraw_receptions(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Cancel the days without bookings; returns how many. Otherwise as `move_bookings`."""
    if local_day(at) < on:
        return 0
    return sum(_withdraw(key, successors, at) for key in _keys(_free(_ahead(successors, local_day(at)))))


def count_bookings(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """How many bookings `move_bookings` would move."""
    days = _ahead(successors, max(on, local_day(at)))
    return Booking.objects.active().filter(day__in=days, slot__gt=at).count()


def count_unbooked_receptions(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """How many days `withdraw_receptions` would cancel."""
    return _free(_ahead(successors, max(on, local_day(at)))).count()


def move_calls(*, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Move calls that are to be returned or written down to the successor; returns how many, without those of sealed
    cases, which move too. Otherwise as `move_bookings`."""
    if local_day(at) < on:
        return 0
    return sum(_move_call(key, successors) for key in list(_outstanding(successors).values_list("pk", flat=True)))


def count_calls(*, successors: Mapping[int, int], on: date, at: datetime) -> int:
    """What `move_calls` would return."""
    return _outstanding(successors).filter(Q(case=None) | Q(case__is_sealed=False)).count()


@transaction.atomic
def arrange_reception(*, day: ReceptionDay, unit: Unit, host: str, place: str, at: datetime) -> ReceptionDay:
    """The successor sets who receives those who had booked, and where; they are notified of a change. Raises
    RuleBroken for a day that no ended office announced."""
    day = _locked(day.pk)
    if not day.is_after_office_ends or day.cancelled_at is not None:
        raise RuleBroken(_("Chỉ đổi được người tiếp, nơi tiếp của buổi do đơn vị cũ công bố."))
    if (day.host, day.place, day.unit_id) != (host, place, unit.pk):
        day.host, day.place = host, place
        _assign_unit(day, unit)
        _notify_booked(day, at)
    return day


def _ahead(successors: Mapping[int, int], since: date) -> ReceptionDayQuerySet:
    return ReceptionDay.objects.filter(unit__in=list(successors), on__gte=since, cancelled_at=None).order_by("pk")


def _booked(days: ReceptionDayQuerySet) -> ReceptionDayQuerySet:
    return days.filter(_SOMEBODY)


def _free(days: ReceptionDayQuerySet) -> ReceptionDayQuerySet:
    return days.exclude(_SOMEBODY)


def _outstanding(successors: Mapping[int, int]) -> CallQuerySet:
    return Call.objects.outstanding().filter(unit__in=list(successors)).order_by("pk")


@transaction.atomic
def _move_call(key: int, successors: Mapping[int, int]) -> bool:
    """Whether it moved and may be counted; a call finished meanwhile stays."""
    call = _outstanding(successors).filter(pk=key).select_for_update(of=("self",)).select_related("case").first()
    if call is None:
        return False
    call.first_unit_id, call.unit_id = call.first_unit_id or call.unit_id, successors[call.unit_id]
    call.save(update_fields=["first_unit", "unit"])
    return call.case is None or not call.case.is_sealed


def _keys(days: ReceptionDayQuerySet) -> Iterable[int]:
    return list(days.values_list("pk", flat=True))


def _locked(key: int) -> ReceptionDay:
    """Booking locks the same row, so nobody books meanwhile."""
    return ReceptionDay.objects.select_for_update(of=("self",)).select_related("unit", "first_unit").get(pk=key)


@transaction.atomic
def _move_reception(key: int, successors: Mapping[int, int], at: datetime) -> int:
    day = _locked(key)
    if day.unit_id not in successors or not day.bookings.active().exists():
        return 0
    _assign_unit(day, Unit.objects.get(pk=successors[day.unit_id]))
    return _notify_booked(day, at)


@transaction.atomic
def _withdraw(key: int, successors: Mapping[int, int], at: datetime) -> bool:
    day = _locked(key)
    if day.unit_id not in successors or day.bookings.active().exists():
        return False
    day.cancelled_at = at
    day.save(update_fields=["cancelled_at"])
    return True


def _assign_unit(day: ReceptionDay, unit: Unit) -> None:
    if unit.pk != day.unit_id:
        day.first_unit, day.unit = day.announced_by, unit
    day.save()


def _notify_booked(day: ReceptionDay, at: datetime) -> int:
    """To everybody whose slot is still to come; returns how many. The message names nobody."""
    coming = list(day.bookings.active().filter(slot__gt=at))
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
