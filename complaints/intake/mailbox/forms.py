"""Forms for a message that was set aside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import REASON, REASON_SHORT, line, paragraph
from complaints.intake.mailbox.set_aside import Filing
from complaints.models import Case, Category
from complaints.permissions import may_work
from complaints.registration.fields import clean_text
from complaints.texts.sanitising import sanitised_line
from units.codes import normalise


class FilingForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("Lĩnh vực"),
        queryset=Category.objects.all(),
        to_field_name="code",
        empty_label=_("Chọn lĩnh vực"),
        help_text=_("Tố cáo được niêm phong ngay, người được giao mới thấy."),
        error_messages={"required": _("Hãy chọn một lĩnh vực."), "invalid_choice": _("Hãy chọn lại lĩnh vực.")},
    )
    subject = line(_("Tiêu đề"), 500)
    content = forms.CharField(
        label=_("Nội dung"),
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off"}),
        error_messages={"required": _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")},
    )
    name = line(_("Họ và tên người gửi"), 200)
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        help_text=_("Báo nhận được gửi đến địa chỉ này, trừ khi là tố cáo."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_content(self) -> str:
        return clean_text(self, "content")

    def filing(self) -> Filing:
        cleaned = self.cleaned_data
        return Filing(
            category=cleaned["category"],
            subject=sanitised_line(cleaned["subject"]),
            content=cleaned["content"],
            name=sanitised_line(cleaned["name"]),
            email=cleaned["email"],
        )


class AddingForm(forms.Form):
    """Adds to a case that this person works on; any other code is reported as unknown."""

    code = line(_("Mã vụ việc"), 60, missing=_("Hãy ghi mã vụ việc."))
    words = forms.CharField(
        label=_("Lời của người gửi"),
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": _("Hãy viết rõ bằng lời, ít nhất 10 chữ cái.")},
    )

    def __init__(self, data: Any = None, *, user: User, initial: Any = None, auto_id: str = "them_%s") -> None:
        super().__init__(data, initial=initial, auto_id=auto_id)
        self.user = user

    def clean_code(self) -> Case:
        code = normalise(self.cleaned_data["code"]) or ""
        rows = Case.objects.visible_to(self.user).select_related("unit", "receiving_unit")
        found = rows.filter(code=code).first()
        if found is None or not may_work(self.user, found):
            raise forms.ValidationError(_("Không có vụ việc này trong việc của ông/bà."))
        return found

    def clean_words(self) -> str:
        return clean_text(self, "words")


class DismissForm(forms.Form):
    reason = paragraph(REASON, most=500, missing=REASON_SHORT, hint=_("Vì sao thư này không thành vụ việc."))

    def clean_reason(self) -> str:
        return clean_text(self, "reason")
