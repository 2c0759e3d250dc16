"""Citizen reception: the register of who came, the days on which leaders receive, and who has booked.

Law on Citizen Reception 2013; the register has the thirteen columns of form 03/TCD of Decree 154/2026/NĐ-CP.
Denunciations are never in it: they are sealed cases alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from complaints.models.cases import Case
from units.clock.working_calendar import OFFICE_TIME
from units.models import Unit

SHORTEST_SLOT, LONGEST_SLOT = 10, 120


class EntryKind(models.TextChoices):
    """Of what somebody spoke; a denunciation is none of them."""

    GRIEVANCE = "grievance", _("Khiếu nại")
    PETITION = "petition", _("Kiến nghị")
    FEEDBACK = "feedback", pgettext_lazy("register", "Phản ánh")


class ReceptionEntry(models.Model):
    """One line of the register of citizens received: per unit and year, numbered without a gap."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi tiếp"))
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số thứ tự"))
    received_at = models.DateTimeField(_("tiếp lúc"))
    name = models.CharField(_("họ và tên"), max_length=200)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    identity = models.CharField(_("giấy tờ tùy thân"), max_length=100, blank=True)
    content = models.TextField(_("nội dung vụ việc"), max_length=4000)
    kind = models.CharField(_("phân loại"), max_length=10, choices=EntryKind.choices)
    people = models.PositiveSmallIntegerField(_("số người"), default=1)
    settled_by = models.CharField(_("cơ quan đã giải quyết"), max_length=200, blank=True)
    is_ours = models.BooleanField(_("thuộc thẩm quyền"), default=True)
    guided_to = models.CharField(_("hướng dẫn đến"), max_length=200, blank=True)
    taken_by = models.CharField(_("cơ quan thụ lý"), max_length=200, blank=True)
    result = models.CharField(_("theo dõi kết quả"), max_length=500, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="entry", verbose_name=_("vụ việc")
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người tiếp"))
    request_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("lượt tiếp công dân")
        verbose_name_plural = _("sổ tiếp công dân")
        ordering = ["unit_id", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="reception_number_once"),
            models.CheckConstraint(
                name="reception_says_who_and_what", condition=~Q(name="") & ~Q(content="") & Q(people__gte=1)
            ),
            models.CheckConstraint(
                name="reception_guides_what_is_not_ours", condition=Q(is_ours=True) | ~Q(guided_to="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def offered(self, today: date) -> Self:
        """Days that may be booked: from today on, not called off, of an office that exists on that day. Days taken
        over by a successor are only for those who had booked."""
        exists = Q(unit__valid_to=None) | Q(unit__valid_to__gte=F("on"))
        return self.filter(exists, on__gte=today, cancelled_at=None, first_unit=None)


class ReceptionDay(models.Model):
    """A stretch of a day on which somebody receives citizens. `host`: by position, as it is announced; times local.

    `first_unit`: the office that announced it, where it has ended since and its successor `unit` receives who had
    booked.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    first_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị công bố")
    )
    host = models.CharField(_("người tiếp"), max_length=150)
    on = models.DateField(_("ngày"))
    starts = models.TimeField(_("từ"))
    ends = models.TimeField(_("đến"))
    place = models.CharField(_("nơi tiếp"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("phút mỗi lượt"), default=30)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = ReceptionDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("lịch tiếp công dân")
        verbose_name_plural = _("lịch tiếp công dân")
        ordering = ["on", "starts", "pk"]
        constraints = [
            models.CheckConstraint(name="reception_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="reception_slot_of_use", condition=Q(minutes__range=(SHORTEST_SLOT, LONGEST_SLOT))
            ),
            models.UniqueConstraint(  # two offices that are merged may each have announced the same hour
                fields=["unit", "host", "on", "starts"], condition=Q(first_unit=None), name="reception_day_once"
            ),
            models.CheckConstraint(
                name="reception_goes_on_elsewhere", condition=Q(first_unit=None) | ~Q(first_unit=F("unit"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host} · {self.on:%d/%m/%Y}"

    @property
    def announced_by(self) -> Unit:
        return self.first_unit or self.unit

    @property
    def is_after_office_ends(self) -> bool:
        """Whether the office that announced it ends before that day, or has."""
        ends = self.announced_by.valid_to
        return ends is not None and ends < self.on

    @property
    def slots(self) -> list[datetime]:
        """The moments at which somebody may be received, each with its whole length before the end; aware."""
        at, end = self._moment(self.on, self.starts), self._moment(self.on, self.ends)
        step, found = timedelta(minutes=self.minutes), []
        while at + step <= end:
            found.append(at)
            at += step
        return found

    def _moment(self, on: date, time: object) -> datetime:
        return datetime.combine(on, time, tzinfo=OFFICE_TIME)  # type: ignore[arg-type]


class BookingQuerySet(models.QuerySet["Booking"]):
    def active(self) -> Self:
        return self.filter(cancelled_at=None)


class Booking(models.Model):
    """A citizen's place at a reception. The secret opens it together with the code; cancelled ones name nobody.

    `fresh_secret`: the secret, only in the request that made the row.
    """

    fresh_secret: str = ""

    code = models.CharField(_("mã hẹn"), max_length=20, unique=True)
    secret_hash = models.BinaryField(_("mã tra cứu, đã băm"), max_length=32, null=True, editable=False)
    link_key = models.UUIDField(db_default=RandomUUID(), editable=False)
    request_key = models.UUIDField(unique=True)
    day = models.ForeignKey(ReceptionDay, on_delete=models.PROTECT, related_name="bookings")
    slot = models.DateTimeField(_("giờ hẹn"))
    name = models.CharField(_("họ và tên"), max_length=200, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    about = models.CharField(_("việc cần trình bày"), max_length=300, blank=True)
    at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt hẹn tiếp công dân")
        verbose_name_plural = _("lượt hẹn tiếp công dân")
        ordering = ["slot", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "slot"], condition=Q(cancelled_at=None), name="booking_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func(F("secret_hash"), function="octet_length", output_field=models.IntegerField()), 32
                ),
                name="booking_secret_is_hashed",
            ),
            models.CheckConstraint(
                name="booking_cancelled_names_nobody",
                condition=(Q(cancelled_at=None) & ~Q(name="") & ~Q(phone=""))
                | Q(cancelled_at__isnull=False, name="", phone="", about=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RegisterReading(models.Model):
    """Who was shown a list that names citizens without a case of their own (register, bookings, calls), of which unit
    and when: append-only."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    page = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("lượt xem sổ")
        verbose_name_plural = _("lượt xem sổ")
        indexes = [models.Index(fields=["unit", "-at"], name="register_reading_by_unit")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.page}"
