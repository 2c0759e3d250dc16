"""The dossiers behind every figure: what a number on the dashboard counts, this module lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q
from django.db.models.functions import TruncDate

from dossiers.clock.states import Outcome, Status
from dossiers.models import DossierQuerySet
from reporting.dashboards.list_kinds import ListKind
from reporting.definitions.periods import Month, Span
from reporting.rollup.open_on_day import overdue_on_day, waiting_on_day
from units.clock.working_calendar import OFFICE_TIME

WITH_RESULT = (Outcome.GRANTED, Outcome.DECLINED)


_WITHOUT_RESULT = {
    ListKind.REFUSED: Q(status=Status.REFUSED),
    ListKind.WITHDRAWN: Q(outcome__in=[Outcome.WITHDRAWN, Outcome.STOPPED]),
}


SUPPLEMENT_CONDITIONS = {
    ListKind.SUPPLEMENTED: Q(supplements__gt=0),
    ListKind.REPEATED: Q(supplements__gt=1),
    ListKind.REAPPOINTED: Q(new_due_at__isnull=False),
    ListKind.LATE_APOLOGY: Q(new_due_at__isnull=False, is_late_apology=True),
    ListKind.UNAPOLOGISED: Q(new_due_at=None, finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
    ListKind.LATE_AGAIN: Q(finished_at__gt=F("new_due_at")) & Q(finished_at__gt=F("due_at"), outcome__in=WITH_RESULT),
}
"""Of what was finished in a month: what `SupplementTally` counts."""

COUNTED_AS = {
    ListKind.RECEIVED: ("received",),
    ListKind.RESOLVED: ("early", "on_time", "late"),
    ListKind.IN_TIME: ("early", "on_time"),
    ListKind.EARLY: ("early",),
    ListKind.LATE: ("late",),
    ListKind.REAPPOINTED_LATE: ("reappointed",),
    ListKind.REFUSED: ("refused",),
    ListKind.WITHDRAWN: ("withdrawn",),
}
"""The columns of `DailyTally` that count them, by the day of receipt or of finishing."""

UNIT_OF = {ListKind.ANSWERED_FOR: "late_unit"}
"""The column of the unit a list is about, where that is not the handling one."""


def listed_dossiers(
    kind: ListKind, rows: DossierQuerySet, *, month: Month | Span, at: datetime, soon: datetime
) -> DossierQuerySet:
    """The dossiers of `kind` among `rows`, in the order in which they need attention.

    `month`, any span, matters to what was received or finished, `at` and `soon` (end of "due soon") to what is open.
    """
    match kind:
        case ListKind.OVERDUE | ListKind.OVERDUE_ELSEWHERE | ListKind.OVERDUE_FOR_OTHERS:
            return rows.overdue(at).order_by("due_at", "pk")
        case ListKind.IN_HAND | ListKind.BEHIND:
            return rows.order_by("due_at", "pk")
        case ListKind.SOON:
            return rows.due_within(at, soon).order_by("due_at", "pk")
        case ListKind.WAITING:
            return rows.waiting().order_by("submitted_at", "pk")
        case ListKind.RECEIVED:
            received = rows.filter(received_at__gte=month.start, received_at__lt=month.end)
            return received.order_by("-received_at", "pk")
        case ListKind.REFUSED | ListKind.WITHDRAWN:
            ended = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return ended.filter(_WITHOUT_RESULT[kind]).order_by("-finished_at", "pk")
        case _ if kind in SUPPLEMENT_CONDITIONS:
            finished = rows.filter(finished_at__gte=month.start, finished_at__lt=month.end)
            return finished.filter(SUPPLEMENT_CONDITIONS[kind]).order_by("-finished_at", "pk")
        case _:
            return _resolved(kind, rows, month).order_by("-finished_at", "pk")


def listed_on_day(kind: ListKind, rows: DossierQuerySet, units: Sequence[int], day: date) -> DossierQuerySet:
    """Those that were overdue or waiting at `units` at the end of a past day, whatever became of them since."""
    found = overdue_on_day(units, day) if kind is ListKind.OVERDUE else waiting_on_day(units, day)
    return rows.filter(pk__in=[one.dossier_id for one in found]).order_by("due_at", "pk")


def _resolved(kind: ListKind, rows: DossierQuerySet, month: Month | Span) -> DossierQuerySet:
    resolved = rows.resolved().filter(finished_at__gte=month.start, finished_at__lt=month.end)
    match kind:
        case ListKind.IN_TIME:
            return resolved.filter(finished_at__lte=F("due_at"))
        case ListKind.LATE | ListKind.ANSWERED_FOR:
            return resolved.filter(finished_at__gt=F("due_at"))
        case ListKind.REAPPOINTED_LATE:
            return resolved.filter(finished_at__gt=F("due_at"), new_due_at__isnull=False)
        case ListKind.EARLY:
            return resolved.annotate(
                finished_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
                due_on=TruncDate("due_at", tzinfo=OFFICE_TIME),
            ).filter(finished_on__lt=F("due_on"))
        case _:
            return resolved
