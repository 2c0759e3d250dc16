"""Supplement requests, apologies, consultations, verifications and results: the details beside their events."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dossiers.clock.states import OPEN, Status
from dossiers.models.dossier import Dossier
from dossiers.models.labels import LateCause
from units.models import Unit


class SupplementQuerySet(models.QuerySet["SupplementRequest"]):
    def unanswered(self, at: datetime) -> SupplementQuerySet:
        """Open requests past their date whose dossier still waits for the supplement."""
        rows = self.filter(completed_at=None, abandoned_at=None, answer_by__lt=at)
        return rows.filter(dossier__status=Status.AWAITING_SUPPLEMENT)


class SupplementRequest(models.Model):
    """One request to complete the papers, with all defects at once (slip 02).

    `papers` lists {"name", "missing": original | certified | copy | "", "note"}; `reasons` holds codes of `Defect`.
    A second request, or one made after the third working day, needs an approver and a legal ground (`is_override`);
    indicator 3 counts these against the office.
    """

    class Stage(models.TextChoices):
        INTAKE = "intake", _("Khi tiếp nhận")
        APPRAISAL = "appraisal", _("Sau khi tiếp nhận")

    class Defect(models.TextChoices):
        MISSING = "missing", _("Thiếu giấy tờ")
        FORM = "form", _("Tờ khai sai mẫu hoặc thiếu mục")
        EXPIRED = "expired", _("Giấy tờ hết hạn")
        MISMATCH = "mismatch", _("Thông tin không khớp giữa các giấy tờ")
        COPY = "copy", _("Bản sao chưa chứng thực hoặc không rõ")
        OTHER = "other", _("Lý do khác")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_requests")
    stage = models.CharField(_("giai đoạn"), max_length=10, choices=Stage.choices)
    reasons = models.JSONField(_("thiếu sót"), default=list)
    text = models.TextField(_("nội dung cần bổ sung"))
    papers = models.JSONField(_("giấy tờ"), default=list)
    asked_at = models.DateTimeField(_("yêu cầu lúc"))
    answer_by = models.DateTimeField(_("bổ sung trước"))
    completed_at = models.DateTimeField(_("bổ sung đủ lúc"), null=True, blank=True)
    abandoned_at = models.DateTimeField(_("bỏ dở lúc"), null=True, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.TextField(_("căn cứ yêu cầu ngoài quy định chung"), blank=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_override = models.BooleanField(_("ngoài quy định chung"), default=False)

    objects = SupplementQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        ordering = ["asked_at"]
        indexes = [
            models.Index(
                fields=["answer_by"],
                name="supplement_open",
                condition=Q(completed_at=None, abandoned_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="supplement_override_has_its_ground",
                condition=Q(is_override=False) | (~Q(ground="") & Q(approver__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(completed_at=None, abandoned_at=None),
                name="supplement_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.stage}"


class Apology(models.Model):
    """A drafted or signed apology with a new date (slip 04); the law allows one per dossier."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="apologies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị làm trễ"))
    cause = models.CharField(_("nguyên nhân"), max_length=20, choices=LateCause.choices)
    reason = models.TextField(_("lý do"), blank=True)
    new_due_at = models.DateTimeField(_("hẹn lại"), null=True, blank=True)
    old_due_at = models.DateTimeField(_("hẹn cũ"))
    drafted_at = models.DateTimeField(_("soạn lúc"))
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_late = models.BooleanField(_("xin lỗi muộn"), default=False)

    class Meta:
        verbose_name = _("xin lỗi, hẹn lại")
        verbose_name_plural = _("xin lỗi, hẹn lại")
        constraints = [
            models.UniqueConstraint(fields=["dossier"], name="apology_once"),
            models.CheckConstraint(
                name="apology_signed_is_whole",
                condition=Q(signed_at=None) | (Q(new_due_at__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.cause}"


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def unanswered(self) -> ConsultationQuerySet:
        return self.filter(answered_at=None)

    def late(self, at: datetime) -> ConsultationQuerySet:
        """Not answered in time, of open dossiers; reported to the head of the asking desk (article 19.5)."""
        return self.unanswered().filter(answer_by__lt=at, dossier__status__in=sorted(OPEN))


class Consultation(models.Model):
    """A question to another office, when its answer is due, and the answer."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="consultations")
    asker = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị hỏi"))
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị được hỏi"))
    question = models.TextField(_("nội dung lấy ý kiến"))
    asked_at = models.DateTimeField(_("hỏi lúc"))
    answer_by = models.DateTimeField(_("trả lời trước"))
    answer = models.TextField(_("ý kiến trả lời"), blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("lấy ý kiến")
        verbose_name_plural = _("lấy ý kiến")
        ordering = ["asked_at"]
        indexes = [models.Index(fields=["answer_by"], name="consultation_open", condition=Q(answered_at=None))]
        constraints = [
            models.CheckConstraint(
                name="consultation_answer_has_its_time",
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.office_id}"


class Visit(models.Model):
    """An on-site verification: when, where, who took part, what was found."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="visits")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    on = models.DateField(_("ngày xác minh"))
    place = models.CharField(_("nơi xác minh"), max_length=300)
    people = models.CharField(_("thành phần"), max_length=300, blank=True)
    findings = models.TextField(_("kết quả xác minh"))
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("thẩm tra, xác minh")
        verbose_name_plural = _("thẩm tra, xác minh")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.on}"


class ResultRecord(models.Model):
    """The issued result: its number and date, on paper or electronic."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("Bản giấy")
        ELECTRONIC = "electronic", _("Bản điện tử")

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="result_record")
    number = models.CharField(_("số kết quả"), max_length=60, blank=True)
    dated = models.DateField(_("ngày ký"), null=True, blank=True)
    kind = models.CharField(_("dạng"), max_length=12, choices=Kind.choices, default=Kind.PAPER)

    class Meta:
        verbose_name = _("kết quả giải quyết")
        verbose_name_plural = _("kết quả giải quyết")

    def __str__(self) -> str:
        return self.number
