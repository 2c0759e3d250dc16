"""Forms for updating the catalogue from a file: one editor uploads, another applies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.staff.fields import DayField, choice, line
from procedures.national.actions import LONGEST_DECISION, Source
from procedures.national.files import FileRecords, Unreadable, read_records
from units.models import UnitKind

ENDINGS: Final = (".json", ".xlsx")
LEVELS: Final = [
    ("", gettext_lazy("Tệp nêu cấp của từng thủ tục")),
    (UnitKind.DISTRICT, gettext_lazy("Cấp huyện")),
    (UnitKind.WARD, gettext_lazy("Cấp xã")),
]
HINT: Final = format_lazy(
    gettext_lazy(
        "JSON của cơ sở dữ liệu quốc gia, hoặc .xlsx mỗi dòng một thủ tục; không quá {mb} MB. Gửi tệp chưa đổi gì."
    ),
    mb=settings.MAX_UPLOAD_MB,
)


class UpdateForm(forms.Form):
    """The file comes last: fields before it survive an upload that is too long."""

    decision = line(
        gettext_lazy("Quyết định công bố"),
        LONGEST_DECISION,
        missing=gettext_lazy("Hãy ghi số quyết định công bố."),
        hint=gettext_lazy("Số, ngày và nơi ban hành."),
    )
    decided_on = DayField(
        label=gettext_lazy("Ngày ký quyết định"),
        help_text=gettext_lazy("Phải công khai trong 5 ngày làm việc từ ngày này."),
    )
    valid_from = DayField(
        label=gettext_lazy("Áp dụng từ ngày"), help_text=gettext_lazy("Hồ sơ nhận trước ngày này ở lại bản cũ.")
    )
    level = choice(gettext_lazy("Thủ tục mới mà tệp không nêu cấp"), LEVELS)
    file = forms.FileField(
        label=gettext_lazy("Tệp"),
        help_text=HINT,
        error_messages={"required": gettext_lazy("Hãy chọn tệp.")},
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )

    def clean_decided_on(self) -> date:
        signed: date = self.cleaned_data["decided_on"]
        if signed > timezone.localdate():
            raise forms.ValidationError(_("Ngày ký quyết định không thể sau hôm nay."))
        return signed

    def clean_file(self) -> FileRecords:
        upload: TemporaryUploadedFile = self.cleaned_data["file"]
        if not str(upload.name).lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Tệp phải là .json hoặc .xlsx."))
        self.file_name = str(upload.name)
        try:
            return read_records(Path(upload.temporary_file_path()))
        except Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable

    @property
    def source(self) -> Source:
        """Only after `is_valid`."""
        decision = {name: self.cleaned_data[name] for name in ("decision", "decided_on", "valid_from", "level")}
        return Source(file_name=self.file_name, **self.cleaned_data["file"]._asdict(), **decision)


class ApproveForm(forms.Form):
    """`seen` is the digest of the comparison on the page; it is posted back with a wrong form too."""

    valid_from = DayField(label=gettext_lazy("Áp dụng từ ngày"))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
