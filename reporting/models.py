"""Roll-ups kept by Celery with the record of their nightly proof, signed reports, and who asked for a digest."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThan
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models import Category
from complaints.states import SEALED_KINDS
from dossiers.models import Dossier
from procedures.models import Procedure, ProcessStep
from reporting.reports.periods import ReportPeriod
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


class DailyTally(models.Model):
    """What a unit did on a local day: with all dossiers together, by procedure and channel, or by desk and channel.

    `received` counts by acceptance day, answers by the day of acceptance or refusal, every other column by finish day;
    what each means says `reporting.on_time.Counts`. early + on_time + late = resolved. The unit is the one that
    handles the dossiers; `desk` the one that took them in. The rows with neither procedure nor desk (channel empty)
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


class LegTallyQuerySet(models.QuerySet["LegTally"]):
    def totals(self) -> LegTallyQuerySet:
        """One row per unit and day, whoever's step it was."""
        return self.filter(place="")

    def by_place(self) -> LegTallyQuerySet:
        """Rows per unit, day and place of the step in the internal process."""
        return self.exclude(place="")

    def between(self, first: date, last: date) -> LegTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class LegTally(models.Model):
    """The legs one unit finished on one local day, each measured by its own time: the office's figures.

    Which legs count says `dossiers.legs.Leg.is_work`. A dossier of three offices is one in `DailyTally` and three
    here; the two are never added. `place`: whose step it was; empty in the rows of all steps together, which are never
    summed with the others: ask for `totals()` or `by_place()`. `over_minutes` as in `Counts`.
    """

    # No key constraint: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    place = models.CharField(max_length=10, blank=True, default="", choices=ProcessStep.Place.choices)
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
        ]
        constraints = [models.UniqueConstraint(fields=["day", "unit", "place"], name="leg_tally_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class OpenTallyQuerySet(models.QuerySet["OpenTally"]):
    def between(self, first: date, last: date) -> OpenTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class OpenTally(models.Model):
    """What one handling unit had open at the end of one local day; no row where it had nothing.

    Written once the day is over and never changed by what happens later: how `reporting.open_sql` counts it from the
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


class CareTally(models.Model):
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
        verbose_name = _("số bổ sung và xin lỗi trong ngày")
        verbose_name_plural = _("số bổ sung và xin lỗi trong ngày")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "procedure"], name="care_tally_once_per_day_unit_procedure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}"


class CaseTallyQuerySet(models.QuerySet["CaseTally"]):
    def totals(self) -> CaseTallyQuerySet:
        """One row per unit and day, over all kinds, channels and categories."""
        return self.filter(kind="")

    def details(self) -> CaseTallyQuerySet:
        """Rows per unit, day, kind, channel and category."""
        return self.exclude(kind="")

    def between(self, first: date, last: date) -> CaseTallyQuerySet:
        """Local days from `first` to `last`, both included."""
        return self.filter(day__gte=first, day__lte=last)


class CaseTally(models.Model):
    """What a unit did on a local day with the voices of its inbox; sealed cases are in no row.

    `received` counts by the day of receipt, every other column by the day of finishing. on_time + late = settled on
    their merits, of which `reopened` were taken up again before. The rows of all kinds together (kind empty) are never
    summed with the others: ask for `totals()` or `details()`. `over_minutes` as in `Counts`.
    """

    # No key constraint: as above.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
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
    day = models.DateField()
    received = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    not_accepted = models.PositiveIntegerField(default=0)
    transferred = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)
    over_minutes = models.PositiveBigIntegerField(default=0)

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


class NightCount(models.Model):
    """One count of the tables below, all from their sources: until the end of the local day `until`."""

    at = models.DateTimeField(_("lúc"))
    until = models.DateField(_("đến hết ngày"))

    class Meta:
        verbose_name = _("lần đếm ban đêm")
        verbose_name_plural = _("lần đếm ban đêm")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.until}"


class IntakeHour(models.Model):
    """How many dossiers one desk took in during one month on one weekday (0: Monday) in one hour of the day."""

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


class StepTime(models.Model):
    """How many legs of one step one unit finished in one month, by how far over their own time.

    `step` is the step's name, empty where no process is approved. `over`: whole working hours begun after the end of
    their time; 0: in time. `minutes`: working minutes over, of all of them together.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
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


class CaseTime(models.Model):
    """How many plain cases of one kind one unit settled in one month within so many working days of their receipt.

    `days`: the working days after that of receipt, up to that of the answer; 0: the same day.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
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


class TermLeft(models.Model):
    """How many dossiers one unit resolved in one month with `percent` of their term left; below 0: late by as much.

    From -100 to 100, rounded down; what was later still stands at -100.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
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
    """How long one procedure really took at one unit, or (unit null) anywhere, over twelve months.

    In working minutes from acceptance to the result, without the time it waited for its applicant or stood still.
    Half of the dossiers took at most `median`, nine of ten at most `ninetieth`.
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


class SignedReportQuerySet(models.QuerySet["SignedReport"]):
    def of(self, kind: str, unit: Unit, *, with_below: bool, first: date, last: date) -> SignedReportQuerySet:
        """The versions of one report, the newest first."""
        rows = self.filter(kind=kind, unit=unit, with_below=with_below, first=first, last=last)
        return rows.order_by("-version")


class SignedReport(models.Model):
    """An official report as it was printed when a leader signed it: a row is never changed nor removed.

    `content` is the JSON text of all that is printed (see `reporting.reports.document`), `sha256` its digest, which
    the database checks. A report of other figures for the same unit and period is a further version. `number` runs
    within unit and year of signing.
    """

    class Kind(models.TextChoices):
        FORM_06A = "bieu-06a", _("Biểu II.06a: kết quả giải quyết thủ tục")
        SCORES = "cham-diem", _("Chấm điểm chín chỉ số")
        INDEX_766 = "chi-so-766", _("Bộ chỉ số theo Quyết định 766")
        RATINGS = "hai-long", _("Mức độ hài lòng")
        NON_CONFORMITIES = "khong-phu-hop", _("Điểm không phù hợp ISO 9001")
        VOICES = "phan-anh", _("Kết quả xử lý phản ánh, khiếu nại")

    kind = models.CharField(_("loại báo cáo"), max_length=20, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    with_below = models.BooleanField(_("gồm đơn vị trực thuộc"))
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến hết ngày"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    year = models.PositiveSmallIntegerField(_("năm ký"))
    number = models.PositiveIntegerField(_("số"))
    made_at = models.DateTimeField(_("ký lúc"))
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người ký"))
    content = models.TextField(_("nội dung"))
    sha256 = models.CharField(max_length=64)

    objects = SignedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("báo cáo đã ký")
        verbose_name_plural = _("báo cáo đã ký")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["unit", "-made_at"], name="signed_report_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "with_below", "first", "last", "version"], name="signed_report_version_once"
            ),
            models.UniqueConstraint(fields=["unit", "year", "number"], name="signed_report_number_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="signed_report_ends_after_start"),
            models.CheckConstraint(
                condition=GreaterThan(
                    Cast(Func(Value("Asia/Ho_Chi_Minh"), "made_at", function="timezone"), models.DateField()),
                    F("last"),
                ),
                name="signed_report_of_a_period_that_is_over",
            ),
            models.CheckConstraint(
                condition=Exact(
                    F("sha256"),
                    Func(
                        Func(Func("content", Value("UTF8"), function="convert_to"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    ),
                ),
                name="signed_report_has_its_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.first:%Y-%m-%d} · {self.version}"

    @property
    def period(self) -> ReportPeriod:
        return ReportPeriod(self.first, self.last)

    @property
    def as_printed(self) -> dict[str, Any]:
        """`content` as values."""
        printed: dict[str, Any] = json.loads(self.content)
        return printed


class DigestQuerySet(models.QuerySet["DigestSubscription"]):
    def active(self) -> DigestQuerySet:
        return self.filter(stopped_at=None)


class DigestSubscription(models.Model):
    """That somebody who leads wants the figures of their units by e-mail, of each week or of each month."""

    class Every(models.TextChoices):
        WEEK = "week", _("Hằng tuần")
        MONTH = "month", _("Hằng tháng")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests", verbose_name=_("người nhận"))
    every = models.CharField(_("bao lâu một lần"), max_length=10, choices=Every.choices)
    language = models.CharField(_("ngôn ngữ"), max_length=2)
    created_at = models.DateTimeField(_("đăng ký lúc"))
    stopped_at = models.DateTimeField(_("ngừng lúc"), null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("đăng ký bản tin")
        verbose_name_plural = _("đăng ký bản tin")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "every"], condition=Q(stopped_at=None), name="digest_once_per_person_and_sort"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.every}"
