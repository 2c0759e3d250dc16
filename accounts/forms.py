"""What a person's roles have to keep together in one form."""

from __future__ import annotations

from typing import Any

from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from units.forms import pairs, refuse, share_a_day


class MembershipFormSet(BaseInlineFormSet[Membership, User, Any]):
    def clean(self) -> None:
        super().clean()
        message = _("Người này đã giữ vai trò đó tại đơn vị trong thời gian đó.")
        refuse(pairs(self, "unit", "role"), share_a_day, message)
