"""Official reports as they were signed."""

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
from reporting.definitions.periods import Span
from units.models import Unit


class SignedReportQuerySet(models.QuerySet["SignedReport"]):
    def of(self, kind: str, unit: Unit, *, with_below: bool, first: date, last: date) -> SignedReportQuerySet:
        """The versions of one report, the newest first."""
        rows = self.filter(kind=kind, unit=unit, with_below=with_below, first=first, last=last)
        return rows.order_by("-version")


class SignedReport(models.Model):
    """An official report as printed when a leader signed it. Rows are append-only.

    `content` is the JSON text of everything printed (see `reporting.reports.document`); the database checks that
    `sha256` is its digest. Signing different figures for the same unit and period makes a further version. `number`
    counts within the unit and the year of signing.
    """

    class Kind(models.TextChoices):
        FORM_06A = "bieu-06a", _("Biểu II.06a: kết quả giải quyết thủ tục")
        SCORES = "cham-diem", _("Chấm điểm chín chỉ số")
        INDEX_766 = "chi-so-766", _("Bộ chỉ số theo Quyết định 766")
        RATINGS = "hai-long", _("Mức độ hài lòng")
        NON_CONFORMITIES = "khong-phu-hop", _("Điểm không phù hợp ISO 9001")
        CASES = "phan-anh", _("Kết quả xử lý phản ánh, khiếu nại")

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
    def period(self) -> Span:
        return Span.named(self.first, self.last)

    @property
    def as_printed(self) -> dict[str, Any]:
        """`content` as values."""
        printed: dict[str, Any] = json.loads(self.content)
        return printed
