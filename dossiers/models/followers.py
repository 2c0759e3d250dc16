"""Addresses that receive the messages about a dossier beside its applicant."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.clock.states import Status
from dossiers.models.dossier import Dossier


class FollowerQuerySet(models.QuerySet["Follower"]):
    def active(self) -> FollowerQuerySet:
        """Not stopped, confirmed or not: these count towards the limit of followers per dossier."""
        return self.filter(stopped_at=None)

    def confirmed(self) -> FollowerQuerySet:
        """Active followers who receive the messages that the applicant receives."""
        return self.active().filter(confirmed_at__isnull=False)

    def at_address(self, email: str, phone: str) -> FollowerQuerySet:
        return self.filter(email=email, phone=phone)

    def of_no_use(self, before: datetime) -> FollowerQuerySet:
        """Addresses without a purpose since before that moment: never confirmed, stopped, or of a closed dossier."""
        refused = Q(dossier__status=Status.REFUSED, dossier__finished_at__lt=before)
        return self.filter(
            Q(confirmed_at=None, asked_at__lt=before)
            | Q(stopped_at__lt=before)
            | Q(dossier__returned_at__lt=before)
            | refused
        )


class Follower(models.Model):
    """One address that receives the messages about one dossier after confirming it.

    Links that confirm or stop are signed, not stored (`events/signed_links.py`). `digits_hash` is the keyed hash of
    the six digits sent to a telephone; `asks` counts the messages that asked for a confirmation."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="followers")
    email = models.EmailField(_("thư điện tử"), blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    digits_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(_("số lần nhập mã"), default=0)
    asks = models.PositiveSmallIntegerField(_("số lần gửi xác nhận"), default=1)
    created_at = models.DateTimeField(_("đăng ký lúc"))
    asked_at = models.DateTimeField(_("gửi xác nhận lúc"))
    confirmed_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("ngừng lúc"), null=True, blank=True)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("người theo dõi")
        verbose_name_plural = _("người theo dõi")
        constraints = [
            models.CheckConstraint(condition=Q(email="") ^ Q(phone=""), name="follower_has_one_address"),
            models.UniqueConstraint(
                fields=["dossier", "email", "phone"], condition=Q(stopped_at=None), name="follower_once"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="follower_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="follower_by_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} #{self.pk}"
