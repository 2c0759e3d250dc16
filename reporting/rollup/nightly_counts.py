"""Nightly counts: figures that need the working calendar, which only Python knows.

Each night counts everything from dossiers, legs and cases and replaces the earlier rows in one transaction, so running
it again changes nothing. Counts are as of the end of the previous day, so a page and the lists behind it agree all
day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncMonth

from complaints.models import Case
from dossiers.models import Dossier
from reporting.definitions.periods import Month, months_until
from reporting.definitions.quantiles import MEDIAN, NINETIETH, quantile
from reporting.definitions.targets import TREND_MONTHS
from reporting.definitions.terms import FinishedDossier, percent_left, worked_minutes
from reporting.models import (
    CaseTime,
    IntakeHour,
    NightlyCount,
    StepTime,
    TermLeft,
    UsualTime,
)
from reporting.rollup.finished_legs import finished_work
from units.calendar.lookup import working_calendars
from units.clock.days import day_bounds, local_day
from units.clock.working_calendar import OFFICE_TIME, WorkingCalendar
from units.models import Unit

BATCH: Final = 2000
COUNTS_RETAINED: Final = 7
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)

Calendars = Mapping[int, WorkingCalendar]


@transaction.atomic
def count_nightly(*, at: datetime) -> NightlyCount:
    """Count everything up to the end of the local day before `at`."""
    today = local_day(at)
    end = day_bounds(today)[0]
    with connection.cursor() as cursor:  # a second count waits; readers do not
        cursor.execute(f"LOCK TABLE {NightlyCount._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    units = list(Unit.objects.all())
    calendars = {unit.pk: one for unit, one in zip(units, working_calendars(units), strict=True)}
    _replace(IntakeHour, _intake(end))
    _replace(StepTime, _steps(end, calendars))
    _replace(CaseTime, _cases(end, calendars))
    left, usual = _resolved(end, months_until(Month.of(today), TREND_MONTHS)[0].start, calendars)
    _replace(TermLeft, left)
    _replace(UsualTime, usual)
    NightlyCount.objects.filter(
        pk__in=list(NightlyCount.objects.values_list("pk", flat=True)[COUNTS_RETAINED - 1 :])
    ).delete()
    return NightlyCount.objects.create(at=at, until=today - timedelta(days=1))


def last_nightly_count() -> NightlyCount | None:
    return NightlyCount.objects.first()


def _replace(model: Any, rows: Iterable[Any]) -> None:
    model.objects.all().delete()
    model.objects.bulk_create(rows, batch_size=BATCH)


def _month(column: str) -> TruncMonth:
    return TruncMonth(column, tzinfo=OFFICE_TIME)


def _intake(end: datetime) -> Iterator[IntakeHour]:
    """By the desk that received the dossier, whichever desk serves it now."""
    received = Dossier.objects.filter(received_at__lt=end).annotate(
        month=_month("received_at"),
        weekday=ExtractIsoWeekDay("received_at", tzinfo=OFFICE_TIME),
        hour=ExtractHour("received_at", tzinfo=OFFICE_TIME),
    )
    rows = received.order_by().values_list("receiving_desk", "month", "weekday", "hour").annotate(n=Count("pk"))
    for desk, month, weekday, hour, n in rows:
        yield IntakeHour(desk_id=desk, month=local_day(month), weekday=weekday - 1, hour=hour, received=n)


def _steps(end: datetime, calendars: Calendars) -> Iterator[StepTime]:
    """The database counts legs in time; only late ones need the calendar."""
    legs = finished_work().filter(finished_at__lt=end).order_by()
    named = legs.annotate(month=_month("finished_at"), called=Coalesce("step__name", Value("")))
    in_time = named.filter(finished_at__lte=F("due_at")).values_list("unit", "month", "called")
    for unit, month, step, n in in_time.annotate(n=Count("pk")):
        yield StepTime(unit_id=unit, month=local_day(month), step=step, over=0, legs=n, minutes=0)
    late: dict[tuple[int, date, str], Counter[int]] = defaultdict(Counter)
    minutes: Counter[tuple[int, date, str, int]] = Counter()
    rows = named.filter(finished_at__gt=F("due_at")).values_list("unit", "month", "called", "due_at", "finished_at")
    for unit, month, step, due_at, finished_at in rows.iterator(BATCH):
        assert due_at is not None
        assert finished_at is not None
        over = calendars[unit].worked_time_between(due_at, finished_at)
        key = (unit, local_day(month), step)
        hours = max(-(-over // _HOUR), 1)
        late[key][hours] += 1
        minutes[*key, hours] += over // _MINUTE
    for (unit, month, step), found in late.items():
        for hours, n in found.items():
            minutes_over = minutes[unit, month, step, hours]
            yield StepTime(unit_id=unit, month=month, step=step, over=hours, legs=n, minutes=minutes_over)


def _cases(end: datetime, calendars: Calendars) -> Iterator[CaseTime]:
    """By the calendar of the unit that settled the case; never a sealed case."""
    took: Counter[tuple[int, date, str, int]] = Counter()
    rows = Case.objects.plain().resolved().filter(finished_at__lt=end).order_by()
    for unit, kind, received_at, finished_at in rows.values_list("unit", "kind", "received_at", "finished_at"):
        assert finished_at is not None
        days = calendars[unit].working_days_between(local_day(received_at), local_day(finished_at))
        took[unit, Month.of(finished_at).first, kind, days] += 1
    for (unit, month, kind, days), n in took.items():
        yield CaseTime(unit_id=unit, month=month, kind=kind, days=days, cases=n)


def _resolved(end: datetime, start: datetime, calendars: Calendars) -> tuple[Iterable[TermLeft], Iterable[UsualTime]]:
    """Both tables from one pass over the dossiers resolved since `start`."""
    left: Counter[tuple[int, date, int]] = Counter()
    took: dict[tuple[int, int | None], Counter[int]] = defaultdict(Counter)
    rows = Dossier.objects.resolved().filter(finished_at__gte=start, finished_at__lt=end, received_at__isnull=False)
    moments = ("received_at", "due_at", "finished_at", KT("derivation__from"), "derivation__earlier")
    read = rows.order_by().values_list("handler", "procedure", *moments)
    for unit, procedure, received_at, due_at, finished_at, starts, earlier in read.iterator(BATCH):
        dossier, calendar = FinishedDossier(received_at, due_at, finished_at, starts, earlier or ()), calendars[unit]
        left[unit, Month.of(dossier.finished_at).first, percent_left(dossier, calendar)] += 1
        minutes = worked_minutes(dossier, calendar)
        took[procedure, unit][minutes] += 1
        took[procedure, None][minutes] += 1
    return _left_rows(left), _usual_rows(took)


def _left_rows(left: Counter[tuple[int, date, int]]) -> Iterator[TermLeft]:
    for (unit, month, percent), n in left.items():
        yield TermLeft(unit_id=unit, month=month, percent=percent, dossiers=n)


def _usual_rows(took: Mapping[tuple[int, int | None], Counter[int]]) -> Iterator[UsualTime]:
    for (procedure, unit), minutes in took.items():
        median, ninetieth = quantile(minutes, MEDIAN) or 0, quantile(minutes, NINETIETH) or 0
        n = minutes.total()
        yield UsualTime(procedure_id=procedure, unit_id=unit, dossiers=n, median=median, ninetieth=ninetieth)
