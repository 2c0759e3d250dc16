"""By which account at the identity provider a person signs in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.ledger import record
from accounts.models import AccountEvent, Proposal, ProviderIdentity, User
from accounts.provider.sessions import end_of_identity
from units.rules import RuleBroken


def check_configured() -> None:
    """Raises RuleBroken where the settings name no provider."""
    if not settings.OIDC_ISSUER:
        raise RuleBroken(_("Cổng chưa có nhà cung cấp để đăng nhập."))


@transaction.atomic
def link_identity(*, person: User, subject: str, actor: User, proposal: Proposal, at: datetime) -> None:
    """Two people have decided it; it replaces what was linked before. Raises RuleBroken."""
    check_configured()
    row = {"issuer": settings.OIDC_ISSUER, "subject": subject}
    if ProviderIdentity.objects.filter(**row).exclude(person=person).exists():
        raise RuleBroken(_("Mã định danh này đã nối với tài khoản của người khác."))
    ProviderIdentity.objects.update_or_create(person=person, defaults=row | {"linked_at": at})
    record(AccountEvent.Kind.IDENTITY_LINKED, person=person, actor=actor, at=at, proposal=proposal)


@transaction.atomic
def unlink_identity(*, person: User, actor: User, at: datetime) -> None:
    """One person is enough: it takes a way in away, and ends the sessions that began by it. Raises RuleBroken."""
    identity = ProviderIdentity.objects.filter(person=person).first()
    if identity is None:
        raise RuleBroken(_("Tài khoản này chưa nối với nhà cung cấp."))
    end_of_identity(identity)
    identity.delete()
    record(AccountEvent.Kind.IDENTITY_UNLINKED, person=person, actor=actor, at=at)
