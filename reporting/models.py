"""Roll-ups kept by Celery and the record of their nightly proof."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.models import Procedure
from units.models import Unit


class DailyTallyQuerySet(models.QuerySet["DailyTally"]):
    def totals(self) -> DailyTallyQuerySet:
        """One row per unit and day, over all procedures."""
        return self.filter(procedure=None)

    def by_procedure(self) -> DailyTallyQuerySet:
        return self.filter(procedure__isnull=False)

    def between(self, first: date, last: date) -> DailyTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class DailyTally(models.Model):
    """What one unit did on one local day with one procedure, or (procedure null) with all of them together.

    `received` counts by acceptance day; every other column counts by finish day. early + on_time + late = resolved.
    The rows without a procedure keep dashboards fast however many procedures and dossiers there are; never sum
    both sorts: ask for `totals()` or `by_procedure()`.
    """

    # No key constraints: rows are only ever derived from dossiers, whose own keys are constrained, and checking
    # them again row by row took longer than the count itself.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    day = models.DateField()
    received = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)

    objects = DailyTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số đếm trong ngày")
        verbose_name_plural = _("số đếm trong ngày")
        indexes = [
            models.Index(
                fields=["day", "unit"],
                include=["received", "early", "on_time", "late", "refused", "withdrawn"],
                condition=Q(procedure=None),
                name="tally_totals_by_day",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "procedure"], name="tally_once_per_day_unit_procedure", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class LegTallyQuerySet(models.QuerySet["LegTally"]):
    def between(self, first: date, last: date) -> LegTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class LegTally(models.Model):
    """The legs one unit finished on one local day, each measured by its own time: the office's figures.

    Which legs count says `dossiers.legs.Leg.is_work`. A dossier of three offices is one in `DailyTally` and three
    here; the two are never added.
    """

    # No key constraint: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    day = models.DateField()
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)

    objects = LegTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số chặng trong ngày")
        verbose_name_plural = _("số chặng trong ngày")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit"], include=["early", "on_time", "late"], name="leg_tally_once_per_day_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class Proof(models.Model):
    """One check that the roll-ups equal their sources; `differences` lists what did not match, at most 100 rows."""

    at = models.DateTimeField(_("lúc"))
    is_good = models.BooleanField(_("khớp"))
    rows_checked = models.PositiveIntegerField(_("số dòng đã đối chiếu"))
    rows_differing = models.PositiveIntegerField(_("số dòng lệch"), default=0)
    differences = models.JSONField(_("chỗ lệch"), default=list, blank=True)

    class Meta:
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
