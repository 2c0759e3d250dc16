"""The parts of a version: ways to file, papers, public steps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procedures.models.form import FormFile


class Channel(models.Model):
    """One way to file (desk, post, online) with its term and fee."""

    class Way(models.TextChoices):
        DESK = "desk", _("Trực tiếp")
        ONLINE = "online", _("Trực tuyến")
        POST = "post", _("Bưu chính công ích")

    version = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="channels")
    way = models.CharField(_("cách nộp"), max_length=10, choices=Way.choices)
    term_text = models.CharField(_("thời hạn"), max_length=400, blank=True)
    fee_vnd = models.PositiveIntegerField(_("phí, lệ phí (đồng)"), null=True, blank=True)
    fee_note = models.CharField(_("ghi chú phí, lệ phí"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("cách thức nộp")
        verbose_name_plural = _("cách thức nộp")
        constraints = [models.UniqueConstraint(fields=["version", "way"], name="channel_once_per_version")]

    def __str__(self) -> str:
        return str(self.get_way_display())


class RequiredDocument(models.Model):
    """A paper to bring, within a case (trường hợp) of the procedure; an empty case means every case."""

    version = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    case = models.CharField(_("trường hợp"), max_length=300, blank=True)
    name = models.CharField(_("tên giấy tờ"), max_length=500)
    originals = models.PositiveSmallIntegerField(_("bản chính"), default=0)
    copies = models.PositiveSmallIntegerField(_("bản sao"), default=0)
    form_code = models.CharField(_("mẫu"), max_length=60, blank=True)
    form = models.ForeignKey(
        FormFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tệp mẫu")
    )

    class Meta:
        verbose_name = _("giấy tờ")
        verbose_name_plural = _("thành phần hồ sơ")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="document_position_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown_only(self) -> bool:
        """Shown at the desk and handed back at once."""
        return self.originals == 0 and self.copies == 0


class Step(models.Model):
    """One step of the procedure as citizens read it."""

    version = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = models.TextField(_("nội dung"))

    class Meta:
        verbose_name = _("bước")
        verbose_name_plural = _("trình tự thực hiện")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="step_position_once")]

    def __str__(self) -> str:
        return self.text
