"""Checks of posted notices: whether the wall of an office and the portal agree with the catalogue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from procedures.models.catalogue import ProcedureVersion
from units.models import Unit


class PostedCheck(models.Model):
    """A check of one day: procedures of an office, drawn at random, compared on the wall and on the portal.

    The person who drew the list need not be the inspector; results older than this column have only a day.
    """

    office = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi kiểm tra"))
    on = models.DateField(_("ngày"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("người kiểm tra"))
    made_at = models.DateTimeField(_("lập lúc"))
    recorded_at = models.DateTimeField(_("ghi kết quả lúc"), null=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("người ghi kết quả")
    )

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("lần kiểm tra niêm yết")
        verbose_name_plural = _("lần kiểm tra niêm yết")
        constraints = [
            models.UniqueConstraint(fields=["office", "on"], name="posted_check_once_a_day"),
            models.CheckConstraint(
                name="posted_check_recorded_by_somebody", condition=Q(recorded_by=None) | Q(recorded_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} · {self.on}"


class PostedCheckLine(models.Model):
    """One procedure of a check. `mark` is the code printed on the notice, if the inspector typed it."""

    class Wall(models.TextChoices):
        CURRENT = "current", _("đúng bản đang công khai")
        OLD = "old", _("bản cũ hoặc sai nội dung")
        MISSING = "missing", _("không niêm yết")

    class Portal(models.TextChoices):
        RIGHT = "right", _("đủ và đúng")
        WRONG = "wrong", _("thiếu hoặc sai")

    check_list = models.ForeignKey(PostedCheck, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+")
    wall = models.CharField(_("tại nơi nhận"), max_length=7, choices=Wall, blank=True)
    portal = models.CharField(_("trên cổng"), max_length=5, choices=Portal, blank=True)
    mark = models.CharField(_("dấu trên tờ niêm yết"), max_length=20, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["check_list", "version"], name="posted_check_line_once"),
            models.CheckConstraint(
                name="posted_check_line_whole", condition=Q(wall="", portal="") | (~Q(wall="") & ~Q(portal=""))
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)
