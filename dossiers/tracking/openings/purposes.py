"""What a reading was for, as a sentence for the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Slip
from dossiers.operations.registry import OPERATIONS

MACHINE_PAGES: Final = ("api", "book")
"""Pages by which software took the dossier away, alone or among many: shown apart from people who looked at it."""

_PURPOSES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "dossier": gettext_lazy("Xem toàn bộ hồ sơ"),
        "search": gettext_lazy("Tìm trong sổ hồ sơ, và hồ sơ này có trong kết quả"),
        "register": gettext_lazy("Tiếp nhận thêm hồ sơ của người nộp, nên xem hồ sơ trước"),
        "cung-nguoi": gettext_lazy("Tiếp nhận thêm hồ sơ của người nộp, nên chép thông tin"),
        "confirmation": gettext_lazy("Xem lại hồ sơ vừa tiếp nhận"),
        "receipt": gettext_lazy("In giấy hẹn cho người nộp"),
        "receipt shown": gettext_lazy("Xem bản giấy hẹn đã in"),
        "hotline": gettext_lazy("Trả lời một cuộc gọi từ số điện thoại của người nộp"),
        "scans": gettext_lazy("Thêm bản quét giấy tờ"),
        "scan": gettext_lazy("Xem một bản quét giấy tờ"),
        "scan withdrawal": gettext_lazy("Gỡ một bản quét ghi nhầm"),
        "slip": gettext_lazy("Xem một phiếu của hồ sơ"),
        "slip handover": gettext_lazy("In phiếu bàn giao có hồ sơ này"),
        "book": gettext_lazy("Xuất sổ theo dõi hồ sơ, trong đó có hồ sơ này"),
        "api": gettext_lazy("Phần mềm khác đọc tình trạng hồ sơ"),
    }
)


def purpose_of(page: str) -> str:
    """The sentence for a page or an operation; a page with a number after its name has the sentence of its name."""
    if page in OPERATIONS:
        return _("Mở trang để làm việc: %(operation)s") % {"operation": OPERATIONS[page].label}
    name, _space, rest = page.partition(" ")
    if name == "slip" and rest in Slip.Form and page not in _PURPOSES:
        return _("Xem phiếu: %(slip)s") % {"slip": Slip.Form(rest).label}
    return str(_PURPOSES.get(page) or _PURPOSES.get(name) or _("Việc khác"))
