"""Accounts of staff at the identity provider."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

SUBJECT_LENGTH = 255
"""The longest `sub` that OpenID Connect allows."""


class ProviderIdentity(models.Model):
    """By which account at the identity provider a person signs in here. Two people have linked it."""

    person = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="identity", verbose_name=_("người dùng")
    )
    issuer = models.URLField(_("nhà cung cấp"), max_length=300)
    subject = models.CharField(_("mã định danh"), max_length=SUBJECT_LENGTH)
    linked_at = models.DateTimeField(_("nối lúc"))

    class Meta:
        verbose_name = _("tài khoản ở nhà cung cấp")
        verbose_name_plural = _("tài khoản ở nhà cung cấp")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="provider_identity_of_one_person"),
            models.CheckConstraint(name="provider_identity_is_whole", condition=~Q(issuer="") & ~Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.issuer}"


class ProviderSession(models.Model):
    """A session that began by the provider, which may end it. Rows of the last day: no session lasts longer."""

    identity = models.ForeignKey(ProviderIdentity, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    sid = models.CharField(max_length=SUBJECT_LENGTH, blank=True)
    """What the provider calls its own session."""
    began_at = models.DateTimeField()

    class Meta:
        verbose_name = _("phiên bắt đầu ở nhà cung cấp")
        verbose_name_plural = _("phiên bắt đầu ở nhà cung cấp")

    def __str__(self) -> str:
        return f"{self.identity} · {self.began_at:%Y-%m-%d %H:%M}"
