"""Who may propose and decide changes at accounts that hold a guarded role."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import GUARDED, INSPECTION, AccountEvent, Membership, MembershipQuerySet, Proposal, User
from units.models import Unit

Role = Membership.Role

ESTABLISHED: Final = timedelta(days=30)
"""How long somebody must have been an administrator, untouched by the proposer, to decide what that one proposes. As
long is a head of inspection whose role ended waited for before administrators decide about inspectors alone."""

_CONTROL: Final = (
    AccountEvent.Kind.CREATED,
    AccountEvent.Kind.EMAIL_CHANGED,
    AccountEvent.Kind.LINK_SENT,
    AccountEvent.Kind.REOPENED,
    AccountEvent.Kind.IDENTITY_LINKED,
)


def keeps_accounts(user: User) -> bool:
    """Whether the pages of proposals and of the ledger are open to this person."""
    return administers(user) or user.has_role(Role.INSPECTION_HEAD)


def administers(user: User) -> bool:
    return user.is_superuser or user.has_role(Role.ADMINISTRATOR)


def needs_two(role: str, unit: Unit) -> bool:
    """Whether two people give this role there: of the topmost offices even a clerk sees every dossier."""
    return role in GUARDED or unit.is_tenant or unit.parent_id is None


def guarded_rows() -> Q:
    """As `needs_two` asks of many memberships."""
    return Q(role__in=GUARDED) | Q(unit__is_tenant=True) | Q(unit__parent=None)


def unended(person: User, on: date) -> list[Membership]:
    """The person's own guarded roles from the day `on`, those that begin later too."""
    rows = Membership.objects.filter(guarded_rows(), Q(valid_to=None) | Q(valid_to__gte=on), user=person)
    return list(rows.select_related("unit").order_by("unit__name", "pk"))


def is_guarded(person: User, on: date) -> bool:
    return person.is_superuser or bool(unended(person, on))


def is_of_inspection(person: User, on: date) -> bool:
    """Whether this person holds a role that opens what is sealed, or held one until a short while ago."""
    since = on - ESTABLISHED
    held = Membership.objects.with_roles(INSPECTION).filter(user=person)
    return held.filter(Q(valid_to=None) | Q(valid_to__gte=since)).exists()


def objection(proposal: Proposal, user: User, at: datetime) -> str:
    """Why this person may not grant it; empty when they may."""
    if user.pk == proposal.proposer_id:
        return _("Người đề xuất không tự chấp thuận: phải có người thứ hai.")
    if user.pk == proposal.person_id:
        return _("Không ai tự quyết định về tài khoản của mình.")
    on = timezone.localdate(at)
    if not touches_inspection(proposal, on):
        return _administrators_objection(proposal, user, at)
    if user.has_role(Role.INSPECTION_HEAD):
        return ""
    if not _is_head(proposal.proposer, on) and _heads(on).exclude(user=proposal.person_id).exists():
        return _("Việc về người làm thanh tra do chánh thanh tra chấp thuận.")
    return _administrators_objection(proposal, user, at)


def touches_inspection(proposal: Proposal, on: date) -> bool:
    return proposal.role in INSPECTION or is_of_inspection(proposal.person, on)


def _heads(on: date) -> MembershipQuerySet:
    """Heads of inspection, and those whose role ended a short while ago: ending the role does not bypass them."""
    ended = Q(valid_to=None) | Q(valid_to__gte=on - ESTABLISHED)
    return Membership.objects.with_roles([Role.INSPECTION_HEAD]).filter(ended, valid_from__lte=on)


def _is_head(user: User, on: date) -> bool:
    return Membership.objects.in_force(on).with_roles([Role.INSPECTION_HEAD]).filter(user=user).exists()


def _administrators_objection(proposal: Proposal, user: User, at: datetime) -> str:
    if not administers(user):
        return _("Chỉ người quản trị chấp thuận được việc này.")
    if not user.is_superuser and not _is_established(user, at):
        return _("Ông/bà làm quản trị chưa đủ 30 ngày nên chưa chấp thuận được.")
    return objection_to_accomplice(user, proposal.proposer, at)


def objection_to_accomplice(user: User, proposer: User, at: datetime) -> str:
    """Why this person is no second one beside the proposer; empty when they are."""
    control = AccountEvent.objects.filter(person=user, actor=proposer, kind__in=_CONTROL, at__gt=at - ESTABLISHED)
    if control.exists():
        return _("Người đề xuất đã mở hoặc sửa tài khoản của ông/bà trong 30 ngày qua: cần một người khác.")
    return ""


def _is_established(user: User, at: datetime) -> bool:
    """By the ledger where it knows of the role; a day before today could be written into the row itself."""
    on = timezone.localdate(at)
    held = Membership.objects.in_force(on).with_roles([Role.ADMINISTRATOR]).filter(user=user)
    if not held.filter(valid_from__lte=on - ESTABLISHED).exists():
        return False
    given = AccountEvent.objects.filter(person=user, kind=AccountEvent.Kind.ROLE_GIVEN, role=Role.ADMINISTRATOR)
    return not given.filter(at__gt=at - ESTABLISHED).exists()
