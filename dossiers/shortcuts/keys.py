"""The access keys of the staff pages, and the modifier keys that the browser needs."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Shortcut(NamedTuple):
    key: str
    does: str | Promise
    where: str | Promise = ""


EVERYWHERE: Final = _("Mọi trang")
REGISTER: Final = _("Trang tiếp nhận")

AT_THE_COUNTER: Final = (
    Shortcut("1", _("Tiếp nhận"), EVERYWHERE),
    Shortcut("2", _("Hàng đợi"), EVERYWHERE),
    Shortcut("3", _("Bàn giao"), EVERYWHERE),
    Shortcut("4", _("Trả kết quả"), EVERYWHERE),
    Shortcut("5", _("Tra cứu"), EVERYWHERE),
)
OVER_THE_OFFICES: Final = (
    Shortcut("1", _("Tổng quan"), EVERYWHERE),
    Shortcut("2", _("Danh sách hồ sơ"), EVERYWHERE),
    Shortcut("3", _("Đang giữ"), EVERYWHERE),
    Shortcut("4", _("Thông báo"), EVERYWHERE),
    Shortcut("5", _("Bàn giao"), EVERYWHERE),
    Shortcut("6", _("Hài lòng"), EVERYWHERE),
    Shortcut("9", _("Báo cáo"), EVERYWHERE),
)
ON_PAGES: Final = (
    Shortcut("n", _("Hồ sơ mới"), _("Trang tiếp nhận, hàng đợi")),
    Shortcut("q", _("Ô quét thẻ căn cước"), REGISTER),
    Shortcut("t", _("Ô thủ tục: gõ tắt, Enter chọn kết quả đầu"), REGISTER),
    Shortcut("s", _("Tiếp nhận và in giấy hẹn"), REGISTER),
    Shortcut("i", _("In lại giấy của hồ sơ vừa nhận"), REGISTER),
    Shortcut("m", _("Nhận tiếp cùng người nộp"), REGISTER),
    Shortcut("k", _("Ô quét mã vạch, tìm hồ sơ"), EVERYWHERE),
    Shortcut("g", _("Đường dây nóng"), _("Trang phản ánh")),
    Shortcut("b", _("Bàn giao các hồ sơ đã chọn"), _("Hàng đợi, bàn giao")),
    Shortcut("7", _("Lịch làm việc"), _("Lịch làm việc")),
    Shortcut("8", _("Quản trị"), _("Lịch làm việc")),
)


def modifier(user_agent: str) -> str:
    """The modifier keys to hold with an access key in this browser."""
    if "Mac OS" in user_agent or "Macintosh" in user_agent:
        return "Ctrl + Option"
    return "Alt + Shift" if "Firefox" in user_agent else "Alt"
