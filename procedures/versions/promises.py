"""The due date an office would promise for a procedure filed at a given moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from procedures.models import Offering, ProcedureVersion
from units.clock.due_dates import DueDate, Term, WorkingCalendar, due_date
from units.clock.working_calendar import SkippedDay
from units.texts.explanation import passed_over


@dataclass(frozen=True)
class Promise:
    """`due` is what the office promises, `statutory` what the law allows; both None when the clerk sets the date."""

    received_at: datetime
    due: DueDate | None
    statutory: DueDate | None

    @property
    def is_shorter(self) -> bool:
        return bool(self.due and self.statutory and self.due.due_at < self.statutory.due_at)

    @property
    def passed_over(self) -> tuple[SkippedDay, ...]:
        return passed_over(self.due) if self.due else ()


def promise_for_term(term: Term, at: datetime, calendar: WorkingCalendar) -> Promise:
    due = due_date(at, term, calendar)
    return Promise(at, due, due)


def promise(version: ProcedureVersion, offering: Offering | None, at: datetime, calendar: WorkingCalendar) -> Promise:
    """`at` is aware. Without an offering the statutory term is promised; no promise is later than the statutory
    date."""
    promised = offering.promised_term(version) if offering else version.term
    if promised is None:
        return Promise(at, None, None)
    statutory = offering.statutory_term(version) if offering else promised
    law = due_date(at, statutory or promised, calendar)
    return Promise(at, min(due_date(at, promised, calendar), law, key=lambda due: due.due_at), law)


def usual_offering(offerings: Sequence[Offering], unit_slug: str = "") -> Offering | None:
    """The offering at the chosen office; else one without a committed term, so that nobody expects a result too
    early."""
    chosen = [offering for offering in offerings if offering.unit.slug == unit_slug]
    plain = [offering for offering in offerings if offering.committed_amount is None]
    return next(iter([*chosen, *plain, *offerings]), None)
