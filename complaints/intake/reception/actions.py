"""Citizen reception: entries of the register, days on which leaders receive, and bookings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.citizens.secret import hashed, new_secret, printed, random_signs
from accounts.models import User
from complaints.clock.states import Kind
from complaints.models import Booking, Case, EntryKind, ReceptionDay, ReceptionEntry
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.registration.actions import NewCase, receive_case
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import next_number
from units.rules import RuleBroken

SERIES = "reception"
MOST_AHEAD = 2
"""Slots that one telephone number may hold."""

CASE_KINDS = {
    EntryKind.GRIEVANCE: Kind.GRIEVANCE,
    EntryKind.PETITION: Kind.PETITION,
    EntryKind.FEEDBACK: Kind.PETITION,
}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry of the register, without number, day and case."""

    name: str
    content: str
    kind: EntryKind
    address: str = ""
    identity: str = ""
    people: int = 1
    settled_by: str = ""
    is_ours: bool = True
    guided_to: str = ""
    taken_by: str = ""
    result: str = ""
    note: str = ""


@transaction.atomic
def enter_reception(
    *, request_key: UUID, unit: Unit, entry: NewEntry, makes_case: bool, phone: str, actor: User, at: datetime
) -> ReceptionEntry:
    """Add an entry to the unit's register of the year; with `makes_case` register a case too. The same request again
    gives the same entry. Raises RuleBroken."""
    made = ReceptionEntry.objects.filter(request_key=request_key).first()
    if made is not None:
        return made
    if not entry.is_ours and not entry.guided_to.strip():
        raise RuleBroken(_("Việc không thuộc thẩm quyền: hãy ghi đã hướng dẫn đến cơ quan nào."), field="guided_to")
    case = _case(request_key, unit, entry, phone, actor, at) if makes_case else None
    year = local_day(at).year
    return ReceptionEntry.objects.create(
        request_key=request_key,
        unit=unit,
        year=year,
        number=next_number(unit.pk, SERIES, year),
        received_at=at,
        case=case,
        author=actor,
        **asdict(entry),
    )


@transaction.atomic
def follow_reception(*, entry: ReceptionEntry, result: str) -> ReceptionEntry:
    """Note the result of an entry. Raises RuleBroken for an empty one."""
    if not result.strip():
        raise RuleBroken(_("Hãy ghi kết quả."), field="result")
    entry = ReceptionEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    entry.result = result.strip()
    entry.save(update_fields=["result"])
    return entry


def denounce_in_person(
    *, request_key: UUID, unit: Unit, content: str, person: Person, people: int, actor: User, at: datetime
) -> Case:
    """A denunciation in person is a sealed case, formally received, and no entry (Law on Denunciations 2018, article
    22). Raises RuleBroken."""
    new = NewCase(
        request_key=request_key,
        kind=Kind.DENUNCIATION,
        channel=Channel.COUNTER,
        unit=unit,
        content=content,
        person=person,
        people=people,
    )
    return receive_case(new=new, actor=actor, at=at)


@transaction.atomic
def plan_reception(
    *, unit: Unit, host: str, on: date, starts: time, ends: time, place: str, minutes: int, at: datetime
) -> ReceptionDay:
    """Announce a reception day. Raises RuleBroken for the past, for a day on which the office no longer exists, and
    for one that is announced already."""
    if on < local_day(at):
        raise RuleBroken(_("Ngày tiếp không thể ở quá khứ."), field="on")
    if not unit.is_in_force(on):
        raise RuleBroken(_("“%(unit)s” không hoạt động vào ngày này.") % {"unit": unit}, field="on")
    if ends <= starts:
        raise RuleBroken(_("Giờ kết thúc phải sau giờ bắt đầu."), field="ends")
    made = ReceptionDay(unit=unit, host=host, on=on, starts=starts, ends=ends, place=place, minutes=minutes)
    if not made.slots:
        raise RuleBroken(_("Khoảng giờ này không đủ một lượt."), field="minutes")
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as twice:
        raise RuleBroken(_("Buổi tiếp này đã có trong lịch."), field="on") from twice
    return made


@transaction.atomic
def call_off_reception(*, day: ReceptionDay, at: datetime) -> ReceptionDay:
    """Cancel a reception day. Raises RuleBroken while people have booked: they have to be notified first."""
    day = ReceptionDay.objects.select_for_update().get(pk=day.pk)
    if day.bookings.active().exists():
        raise RuleBroken(_("Buổi này đã có người hẹn: hãy báo và hủy từng lượt hẹn trước."))
    day.cancelled_at = at
    day.save(update_fields=["cancelled_at"])
    return day


@transaction.atomic
def book_reception(
    *, request_key: UUID, day: ReceptionDay, slot: datetime, name: str, phone: str, about: str, at: datetime
) -> Booking:
    """Book a slot for one citizen. Raises RuleBroken, also where another booking was faster and where the telephone
    number holds as many as it may."""
    made = Booking.objects.filter(request_key=request_key).first()
    if made is not None:
        return made
    day = ReceptionDay.objects.select_for_update(of=("self",)).select_related("unit", "first_unit").get(pk=day.pk)
    if day.is_after_office_ends or day.cancelled_at is not None or slot not in day.slots or slot <= at:
        raise RuleBroken(_("Giờ này không còn đặt được, xin chọn giờ khác."), field="slot")
    if Booking.objects.active().filter(phone=phone, slot__gt=at).count() >= MOST_AHEAD:
        raise RuleBroken(_("Số điện thoại này đã hẹn %(n)d lượt sắp tới.") % {"n": MOST_AHEAD}, field="phone")
    booking = Booking(request_key=request_key, day=day, slot=slot, name=name, phone=phone, about=about, at=at)
    booking.code = f"TCD-{slot:%y%m%d}-{random_signs(6)}"
    booking.fresh_secret = printed(new_secret())
    booking.secret_hash = hashed(booking.fresh_secret, booking.code)
    try:
        with transaction.atomic():
            booking.save(force_insert=True)
    except IntegrityError as taken:
        raise RuleBroken(_("Giờ này vừa có người đặt, xin chọn giờ khác."), field="slot") from taken
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, at: datetime) -> Booking:
    """Free the slot and erase who had booked it. Twice is harmless."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("day").get(pk=booking.pk)
    if booking.cancelled_at is None:
        booking.cancelled_at = at
        booking.name = booking.phone = booking.about = ""
        booking.save()
    return booking


def _case(key: UUID, unit: Unit, entry: NewEntry, phone: str, actor: User, at: datetime) -> Case:
    new = NewCase(
        request_key=key,
        kind=CASE_KINDS[entry.kind],
        channel=Channel.COUNTER,
        unit=unit,
        content=entry.content,
        person=Person(name=entry.name, phone=phone, address=entry.address),
        people=entry.people,
    )
    return receive_case(new=new, actor=actor, at=at)
