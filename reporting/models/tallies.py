"""Roll-ups of dossiers and legs, kept by Celery: sums by unit and local day, or local month."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, LateCause
from procedures.models import Procedure, ProcessStep
from reporting.definitions.periods import days_beside_months, whole_months
from units.models import Unit


class DailyTallyQuerySet(models.QuerySet["DailyTally"]):
    def totals(self) -> DailyTallyQuerySet:
        """One row per unit and day, over all procedures, desks and channels."""
        return self.filter(procedure=None, desk=None)

    def by_procedure(self) -> DailyTallyQuerySet:
        """Rows per unit, day, procedure and channel."""
        return self.filter(procedure__isnull=False)

    def by_desk(self) -> DailyTallyQuerySet:
        """Rows per handling unit, day, desk that took the dossiers in, and channel."""
        return self.filter(desk__isnull=False)

    def between(self, first: date, last: date) -> DailyTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)

    def beside_months(self, first: date, last: date) -> DailyTallyQuerySet:
        """Those of them that belong to no month which is within these days whole: the rest is `MonthTally`'s."""
        either = [Q(day__gte=since, day__lte=until) for since, until in days_beside_months(first, last)]
        return self.filter(reduce(or_, either)) if either else self.none()


class DailyTally(models.Model):
    """What a unit did on a local day: with all dossiers together, by procedure and channel, or by desk and channel.

    `received` counts by acceptance day, answers by the day of acceptance or refusal, every other column by finish day;
    what each means says `reporting.definitions.on_time.Counts`. early + on_time + late = resolved. The unit is the
    one that handles the dossiers; `desk` where they came in. The rows with neither procedure nor desk (channel empty)
    keep dashboards fast however many procedures and dossiers there are; never sum two sorts: ask for `totals()`,
    `by_procedure()` or `by_desk()`.
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
    desk = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False, related_name="+"
    )
    channel = models.CharField(max_length=10, blank=True, default="", choices=Dossier.Intake.choices)
    day = models.DateField()
    received = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reappointed = models.PositiveIntegerField(default=0)
    over_minutes = models.PositiveBigIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answered_late = models.PositiveIntegerField(default=0)

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
                condition=Q(procedure=None, desk=None, channel="")
                | Q(procedure=None, desk__isnull=False) & ~Q(channel="")
                | Q(procedure__isnull=False, desk=None) & ~Q(channel=""),
                name="tally_is_of_one_sort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class MonthTallyQuerySet(models.QuerySet["MonthTally"]):
    def totals(self) -> MonthTallyQuerySet:
        """One row per unit and month, over all procedures, desks and channels."""
        return self.filter(procedure=None, desk=None)

    def by_procedure(self) -> MonthTallyQuerySet:
        """Rows per unit, month, procedure and channel."""
        return self.filter(procedure__isnull=False)

    def by_desk(self) -> MonthTallyQuerySet:
        """Rows per handling unit, month, desk that took the dossiers in, and channel."""
        return self.filter(desk__isnull=False)

    def within(self, first: date, last: date) -> MonthTallyQuerySet:
        """The months that are whole within the local days from `first` to `last`."""
        begun, ended = whole_months(first, last)
        return self.filter(month__gte=begun.first, month__lte=ended.first) if begun <= ended else self.none()


class MonthTally(models.Model):
    """The days of `DailyTally` of one local month (`month`: its first day) together, row by row.

    A year is then twelve rows where it was 365, however many dossiers there are: every figure of a span is the sum of
    its whole months and of the days beside them (`within`, `DailyTally.objects.beside_months`).
    """

    # No key constraints: as above.
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
    desk = models.ForeignKey(
        Unit, on_delete=models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False, related_name="+"
    )
    channel = models.CharField(max_length=10, blank=True, default="", choices=Dossier.Intake.choices)
    month = models.DateField()
    received = models.PositiveIntegerField(default=0)
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reappointed = models.PositiveIntegerField(default=0)
    over_minutes = models.PositiveBigIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answered_late = models.PositiveIntegerField(default=0)

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
                condition=Q(procedure=None, desk=None, channel="")
                | Q(procedure=None, desk__isnull=False) & ~Q(channel="")
                | Q(procedure__isnull=False, desk=None) & ~Q(channel=""),
                name="month_tally_is_of_one_sort",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="month_tally_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y-%m}"


class LateTally(models.Model):
    """Of what one unit handled and finished late in one local month (`month`: its first day): which unit answers for
    it, and for what cause; empty where none was given."""

    # No key constraints: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
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


class LegTallyQuerySet(models.QuerySet["LegTally"]):
    def totals(self) -> LegTallyQuerySet:
        """One row per unit and day, whoever's step it was."""
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

    def between(self, first: date, last: date) -> LegTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class LegTally(models.Model):
    """The legs one unit finished on one local day, each measured by its own time: the office's figures.

    Which legs count says `Leg.is_work`. A dossier of three offices is one in `DailyTally` and three
    here; the two are never added. `place`: whose step it was; empty in the rows of all steps together. `step`: its
    name, empty where no process is approved, null in rows that are not by step. Never sum two sorts: ask for
    `totals()`, `by_place()`, `by_procedure()` or `by_step()`. `over_minutes` as in `Counts`.
    """

    # No key constraints: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    place = models.CharField(max_length=10, blank=True, default="", choices=ProcessStep.Place.choices)
    procedure = models.ForeignKey(
        Procedure,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    step = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - no step and no matter which are two
    day = models.DateField()
    early = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    over_minutes = models.PositiveBigIntegerField(default=0)

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


class OpenTallyQuerySet(models.QuerySet["OpenTally"]):
    def between(self, first: date, last: date) -> OpenTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class OpenTally(models.Model):
    """What one handling unit had open at the end of one local day; no row where it had nothing.

    Written once the day is over and never changed by what happens later: `rollup.open_on_day_sql` counts it from the
    events, with the unit, the waiting and the promise of then. Open dossiers are `running` (of them `overdue`),
    waiting (`supplement`, `payment`, `paused`) or `unaccepted`.
    """

    # No key constraint: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    day = models.DateField()
    running = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    supplement = models.PositiveIntegerField(default=0)
    payment = models.PositiveIntegerField(default=0)
    paused = models.PositiveIntegerField(default=0)
    unaccepted = models.PositiveIntegerField(default=0)

    objects = OpenTallyQuerySet.as_manager()

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


class SupplementTally(models.Model):
    """Of what one unit finished on one local day with one procedure: how it was asked for papers, and excused.

    `supplemented`, `repeated`: dossiers asked for papers at all, more than once; `requests`: all times together.
    `reappointed`: an apology with a new date was given; `late_apologies`: after the last day for it;
    `unapologised`: late without any; `late_again`: later even than the new date. Days without any of it have no row.
    """

    # No key constraints: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    day = models.DateField()
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
