"""Earlier dossiers and cases of a caller, by telephone number. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.citizens.phones import tidy_phone
from accounts.models import User
from complaints.explanation.badge import case_badge
from complaints.inbox.rows import CaseRow, first_words
from complaints.models import Case
from dossiers.models import Dossier
from dossiers.search.by_applicant import matching
from units.calendar.lookup import working_calendar

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class CallerHistory:
    """The latest dossiers and cases of one number that its reader may see; sealed cases are never among them."""

    dossiers: list[Dossier]
    cases: list[CaseRow]

    def __bool__(self) -> bool:
        return bool(self.dossiers or self.cases)


def look_up_caller(phone: str, user: User, at: datetime) -> CallerHistory | None:
    """None for what is no telephone number. The caller of this function records the reading."""
    number = tidy_phone(phone)
    if not number.isdecimal():
        return None
    rows = Dossier.objects.worked_on_by(user).select_related("version", "desk", "holder")
    dossiers = list(matching(rows, number)[0][:MOST])
    found = Case.objects.visible_to(user).plain().filter(reporter__phone=number).select_related("unit", "category")
    cases = list(found.order_by("-received_at", "-pk")[:MOST])
    subjects, calendar = first_words(cases) if cases else {}, working_calendar(user.office, user.calendar_edition)
    case_rows = [
        CaseRow(one, subjects.get(one.pk, ""), str(one.get_kind_display()), case_badge(one, at, calendar))
        for one in cases
    ]
    return CallerHistory(dossiers, case_rows)
