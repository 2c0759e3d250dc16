"""Tables that are counted anew every night, and the reconciliation of roll-ups with their sources."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.models import Procedure
from reporting.models.tallies import UnitCounts
from units.models import Unit


class NightlyCount(models.Model):
    """One nightly count of the tables below from their sources, up to the end of the local day `until`."""

    at = models.DateTimeField(_("lúc"))
    until = models.DateField(_("đến hết ngày"))

    class Meta:
        db_table = "reporting_nightcount"
        verbose_name = _("lần đếm ban đêm")
        verbose_name_plural = _("lần đếm ban đêm")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.until}"


class IntakeHour(models.Model):
    """How many dossiers one desk received in one month, by weekday (0: Monday) and hour of the day."""

    # No key constraints, here and below: counted anew every night.
    desk = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    month = models.DateField()
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    received = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("số tiếp nhận theo giờ")
        verbose_name_plural = _("số tiếp nhận theo giờ")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "desk", "weekday", "hour"], include=["received"], name="intake_hour_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.month} {self.weekday} {self.hour}"


class StepTime(UnitCounts):
    """How many legs of one step one unit finished in one month, by how late they were.

    `step` is the step's name, empty where no process is approved. `over` is the lateness in working hours, rounded up;
    0 is in time. `minutes` is the sum of their lateness in working minutes.
    """

    month = models.DateField()
    step = models.CharField(max_length=200, blank=True)
    over = models.PositiveIntegerField()
    legs = models.PositiveIntegerField()
    minutes = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("thời gian của bước")
        verbose_name_plural = _("thời gian của bước")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "unit", "step", "over"], include=["legs", "minutes"], name="step_time_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month} {self.step} {self.over}"


class TermLeft(UnitCounts):
    """How many dossiers one unit resolved in one month with `percent` of their term left.

    From -100 to 100, rounded down; below 0 is late. Dossiers later than -100 count as -100.
    """

    month = models.DateField()
    percent = models.SmallIntegerField()
    dossiers = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("thời hạn còn lại")
        verbose_name_plural = _("thời hạn còn lại")
        constraints = [
            models.UniqueConstraint(fields=["month", "unit", "percent"], include=["dossiers"], name="term_left_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month} {self.percent}"


class UsualTime(models.Model):
    """How long one procedure took over twelve months at one unit, or (unit null) at all of them.

    `median` and `ninetieth` (percentile) are working minutes from acceptance to the result, without pauses.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False, related_name="+"
    )
    dossiers = models.PositiveIntegerField()
    median = models.PositiveIntegerField()
    ninetieth = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("thời gian giải quyết thực tế")
        verbose_name_plural = _("thời gian giải quyết thực tế")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "unit"], name="usual_time_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.unit}"


class Reconciliation(models.Model):
    """One comparison of the roll-ups with their sources; `differences` lists at most 100 rows that did not match."""

    at = models.DateTimeField(_("lúc"))
    is_good = models.BooleanField(_("khớp"))
    rows_checked = models.PositiveIntegerField(_("số dòng đã đối chiếu"))
    rows_differing = models.PositiveIntegerField(_("số dòng lệch"), default=0)
    differences = models.JSONField(_("chỗ lệch"), default=list, blank=True)

    class Meta:
        db_table = "reporting_proof"
        verbose_name = _("lần đối chiếu")
        verbose_name_plural = _("lần đối chiếu")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_good=True, rows_differing=0) | Q(is_good=False, rows_differing__gt=0),
                name="proof_good_when_nothing_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
