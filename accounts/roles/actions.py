"""Changes to who may do what where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.ledger import record, record_role
from accounts.models import DELEGABLE, AccountEvent, Delegation, Membership, Proposal, User
from accounts.provider.actions import check_configured, link_identity
from accounts.roles.two_people import (
    administers,
    is_guarded,
    keeps_accounts,
    needs_two,
    objection,
    touches_inspection,
)
from accounts.second_factor.actions import reset_second_factor
from accounts.second_factor.required import has_second_factor
from accounts.sessions.actions import end_other_sessions
from units.models import Unit
from units.rules import RuleBroken

LONGEST_DELEGATION = timedelta(days=366)


@transaction.atomic
def move_memberships(*, moves: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int:
    """Give the people of units that ended the same role at the units that continue them, from the day `on`.

    `moves` is a reorganisation's: the id of a unit that ended → the id of its successor. A person who held one
    role at several of them holds it once. Roles at the old units end on the day before; returns how many were begun.
    Each of them is in the ledger.
    """
    held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), unit__in=moves.keys())
    rows = held.select_related("user").order_by("pk")
    begun = [moved for one in rows if (moved := _move(one, moves[one.unit_id], on))]
    for moved in begun:
        record_role(AccountEvent.Kind.ROLE_CHANGED, held=moved, actor=actor, at=at)
    held.filter(valid_from__gte=on).delete()  # would begin after the unit's last day
    held.update(valid_to=on - timedelta(days=1))
    return len(begun)


def _move(membership: Membership, unit_id: int, on: date) -> Membership | None:
    """Begin the role at the new unit, unless the person holds it there already on one of its days."""
    begins, ends = max(on, membership.valid_from), membership.valid_to
    same = Membership.objects.filter(user_id=membership.user_id, unit_id=unit_id, role=membership.role)
    same = same.filter(Q(valid_to=None) | Q(valid_to__gte=begins))
    if (same.filter(valid_from__lte=ends) if ends else same).exists():
        return None
    return Membership.objects.create(
        user=membership.user, unit_id=unit_id, role=membership.role, valid_from=begins, valid_to=ends
    )


@transaction.atomic
def delegate(*, absent: User, deputy: User, unit: Unit, since: date, until: date, reason: str) -> Delegation:
    """Let `deputy` do at `unit` what `absent` does there, on the local days from `since` to `until`.

    Raises RuleBroken (with the form field) for oneself as deputy, for days that make no sense, for somebody without a
    working role there, and where another deputy is already named for one of those days.
    """
    if absent.pk == deputy.pk:
        raise RuleBroken(_("Không ai làm thay chính mình."), field="deputy")
    if until < since or until - since > LONGEST_DELEGATION:
        raise RuleBroken(_("Ngày kết thúc phải từ ngày bắt đầu trở đi, không quá một năm."), field="until")
    if not reason.strip():
        raise RuleBroken(_("Hãy ghi lý do."), field="reason")
    User.objects.select_for_update().get(pk=absent.pk)  # two leaders at once name one deputy
    held = Membership.objects.in_force(since).with_roles(DELEGABLE).filter(user=absent).select_related("unit")
    if not any(unit.path.startswith(one.unit.path) or one.unit.path.startswith(unit.path) for one in held):
        raise RuleBroken(_("Người này không làm việc tại đơn vị đó."), field="absent")
    others = Delegation.objects.begun().filter(from_user=absent, unit=unit)
    if others.filter(valid_from__lte=until, valid_to__gte=since).exists():
        raise RuleBroken(_("Người này đã có người làm thay tại đơn vị trong thời gian đó."), field="since")
    return Delegation.objects.create(
        from_user=absent, to_user=deputy, unit=unit, valid_from=since, valid_to=until, reason=reason.strip()
    )


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: User | None, on: date) -> None:
    """The absent person is back on the local day `on`: the deputy's last day is the one before.

    What is taken back before it began stays recorded as well, with who did it; what is over already stays as it is.
    """
    lent = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if lent.ended_on is not None or lent.valid_to < on:
        return
    if on > lent.valid_from:
        lent.valid_to = on - timedelta(days=1)
    lent.ended_on, lent.ended_by = on, actor
    lent.save(update_fields=["valid_to", "ended_on", "ended_by"])


Happened = AccountEvent.Kind


@dataclass(frozen=True, slots=True)
class RoleAsked:
    """A role that somebody is to hold, on local days, both inclusive."""

    role: str
    unit: Unit
    valid_from: date
    valid_to: date | None = None


@transaction.atomic
def propose_role(*, person: User, asked: RoleAsked, proposer: User, reason: str, at: datetime) -> Proposal:
    """Propose that `person` holds a guarded role. Raises RuleBroken (with the form field)."""
    if not needs_two(asked.role, asked.unit):
        raise RuleBroken(_("Vai trò này giao thẳng ở trang quản trị, không cần người thứ hai."), field="role")
    if asked.valid_from < timezone.localdate(at):
        raise RuleBroken(_("Vai trò bắt đầu từ hôm nay trở đi."), field="valid_from")
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        raise RuleBroken(_("Ngày cuối phải từ ngày đầu trở đi."), field="valid_to")
    if _holds(person, asked):
        raise RuleBroken(_("Người này đã giữ vai trò đó tại đơn vị trong thời gian đó."), field="role")
    row = Proposal(change=Proposal.Change.ROLE, person=person, role=asked.role, unit=asked.unit)
    row.valid_from, row.valid_to = asked.valid_from, asked.valid_to
    return _proposed(row, proposer, reason, at)


@transaction.atomic
def propose_email(*, person: User, email: str, proposer: User, reason: str, at: datetime) -> Proposal:
    """Propose another address for an account that holds a guarded role. Raises RuleBroken (with the form field)."""
    if email == person.email:
        raise RuleBroken(_("Địa chỉ này đang dùng rồi."), field="email")
    row = Proposal(change=Proposal.Change.EMAIL, person=person, email=email)
    return _proposed(row, proposer, reason, at)


@transaction.atomic
def propose_reopening(*, person: User, proposer: User, reason: str, at: datetime) -> Proposal:
    """Propose that a closed account that holds a guarded role is opened again. Raises RuleBroken."""
    if person.is_active:
        raise RuleBroken(_("Tài khoản này đang mở."))
    return _proposed(Proposal(change=Proposal.Change.ACTIVATE, person=person), proposer, reason, at)


@transaction.atomic
def propose_reset(*, person: User, proposer: User, reason: str, at: datetime) -> Proposal:
    """Propose that the second factor of somebody who has lost it is reset. Raises RuleBroken."""
    if not has_second_factor(person):
        raise RuleBroken(_("Người này chưa đặt bước thứ hai: không có gì để đặt lại."))
    return _proposed(Proposal(change=Proposal.Change.FACTOR, person=person), proposer, reason, at)


@transaction.atomic
def propose_identity(*, person: User, subject: str, proposer: User, reason: str, at: datetime) -> Proposal:
    """Propose that a person signs in by this account at the identity provider. Raises RuleBroken."""
    check_configured()
    row = Proposal(change=Proposal.Change.IDENTITY, person=person, subject=subject)
    return _proposed(row, proposer, reason, at)


def _proposed(row: Proposal, proposer: User, reason: str, at: datetime) -> Proposal:
    if proposer.pk == row.person_id:
        raise RuleBroken(_("Không ai đề xuất cho chính mình."), field="person")
    may = administers(proposer) or (keeps_accounts(proposer) and touches_inspection(row, timezone.localdate(at)))
    if not may:
        raise RuleBroken(_("Chánh thanh tra chỉ đề xuất việc về người làm thanh tra."), field="role")
    if not reason.strip():
        raise RuleBroken(_("Hãy ghi lý do."), field="reason")
    User.objects.select_for_update().get(pk=row.person_id)  # two at once write one proposal
    same = Proposal.objects.waiting().filter(change=row.change, person=row.person, role=row.role, unit=row.unit)
    if same.exists():
        raise RuleBroken(_("Đã có một đề xuất như vậy đang chờ."), field="person")
    row.proposer, row.proposed_at, row.reason = proposer, at, reason.strip()
    row.save()
    record_proposal(Happened.PROPOSED, row, proposer, at)
    return row


def _holds(person: User, asked: RoleAsked) -> bool:
    rows = Membership.objects.filter(user=person, unit=asked.unit, role=asked.role)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=asked.valid_from))
    return (rows.filter(valid_from__lte=asked.valid_to) if asked.valid_to else rows).exists()


@transaction.atomic
def grant_proposal(*, proposal: Proposal, actor: User, at: datetime) -> None:
    """As the second person, let it come true. Raises RuleBroken."""
    row = _waiting(proposal)
    if why := objection(row, actor, at):
        raise RuleBroken(why)
    _decide(row, Proposal.Decision.GRANTED, actor, at)
    if row.change == Proposal.Change.ROLE:
        _give(row, actor, at)
    else:
        _change_account(row, actor, at)


def _give(row: Proposal, actor: User, at: datetime) -> None:
    assert row.unit is not None
    assert row.valid_from is not None
    asked = RoleAsked(row.role, row.unit, max(row.valid_from, timezone.localdate(at)), row.valid_to)
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        raise RuleBroken(_("Thời gian đề xuất đã qua."))
    if _holds(row.person, asked):
        raise RuleBroken(_("Người này đã giữ vai trò đó tại đơn vị trong thời gian đó."))
    days = {"valid_from": asked.valid_from, "valid_to": asked.valid_to}
    held = Membership.objects.create(user=row.person, unit=row.unit, role=row.role, **days)
    dates = {name: day.isoformat() for name, day in days.items() if day}
    record(
        Happened.ROLE_GIVEN,
        person=row.person,
        actor=actor,
        at=at,
        role=held.role,
        unit=row.unit,
        proposal=row,
        **dates,
    )


def _change_account(row: Proposal, actor: User, at: datetime) -> None:
    person = User.objects.select_for_update().get(pk=row.person_id)
    if row.change == Proposal.Change.EMAIL:
        was, person.email, person.link_sent_at = person.email, row.email, None
        person.save(update_fields=["email", "link_sent_at"])
        record(Happened.EMAIL_CHANGED, person=person, actor=actor, at=at, proposal=row, was=was, now=row.email)
    elif row.change == Proposal.Change.FACTOR:
        reset_second_factor(person=person, actor=actor, proposal=row, at=at)
    elif row.change == Proposal.Change.IDENTITY:
        link_identity(person=person, subject=row.subject, actor=actor, proposal=row, at=at)
    elif not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record(Happened.REOPENED, person=person, actor=actor, at=at, proposal=row)


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, actor: User, reason: str, at: datetime) -> None:
    """As another person than the proposer and whom it is about, refuse it for a reason. Raises RuleBroken."""
    row = _waiting(proposal)
    if actor.pk in {row.proposer_id, row.person_id} or not keeps_accounts(actor):
        raise RuleBroken(_("Người đề xuất và người được đề xuất không quyết định việc này."))
    if not reason.strip():
        raise RuleBroken(_("Hãy ghi lý do."), field="answer")
    row.answer = reason.strip()
    _decide(row, Proposal.Decision.REFUSED, actor, at)
    record_proposal(Happened.REFUSED, row, actor, at)


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, actor: User, at: datetime) -> None:
    """The proposer takes it back. Raises RuleBroken."""
    row = _waiting(proposal)
    if actor.pk != row.proposer_id:
        raise RuleBroken(_("Chỉ người đề xuất rút được đề xuất."))
    _decide(row, Proposal.Decision.WITHDRAWN, actor, at)
    record_proposal(Happened.WITHDRAWN, row, actor, at)


def _waiting(proposal: Proposal) -> Proposal:
    row = Proposal.objects.select_for_update(of=("self",)).with_names().get(pk=proposal.pk)
    if not row.is_waiting:
        raise RuleBroken(_("Đề xuất này đã được quyết định."))
    return row


def _decide(row: Proposal, decision: Proposal.Decision, actor: User, at: datetime) -> None:
    row.decision, row.decided_by, row.decided_at = decision, actor, at
    row.save(update_fields=["decision", "decided_by", "decided_at", "answer"])


def record_proposal(kind: AccountEvent.Kind, row: Proposal, actor: User, at: datetime) -> None:
    record(kind, person=row.person, actor=actor, at=at, role=row.role, unit=row.unit, proposal=row, change=row.change)


@transaction.atomic
def end_role(*, membership: Membership, actor: User, at: datetime) -> None:
    """End a role at once: yesterday was its last day. One that has not begun is gone; the ledger keeps it."""
    held = Membership.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=membership.pk)
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if held.valid_to is not None and held.valid_to <= yesterday:
        return
    if held.valid_from > yesterday:
        record_role(Happened.ROLE_ENDED, held=held, actor=actor, at=at)
        held.delete()
        return
    held.valid_to = yesterday
    held.save(update_fields=["valid_to"])
    record_role(Happened.ROLE_ENDED, held=held, actor=actor, at=at)


def check_account(*, person: User, email: str, is_active: bool, at: datetime) -> dict[str, str]:
    """What one person alone may not change at an account that holds a guarded role, by the form's field."""
    was = User.objects.get(pk=person.pk)
    if not is_guarded(was, timezone.localdate(at)):
        return {}
    refused = {}
    if email != was.email:
        refused["email"] = _("Người này giữ vai trò cần hai người giao: đổi địa chỉ thư cũng cần người thứ hai.")
    if is_active and not was.is_active:
        refused["is_active"] = _("Người này giữ vai trò cần hai người giao: mở lại cũng cần người thứ hai.")
    return refused


def record_account(*, person: User, was: User | None, actor: User, at: datetime) -> None:
    """Write down what differs from the account as it `was`; None for one just made."""
    if was is None:
        record(Happened.CREATED, person=person, actor=actor, at=at, now=person.email)
        return
    if (was.full_name, was.username) != (person.full_name, person.username):
        record(Happened.RENAMED, person=person, actor=actor, at=at, was=str(was), now=str(person))
    if was.email != person.email:
        User.objects.filter(pk=person.pk).update(link_sent_at=None)
        record(Happened.EMAIL_CHANGED, person=person, actor=actor, at=at, was=was.email, now=person.email)
    if was.is_active != person.is_active:
        end_other_sessions(person=person)  # else they would work again once the account is reopened
        kind = Happened.REOPENED if person.is_active else Happened.CLOSED
        record(kind, person=person, actor=actor, at=at)
