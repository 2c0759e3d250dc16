"""What administrators may change at accounts by themselves, and how a person sets a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import GUARDED, Membership, User
from accounts.roles.actions import check_account
from accounts.roles.two_people import needs_two
from units.formsets import pairs, refuse, share_a_day
from units.models import Unit

ORDINARY = [(role.value, role.label) for role in Membership.Role if role not in GUARDED]


class StaffForm(forms.ModelForm[User]):
    """Neither a password nor a role: a link goes to the person, and guarded roles have a page of their own."""

    class Meta:
        model = User
        fields = ("username", "full_name", "counter", "email", "is_active")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk is not None and cleaned is not None:
            email, is_active = cleaned.get("email", self.instance.email), bool(cleaned.get("is_active"))
            refused = check_account(person=self.instance, email=email, is_active=is_active, at=timezone.now())
            for field, message in refused.items():
                self.add_error(field, message)
        return cleaned


class NewPersonForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("username", "full_name", "counter", "email")
        help_texts = {"email": gettext_lazy("Liên kết đặt mật khẩu được gửi tới đây.")}


class OrdinaryRoleForm(forms.ModelForm[Membership]):
    """A role that one person gives alone."""

    role = forms.ChoiceField(
        label=gettext_lazy("Vai trò"),
        choices=[("", "---------"), *ORDINARY],
        error_messages={"invalid_choice": gettext_lazy("Vai trò này cần hai người: đề xuất ở trang Tài khoản.")},
    )

    actor_id: int | None = None
    """Who fills it in, where it says whose role it is."""

    class Meta:
        model = Membership
        fields = ("user", "unit", "role", "valid_from", "valid_to")

    def clean_user(self) -> User:
        person: User = self.cleaned_data["user"]
        if self.actor_id is not None and person.pk == self.actor_id:
            raise ValidationError(_("Không ai tự giao vai trò cho mình."))
        return person

    def clean_unit(self) -> Unit:
        unit: Unit = self.cleaned_data["unit"]
        if needs_two("", unit):
            raise ValidationError(_("Vai trò ở cơ quan cao nhất cần hai người: đề xuất ở trang Tài khoản."))
        return unit


class MembershipFormSet(BaseInlineFormSet[Membership, User, Any]):
    def clean(self) -> None:
        super().clean()
        message = _("Người này đã giữ vai trò đó tại đơn vị trong thời gian đó.")
        refuse(pairs(self, "unit", "role"), share_a_day, message)
