"""Scanned papers and internal notes of staff; append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dossiers.models.dossier import Dossier
from files.models import StoredFile


class ScanQuerySet(models.QuerySet["Scan"]):
    def in_force(self) -> ScanQuerySet:
        return self.filter(withdrawal=None)

    def for_page(self) -> ScanQuerySet:
        """Joins the file, its uploader and its withdrawal; the oldest first."""
        return self.select_related("file__uploaded_by", "withdrawal__actor").order_by("file__uploaded_at", "pk")


class Scan(models.Model):
    """A stored file that shows a paper of a dossier, the whole dossier (`paper` empty), or its result.

    `paper` copies the paper's name: the list of papers may be corrected later, the scan stays what it was.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="scans")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("tệp"))
    paper = models.CharField(_("giấy tờ"), max_length=500, blank=True)
    is_result = models.BooleanField(_("là kết quả giải quyết"), default=False)

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản quét")
        verbose_name_plural = _("bản quét")
        constraints = [
            models.CheckConstraint(name="scan_of_one_thing", condition=Q(is_result=False) | Q(paper="")),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} · {self.file_id}"


class ScanWithdrawal(models.Model):
    """Who withdrew a scan, when and why; a withdrawn scan cannot be opened any more."""

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("lý do"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("bản quét đã gỡ")
        verbose_name_plural = _("bản quét đã gỡ")
        constraints = [models.CheckConstraint(name="scan_withdrawn_for_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.scan_id} {self.at}"


class StaffNote(models.Model):
    """An internal note of staff about a dossier; never on a public page, on a slip or in a notice."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="staff_notes")
    text = models.TextField(_("nội dung"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("ghi chú nội bộ")
        verbose_name_plural = _("ghi chú nội bộ")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="staff_note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"
