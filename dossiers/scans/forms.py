"""Forms about scans and internal notes."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier
from dossiers.scans.paper_rows import RESULT, listed_papers
from files.uploads.fields import SeveralFilesField, SeveralFilesInput

WHOLE: Final = ""
PAPER: Final = "giay-to:"
LIMITS = format_lazy(
    _("PDF, JPEG, PNG hoặc TIFF; mỗi tệp không quá {mb} MB. Chọn nhiều tệp một lần được."), mb=settings.MAX_UPLOAD_MB
)


class ScanForm(forms.Form):
    """The paper, then the files: fields before the first file survive an upload that is too large."""

    paper = forms.ChoiceField(
        label=_("Bản quét của"),
        required=False,
        error_messages={"invalid_choice": _("Giấy tờ này không còn trong danh sách, hãy chọn lại.")},
    )
    uploads = SeveralFilesField(label=_("Tệp từ máy tính hoặc máy quét"), help_text=LIMITS)
    photos = SeveralFilesField(
        label=_("Hoặc chụp bằng máy ảnh"),
        help_text=_("Trên điện thoại, máy tính bảng: mở thẳng máy ảnh."),
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )

    def __init__(self, data: Any = None, sent: Any = None, *, dossier: Dossier, asked: str = "") -> None:
        names = [paper["name"] for paper in listed_papers(dossier)]
        listed = dict(enumerate(names, 1))
        wanted = listed.get(int(asked)) if asked.isdecimal() and len(asked) < 4 else None
        initial = RESULT if asked == RESULT else PAPER + wanted if wanted else WHOLE
        super().__init__(data, sent, initial={"paper": initial})
        choices = [(PAPER + name, name) for name in names] + [(WHOLE, _("Cả hồ sơ"))]
        choices += [(RESULT, _("Kết quả giải quyết"))] if dossier.finished_at else []
        self.fields["paper"] = _offered(self.fields["paper"], choices)

    @property
    def all_uploads(self) -> list[UploadedFile[Any]]:
        return [*self.cleaned_data["uploads"], *self.cleaned_data["photos"]]

    @property
    def of(self) -> dict[str, Any]:
        """The chosen paper as arguments of `add_scans`."""
        chosen: str = self.cleaned_data["paper"]
        return {"paper": chosen.removeprefix(PAPER) if chosen != RESULT else "", "is_result": chosen == RESULT}


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do gỡ"),
        help_text=_("Dòng này ở lại trong hồ sơ cùng tên người gỡ; tệp không mở được nữa."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái.")},
    )


class NoteForm(forms.Form):
    prefix = "note"

    text = forms.CharField(
        label=_("Ghi chú mới"),
        help_text=_("Chỉ cán bộ xem; không in lên phiếu, không hiện khi tra cứu. Không sửa, không xóa được."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Hãy viết nội dung ghi chú.")},
    )


def _offered(field: forms.Field, choices: list[tuple[str, Any]]) -> forms.Field:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    return field
