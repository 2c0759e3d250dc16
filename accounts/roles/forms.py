"""What is typed about accounts: a proposal, and the reason of a refusal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import SUBJECT_LENGTH, Membership, User
from accounts.roles.actions import RoleAsked
from accounts.staff.fields import DayField
from units.models import Unit


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Lý do"), max_length=300, error_messages={"required": gettext_lazy("Hãy ghi lý do.")}
    )


class ProposeRoleForm(forms.Form):
    """Who is to hold which role where, and why."""

    person = forms.CharField(
        label=gettext_lazy("Tên đăng nhập của người được đề xuất"),
        max_length=150,
        error_messages={"required": gettext_lazy("Hãy ghi tên đăng nhập.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Vai trò"),
        choices=[("", gettext_lazy("Chọn vai trò")), *Membership.Role.choices],
        error_messages={"required": gettext_lazy("Hãy chọn vai trò.")},
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Tại đơn vị"),
        queryset=Unit.objects.none(),
        empty_label=gettext_lazy("Chọn đơn vị"),
        error_messages={"required": gettext_lazy("Hãy chọn đơn vị.")},
    )
    valid_from = DayField(label=gettext_lazy("Từ ngày"))
    valid_to = DayField(label=gettext_lazy("Đến hết ngày"), required=False)
    reason = _reason()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.in_force(today).order_by("kind__order", "order", "name")
        self.fields["valid_from"].initial = today

    def clean_person(self) -> User:
        person = User.objects.filter(username=self.cleaned_data["person"].strip(), is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("Không ai đăng nhập bằng tên này."))
        return person

    @property
    def asked(self) -> RoleAsked:
        typed = self.cleaned_data
        return RoleAsked(typed["role"], typed["unit"], typed["valid_from"], typed["valid_to"])


class ProposeEmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Địa chỉ thư mới"),
        error_messages={
            "required": gettext_lazy("Hãy ghi địa chỉ thư."),
            "invalid": gettext_lazy("Ghi địa chỉ thư như ten@vidu.vn."),
        },
    )
    reason = _reason()


class ProposeReopeningForm(forms.Form):
    reason = _reason()


class ProposeResetForm(forms.Form):
    """Beside another form with a reason on the same page: so its field has a name of its own there."""

    prefix = "dat-lai"
    reason = _reason()


class ProposeIdentityForm(forms.Form):
    """Which account at the identity provider; beside another form with a reason on the same page."""

    prefix = "nha-cung-cap"
    subject = forms.CharField(
        label=gettext_lazy("Mã định danh ở nhà cung cấp"),
        help_text=gettext_lazy("Trang từ chối hiện mã này khi người ấy đăng nhập bằng nhà cung cấp lần đầu."),
        max_length=SUBJECT_LENGTH,
        error_messages={"required": gettext_lazy("Hãy ghi mã định danh.")},
    )
    reason = _reason()


class RefuseForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Lý do từ chối"),
        max_length=300,
        error_messages={"required": gettext_lazy("Hãy ghi lý do.")},
    )
