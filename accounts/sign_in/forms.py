"""The form of a new password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy

from accounts.models import User


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Set twice alike, by the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label, self.fields["new_password1"].help_text = gettext_lazy("Mật khẩu mới"), ""
        self.fields["new_password2"].label = gettext_lazy("Mật khẩu mới (nhập lại)")

    def validate_password_for_user(self, user: User, password_field_name: str = "", **kwargs: Any) -> None:
        """Faults of the password are shown beside the first field: Django shows them beside its repetition."""
        super().validate_password_for_user(user, "new_password1", **kwargs)
