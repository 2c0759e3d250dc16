"""What allauth's pages change at an account is in the ledger too."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from django.http import HttpRequest
from django.utils import timezone

from accounts.ledger import record
from accounts.models import AccountEvent, User
from accounts.sessions.actions import end_other_sessions


def connect() -> None:
    password_changed.connect(_note_password, dispatch_uid="accounts.ledger")


def _note_password(request: HttpRequest, user: User, **_: Any) -> None:
    end_other_sessions(person=user, but=request.session.session_key or "")
    record(AccountEvent.Kind.PASSWORD_CHANGED, person=user, actor=user, at=timezone.now())
