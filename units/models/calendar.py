"""The rows of the working calendar, and every content they ever had."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from units.clock.working_calendar import DayKind
from units.database.constraints import same, same_or_none, times
from units.models.tree import Unit


class CalendarDay(models.Model):
    """One day on which the office week does not hold, with the document that says so."""

    class Kind(models.TextChoices):
        HOLIDAY = DayKind.HOLIDAY.value, _("Nghỉ lễ")
        MADE_UP = DayKind.MADE_UP.value, _("Nghỉ bù")
        SWAPPED = DayKind.SWAPPED.value, _("Nghỉ hoán đổi")
        WORKED = DayKind.WORKED.value, _("Làm bù")
        SHORT = DayKind.SHORT.value, _("Làm việc nửa ngày")

    day = models.DateField(_("ngày"), unique=True)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    reason = models.CharField(_("lý do"), max_length=120)
    source = models.CharField(_("văn bản"), max_length=200)
    closes_at = models.TimeField(_("đóng cửa lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("ngày đặc biệt")
        verbose_name_plural = _("ngày đặc biệt")
        constraints = [
            models.CheckConstraint(
                name="calendar_day_short_has_hour",
                condition=Q(kind="short", closes_at__isnull=False)
                | Q(kind="worked")
                | Q(kind__in=["holiday", "made_up", "swapped"], closes_at=None),
                violation_error_message=_("Ngày làm việc nửa ngày cần giờ đóng cửa; ngày nghỉ thì không có."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.reason}"


class CalendarYear(models.Model):
    """Whether every day off and every swap of a year is known. Due dates in other years say that they may move."""

    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    is_complete = models.BooleanField(_("đã đủ thông báo nghỉ"), default=False)
    source = models.CharField(_("văn bản"), max_length=200, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        ordering = ["-year"]
        verbose_name = _("năm lịch")
        verbose_name_plural = _("năm lịch")

    def __str__(self) -> str:
        return str(self.year)


class OpeningHours(models.Model):
    """One stretch of a weekday. A unit without rows of its own keeps the hours of the unit above it, or the default.

    A stretch that does not count (`counts` false) is open to the public without being part of any term.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Thứ Hai")
        TUESDAY = 1, _("Thứ Ba")
        WEDNESDAY = 2, _("Thứ Tư")
        THURSDAY = 3, _("Thứ Năm")
        FRIDAY = 4, _("Thứ Sáu")
        SATURDAY = 5, _("Thứ Bảy")
        SUNDAY = 6, _("Chủ Nhật")

    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="opening_hours", verbose_name=_("đơn vị")
    )
    weekday = models.PositiveSmallIntegerField(_("thứ"), choices=Weekday)
    opens = models.TimeField(_("mở cửa"))
    closes = models.TimeField(_("đóng cửa"))
    counts = models.BooleanField(_("tính vào thời hạn"), default=True)

    class Meta:
        ordering = ["unit_id", "weekday", "opens"]
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc")
        constraints = [
            models.UniqueConstraint(fields=["unit", "weekday", "opens"], name="hours_once", nulls_distinct=False),
            models.CheckConstraint(
                name="hours_close_after_open",
                condition=Q(closes__gt=F("opens")),
                violation_error_message=_("Giờ đóng cửa phải sau giờ mở cửa."),
            ),
            models.CheckConstraint(name="hours_weekday", condition=Q(weekday__range=(0, 6))),
            ExclusionConstraint(
                name="hours_do_not_overlap",
                expressions=[
                    (same_or_none("unit"), RangeOperators.OVERLAPS),
                    (same("weekday"), RangeOperators.OVERLAPS),
                    (times("opens", "closes"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Trùng với một khoảng giờ khác của cùng ngày."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class CalendarVersion(models.Model):
    """One row, renewed by a database trigger whenever a row of the calendar changes; see `units.calendar.lookup`."""

    number = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="calendar_version_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)


class CalendarEdition(models.Model):
    """The calendar under one number of `CalendarVersion`: the database writes it, and nothing deletes it.

    `content` holds `days`, `years` (the complete ones), `hours` (those that count) and `paths` (id to path of every
    unit below one with hours of its own), so that a due date can be reckoned again as it was. The number 0 has no row:
    it is the calendar before its first row.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("lúc"))
    content = models.JSONField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)
