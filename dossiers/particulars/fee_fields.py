"""Reads and checks the fee fields of forms: amount, status, ground of a waiver."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.identity import plain
from dossiers.models import Dossier

FeeStatus = Dossier.FeeStatus

WHEN_WAIVED: Final = gettext_lazy("Chỉ ghi khi miễn: điều, khoản và tên văn bản.")
_MONEY: Final = re.compile(r"[0-9]+|[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,3}(,[0-9]{3})+")


def read_money(typed: str) -> int | None:
    """Whole đồng, with points or commas between thousands; empty is 0. None for anything else, or over nine digits."""
    written = "".join(plain(typed).split())
    digits = written.replace(".", "").replace(",", "")
    if written and (not _MONEY.fullmatch(written) or len(digits) > 9):
        return None
    return int(digits or 0)


def check_fee(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Adds errors where amount and status contradict; a waived fee may have any amount."""
    fee, status = cleaned.get("fee_vnd"), cleaned.get("fee_status")
    if fee and status == FeeStatus.NONE:
        form.add_error("fee_status", _("Có số tiền thì chọn đã thu, thu sau hoặc miễn."))
    if fee == 0 and status in {FeeStatus.COLLECTED, FeeStatus.LATER}:
        form.add_error("fee_vnd", _("Hãy ghi số tiền."))
    if cleaned.get("waiver_ground") and status != FeeStatus.WAIVED:
        form.add_error("fee_status", _("Có căn cứ miễn thì chọn “Miễn”."))
