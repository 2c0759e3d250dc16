"""The form that asks for the reason of a reading."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.staff.fields import choice, line
from dossiers.models import ReadingReason


class ReasonForm(forms.Form):
    kind = choice(_("Vì sao mở hồ sơ này"), ReadingReason.Kind.choices, missing=_("Hãy chọn lý do."), radio=True)
    words = line(_("Ghi thêm"), 300, required=False, hint=_("Đừng ghi họ tên hay số giấy tờ."))
