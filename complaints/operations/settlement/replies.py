"""What a reporter wrote after the answer, and until when they may have the case reopened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.clock.states import EventKind
from complaints.explanation.log import LogText
from complaints.models import Case
from complaints.models.people import TextSort
from complaints.operations.settlement.actions import case_rules, reopens_until


@dataclass(frozen=True, slots=True)
class Reply:
    """What its reporter wrote after the case was answered. `until`: when they may still have it reopened, aware; None
    where that time is over, or there is none."""

    words: Sequence[str] = ()
    until: datetime | None = None


def reply_to(case: Case, texts: Iterable[LogText], at: datetime) -> Reply:
    """Of a case as `visible_case` fetches it: no query. It reopens nothing by itself: it may be thanks."""
    until = reopens_until(case, case_rules(case))
    if until is None or at > until:
        return Reply()
    answered = max(one.number for one in case.events.all() if one.act is EventKind.ANSWERED)
    return Reply([one.text for one in texts if one.sort == TextSort.SUPPLEMENT and one.event >= answered], until)
