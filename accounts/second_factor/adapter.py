"""What allauth's second factors ask this portal about."""

from __future__ import annotations

from io import BytesIO
from typing import ClassVar

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.second_factor.encryption import decrypt_text, encrypt_text


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar[dict[str, Promise]] = {
        "cannot_generate_recovery_codes": gettext_lazy("Hãy đặt ứng dụng xác thực hoặc khóa truy cập trước."),
        "incorrect_code": gettext_lazy("Không xác nhận được khóa truy cập này. Xin thử lại, hoặc dùng cách khác."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt_text(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Several portals may be in one app: each by its host."""
        return str(context.request.get_host())

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        """The name by which one signs in: the address of the person's mail is nobody's business on a phone."""
        return str(user.get_username())

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Khóa truy cập %(number)s") % {"number": number}
