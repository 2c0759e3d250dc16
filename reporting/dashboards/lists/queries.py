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
from reporting.dashboards.counted_lists import CountedDays, CountedList, counted_days
from reporting.dashboards.list_kinds import BY_AGE, IN_HAND, OF_A_PAST_DAY, ListKind
from reporting.dashboards.lists.dossiers import COUNTED_AS, UNIT_OF, listed_dossiers, listed_on_day
from reporting.definitions.periods import Month, Span
from reporting.models import DailyTally
from reporting.rollup.reading import months_and_days
from units.clock.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class ListQuery:
    """`units`: keys, all within the reader's sight. `as_of`: as at the end of that past day. `field`, `procedure`:
    empty for all. `step`: None for all, empty for legs without one; `place`: whose step. `channel`: how it came in;
    `desk`: the slug of the one that took it in. `officer`: None for anybody; `is_unassigned`:
    nobody in particular."""

    kind: ListKind
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
    query: ListQuery, reader: User, *, at: datetime, soon: datetime, calendar: WorkingCalendar
) -> DossierQuerySet:
    """In the order in which they need attention; never one that is not `visible_to` the reader. `soon` is the end of
    "due soon"."""
    rows = filtered(query, Dossier.objects.visible_to(reader))
    if query.as_of and query.kind in OF_A_PAST_DAY:
        return listed_on_day(query.kind, rows, query.units, query.as_of)
    if query.kind in IN_HAND or query.officer or query.is_unassigned:
        rows = rows.filter(pk__in=_in_hand(query, at).values("dossier"))
    else:
        rows = rows.filter(**{f"{UNIT_OF.get(query.kind, 'handler')}__in": query.units})
    if query.kind is ListKind.OVERDUE_ELSEWHERE:
        rows = rows.filter(pk__in=overdue_elsewhere(at).values("pk"))
    if query.kind in BY_AGE:
        return rows.running().filter(age_span(query.kind, at, calendar)).order_by("due_at", "pk")
    return listed_dossiers(query.kind, rows, month=query.month, at=at, soon=soon)


def counted_dossiers(query: ListQuery, rows: DossierQuerySet) -> CountedList[Dossier] | DossierQuerySet:
    """`rows`, which are those behind what was asked, as counted by the roll-up, in one query; themselves where it does
    not count such dossiers apart."""
    columns, by_procedure = COUNTED_AS.get(query.kind), bool(query.procedure or query.field)
    if columns is None or query.officer or query.is_unassigned or (query.desk and by_procedure):
        return rows
    moment = "received_at" if query.kind is ListKind.RECEIVED else "finished_at"
    return CountedList(rows, moment, _counted_days(query, columns))


def _counted_days(query: ListQuery, columns: Sequence[str]) -> list[CountedDays]:
    """By day; by month where one unit's day is many rows of the roll-up."""
    units, first, last = query.units, query.month.first, query.month.last
    given = {"channel": query.channel, "procedure__ref": query.procedure, "procedure__field__slug": query.field}
    narrower = {name: value for name, value in (given | {"desk__slug": query.desk}).items() if value}
    if not narrower:
        return counted_days(columns, DailyTally.objects.totals().between(first, last).filter(unit__in=units))
    months, days = (
        (rows.by_desk() if query.desk else rows.by_procedure()).filter(unit__in=units, **narrower)
        for rows in months_and_days(first, last)
    )
    return counted_days(columns, days, months)


def filtered(query: ListQuery, rows: DossierQuerySet) -> DossierQuerySet:
    """Of `rows`, those of the field, procedure, channel and desk asked for."""
    if query.field:
        rows = rows.filter(procedure__field__slug=query.field)
    if query.channel:
        rows = rows.filter(intake=query.channel)
    if query.desk:
        rows = rows.filter(receiving_desk__slug=query.desk)
    return rows.filter(procedure__ref=query.procedure) if query.procedure else rows


def _in_hand(query: ListQuery, at: datetime) -> LegQuerySet:
    legs = DossierLeg.objects.in_hand().filter(unit__in=query.units)
    if query.kind is ListKind.OVERDUE:  # a unit's own; those it has in hand for others are a list of their own
        legs = legs.filter(dossier__handler=F("unit"))
    if query.kind is ListKind.OVERDUE_FOR_OTHERS:
        legs = overdue_for_others(at).filter(unit__in=query.units)
    if query.kind is ListKind.BEHIND:
        legs = legs.behind_schedule(at)
    if query.is_unassigned:
        return legs.filter(assignee=None)
    return legs.filter(assignee=query.officer) if query.officer else legs
