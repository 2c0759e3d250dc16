"""Other systems that send cases, their API keys, and their own numbers of cases."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.cases import Case
from complaints.models.labels import Channel

SHOWN = 8
"""How many characters of a key are stored in clear, so that people can distinguish keys."""


class Partner(models.Model):
    """A system that sends cases: the city's hotline, an app. `channel`: the one its cases are registered with."""

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    channel = models.CharField(_("nguồn"), max_length=10, choices=Channel.choices, default=Channel.PARTNER)

    class Meta:
        verbose_name = _("hệ thống đối tác")
        verbose_name_plural = _("hệ thống đối tác")
        constraints = [
            models.CheckConstraint(
                name="partner_is_no_paper", condition=Q(channel__in=["partner", "hotline", "open311"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    """What a key opens."""

    CREATE = "cases.create", _("chuyển vụ việc đến")
    READ = "cases.read", _("xem vụ việc đã chuyển")
    OPEN311 = "open311", "Open311"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def valid(self, at: datetime) -> Self:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at))


class ApiKey(models.Model):
    """A key of a partner. Only its SHA-256 is stored: the key is long and random, so the hash does not reveal it."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=SHOWN)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("khóa API")
        verbose_name_plural = _("khóa API")
        constraints = [
            models.CheckConstraint(
                name="api_key_opens_what_is_known",
                condition=Q(scopes__len__gt=0, scopes__contained_by=[scope.value for scope in Scope]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} · {self.shown}…"


class PartnerCase(models.Model):
    """A partner's own number of a case. Number and content are keyed hashes: enough to recognise a repeated
    request."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="of_partner")

    class Meta:
        verbose_name = _("vụ việc của đối tác")
        verbose_name_plural = _("vụ việc của đối tác")
        constraints = [models.UniqueConstraint(fields=["partner", "reference"], name="partner_case_once")]

    def __str__(self) -> str:
        return f"{self.partner_id} · {self.case_id}"
