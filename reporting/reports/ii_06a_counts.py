"""Counts form II.06a from the dossiers: the roll-up has not all of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from dossiers.clock.states import WAITING, Outcome, Status
from dossiers.models import Dossier, DossierEvent
from reporting.reports.adding_up import checked
from reporting.reports.ii_06a_rows import FORM, Form06aRow
from units.clock.days import day_bounds
from units.clock.working_calendar import OFFICE_TIME


def read_form_06a(units: Sequence[int], first: date, last: date, *, at: datetime) -> list[Form06aRow]:
    """The form of the units that answer for the dossiers, for the local days from `first` to `last`; one query.

    A period that is not over ends at `at`. A dossier counts as waiting where it waited at the end of the period,
    whatever became of it since. Raises RuleBroken when a row does not add up.
    """
    start, end = day_bounds(first)[0], min(day_bounds(last)[1], at)
    counts = {name: Count("pk", filter=condition) for name, condition in _columns(start, end).items()}
    status_then = DossierEvent.objects.filter(dossier=OuterRef("pk"), at__lt=end).order_by("-number")
    rows = (
        Dossier.objects.filter(handler__in=units, received_at__lt=end)
        .filter(Q(finished_at=None) | Q(finished_at__gte=start))
        .annotate(
            status_then=Coalesce(Subquery(status_then.values("to_status")[:1]), "status"),
            finished_on=TruncDate("finished_at", tzinfo=OFFICE_TIME),
            due_on=TruncDate("due_at", tzinfo=OFFICE_TIME),
        )
        .values("procedure__field__name")
        .annotate(handed_in=Count("pk"), **counts)
    )
    read = rows.order_by("procedure__field__name").values_list("procedure__field__name", "handed_in", *counts)
    return checked((Form06aRow(*columns) for columns in read), report=FORM)


def _columns(start: datetime, end: datetime) -> dict[str, Q]:
    """What columns 4 to 13 count, in their order. Without a result (withdrawn, stopped for good, refused) is on time,
    and what waits is in time: nobody is late by then."""
    came = Q(received_at__gte=start)
    is_online = Q(intake=Dossier.Intake.ONLINE)
    done = Q(finished_at__lt=end)
    pending = Q(finished_at=None) | Q(finished_at__gte=end)
    no_result = Q(outcome__in=[Outcome.WITHDRAWN, Outcome.STOPPED]) | Q(status=Status.REFUSED)
    early, late = Q(finished_on__lt=F("due_on")), Q(finished_at__gt=F("due_at"))
    overdue = Q(due_at__lt=end) & ~Q(status_then__in=sorted(WAITING))
    return {
        "online": came & is_online,
        "direct": came & ~is_online,
        "carried_over": Q(received_at__lt=start),
        "resolved": done,
        "early": done & early & ~no_result,
        "on_time": done & (no_result | (~early & ~late)),
        "late": done & late & ~no_result,
        "pending": pending,
        "in_time": pending & ~overdue,
        "overdue": pending & overdue,
    }
