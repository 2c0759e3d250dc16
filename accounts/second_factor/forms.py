"""What is typed as a second factor: a code of the app, or a recovery code."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.limits.attempts import Limit, TooManyTries
from accounts.models import User
from accounts.second_factor.encryption import CannotDecrypt, decrypt_text, encrypt_text
from accounts.second_factor.limits import accept_code, count_code
from accounts.second_factor.totp import Judged, Verdict, judge, use_code
from accounts.sign_in.adapter import LOCKED

TOTP_DIGITS: Final = 6
EMPTY: Final = {"required": gettext_lazy("Hãy nhập mã.")}


def _digits(typed: str) -> str:
    """As apps and printed lists group them: with spaces or hyphens."""
    return "".join(typed.replace("-", "").split())


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:
    wanted = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(attrs=wanted),
        error_messages=EMPTY | {"max_length": gettext_lazy("Mã không dài như vậy.")},
    )


def counted(person: User, at: datetime) -> list[Limit]:
    """Counts a code before it is looked at. Raises a ValidationError that says when to come back."""
    visitor = account_adapter().get_client_ip(context.request)
    try:
        return count_code(person=person, visitor=visitor, at=at)
    except TooManyTries as refused:
        happened = _("Mã của tài khoản này bị nhập sai quá nhiều lần.")
        otherwise = _(
            "Khóa truy cập vẫn dùng được. Nếu không phải ông/bà đã thử thì có người biết mật khẩu của ông/bà: "
            "hãy báo ngay người quản trị hệ thống của cơ quan."
        )
        refusal = f"{happened} {refused.come_back} {otherwise}"
        raise ValidationError(refusal, code=LOCKED, params={"seconds": refused.seconds}) from refused


def _fault(judged: Judged) -> ValidationError:
    sentence = {
        Verdict.WRONG: _("Mã không đúng. Hãy nhập 6 chữ số đang hiện trong ứng dụng; mã đổi sau mỗi 30 giây."),
        Verdict.USED: _("Mã này đã dùng rồi. Xin chờ mã mới trong ứng dụng, chậm nhất 30 giây."),
        Verdict.PHONE_SLOW: _(
            "Mã này đã hết hạn khoảng %(minutes)s phút trước. Nếu mã vừa hiện ra thì đồng hồ của điện thoại chạy chậm "
            "chừng ấy: hãy bật giờ tự động trên điện thoại, rồi nhập mã mới."
        ),
        Verdict.PHONE_FAST: _(
            "Đồng hồ của điện thoại chạy nhanh khoảng %(minutes)s phút: hãy bật giờ tự động trên điện thoại, rồi nhập "
            "mã mới."
        ),
    }[judged.verdict]
    return ValidationError(sentence % {"minutes": judged.minutes})


class _CodeForm(forms.Form):
    code = _code_field(gettext_lazy("Mã trong ứng dụng, hoặc mã dự phòng"))
    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Six digits are the app's; anything else can only be a recovery code."""
        at, code = timezone.now(), _digits(self.cleaned_data["code"])
        limits = counted(self.user, at)
        if len(code) == TOTP_DIGITS:
            judged, row = use_code(person=self.user, code=code, at=at)
            if judged.verdict is not Verdict.RIGHT:
                raise _fault(judged)
        else:
            row = self._use_recovery_code(code)
        assert row is not None
        row.user = self.user
        self.authenticator = row
        accept_code(limits=limits, at=at)
        return code

    def _use_recovery_code(self, code: str) -> Authenticator:
        rows = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.RECOVERY_CODES)
        codes = row.wrap() if (row := rows.first()) else None
        if codes is None or not codes.validate_code(code):
            raise ValidationError(_("Mã dự phòng không đúng, hoặc đã dùng rồi: mỗi mã dùng được một lần."))
        authenticator: Authenticator = codes.instance
        return authenticator


class SecondStepForm(_CodeForm, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of signing in."""


class ConfirmCodeForm(_CodeForm, ReauthenticateForm):  # type: ignore[misc]
    """Once more by a code, before something sensitive."""


class SetUpAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app. Until it comes the seed waits in the session, which is a row of the database: so it is
    encrypted there as well. It stays the same when the page is loaded again: the phone may have read it already."""

    code = _code_field(gettext_lazy("Mã 6 chữ số đang hiện trong ứng dụng"))
    secret: str
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        waiting = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        try:
            self.secret = decrypt_text(waiting) if waiting else self.secret
        except CannotDecrypt:
            waiting = None
        session[SECRET_SESSION_KEY] = waiting or encrypt_text(self.secret)
        self.interval = 0

    def clean_code(self) -> str:
        at, code = timezone.now(), _digits(self.cleaned_data["code"])
        limits = counted(self.user, at)
        judged = judge(self.secret, code, at)
        if judged.verdict is not Verdict.RIGHT:
            raise _fault(judged)
        accept_code(limits=limits, at=at)
        self.interval = judged.interval
        return code
