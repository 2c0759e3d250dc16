"""People who work in the offices, and what each of them may do where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.constraints import ends_after_start, same, same_text, validity
from units.models import Unit, UnitQuerySet


class User(AbstractUser):
    """A member of staff. Citizens need no account to follow a dossier."""

    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    counter = models.CharField(_("quầy"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")

    def __str__(self) -> str:
        return self.full_name or self.username

    def has_role(self, *roles: str) -> bool:
        """Whether this person holds any of `roles` at any unit."""
        return any(membership.role in roles for membership in self.current_memberships())

    @property
    def is_overseer(self) -> bool:
        """Leads without standing at a counter: staff pages then show the officials' tabs."""
        roles = {membership.role for membership in self.current_memberships()}
        leading = {Membership.Role.OFFICIAL.value, Membership.Role.LEADER.value}
        return bool(roles & leading) and not roles & {Membership.Role.CLERK.value, Membership.Role.SPECIALIST.value}

    def units_as(self, *roles: str) -> UnitQuerySet:
        """The units this person acts for in any of `roles`, each with its whole subtree."""
        subtrees = [Q(path__startswith=m.unit.path) for m in self.current_memberships() if m.role in roles]
        return Unit.objects.filter(reduce(or_, subtrees)) if subtrees else Unit.objects.none()

    def current_memberships(self) -> list[Membership]:
        """Memberships in force today, loaded once per user object (a request builds a fresh one)."""
        if not hasattr(self, "_current_memberships"):
            # The one model that reads the clock: what a signed-in person may do is always a question about now.
            held = Membership.objects.in_force(timezone.localdate()).filter(user=self)
            self._current_memberships = list(held.select_related("unit__kind"))
        return self._current_memberships


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> MembershipQuerySet:
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def with_roles(self, roles: Iterable[str]) -> MembershipQuerySet:
        return self.filter(role__in=list(roles))


class Membership(models.Model):
    """One role of one person at one unit; the unit's whole subtree comes with it."""

    class Role(models.TextChoices):
        CLERK = "clerk", _("Cán bộ một cửa")
        SPECIALIST = "specialist", _("Chuyên viên")
        LEADER = "leader", _("Lãnh đạo đơn vị")
        OFFICIAL = "official", _("Lãnh đạo điều hành")
        EDITOR = "editor", _("Biên tập thủ tục")
        ADMINISTRATOR = "administrator", _("Quản trị")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("người dùng"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò tại đơn vị")
        verbose_name_plural = _("vai trò tại đơn vị")
        constraints = [
            ends_after_start("membership_valid_range"),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    (same("user"), RangeOperators.OVERLAPS),
                    (same("unit"), RangeOperators.OVERLAPS),
                    (same_text("role"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Người này đã giữ vai trò đó tại đơn vị trong thời gian đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"
