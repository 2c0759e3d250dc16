"""Roll-ups of dossiers and legs, counted by Celery: sums by unit and local day or month."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, LateCause
from procedures.models import Procedure, ProcessStep
from reporting.definitions.periods import days_beside_months, whole_months
from units.models import Unit


class UnitCounts(models.Model):
    """Counts of one unit, derived from dossiers, legs or cases."""

    # No constraints of foreign keys, here and below: the sources have them, and checking each derived row again took
    # longer than counting it.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")

    class Meta:
        abstract = True


class OnDay(models.Model):
    """A row of one local day."""

    day = models.DateField()

    class Meta:
        abstract = True


class ResultCounts(UnitCounts):
    """What a unit finished: in time, late, and how late together, in minutes (`reporting.definitions.on_time`)."""

    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    over_minutes = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


class ProcedureCounts(ResultCounts):
    """The same, of one procedure or (null) of all."""

    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    early = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class DossierCounts(ProcedureCounts):
    """The columns of `DailyTally` and `MonthTally`."""

    desk = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False, related_name="+"
    )
    channel = models.CharField(max_length=10, blank=True, default="", choices=Dossier.Intake.choices)
    received = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reappointed = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answered_late = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


IS_OF_ONE_KIND = (
    Q(procedure=None, desk=None, channel="")
    | Q(procedure=None, desk__isnull=False) & ~Q(channel="")
    | Q(procedure__isnull=False, desk=None) & ~Q(channel="")
)
"""A row counts a whole unit, or one of its desks by channel, or one of its procedures by channel."""

DossierCountsT = TypeVar("DossierCountsT", bound=DossierCounts)
OnDayT = TypeVar("OnDayT", bound=OnDay)


class DossierCountsQuerySet(models.QuerySet[DossierCountsT]):
    def totals(self) -> Self:
        """One row per unit and day (or month), over all procedures, desks and channels."""
        return self.filter(procedure=None, desk=None)

    def by_procedure(self) -> Self:
        """Rows per unit, day (or month), procedure and channel."""
        return self.filter(procedure__isnull=False)

    def by_desk(self) -> Self:
        """Rows per handling unit, day (or month), desk that took the dossiers in, and channel."""
        return self.filter(desk__isnull=False)


class DaysQuerySet(models.QuerySet[OnDayT]):
    def between(self, first: date, last: date) -> Self:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class DailyTallyQuerySet(DossierCountsQuerySet["DailyTally"]):
    def between(self, first: date, last: date) -> DailyTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def beside_months(self, first: date, last: date) -> DailyTallyQuerySet:
        """Local days from `first` to `last` that belong to no whole month within them (`MonthTally` has the rest)."""
        either = [Q(day__gte=since, day__lte=until) for since, until in days_beside_months(first, last)]
        return self.filter(reduce(or_, either)) if either else self.none()


class DailyTally(OnDay, DossierCounts):
    """What a unit did on a local day: with all dossiers together, by procedure and channel, or by desk and channel.

    `received` counts by the day of acceptance, answers by the day of acceptance or refusal, every other column by the
    day of finishing; `reporting.definitions.on_time.Counts` defines each. early + on_time + late = resolved. `unit`
    handles the dossiers, `desk` took them in. The rows with neither procedure nor desk keep dashboards fast, however
    many procedures and dossiers there are. Never add rows of two kinds: ask for `totals()`, `by_procedure()` or
    `by_desk()`.
    """

    objects = DailyTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số đếm trong ngày")
        verbose_name_plural = _("số đếm trong ngày")
        indexes = [
            models.Index(
                fields=["day", "unit"],
                include=[
                    *("received", "early", "on_time", "late", "refused", "withdrawn"),
                    *("reappointed", "over_minutes", "answered", "answered_late"),
                ],
                condition=Q(procedure=None, desk=None),
                name="tally_totals_by_day",
            ),
            models.Index(fields=["day", "desk"], condition=Q(desk__isnull=False), name="tally_by_day_and_desk"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "procedure", "desk", "channel"], name="tally_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=IS_OF_ONE_KIND,
                name="tally_is_of_one_sort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class MonthTallyQuerySet(DossierCountsQuerySet["MonthTally"]):
    def within(self, first: date, last: date) -> MonthTallyQuerySet:
        """The months that are whole within the local days from `first` to `last`."""
        begun, ended = whole_months(first, last)
        return self.filter(month__gte=begun.first, month__lte=ended.first) if begun <= ended else self.none()


class MonthTally(DossierCounts):
    """The rows of `DailyTally` added up by local month (`month`: its first day).

    Any period is read as its whole months (`within`) and the remaining days (`DailyTally.objects.beside_months`), so
    that a year takes twelve rows instead of 365.
    """

    month = models.DateField()

    objects = MonthTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số đếm trong tháng")
        verbose_name_plural = _("số đếm trong tháng")
        indexes = [
            models.Index(
                fields=["month", "unit"], condition=Q(procedure=None, desk=None), name="month_totals_by_month"
            ),
            models.Index(fields=["month", "unit"], condition=Q(procedure__isnull=False), name="month_by_procedure"),
            models.Index(fields=["month", "unit"], condition=Q(desk__isnull=False), name="month_by_desk"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "unit", "procedure", "desk", "channel"], name="month_tally_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=IS_OF_ONE_KIND,
                name="month_tally_is_of_one_sort",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="month_tally_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"


class LateTally(UnitCounts):
    """Dossiers that `unit` handled and finished late in one local month (`month`: its first day), by the unit that
    answers for the lateness and by cause (empty where none was given)."""

    late_unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    late_cause = models.CharField(max_length=20, blank=True, choices=LateCause.choices)
    month = models.DateField()
    dossiers = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("số trễ hạn trong tháng")
        verbose_name_plural = _("số trễ hạn trong tháng")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "unit", "late_unit", "late_cause"], include=["dossiers"], name="late_tally_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="late_tally_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m} {self.late_unit}"


class LegTallyQuerySet(DaysQuerySet["LegTally"]):
    def totals(self) -> LegTallyQuerySet:
        """One row per unit and day, over the steps of all places."""
        return self.filter(place="", procedure=None, step=None)

    def by_place(self) -> LegTallyQuerySet:
        """Rows per unit, day and place of the step in the internal process."""
        return self.exclude(place="").filter(procedure=None, step=None)

    def by_procedure(self) -> LegTallyQuerySet:
        """Rows per unit, day, place and procedure."""
        return self.filter(procedure__isnull=False)

    def by_step(self) -> LegTallyQuerySet:
        """Rows per unit, day, place and name of the step."""
        return self.filter(step__isnull=False)


class LegTally(OnDay, ProcedureCounts):
    """The legs that one unit finished on one local day, each compared with its own due time.

    `Leg.is_work` defines which legs count. A dossier that passed three offices is one in `DailyTally` and three here;
    never add the two. `place`: whose step it was, empty in rows of all steps together. `step`: its name, empty where
    no process is approved, null in rows that are not by step. Never add rows of two kinds: ask for `totals()`,
    `by_place()`, `by_procedure()` or `by_step()`.
    """

    place = models.CharField(max_length=10, blank=True, default="", choices=ProcessStep.Place.choices)
    step = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - no step and no matter which are two
    objects = LegTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("số chặng trong ngày")
        verbose_name_plural = _("số chặng trong ngày")
        indexes = [
            models.Index(
                fields=["day", "unit"],
                include=["early", "on_time", "late", "over_minutes"],
                condition=Q(place=""),
                name="leg_tally_totals_by_day",
            ),
            models.Index(
                fields=["day", "place", "unit"],
                include=["early", "on_time", "late", "over_minutes"],
                condition=Q(procedure=None, step=None),
                name="leg_tally_by_day_and_place",
            ),
            models.Index(
                fields=["procedure", "day", "unit"],
                include=["place", "early", "on_time", "late"],
                condition=Q(procedure__isnull=False),
                name="leg_tally_by_procedure",
            ),
            models.Index(
                fields=["step", "day", "unit"],
                include=["place", "early", "on_time", "late"],
                condition=Q(step__isnull=False),
                name="leg_tally_by_step",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "place", "procedure", "step"], name="leg_tally_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(procedure=None, step=None) | (Q(procedure=None) | Q(step=None)) & ~Q(place=""),
                name="leg_tally_is_of_one_sort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class OpenTally(OnDay, UnitCounts):
    """The open dossiers of one handling unit at the end of one local day; no row where it had none.

    Written once, when the day is over: `rollup.open_on_day_sql` counts it from the events, with the handling unit, the
    status and the due date at that time. An open dossier is `running` (`overdue` is part of that), waiting
    (`supplement`, `payment`, `paused`) or `unaccepted`.
    """

    running = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    supplement = models.PositiveIntegerField(default=0)
    payment = models.PositiveIntegerField(default=0)
    paused = models.PositiveIntegerField(default=0)
    unaccepted = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("số đang mở cuối ngày")
        verbose_name_plural = _("số đang mở cuối ngày")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit"],
                include=["running", "overdue", "supplement", "payment", "paused", "unaccepted"],
                name="open_tally_once",
            ),
            models.CheckConstraint(condition=Q(overdue__lte=F("running")), name="open_tally_overdue_ones_run"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class SupplementTally(OnDay, UnitCounts):
    """Requests for papers and apologies of the dossiers of one procedure that one unit finished on one local day.

    `supplemented`, `repeated`: dossiers with at least one request, with more than one; `requests`: all requests.
    `reappointed`: an apology with a new date was sent; `late_apologies`: it was sent after the last day for it;
    `unapologised`: late without an apology; `late_again`: later than the new date too. No row where all are 0.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    supplemented = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    reappointed = models.PositiveIntegerField(default=0)
    late_apologies = models.PositiveIntegerField(default=0)
    unapologised = models.PositiveIntegerField(default=0)
    late_again = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "reporting_caretally"
        verbose_name = _("số bổ sung và xin lỗi trong ngày")
        verbose_name_plural = _("số bổ sung và xin lỗi trong ngày")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "procedure"], name="care_tally_once_per_day_unit_procedure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"
