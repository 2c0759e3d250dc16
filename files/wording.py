"""Sentences for people about a refused file and about sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.faults import Fault, Unfit

SENTENCES: Final[dict[Fault, Any]] = {
    Fault.EMPTY: gettext_lazy("tệp rỗng, không có gì bên trong."),
    Fault.TOO_LARGE: gettext_lazy("tệp lớn quá %(most)s MB. Hãy quét ở 200–300 dpi hoặc chia thành nhiều tệp."),
    Fault.PROGRAM: gettext_lazy("đây là chương trình chạy được trên máy, không phải giấy tờ."),
    Fault.ARCHIVE: gettext_lazy("đây là tệp nén hoặc tệp Word, Excel. Hãy lưu thành PDF rồi gửi lại."),
    Fault.WEB_PAGE: gettext_lazy("đây là trang web hoặc hình vẽ SVG, có thể chứa mã chạy. Hãy in ra PDF rồi gửi lại."),
    Fault.HEIC: gettext_lazy("ảnh HEIC không phải trình duyệt nào cũng mở được. Hãy đổi sang JPEG rồi gửi lại."),
    Fault.UNKNOWN: gettext_lazy("không nhận ra loại tệp này. Chỉ nhận PDF, JPEG, PNG và TIFF."),
    Fault.WRONG_NAME: gettext_lazy(
        "tên tệp kết thúc bằng “.%(claimed)s” mà bên trong là %(kind)s. Hãy đặt lại đúng tên rồi gửi lại."
    ),
    Fault.HIDDEN_PDF: gettext_lazy("trong tệp này giấu một tệp PDF. Hãy quét hoặc lưu lại tệp mới."),
    Fault.HIDDEN_ARCHIVE: gettext_lazy("phía sau tệp này giấu một tệp nén. Hãy quét hoặc lưu lại tệp mới."),
    Fault.HIDDEN_SCRIPT: gettext_lazy("trong ảnh này giấu mã chạy. Hãy chụp hoặc quét lại."),
    Fault.BROKEN: gettext_lazy("tệp hỏng hoặc chưa tải lên hết, không mở được. Hãy quét hoặc lưu lại rồi gửi."),
    Fault.TOO_MANY_PIXELS: gettext_lazy(
        "ảnh quá nhiều điểm ảnh (nhiều nhất %(most)s triệu mỗi trang). Hãy quét ở 200–300 dpi."
    ),
    Fault.TOO_MANY_AT_ONCE: gettext_lazy("quá %(most)s tệp một lần gửi."),
    Fault.TOO_MANY_PIXELS_AT_ONCE: gettext_lazy(
        "cùng các ảnh trước đó vượt quá %(most)s triệu điểm ảnh một lần gửi. Hãy gửi ít ảnh hơn mỗi lần."
    ),
    Fault.TOO_MANY_PAGES: gettext_lazy("tệp quá nhiều trang (nhiều nhất %(most)s trang). Hãy chia thành nhiều tệp."),
    Fault.ENCRYPTED: gettext_lazy("PDF đặt mật khẩu hoặc bị khóa. Hãy bỏ khóa rồi gửi lại."),
    Fault.NO_PAGES: gettext_lazy("PDF không có trang nào."),
    Fault.LIVE_FORM: gettext_lazy("biểu mẫu PDF động chỉ hiện khi chạy chương trình. Hãy in ra PDF rồi gửi lại."),
    Fault.SIGNED_AND_ACTIVE: gettext_lazy(
        "PDF ký số mà có mã chạy hoặc tệp đính kèm: bỏ đi thì mất chữ ký. Hãy xin bản ký số không kèm gì."
    ),
    Fault.ACTIVE_WORD: gettext_lazy(
        "tệp Word có macro, đối tượng nhúng hoặc lấy nội dung từ nơi khác. Hãy lưu lại bản không có những thứ đó."
    ),
    Fault.NOT_A_FORM: gettext_lazy("mẫu đơn phải là tệp Word (.docx) hoặc PDF."),
    Fault.INFECTED: gettext_lazy(
        "phần mềm diệt vi-rút nhận ra mã độc trong tệp này. Hãy quét hoặc chụp lại từ máy khác."
    ),
    Fault.NOT_SCANNED: gettext_lazy("lúc này chưa kiểm tra vi-rút được nên chưa nhận tệp. Hãy gửi lại sau ít phút."),
    Fault.TOO_HARD: gettext_lazy("mở tệp này tốn quá nhiều thời gian hoặc bộ nhớ. Hãy quét hoặc lưu lại tệp mới."),
}

LARGE_REQUEST: Final = gettext_lazy(
    "Các tệp gửi một lần cộng lại lớn quá %(most)s MB, máy chủ không nhận. Hãy chọn lại, gửi ít tệp hơn mỗi lần."
)

TOO_MANY: Final = gettext_lazy(
    "Mỗi lần gửi nhiều nhất %(most)s tệp. Hãy chọn lại, chia ra gửi nhiều lần hoặc quét thành một tệp nhiều trang."
)


def sentence(unfit: Unfit, name: str) -> str:
    """“anh.jpg”: what is wrong with it and what to do."""
    return _("“%(name)s”: %(fault)s") % {"name": name, "fault": SENTENCES[unfit.fault] % unfit.facts}


def large_request(most_mb: int) -> str:
    return str(LARGE_REQUEST % {"most": most_mb})


def too_many(most: int) -> str:
    return str(TOO_MANY % {"most": most})


def hindrance(state: str, fault: str, facts: Mapping[str, str | int]) -> str:
    """Why nobody can read an uploaded file, or not yet; empty for a clean one."""
    if state == "checking":
        return _("đang kiểm tra, một lát nữa mới mở được")
    if state == "unfit":
        return _("không mở được nên đã bỏ: %(fault)s") % {"fault": SENTENCES[Fault(fault)] % facts}
    return ""


def size_words(size: int) -> str:
    """ "1,2 MB", "340 KB": in the page's language."""
    if size >= 1_000_000:
        return f"{localize(round(size / 1_000_000, 1))} MB"
    return f"{max(1, round(size / 1000))} KB"
