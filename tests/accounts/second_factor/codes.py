"""An authenticator app and its owner, as tests use them."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User
from accounts.second_factor.encryption import encrypt_text
from tests.factories import PASSWORD

LOGIN = "/can-bo/dang-nhap/"
SECOND = "/can-bo/dang-nhap/buoc-hai/"
PAGES = "/can-bo/hai-buoc/"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at: datetime, seed: str = SEED, *, off: timedelta = timedelta()) -> str:
    """What the app shows then; `off`: by how much the clock of its phone is fast."""
    return format_hotp_value(hotp_value(seed, int((at + off).timestamp()) // 30))


def give_app(person: User, seed: str = SEED) -> list[str]:
    """Sets the app up; returns the recovery codes."""
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=person, type=kind, data={"secret": encrypt_text(seed)})
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    return codes


def password_typed(person: User, number: int = 0) -> Client:
    """A browser after the first step."""
    client = Client(REMOTE_ADDR=f"10.0.0.{number}")
    answer = client.post(LOGIN, {"login": person.username, "password": PASSWORD})
    assert answer["Location"] == SECOND
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
