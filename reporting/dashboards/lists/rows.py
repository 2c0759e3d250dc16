"""One line of a list of dossiers, or of legs: the dossier and what a deadline says at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dossiers.explanation.wording import Badge, deadline_badge, late_by, late_words
from dossiers.models import Dossier, DossierLeg
from reporting.definitions.on_time import Verdict, verdict
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit


@dataclass(frozen=True, slots=True)
class ListRow:
    """What `unit` had since when, until when, and when it was done: a dossier, or its leg. `step`: the leg's, empty
    where no process was approved; None where the whole dossier is meant."""

    dossier: Dossier
    badge: Badge
    since: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    unit: Unit
    step: str | None = None

    @property
    def late_words(self) -> str:
        return "" if self.step is not None else late_words(self.dossier)


def dossier_rows(dossiers: Iterable[Dossier], *, at: datetime, calendar: WorkingCalendar) -> list[ListRow]:
    return [
        ListRow(one, _badge(one, at, calendar), one.received_at, one.due_at, one.finished_at, one.handler)
        for one in dossiers
    ]


def leg_rows(legs: Iterable[DossierLeg]) -> list[ListRow]:
    """Of finished legs, each by its own time."""
    return [_leg_row(leg) for leg in legs]


def _leg_row(leg: DossierLeg) -> ListRow:
    assert leg.due_at is not None
    assert leg.finished_at is not None
    badge, step = _verdict_badge(verdict(leg.finished_at, leg.due_at)), leg.step.name if leg.step else ""
    return ListRow(leg.dossier, badge, leg.accepted_at, leg.due_at, leg.finished_at, leg.unit, step)


def _badge(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Badge:
    """Whether a finished dossier was on time; for an open one, the words of the clerk's queue."""
    if dossier.finished_at is None or dossier.due_at is None:
        return deadline_badge(dossier, at, calendar, is_brief=True)
    over = late_by(dossier, calendar)
    if over:
        return Badge("bad", "triangle", _("Trễ %(time)s") % over)
    return _verdict_badge(verdict(dossier.finished_at, dossier.due_at))


def _verdict_badge(how: Verdict) -> Badge:
    match how:
        case Verdict.EARLY:
            return Badge("ok", "tick-circle", _("Trước hạn"))
        case Verdict.ON_TIME:
            return Badge("ok", "tick", _("Đúng hạn"))
        case Verdict.LATE:
            return Badge("bad", "triangle", _("Trễ hạn"))
