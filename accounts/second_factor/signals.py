"""What happens at a person's second factors is in the ledger, from where mail to the person follows."""

from __future__ import annotations

from typing import Any, Final

import structlog
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from accounts.ledger import record
from accounts.models import AccountEvent, User
from accounts.second_factor.required import GRACE, is_break_glass, note

Kind = AccountEvent.Kind
RECOVERY: Final = Authenticator.Type.RECOVERY_CODES
logger = structlog.get_logger(__name__)


def connect() -> None:
    user_logged_in.connect(_begin_session, dispatch_uid="accounts.second_factor")
    authenticator_added.connect(_note_added, dispatch_uid="accounts.second_factor")
    authenticator_removed.connect(_note_removed, dispatch_uid="accounts.second_factor")
    authenticator_reset.connect(_note_new_codes, dispatch_uid="accounts.second_factor")
    authenticator_used.connect(_note_used, dispatch_uid="accounts.second_factor")


def _begin_session(request: HttpRequest, user: User, **_: Any) -> None:
    at = timezone.now()
    if user.second_factor_from is None:
        user.second_factor_from = timezone.localdate(at) + GRACE
        user.save(update_fields=["second_factor_from"])
    note(request.session, user)
    if is_break_glass(user):
        logger.error("break_glass_sign_in", account=user.pk)  # also where the mail server is away
        record(Kind.BREAK_GLASS, person=user, actor=user, at=at)


def _note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(request.session, user)
    kind = Kind.CODES_MADE if authenticator.type == RECOVERY else Kind.FACTOR_ADDED
    _record(kind, user, authenticator)


def _note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(request.session, user)
    if authenticator.type != RECOVERY:
        _record(Kind.FACTOR_REMOVED, user, authenticator)


def _note_new_codes(user: User, authenticator: Authenticator, **_: Any) -> None:
    _record(Kind.CODES_MADE, user, authenticator)


def _note_used(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Of the uses only that of a recovery code: its owner wants to know should somebody else have done it."""
    if authenticator.type == RECOVERY:
        _record(Kind.CODE_USED, user, authenticator, left=len(authenticator.wrap().get_unused_codes()))


def _record(kind: AccountEvent.Kind, user: User, authenticator: Authenticator, **detail: Any) -> None:
    record(kind, person=user, actor=user, at=timezone.now(), factor=str(authenticator.type), **detail)
