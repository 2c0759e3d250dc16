"""What the portal knows of a telephone number, for whoever is on the line with it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import User
from complaints.inbox import CaseRow, case_badge, first_words
from complaints.models import KIND_LABELS, Case
from complaints.phones import tidy_phone
from dossiers.models import Dossier
from dossiers.search import matching
from units.calendars import working_calendar

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Known:
    """The latest dossiers and cases of one number that its reader may see; sealed cases are never among them."""

    dossiers: list[Dossier]
    cases: list[CaseRow]

    def __bool__(self) -> bool:
        return bool(self.dossiers or self.cases)


def known_by(phone: str, user: User, at: datetime) -> Known | None:
    """None for what is no whole number. Whoever shows it records that it was read."""
    number = tidy_phone(phone)
    if not number.isdecimal():
        return None
    rows = Dossier.objects.worked_on_by(user).select_related("version", "desk", "holder")
    dossiers = list(matching(rows, number)[0][:MOST])
    found = Case.objects.visible_to(user).plain().filter(reporter__phone=number).select_related("unit", "category")
    cases = list(found.order_by("-received_at", "-pk")[:MOST])
    subjects, calendar = first_words(cases) if cases else {}, working_calendar(user.office, user.calendar_edition)
    told = [
        CaseRow(one, subjects.get(one.pk, ""), str(KIND_LABELS[one.voice]), case_badge(one, at, calendar))
        for one in cases
    ]
    return Known(dossiers, told)
