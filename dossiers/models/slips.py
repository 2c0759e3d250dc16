"""Issued slips with their numbers, and the yearly register book of each desk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dossiers.models.dossier import Dossier
from units.models import Unit


class Slip(models.Model):
    """One issued slip. `data` stores every printed field but the secret, so a reprint is identical.

    `number` runs without gaps per unit, form and year. A corrected receipt is a new `version`; the old row stays, with
    `replaced_at` set.
    """

    class Form(models.TextChoices):
        RECEIPT = "receipt", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
        SUPPLEMENT = "supplement", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
        REFUSAL = "refusal", _("Phiếu từ chối tiếp nhận giải quyết hồ sơ")
        APOLOGY = "apology", _("Phiếu xin lỗi và hẹn lại ngày trả kết quả")
        STOP = "stop", _("Thông báo dừng giải quyết hồ sơ")
        CONTROL = "control", _("Phiếu kiểm soát quá trình giải quyết hồ sơ")
        HANDOVER = "handover", _("Phiếu bàn giao hồ sơ")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, blank=True, related_name="slips")
    form = models.CharField(_("mẫu"), max_length=12, choices=Form.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    version = models.PositiveSmallIntegerField(_("lần"), default=1)
    issued_at = models.DateTimeField(_("lập lúc"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(_("nội dung"))
    replaced_at = models.DateTimeField(_("được thay lúc"), null=True, blank=True)
    printed = models.PositiveSmallIntegerField(_("số lần in"), default=0)

    class Meta:
        verbose_name = _("phiếu")
        verbose_name_plural = _("phiếu")
        ordering = ["issued_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "form", "year", "number", "version"], name="slip_number_once"),
            models.UniqueConstraint(
                fields=["dossier", "form"],
                condition=Q(form="receipt", replaced_at=None),
                name="slip_one_receipt_in_force",
            ),
            models.CheckConstraint(condition=~Q(data__has_key="secret"), name="slip_holds_no_secret"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year} {self.form}"


class YearCounter(models.Model):
    """The last number used in a series of a unit and year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "series", "year"], name="year_counter_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.series} {self.year}: {self.last}"


class ClosedBook(models.Model):
    """A closed register book of a desk and year: no dossier gets a number in it any more. `last` is the last one."""

    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    year = models.PositiveSmallIntegerField(_("năm"))
    last = models.PositiveIntegerField(_("số cuối"))
    closed_at = models.DateTimeField(_("khóa lúc"))
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("sổ đã khóa")
        verbose_name_plural = _("sổ đã khóa")
        constraints = [models.UniqueConstraint(fields=["desk", "year"], name="book_closed_once")]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.year}"
