"""The dossiers behind one number of the officials' pages: which sort of them, whose, and narrowed to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from accounts.models import User
from dossiers.models import Dossier, DossierLeg, DossierQuerySet, LegQuerySet
from dossiers.workload.counts import overdue_elsewhere, overdue_for_others
from reporting.dashboards.ages.figures import age_span
from reporting.dashboards.counted_lists import Counted, Stretch, stretches
from reporting.dashboards.list_sorts import AGED, IN_HAND, OF_A_PAST_DAY, Sort
from reporting.dashboards.lists.dossiers import COUNTED_AS, UNIT_OF, listed, listed_then
from reporting.definitions.periods import Month, Span
from reporting.models import DailyTally
from reporting.rollup.tallies import parts
from units.clock.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Asked:
    """`units`: keys, all within the reader's sight. `as_of`: as at the end of that past day. `field`, `procedure`:
    empty for all. `step`: None for all, empty for legs without one; `place`: whose step. `channel`: how it came in;
    `desk`: the slug of the one that took it in. `officer`: None for anybody; `is_unassigned`:
    nobody in particular."""

    sort: Sort
    units: Sequence[int]
    month: Month | Span
    as_of: date | None = None
    field: str = ""
    procedure: str = ""
    step: str | None = None
    place: str = ""
    channel: str = ""
    desk: str = ""
    officer: User | None = None
    is_unassigned: bool = False


def dossiers_behind(
    asked: Asked, reader: User, *, at: datetime, soon: datetime, calendar: WorkingCalendar
) -> DossierQuerySet:
    """In the order in which they need attention; never one that is not `visible_to` the reader. `soon` is the end of
    "due soon"."""
    rows = narrowed(asked, Dossier.objects.visible_to(reader))
    if asked.as_of and asked.sort in OF_A_PAST_DAY:
        return listed_then(asked.sort, rows, asked.units, asked.as_of)
    if asked.sort in IN_HAND or asked.officer or asked.is_unassigned:
        rows = rows.filter(pk__in=_in_hand(asked, at).values("dossier"))
    else:
        rows = rows.filter(**{f"{UNIT_OF.get(asked.sort, 'handler')}__in": asked.units})
    if asked.sort is Sort.OVERDUE_ELSEWHERE:
        rows = rows.filter(pk__in=overdue_elsewhere(at).values("pk"))
    if asked.sort in AGED:
        return rows.running().filter(age_span(asked.sort, at, calendar)).order_by("due_at", "pk")
    return listed(asked.sort, rows, month=asked.month, at=at, soon=soon)


def counted(asked: Asked, rows: DossierQuerySet) -> Counted[Dossier] | DossierQuerySet:
    """`rows`, which are those behind what was asked, as counted by the roll-up, in one query; themselves where it does
    not count such dossiers apart."""
    columns, by_procedure = COUNTED_AS.get(asked.sort), bool(asked.procedure or asked.field)
    if columns is None or asked.officer or asked.is_unassigned or (asked.desk and by_procedure):
        return rows
    moment = "received_at" if asked.sort is Sort.RECEIVED else "finished_at"
    return Counted(rows, moment, _stretches(asked, columns))


def _stretches(asked: Asked, columns: Sequence[str]) -> list[Stretch]:
    """By day; by month where one unit's day is many rows of the roll-up."""
    units, first, last = asked.units, asked.month.first, asked.month.last
    told = {"channel": asked.channel, "procedure__ref": asked.procedure, "procedure__field__slug": asked.field}
    narrower = {name: value for name, value in (told | {"desk__slug": asked.desk}).items() if value}
    if not narrower:
        return stretches(columns, DailyTally.objects.totals().between(first, last).filter(unit__in=units))
    months, days = (
        (rows.by_desk() if asked.desk else rows.by_procedure()).filter(unit__in=units, **narrower)
        for rows in parts(first, last)
    )
    return stretches(columns, days, months)


def narrowed(asked: Asked, rows: DossierQuerySet) -> DossierQuerySet:
    """Of `rows`, those of the field, procedure, channel and desk asked for."""
    if asked.field:
        rows = rows.filter(procedure__field__slug=asked.field)
    if asked.channel:
        rows = rows.filter(intake=asked.channel)
    if asked.desk:
        rows = rows.filter(receiving_desk__slug=asked.desk)
    return rows.filter(procedure__ref=asked.procedure) if asked.procedure else rows


def _in_hand(asked: Asked, at: datetime) -> LegQuerySet:
    legs = DossierLeg.objects.in_hand().filter(unit__in=asked.units)
    if asked.sort is Sort.OVERDUE:  # a unit's own; those it has in hand for others are a list of their own
        legs = legs.filter(dossier__handler=F("unit"))
    if asked.sort is Sort.OVERDUE_FOR_OTHERS:
        legs = overdue_for_others(at).filter(unit__in=asked.units)
    if asked.sort is Sort.BEHIND:
        legs = legs.behind_schedule(at)
    if asked.is_unassigned:
        return legs.filter(assignee=None)
    return legs.filter(assignee=asked.officer) if asked.officer else legs
