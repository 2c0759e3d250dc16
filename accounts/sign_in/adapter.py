"""What allauth asks this portal about."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.citizens.visitors import address_of
from accounts.limits.attempts import TooManyTries
from accounts.sign_in.password_limits import (
    BY_NAME,
    BY_VISITOR,
    KNOWN_FOR,
    accept_password,
    count_password,
)

LOCKED: Final = "locked"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def get_client_ip(self, request: HttpRequest) -> str:
        """What the limits of signing in count by: the visitor's network, as everywhere else."""
        return address_of(request.META, settings.NUM_PROXIES)

    def get_login_stages(self) -> list[str]:
        """With our own second step, which a strong sign-in at the identity provider may stand for."""
        own, theirs = "accounts.provider.stage.SecondStepStage", "allauth.mfa.stages.AuthenticateStage"
        return [own if stage == theirs else stage for stage in super().get_login_stages()]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Counts the try before the password costs a hash, and gives it back where it was right. In transactions of
        their own: while a password is hashed nobody waits for a row."""
        at, name, visitor = timezone.now(), str(credentials.get("username", "")), self.get_client_ip(request)
        try:
            limits = count_password(name=name, visitor=visitor, at=at)
        except TooManyTries as refused:
            raise ValidationError(_sentence(refused), code=LOCKED, params={"seconds": refused.seconds}) from refused
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            accept_password(limits=limits, name=name, visitor=visitor, at=at)
        return user


def _sentence(refused: TooManyTries) -> str:
    """What happened, when to come back, and what to do before that."""
    if refused.limit.purpose == BY_NAME:
        happened = _("Mật khẩu của tên đăng nhập này bị thử sai nhiều lần từ nơi khác.")
        otherwise = _(
            "Ở nơi ông/bà đã đăng nhập trong %(days)s ngày qua vẫn vào được. "
            "Nếu không phải ông/bà đã thử, hãy báo người quản trị hệ thống của cơ quan."
        ) % {"days": KNOWN_FOR.days}
    elif refused.limit.purpose == BY_VISITOR:
        happened = _("Từ địa chỉ mạng này đã nhập sai mật khẩu quá nhiều lần, với nhiều tên đăng nhập.")
        otherwise = _("Cần vào ngay, hãy hỏi người quản trị hệ thống của cơ quan.")
    else:
        happened = _("Từ địa chỉ mạng này đã nhập sai mật khẩu của tên đăng nhập này quá nhiều lần.")
        otherwise = _("Quên mật khẩu, hãy hỏi người quản trị hệ thống của cơ quan.")
    return f"{happened} {refused.come_back} {otherwise}"
