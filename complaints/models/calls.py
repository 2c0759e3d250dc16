"""Calls to the hotline: when, who answered, and what was promised to the caller.

A call is recorded as a case (Decree 20/2008/NĐ-CP, article 7: the words of a caller are written down faithfully).
An unwritten call stores the caller's name and number until it is written down, and cannot be closed before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.models.cases import Case
from complaints.models.labels import READING_ROLES
from units.clock.days import day_bounds
from units.models import Unit


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> Self:
        """Calls whose case this person sees, and unwritten ones at the units they read for or at ended units that
        these replace."""
        unwritten = Q(case=None, unit__in=user.unit_ids_with_papers(*READING_ROLES))
        seen = Case.objects.visible_to(user).filter(pk=OuterRef("case"))
        return self.filter(unwritten | Exists(seen))

    def unwritten(self) -> Self:
        return self.filter(case=None)

    def promised(self) -> Self:
        """A call back was promised and has not been made."""
        return self.filter(call_back_by__isnull=False, called_back_at=None)

    def outstanding(self) -> Self:
        """Somebody has to call back, or to write down the talk."""
        return self.filter(Q(case=None) | Q(call_back_by__isnull=False, called_back_at=None))

    def missed(self, at: datetime) -> Self:
        return self.promised().filter(call_back_by__lt=at)


class Call(models.Model):
    """One call. `name` and `phone` only until it is written down; then the case alone says who spoke.

    `call_back_by`: the promise, in working time; `called_back_at`: when that was done; `tries`: how often
    nobody answered. All moments UTC. `first_unit`: the office that answered, where it has ended since and `unit`, its
    successor, calls back and writes down.
    """

    request_key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("nơi nghe"))
    first_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nơi nghe lúc đầu")
    )
    operator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("người nghe"))
    began_at = models.DateTimeField(_("gọi lúc"))
    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="call", verbose_name=_("vụ việc")
    )
    name = models.CharField(_("người gọi"), max_length=200, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=20, blank=True)
    closed_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    call_back_by = models.DateTimeField(_("hẹn gọi lại trước"), null=True, blank=True)
    called_back_at = models.DateTimeField(_("đã gọi lại lúc"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("số lần không gặp"), default=0)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc gọi")
        verbose_name_plural = _("cuộc gọi")
        indexes = [
            models.Index(
                fields=["unit", "call_back_by"],
                name="call_promised",
                condition=Q(call_back_by__isnull=False, called_back_at=None),
            ),
            models.Index(fields=["unit", "began_at"], name="call_unwritten", condition=Q(case=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_closed_is_written_down", condition=Q(closed_at=None) | Q(case__isnull=False)
            ),
            models.CheckConstraint(
                name="call_written_down_names_nobody", condition=Q(case=None) | Q(name="", phone="")
            ),
            models.CheckConstraint(
                name="call_unwritten_is_promised",
                condition=Q(case__isnull=False) | (Q(call_back_by__isnull=False) & ~Q(phone="")),
            ),
            models.CheckConstraint(
                name="call_goes_on_elsewhere", condition=Q(first_unit=None) | ~Q(first_unit=F("unit"))
            ),
            models.CheckConstraint(
                name="call_back_after_the_call",
                condition=(Q(call_back_by=None) | Q(call_back_by__gte=F("began_at")))
                & (Q(called_back_at=None) | Q(call_back_by__isnull=False, called_back_at__gte=F("began_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.began_at:%d/%m/%Y %H:%M}"

    @property
    def answered_by_unit(self) -> Unit:
        return self.first_unit or self.unit

    @property
    def succeeded_at(self) -> datetime | None:
        """When the office that answered ended, aware; None where it still exists."""
        if self.first_unit is None or self.first_unit.valid_to is None:
            return None
        _first, after = day_bounds(self.first_unit.valid_to)
        return max(after, self.began_at)

    def is_missed(self, at: datetime) -> bool:
        return self.call_back_by is not None and self.called_back_at is None and self.call_back_by < at
