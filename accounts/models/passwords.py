"""The passwords a person had before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class UsedPassword(models.Model):
    """The hash of a password, stored when it was set; the validator of new ones deletes all but the last ten."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="used_passwords", verbose_name=_("người dùng")
    )
    password = models.CharField(_("bản băm"), max_length=128)

    class Meta:
        verbose_name = _("mật khẩu đã dùng")
        verbose_name_plural = _("mật khẩu đã dùng")

    def __str__(self) -> str:
        return str(self.person)
