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
from procedures.models import Procedure
from reporting.reports.periods import ReportPeriod
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
