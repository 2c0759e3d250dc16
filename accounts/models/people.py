"""People who work in the offices, and what each of them may do where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.database.constraints import ends_after_start, same, same_text, validity
from units.models import CalendarVersion, Unit, UnitQuerySet
from units.reorganisation.successors import Continued, before, continued_on

_BELOW: dict[str, Any] = {
    "below": ArraySubquery(Unit.objects.filter(path__startswith=OuterRef("unit__path")).order_by("pk").values("pk"))
}
_EDITION: dict[str, Any] = {"edition": Subquery(CalendarVersion.objects.values("number")[:1])}


def name_of(person: str = "") -> Coalesce:
    """What `str(User)` says, within a query: of whom the column `person` names, or of the rows themselves."""
    path = f"{person}__" if person else ""
    return Coalesce(NullIf(f"{path}full_name", Value("")), f"{path}username")


class HasHashes(Protocol):
    """Keyed hashes of the session and the network address of a request."""

    @property
    def session(self) -> bytes: ...

    @property
    def address(self) -> bytes: ...


class User(AbstractUser):
    """A member of staff. Citizens need no account to follow a dossier."""

    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True)
    counter = models.CharField(_("quầy"), max_length=20, blank=True)
    link_sent_at = models.DateTimeField(_("gửi liên kết lúc"), null=True, blank=True, editable=False)
    """When the latest link for a new password was issued, while it has not been used; older ones open nothing."""
    second_factor_from = models.DateField(_("cần bước thứ hai từ"), null=True, blank=True, editable=False)
    """Set at the first sign-in, 14 days ahead; not asked where the portal has one day for all."""
    origin: HasHashes | None = None
    """From where this person signed in, within a request; see `accounts/staff/origin.py`."""

    class Meta:
        verbose_name = _("người dùng")
        verbose_name_plural = _("người dùng")

    def __str__(self) -> str:
        return self.full_name or self.username

    def has_role(self, *roles: str) -> bool:
        """Whether this person holds any of `roles` at any unit."""
        return any(membership.role in roles for membership in self.current_memberships())

    @property
    def office(self) -> Unit | None:
        """Where this person works: the unit of the first role given to them, not of one lent by somebody away."""
        own = [held for held in self.current_memberships() if held.delegated_by is None]
        return min(own, key=lambda held: held.pk).unit if own else None

    @property
    def is_overseer(self) -> bool:
        """Leads without standing at a counter: staff pages then show the officials' tabs."""
        roles = {membership.role for membership in self.current_memberships()}
        leading = {Membership.Role.OFFICIAL.value, Membership.Role.LEADER.value}
        return bool(roles & leading) and not roles & {Membership.Role.CLERK.value, Membership.Role.SPECIALIST.value}

    @property
    def leads(self) -> bool:
        """Whether this person gives out the work of some office."""
        return self.has_role(Membership.Role.LEADER)

    def units_as(self, *roles: str) -> UnitQuerySet:
        """The units this person acts for in any of `roles`, each with its whole subtree."""
        subtrees = [Q(path__startswith=m.unit.path) for m in self.current_memberships() if m.role in roles]
        return Unit.objects.filter(reduce(or_, subtrees)) if subtrees else Unit.objects.none()

    def unit_ids_as(self, *roles: str) -> list[int]:
        """The keys of `units_as`; no query once the memberships are loaded."""
        return sorted({pk for held in self.current_memberships() if held.role in roles for pk in held.below})

    def continued_as(self, *roles: str) -> dict[int, str]:
        """The ended units that those of `units_as` continue, and their paths; no query once the memberships are
        loaded."""
        return self.continued_by(self.unit_ids_as(*roles))

    def continued_by(self, units: Iterable[int]) -> dict[int, str]:
        """The ended units that those of these keys continue, and their paths; no query once the memberships are
        loaded."""
        held = self.current_memberships()
        return before(units, held[0].continued) if held else {}

    def unit_ids_with_papers(self, *roles: str) -> list[int]:
        """The keys of `units_as` and of the ended units these continue: whose papers this person may need."""
        return [*self.unit_ids_as(*roles), *self.continued_as(*roles)]

    @property
    def calendar_edition(self) -> int:
        """The number of the calendar in force, read along with the memberships; 0 for somebody who holds none."""
        return next((held.edition or 0 for held in self.current_memberships()), 0)

    def current_memberships(self) -> list[Membership]:
        """Memberships in force today and those lent by people who are away, loaded once per user object (a request
        builds a fresh one). The lent ones are no rows; their `delegated_by` says whose they are.

        One query, which every staff page makes: it also brings what nearly all of them ask next, the units below each
        membership and the number of the calendar.
        """
        if not hasattr(self, "_current_memberships"):
            # The one model that reads the clock: what a signed-in person may do is always a question about now.
            today = timezone.localdate()
            away = Delegation.objects.in_force(today).filter(to_user=self)
            concerned = Q(user=self) | Q(user__in=away.values("from_user"))
            held = list(Membership.objects.in_force(today).filter(concerned).with_what_follows(today))
            own = [membership for membership in held if membership.user_id == self.pk]
            if len(own) < len(held):
                lending = away.select_related("from_user", "to_user", "unit__kind").annotate(**_BELOW)
                own += [lent for one in lending for membership in held if (lent := _lent(one, membership))]
            self._current_memberships = own
        return self._current_memberships


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, on: date) -> MembershipQuerySet:
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))

    def with_roles(self, roles: Iterable[str]) -> MembershipQuerySet:
        return self.filter(role__in=list(roles))

    def with_what_follows(self, today: date) -> MembershipQuerySet:
        """With the unit, `below`, `continued` and `edition`."""
        continued: dict[str, Any] = {"continued": continued_on(today)}
        return self.select_related("unit__kind").annotate(**_BELOW, **continued, **_EDITION)


class Membership(models.Model):
    """One role of one person at one unit; the unit's whole subtree comes with it."""

    class Role(models.TextChoices):
        CLERK = "clerk", _("Cán bộ một cửa")
        SPECIALIST = "specialist", _("Chuyên viên")
        LEADER = "leader", _("Lãnh đạo đơn vị")
        OFFICIAL = "official", _("Lãnh đạo điều hành")
        EDITOR = "editor", _("Biên tập thủ tục")
        INSPECTOR = "inspector", _("Thanh tra, tiếp nhận tố cáo")
        INSPECTION_HEAD = "inspection_head", _("Chánh thanh tra")
        ADMINISTRATOR = "administrator", _("Quản trị")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("người dùng"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    delegated_by: User | None = None
    """Whose role this is, where it is only lent for a while; see `Delegation`."""
    below: list[int]
    """The keys of its unit and of those below; on the memberships of `User.current_memberships` only."""
    continued: list[Continued]
    """Which units continue ended ones, anywhere; on those memberships only too."""
    edition: int | None
    """The number of the calendar then in force; on the memberships of `User.current_memberships` only."""

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


DELEGABLE = (
    Membership.Role.CLERK,
    Membership.Role.SPECIALIST,
    Membership.Role.LEADER,
    Membership.Role.OFFICIAL,
)
"""Roles a deputy takes over. The keepers' roles are not lent: no role climbs."""


BEGUN = Q(ended_on=None) | Q(ended_on__gt=F("valid_from"))


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def begun(self) -> DelegationQuerySet:
        """Without those taken back on or before their first day, which stay recorded but were never held."""
        return self.filter(BEGUN)

    def in_force(self, on: date) -> DelegationQuerySet:
        return self.begun().filter(valid_from__lte=on, valid_to__gte=on)


class Delegation(models.Model):
    """Somebody away (illness, leave, a journey) and who does their work at one unit in the meantime.

    During it the deputy holds, at that unit and below, the working roles that the absent person holds there. One that
    was ended keeps who did it and `ended_on`, the first day without it: `valid_to` is the day before, or as agreed
    where it never began.
    """

    from_user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="delegations_given", verbose_name=_("người vắng")
    )
    to_user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="delegations_held", verbose_name=_("người làm thay")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"))
    reason = models.CharField(_("lý do"), max_length=300)
    ended_on = models.DateField(_("kết thúc từ ngày"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người kết thúc")
    )

    below: list[int]

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("ủy quyền làm thay")
        verbose_name_plural = _("ủy quyền làm thay")
        ordering = ["valid_from", "pk"]
        constraints = [
            ends_after_start("delegation_ends_after_start"),
            models.CheckConstraint(
                name="delegation_to_another",
                condition=~Q(from_user=F("to_user")),
                violation_error_message=_("Không ai làm thay chính mình."),
            ),
            models.CheckConstraint(
                name="delegation_has_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Hãy ghi lý do."),
            ),
            models.CheckConstraint(
                name="delegation_ended_is_over",
                condition=Q(ended_on=None) | Q(ended_on__lte=F("valid_from")) | Q(ended_on__gt=F("valid_to")),
                violation_error_message=_("Ngày cuối phải trước ngày kết thúc."),
            ),
            ExclusionConstraint(
                name="delegation_one_deputy_at_a_time",
                expressions=[
                    (same("from_user"), RangeOperators.OVERLAPS),
                    (same("unit"), RangeOperators.OVERLAPS),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                condition=BEGUN,
                violation_error_message=_("Người này đã có người làm thay tại đơn vị trong thời gian đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"

    def covers(self, held: Membership) -> Membership | None:
        """What of the absent person's role the deputy has: at the narrower of the two places; None where none."""
        if held.user_id != self.from_user_id or held.role not in DELEGABLE:
            return None
        narrower, wider = sorted((held.unit, self.unit), key=lambda unit: len(unit.path), reverse=True)
        if not narrower.path.startswith(wider.path):
            return None
        lent = Membership(user=self.to_user, unit=narrower, role=held.role, valid_from=self.valid_from)
        lent.valid_to, lent.delegated_by = self.valid_to, self.from_user
        return lent


def _lent(delegation: Delegation, held: Membership) -> Membership | None:
    """What `covers` says, with what follows."""
    lent = delegation.covers(held)
    if lent is not None:
        lent.below = held.below if lent.unit.pk == held.unit_id else delegation.below
        lent.continued, lent.edition = held.continued, held.edition
    return lent


class AttemptCounter(models.Model):
    """When something was tried that a limit counts. `key`: a keyed hash of what is counted."""

    key = models.CharField(max_length=64, unique=True)
    times = ArrayField(models.DateTimeField())
    forget_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "dossiers_lookuptry"
        verbose_name = _("bộ đếm lượt thử")
        verbose_name_plural = _("bộ đếm lượt thử")

    def __str__(self) -> str:
        return f"{self.forget_at} × {len(self.times)}"
