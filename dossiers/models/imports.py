"""Imported old registers: which file, for which desk, by whom, how many rows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from units.models import Unit


class RegisterImport(models.Model):
    """One file imported into the register of one desk; importing the same file again updates the same row.

    `rows` and `rejected` are those of the last run, `loaded` is the sum of all runs. Every imported dossier has a
    primary key of at least `first_dossier` and the import's key in the data of its first event.
    """

    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nhận"))
    sha256 = models.CharField(_("mã băm của tệp"), max_length=64)
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người nạp")
    )
    started_at = models.DateTimeField(_("bắt đầu"))
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    first_dossier = models.BigIntegerField()
    rows = models.PositiveIntegerField(_("số dòng"), default=0)
    loaded = models.PositiveIntegerField(_("số hồ sơ đã nạp"), default=0)
    rejected = models.PositiveIntegerField(_("số dòng bị loại"), default=0)

    class Meta:
        verbose_name = _("lượt nạp sổ cũ")
        verbose_name_plural = _("lượt nạp sổ cũ")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "sha256"], name="register_import_once_per_file"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(rows__gte=F("rejected")), name="register_import_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.sha256[:12]}"
