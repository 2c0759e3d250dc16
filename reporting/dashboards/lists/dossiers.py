"""The dossiers behind every figure: what a number on the dashboard counts, this module lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from dossiers.clock.states import Outcome, Status
from dossiers.models import DossierQuerySet
from reporting.dashboards.list_sorts import Sort
from reporting.definitions.periods import Month, Span
from reporting.rollup.open_on_day import overdue_then, waiting_then
from units.clock.working_calendar import OFFICE_TIME

WITH_RESULT = (Outcome.GRANTED, Outcome.DECLINED)


_WITHOUT_RESULT = {
    Sort.REFUSED: Q(status=Status.REFUSED),
    Sort.WITHDRAWN: Q(outcome__in=[Outcome.WITHDRAWN, Outcome.STOPPED]),
}


CARED_FOR = {
    Sort.SUPPLEMENTED: Q(supplements__gt=0),
    Sort.REPEATED: Q(supplements__gt=1),
    Sort.REAPPOINTED: Q(new_due_at__isnull=False),
    Sort.LATE_APOLOGY: Q(new_due_at__isnull=False, is_late_apology=True),
    Sort.UNAPOLOGISED: Q(new_due_at=None, finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
    Sort.LATE_AGAIN: Q(finished_at__gt=F("new_due_at")) & Q(finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
}
"""Of what was finished in a month: what `SupplementTally` counts."""

COUNTED_AS = {
    Sort.RECEIVED: ("received",),
    Sort.RESOLVED: ("early", "on_time", "late"),
    Sort.IN_TIME: ("early", "on_time"),
    Sort.EARLY: ("early",),
    Sort.LATE: ("late",),
    Sort.REAPPOINTED_LATE: ("reappointed",),
    Sort.REFUSED: ("refused",),
    Sort.WITHDRAWN: ("withdrawn",),
}
"""The columns of `DailyTally` that count them, by the day of receipt or of finishing."""

UNIT_OF = {Sort.ANSWERED_FOR: "late_unit"}
"""The column of the unit a list is about, where that is not the handling one."""


def listed(sort: Sort, rows: DossierQuerySet, *, month: Month | Span, at: datetime, soon: datetime) -> DossierQuerySet:
    """The dossiers of `sort` among `rows`, in the order in which they need attention.

    `month`, any span, matters to what was received or finished, `at` and `soon` (end of "due soon") to what is open.
    """
    match sort:
        case Sort.OVERDUE | Sort.OVERDUE_ELSEWHERE | Sort.OVERDUE_FOR_OTHERS:
            return rows.overdue(at).order_by("due_at", "pk")
        case Sort.IN_HAND | Sort.BEHIND:
            return rows.order_by("due_at", "pk")
        case Sort.SOON:
            return rows.due_within(at, soon).order_by("due_at", "pk")
        case Sort.WAITING:
            return rows.waiting().order_by("submitted_at", "pk")
        case Sort.RECEIVED:
            received = rows.filter(received_at__gte=month.start, received_at__lt=month.end)
            return received.order_by("-received_at", "pk")
        case Sort.REFUSED | Sort.WITHDRAWN:
            ended = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return ended.filter(_WITHOUT_RESULT[sort]).order_by("-finished_at", "pk")
        case _ if sort in CARED_FOR:
            finished = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return finished.filter(CARED_FOR[sort]).order_by("-finished_at", "pk")
        case _:
            return _resolved(sort, rows, month).order_by("-finished_at", "pk")


def listed_then(sort: Sort, rows: DossierQuerySet, units: Sequence[int], day: date) -> DossierQuerySet:
    """Those that were overdue or waiting at `units` at the end of a past day, whatever became of them since."""
    found = overdue_then(units, day) if sort is Sort.OVERDUE else waiting_then(units, day)
    return rows.filter(pk__in=[one.dossier_id for one in found]).order_by("due_at", "pk")


def _resolved(sort: Sort, rows: DossierQuerySet, month: Month | Span) -> DossierQuerySet:
    resolved = rows.resolved().filter(finished_at__gte=month.start, finished_at__lt=month.end)
    match sort:
        case Sort.IN_TIME:
            return resolved.filter(finished_at__lte=F("due_at"))
        case Sort.LATE | Sort.ANSWERED_FOR:
            return resolved.filter(finished_at__gt=F("due_at"))
        case Sort.REAPPOINTED_LATE:
            return resolved.filter(finished_at__gt=F("due_at"), new_due_at__isnull=False)
        case Sort.EARLY:
            return resolved.annotate(
                finished_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
                due_on=TruncDate("due_at", tzinfo=OFFICE_TIME),
            ).filter(finished_on__lt=F("due_on"))
        case _:
            return resolved
