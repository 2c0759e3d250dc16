"""Forms of passkeys (WebAuthn): what a browser sends is JSON that anybody may have made up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.limits.attempts import Limit, TooManyTries, count_try, give_back
from accounts.sign_in.adapter import LOCKED
from accounts.sign_in.password_limits import VISITOR_RATES

NAME_LENGTH: Final = 60


@contextmanager
def _made_up_is_incorrect() -> Iterator[None]:
    """allauth and fido2 look into what was sent before all of it is known to be there."""
    try:
        yield
    except ValidationError:
        raise
    except (AttributeError, ArithmeticError, LookupError, TypeError, ValueError) as broken:
        raise get_adapter().validation_error("incorrect_code") from broken


class _Checked(forms.Form):
    def clean_credential(self) -> Authenticator:
        with _made_up_is_incorrect():
            return super().clean_credential()  # type: ignore[misc]  # allauth's form beside this one


class PasskeyStepForm(_Checked, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """The second step by a passkey."""


class ConfirmPasskeyForm(_Checked, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Once more by a passkey, before something sensitive."""


class PasskeySignInForm(_Checked, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey as the only step: the device has asked for a finger, a face or a PIN. A visitor may send so many
    wrong ones and no more, for each costs a signature."""

    def clean_credential(self) -> Authenticator:
        at, visitor = timezone.now(), account_adapter().get_client_ip(context.request)
        limits = [Limit("sign-in: passkeys of a visitor", (visitor,), VISITOR_RATES)]
        try:
            count_try(limits=limits, at=at)
        except TooManyTries as refused:
            raise ValidationError(refused.come_back, code=LOCKED) from refused
        found = super().clean_credential()
        give_back(limits=limits, at=at)
        return found


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=gettext_lazy("Tên để ông/bà nhận ra"),
        help_text=gettext_lazy("Ví dụ: máy ở quầy, điện thoại, khóa USB."),
        max_length=NAME_LENGTH,
        required=False,
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("Đăng nhập chỉ bằng khóa này, không cần mật khẩu"),
        help_text=gettext_lazy("Thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã PIN. Khóa USB cũ có thể không làm được."),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        with _made_up_is_incorrect():
            cleaned: dict[str, Any] = super().clean()
            return cleaned
