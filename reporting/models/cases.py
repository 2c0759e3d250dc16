"""Roll-ups of complaints and petitions. Sealed cases are never counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.clock.states import SEALED_KINDS
from complaints.models import Category
from reporting.models.tallies import DaysQuerySet, OnDay, ResultCounts, UnitCounts


class CaseTallyQuerySet(DaysQuerySet["CaseTally"]):
    def totals(self) -> CaseTallyQuerySet:
        """One row per unit and day, over all kinds, channels and categories."""
        return self.filter(kind="")

    def details(self) -> CaseTallyQuerySet:
        """Rows per unit, day, kind, channel and category."""
        return self.exclude(kind="")


class CaseTally(OnDay, ResultCounts):
    """The cases that one unit received and finished on one local day, without sealed ones.

    `received` counts by the day of receipt, every other column by the day of finishing. on_time + late = settled on
    their merits; `reopened` of these had been settled before. Rows with an empty `kind` count all kinds together:
    never add them to the others, ask for `totals()` or `details()`. `over_minutes` as in `Counts`.
    """

    kind = models.CharField(max_length=20, blank=True, default="")
    channel = models.CharField(max_length=10, blank=True, default="")
    category = models.ForeignKey(
        Category,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    received = models.PositiveIntegerField(default=0)
    not_accepted = models.PositiveIntegerField(default=0)
    transferred = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)

    objects = CaseTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số vụ việc trong ngày")
        verbose_name_plural = _("số vụ việc trong ngày")
        indexes = [
            models.Index(fields=["day", "unit"], condition=Q(kind=""), name="case_tally_totals_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "kind", "channel", "category"], name="case_tally_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind="", channel="", category=None) | (~Q(kind="") & ~Q(channel="")),
                name="case_tally_is_of_one_sort",
            ),
            models.CheckConstraint(condition=~Q(kind__in=sorted(SEALED_KINDS)), name="case_tally_of_no_secret"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.kind}"


class CaseTime(UnitCounts):
    """How many plain cases of one kind one unit settled in one month, by the working days they took.

    `days` counts the working days after the day of receipt up to the day of the answer; 0 is the same day.
    """

    month = models.DateField()
    kind = models.CharField(max_length=20)
    days = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("thời gian giải quyết vụ việc")
        verbose_name_plural = _("thời gian giải quyết vụ việc")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "unit", "kind", "days"], include=["cases"], name="case_time_once"
            ),
            models.CheckConstraint(condition=~Q(kind__in=sorted(SEALED_KINDS)), name="case_time_of_no_secret"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month} {self.kind} {self.days}"
