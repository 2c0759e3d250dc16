"""Why nobody was signed in by the identity provider, as a sentence for whoever sits before the page."""

from __future__ import annotations

from enum import Enum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(Enum):
    AWAY = "away"
    METADATA = "metadata"
    STATE = "state"
    CANCELLED = "cancelled"
    DENIED = "denied"
    CODE = "code"
    MALFORMED = "malformed"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    FUTURE = "future"
    NONCE = "nonce"
    STRENGTH = "strength"
    OLD = "old"
    UNKNOWN = "unknown"


class Refused(Exception):
    """`subject`: who it was for the provider, where that is proved and only the account here is missing."""

    def __init__(self, reason: Reason, subject: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.subject = reason, subject


SENTENCES: Final[dict[Reason, Promise]] = {
    Reason.AWAY: _("Nhà cung cấp không trả lời. Xin thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu."),
    Reason.METADATA: _("Nhà cung cấp trả lời không đúng như đã cấu hình ở cổng. Hãy báo người quản trị hệ thống."),
    Reason.STATE: _("Lần đăng nhập này không bắt đầu ở trình duyệt này, đã dùng rồi, hoặc đã quá 10 phút."),
    Reason.CANCELLED: _("Việc đăng nhập đã bị dừng ở trang của nhà cung cấp."),
    Reason.DENIED: _("Nhà cung cấp từ chối yêu cầu đăng nhập của cổng. Hãy báo người quản trị hệ thống."),
    Reason.CODE: _("Nhà cung cấp không nhận mã đăng nhập: mã đã dùng, đã hết hạn hoặc thuộc trình duyệt khác."),
    Reason.MALFORMED: _("Nhà cung cấp trả lời không đúng định dạng. Hãy báo người quản trị hệ thống."),
    Reason.KEY: _("Thông tin đăng nhập ký bằng một khóa mà nhà cung cấp không công bố."),
    Reason.SIGNATURE: _("Thông tin đăng nhập có chữ ký sai."),
    Reason.ISSUER: _("Thông tin đăng nhập do một nơi khác cấp."),
    Reason.AUDIENCE: _("Thông tin đăng nhập được cấp cho một hệ thống khác."),
    Reason.EXPIRED: _("Thông tin đăng nhập đã hết hạn."),
    Reason.FUTURE: _("Thông tin đăng nhập ghi giờ ở tương lai: đồng hồ của cổng hoặc của nhà cung cấp sai."),
    Reason.NONCE: _("Thông tin đăng nhập thuộc một lần đăng nhập khác."),
    Reason.STRENGTH: _("Ở nhà cung cấp, ông/bà đã đăng nhập bằng cách chưa đủ mạnh: hãy dùng xác thực hai bước ở đó."),
    Reason.OLD: _("Nhà cung cấp không hỏi lại ông/bà là ai mà dùng phiên cũ. Hãy đăng xuất ở đó rồi thử lại."),
    Reason.UNKNOWN: _("Tài khoản này chưa được nối với tài khoản cán bộ nào ở cổng."),
}
