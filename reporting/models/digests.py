"""Subscriptions to the digest by e-mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class DigestQuerySet(models.QuerySet["DigestSubscription"]):
    def active(self) -> DigestQuerySet:
        return self.filter(stopped_at=None)


class DigestSubscription(models.Model):
    """A leader's subscription to the weekly or monthly figures of their units."""

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
