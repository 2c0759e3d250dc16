"""Letters to the people whose dossiers were read by somebody who had no right to. No database and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dossiers.models import Dossier
from dossiers.slips.heading import Issue, heading_data, party_data, short_moment
from dossiers.slips.pdf import Form, compiled
from units.texts.characters import printable


def breach_letters(read: Sequence[tuple[Dossier, datetime, datetime]], *, at: datetime, reason: str) -> bytes:
    """One PDF, a page for each dossier: `read` gives it with the first and the last time."""
    letters = [_letter(dossier, first, last, at, reason) for dossier, first, last in read]
    title, day = "Thông báo lộ dữ liệu cá nhân", letters[0]["day"]
    return compiled("breach.typ", {"title": title, "day": day, "letters": letters})


def _letter(dossier: Dossier, first: datetime, last: datetime, at: datetime, reason: str) -> dict[str, Any]:
    heading = heading_data(Form.RECEIPT, dossier.desk, Issue(at=at))
    times = {"first": short_moment(first), "last": short_moment(last), "reason": reason}
    return printable(heading | party_data(dossier) | times)  # type: ignore[no-any-return]
