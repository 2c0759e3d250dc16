"""The ledger of accounts and its proposals in sentences."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccountEvent, Proposal

Kind = AccountEvent.Kind
Change = Proposal.Change

_SENTENCES: Final = {
    Kind.CREATED: gettext_lazy("%(actor)s mở tài khoản của %(person)s."),
    Kind.RENAMED: gettext_lazy("%(actor)s đổi tên %(was)s thành %(now)s."),
    Kind.EMAIL_CHANGED: gettext_lazy("%(actor)s đổi địa chỉ thư của %(person)s từ %(was)s thành %(now)s."),
    Kind.LINK_SENT: gettext_lazy("%(actor)s cho gửi liên kết đặt mật khẩu tới %(person)s."),
    Kind.PASSWORD_CHANGED: gettext_lazy("%(person)s tự đổi mật khẩu."),
    Kind.PASSWORD_SET: gettext_lazy("%(person)s đặt mật khẩu bằng liên kết."),
    Kind.CLOSED: gettext_lazy("%(actor)s khóa tài khoản của %(person)s."),
    Kind.REOPENED: gettext_lazy("%(actor)s mở lại tài khoản của %(person)s."),
    Kind.FACTOR_ADDED: gettext_lazy("%(person)s thêm bước thứ hai: %(factor)s."),
    Kind.FACTOR_REMOVED: gettext_lazy("%(person)s bỏ bước thứ hai: %(factor)s."),
    Kind.CODES_MADE: gettext_lazy("%(person)s lập mã dự phòng."),
    Kind.CODE_USED: gettext_lazy("%(person)s dùng một mã dự phòng."),
    Kind.FACTOR_RESET: gettext_lazy("%(actor)s chấp thuận đặt lại bước thứ hai của %(person)s."),
    Kind.IDENTITY_LINKED: gettext_lazy("%(actor)s chấp thuận nối %(person)s với tài khoản ở nhà cung cấp."),
    Kind.IDENTITY_UNLINKED: gettext_lazy("%(actor)s gỡ tài khoản ở nhà cung cấp khỏi %(person)s."),
    Kind.SESSIONS_ENDED: gettext_lazy("%(actor)s kết thúc mọi phiên đăng nhập của %(person)s."),
    Kind.BREAK_GLASS: gettext_lazy("Tài khoản khẩn cấp %(person)s đăng nhập."),
    Kind.ROLE_GIVEN: gettext_lazy("%(actor)s giao %(person)s vai trò %(role)s tại %(unit)s."),
    Kind.ROLE_ENDED: gettext_lazy("%(actor)s kết thúc vai trò %(role)s của %(person)s tại %(unit)s."),
    Kind.ROLE_CHANGED: gettext_lazy("%(actor)s sửa vai trò %(role)s của %(person)s tại %(unit)s."),
}
_FACTORS: Final = {
    "totp": gettext_lazy("ứng dụng xác thực"),
    "webauthn": gettext_lazy("khóa truy cập"),
}
_PROPOSED: Final = {
    (Kind.PROPOSED, Change.ROLE): gettext_lazy("%(actor)s đề xuất giao %(person)s vai trò %(role)s tại %(unit)s."),
    (Kind.PROPOSED, Change.EMAIL): gettext_lazy("%(actor)s đề xuất đổi địa chỉ thư của %(person)s."),
    (Kind.PROPOSED, Change.ACTIVATE): gettext_lazy("%(actor)s đề xuất mở lại tài khoản của %(person)s."),
    (Kind.PROPOSED, Change.FACTOR): gettext_lazy("%(actor)s đề xuất đặt lại bước thứ hai của %(person)s."),
    (Kind.PROPOSED, Change.IDENTITY): gettext_lazy("%(actor)s đề xuất nối %(person)s với tài khoản ở nhà cung cấp."),
    (Kind.REFUSED, Change.IDENTITY): gettext_lazy("%(actor)s từ chối nối %(person)s với tài khoản ở nhà cung cấp."),
    (Kind.WITHDRAWN, Change.IDENTITY): gettext_lazy(
        "%(actor)s rút đề xuất nối %(person)s với tài khoản ở nhà cung cấp."
    ),
    (Kind.REFUSED, Change.ROLE): gettext_lazy("%(actor)s từ chối giao %(person)s vai trò %(role)s tại %(unit)s."),
    (Kind.REFUSED, Change.EMAIL): gettext_lazy("%(actor)s từ chối đổi địa chỉ thư của %(person)s."),
    (Kind.REFUSED, Change.ACTIVATE): gettext_lazy("%(actor)s từ chối mở lại tài khoản của %(person)s."),
    (Kind.REFUSED, Change.FACTOR): gettext_lazy("%(actor)s từ chối đặt lại bước thứ hai của %(person)s."),
    (Kind.WITHDRAWN, Change.FACTOR): gettext_lazy("%(actor)s rút đề xuất đặt lại bước thứ hai của %(person)s."),
    (Kind.WITHDRAWN, Change.ROLE): gettext_lazy(
        "%(actor)s rút đề xuất giao %(person)s vai trò %(role)s tại %(unit)s."
    ),
    (Kind.WITHDRAWN, Change.EMAIL): gettext_lazy("%(actor)s rút đề xuất đổi địa chỉ thư của %(person)s."),
    (Kind.WITHDRAWN, Change.ACTIVATE): gettext_lazy("%(actor)s rút đề xuất mở lại tài khoản của %(person)s."),
}


def sentence_of(event: AccountEvent) -> str:
    """Who did what to whom. No query for rows that `with_names` brought."""
    kind = Kind(event.kind)
    sentence = _PROPOSED[kind, Change(event.change)] if event.change else _SENTENCES[kind]
    none = _("(chưa có)")
    return str(sentence) % {
        "actor": str(event.actor) if event.actor else _("Người vận hành"),
        "person": str(event.person),
        "role": event.get_role_display(),
        "unit": event.unit.name if event.unit else "",
        "was": event.detail.get("was") or none,
        "factor": _FACTORS.get(event.detail.get("factor", ""), ""),
        "now": event.detail.get("now") or none,
    }


def title_of(proposal: Proposal) -> str:
    """What is proposed, in one line."""
    sentence = {
        Change.ROLE: _("Giao %(person)s vai trò %(role)s tại %(unit)s"),
        Change.EMAIL: _("Đổi địa chỉ thư của %(person)s thành %(email)s"),
        Change.ACTIVATE: _("Mở lại tài khoản của %(person)s"),
        Change.FACTOR: _("Đặt lại bước thứ hai của %(person)s"),
        Change.IDENTITY: _("Nối %(person)s với tài khoản ở nhà cung cấp"),
    }[Change(proposal.change)]
    return sentence % {
        "person": str(proposal.person),
        "role": proposal.get_role_display(),
        "unit": proposal.unit.name if proposal.unit else "",
        "email": proposal.email,
    }
