"""Why a spreadsheet or CSV file cannot be read, in Vietnamese and English."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _


class FileFault(Enum):
    """Why the whole file cannot be read; the value is the sentence with its parameters."""

    NO_FILE = _("Không đọc được tệp %(path)s.")
    EMPTY = _("Tệp không có nội dung.")
    NO_ROWS = _("Dưới dòng tiêu đề không có dòng nào.")
    ONE_COLUMN = _("Tệp chỉ có một cột: hãy xem lại dấu phân cách.")
    MISSING = _("Tệp thiếu cột: %(columns)s.")
    TWICE = _("Hai cột cùng tiêu đề: %(columns)s.")
    UNCLOSED = _("Từ dòng %(row)d tệp không đọc tiếp được: có thể thiếu dấu nháy kép đóng.")
    OLD_EXCEL = _("Tệp Excel đời cũ hoặc có mật khẩu: hãy lưu lại thành .xlsx không mật khẩu, hoặc .csv.")
    NOT_EXCEL = _("Tệp .xlsx bị hỏng hoặc không phải bảng tính.")
    TOO_LONG = _("Tệp .xlsx giải nén ra quá lớn.")
    NO_SHEET = _("Bảng tính không có trang này.")


class UnusableFile(Exception):
    """The file, or the mapping given with it, cannot be used at all."""

    def __init__(self, fault: Enum, **params: Any) -> None:
        super().__init__(*in_both_languages(fault, params))


LANGUAGES: Final = ("vi", "en")


def in_both_languages(fault: Enum, params: dict[str, Any]) -> tuple[str, str]:
    """The sentence `fault.value` in Vietnamese and in English."""
    sentences = []
    for language in LANGUAGES:
        with translation.override(language):
            sentences.append(str(fault.value) % params)
    return sentences[0], sentences[1]
