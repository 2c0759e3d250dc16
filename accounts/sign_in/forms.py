"""The forms of signing in and of a new password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, ngettext

from accounts.limits.attempts import HOUR, MINUTE
from accounts.models import User
from accounts.sessions.actions import OWN_DEVICE


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    own_device = forms.BooleanField(label=gettext_lazy("Chỉ một mình tôi dùng máy này"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["own_device"].help_text = gettext_lazy(
            "Không chọn: %(shared)s không dùng thì phải đăng nhập lại. Chọn: %(own)s."
        ) % {"shared": _duration(settings.SESSION_IDLE_SHARED), "own": _duration(settings.SESSION_IDLE_OWN)}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[OWN_DEVICE] = self.cleaned_data["own_device"]
        answer: HttpResponse = super().login(request, redirect_url=redirect_url)
        return answer


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Set twice alike, by the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label, self.fields["new_password1"].help_text = gettext_lazy("Mật khẩu mới"), ""
        self.fields["new_password2"].label = gettext_lazy("Mật khẩu mới (nhập lại)")

    def validate_password_for_user(self, user: User, password_field_name: str = "", **kwargs: Any) -> None:
        """Faults of the password are shown beside the first field: Django shows them beside its repetition."""
        super().validate_password_for_user(user, "new_password1", **kwargs)


def _duration(span: timedelta) -> str:
    """Whole hours where it is that, else minutes."""
    hours, rest = divmod(span, HOUR)
    if hours and not rest:
        return ngettext("%(n)s giờ", "%(n)s giờ", hours) % {"n": hours}
    minutes = span // MINUTE
    return ngettext("%(n)s phút", "%(n)s phút", minutes) % {"n": minutes}
