"""Prints issued slips from their stored data, number and version."""

from __future__ import annotations

from datetime import datetime

from dossiers.models import Slip
from dossiers.slips.codes import list_code
from dossiers.slips.heading import slip_number
from dossiers.slips.pdf import LANGUAGE, Data, as_copy, as_replaced, slip_pdf
from units.texts import wording


def issued_data(slip: Slip, *, look_up_address: str = "", copied_at: datetime | None = None) -> Data:
    """The printed data of an issued slip (with its unit), with the fields of the day of issue.

    `look_up_address`: the URL of the dossier now, for slips issued without one. `copied_at` marks a reprint. A slip
    replaced by a newer version is always marked.
    """
    number = slip_number(Slip.Form(slip.form), slip.number, slip.unit)
    address = slip.data.get("look_up_address") or look_up_address
    data: Data = slip.data | {"number": number, "version": slip.version, "look_up_address": address}
    if slip.form == Slip.Form.HANDOVER:
        data["list_code"] = list_code(slip.pk)
    if copied_at:
        data = as_copy(data, copied_at)
    if slip.replaced_at:
        since = wording.short_datetime(slip.replaced_at, LANGUAGE)
        data = as_replaced(data, f"phiên bản {slip.version + 1} lúc {since}")
    return data


def issued_pdf(slip: Slip, *, look_up_address: str = "", copied_at: datetime | None = None) -> bytes:
    """The issued slip as PDF; see `issued_data`."""
    return slip_pdf(slip.form, issued_data(slip, look_up_address=look_up_address, copied_at=copied_at))
