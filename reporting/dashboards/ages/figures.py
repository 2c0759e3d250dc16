"""Open dossiers by working days to or over their due date: the age groups, for counting and for listing.

Days are counted between two dates: due yesterday is one day over, due tomorrow leaves one. Waiting dossiers (papers,
payment, a stop) are a group of their own; dossiers not accepted yet have no due date and are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db.models import Case, Count, Q, Value, When

from dossiers.clock.states import RUNNING, WAITING
from dossiers.models import Dossier
from reporting.dashboards.list_kinds import ListKind
from units.clock.days import day_bounds, local_day
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

OVER = (ListKind.OVER_MORE, ListKind.OVER_TEN, ListKind.OVER_FIVE, ListKind.OVER_TWO)
LEFT = (ListKind.DUE_TODAY, ListKind.LEFT_TWO, ListKind.LEFT_FIVE, ListKind.LEFT_MORE)
AGES = (*OVER, *LEFT)
"""From the oldest to the youngest group; each begins where the previous one ends."""


def age_edges(at: datetime, calendar: WorkingCalendar) -> list[datetime]:
    """The seven instants between the eight `AGES`, in order: a due date on an edge belongs to the later one."""
    today = local_day(at)
    last = calendar.on_or_before(today)

    def back(days: int) -> datetime:
        return _begins(calendar.nth_working_day(last, -days))

    def ahead(days: int) -> datetime:
        return _begins(calendar.nth_working_day(today, days + 1))

    return [back(10), back(5), back(2), at, day_bounds(today)[1], ahead(2), ahead(5)]


def age_span(age: ListKind, at: datetime, calendar: WorkingCalendar) -> Q:
    """The due dates of one of `AGES`."""
    edges: list[datetime | None] = [None, *age_edges(at, calendar), None]
    first, end = list(pairwise(edges))[AGES.index(age)]
    return (Q(due_at__gte=first) if first else Q()) & (Q(due_at__lt=end) if end else Q())


@dataclass(frozen=True, slots=True)
class AgeRow:
    """The open dossiers of one unit, or of all of them (unit None)."""

    unit: Unit | None
    counts: Mapping[ListKind, int]

    @property
    def over(self) -> list[tuple[ListKind, int]]:
        return [(age, self.counts.get(age, 0)) for age in OVER]

    @property
    def left(self) -> list[tuple[ListKind, int]]:
        return [(age, self.counts.get(age, 0)) for age in LEFT]

    @property
    def all(self) -> list[tuple[ListKind, int]]:
        """In the order of the columns: the age groups, then the waiting ones."""
        return [*self.over, *self.left, (ListKind.WAITING, self.waiting)]

    @property
    def waiting(self) -> int:
        return self.counts.get(ListKind.WAITING, 0)

    @property
    def overdue(self) -> int:
        return sum(count for _age, count in self.over)

    @property
    def not_overdue(self) -> int:
        return sum(count for _age, count in self.left)

    @property
    def running(self) -> int:
        return self.overdue + self.not_overdue


def age_rows(units: Sequence[Unit], at: datetime, calendar: WorkingCalendar) -> tuple[AgeRow, list[AgeRow]]:
    """The row of all units together, and one for each unit with open dossiers, the most overdue first. One query, by
    the partial index of open dossiers."""
    by_key = {unit.pk: unit for unit in units}
    spans = (When(age_span(age, at, calendar), then=Value(age.value)) for age in AGES)
    age = Case(When(status__in=sorted(WAITING), then=Value(ListKind.WAITING.value)), *spans, default=Value(""))
    rows = Dossier.objects.open().filter(handler__in=by_key, status__in=sorted(RUNNING | WAITING)).annotate(age=age)
    found: dict[int, Counter[ListKind]] = defaultdict(Counter)
    for unit, age_value, count in rows.order_by().values_list("handler", "age").annotate(Count("pk")):
        found[unit][ListKind(age_value)] += count
    together: Counter[ListKind] = Counter()
    for counts in found.values():
        together.update(counts)
    each = [AgeRow(by_key[unit], counts) for unit, counts in found.items()]
    return AgeRow(None, together), sorted(each, key=_most_overdue_first)


def _most_overdue_first(row: AgeRow) -> tuple[int, int, str]:
    assert row.unit is not None
    return -row.overdue, -row.running, row.unit.name


def _begins(day: date) -> datetime:
    return day_bounds(day)[0]
