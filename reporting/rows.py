"""One line of a list of dossiers: the dossier and what its deadline says at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.wording import Badge, deadline_badge
from reporting.on_time import Verdict, verdict
from units.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class DossierRow:
    dossier: Dossier
    badge: Badge


def dossier_rows(dossiers: Iterable[Dossier], *, at: datetime, calendar: WorkingCalendar) -> list[DossierRow]:
    return [DossierRow(dossier, _badge(dossier, at, calendar)) for dossier in dossiers]


def _badge(dossier: Dossier, at: datetime, calendar: WorkingCalendar) -> Badge:
    """How a finished dossier kept its promise; of an open one, what the clerk's queue says too."""
    if dossier.finished_at is None or dossier.due_at is None:
        return deadline_badge(dossier, at, calendar)
    match verdict(dossier.finished_at, dossier.due_at):
        case Verdict.EARLY:
            return Badge("ok", "tick-circle", _("Trước hạn"))
        case Verdict.ON_TIME:
            return Badge("ok", "tick", _("Đúng hạn"))
        case Verdict.LATE:
            return Badge("bad", "triangle", _("Trễ hạn"))
