"""Where open dossiers are, which legs wait to be handed or taken over, and which wait too long. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from dossiers.clock.legs import ALARM_AFTER, leave_by
from dossiers.clock.states import OPEN, RUNNING
from dossiers.models import DossierLeg, LegQuerySet, Slip
from units.calendar.lookup import working_calendars
from units.clock.working_calendar import WorkingCalendar
from units.codes import normalise
from units.models import CodeTemplate, Unit

HOLDERS = """
    SELECT dossier.code, coalesce(held.unit_id, sender.unit_id, dossier.holder_id) AS unit_id,
        held.id IS NULL AND sender.unit_id IS NOT NULL AS is_on_its_way, dossier.status, dossier.due_at,
        coalesce(held.id, sender.id) IS NULL AS has_no_leg, dossier.handler_id,
        row_number() OVER (PARTITION BY dossier.id ORDER BY held.position) > 1 AS is_again
    FROM dossiers_dossier AS dossier
    LEFT JOIN dossiers_dossierleg AS held ON held.dossier_id = dossier.id
        AND held.accepted_at IS NOT NULL AND held.finished_at IS NULL AND NOT held.skipped
    LEFT JOIN LATERAL (
        SELECT before.id, before.unit_id FROM dossiers_dossierleg AS before
        WHERE before.dossier_id = dossier.id AND before.finished_at IS NOT NULL AND NOT before.skipped
            AND EXISTS (
                SELECT FROM dossiers_dossierleg AS coming
                WHERE coming.dossier_id = dossier.id AND coming."group" > before."group"
                    AND coming.handed_over_at IS NOT NULL
                    AND coming.accepted_at IS NULL AND NOT coming.skipped
            )
        ORDER BY before.finished_at DESC, before.position DESC LIMIT 1
    ) AS sender ON held.id IS NULL
    WHERE dossier.status = ANY(%s)
    ORDER BY dossier.id, held.position
"""
_BY_UNIT = f"""
    SELECT unit_id, count(*) FILTER (WHERE NOT is_on_its_way), count(*) FILTER (WHERE is_on_its_way),
        min(due_at) FILTER (WHERE status = ANY(%s)), count(*) FILTER (WHERE has_no_leg AND status = ANY(%s)),
        count(*) FILTER (WHERE is_again), count(*) FILTER (WHERE NOT is_on_its_way AND handler_id = ANY(%s)),
        count(*) FILTER (WHERE is_on_its_way AND handler_id = ANY(%s))
    FROM ({HOLDERS}) AS holding GROUP BY unit_id
"""  # noqa: S608


class UnitHolding(NamedTuple):
    """What one unit is responsible for: dossiers in hand, and dossiers sent that nobody took over yet.

    `first_due_at`: the earliest promise among those whose clock runs. `unheld`: those with no leg at all; always 0
    unless the events are wrong. `again`: of `in_hand`, dossiers that another unit has in hand too. `in_hand_of` and
    `sent_of` count only dossiers that the `handlers` asked about handle.
    """

    unit_id: int
    in_hand: int
    sent: int
    first_due_at: datetime | None
    unheld: int
    again: int = 0
    in_hand_of: int = 0
    sent_of: int = 0


def holdings(handlers: Iterable[int] = ()) -> list[UnitHolding]:
    """Counts open dossiers by the unit responsible for them; one query.

    That is the unit that has the dossier in hand, or that sent it and nobody took it over yet; before acceptance, and
    while it waits for the applicant, the unit named by its events.
    """
    running, handling = sorted(RUNNING), list(handlers)
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT, [running, running, handling, handling, sorted(OPEN)])
        return [UnitHolding(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class WaitingLeg:
    """A leg in a list. `other`: the unit it goes to, or comes from. `by`: when it should be handed or taken over."""

    leg: DossierLeg
    other: Unit | None
    by: datetime | None
    is_late: bool


def to_send(unit: Unit, at: datetime, edition: int | None = None) -> list[WaitingLeg]:
    """The legs that the unit has in hand and can hand over, the most urgent first; a last leg ends with the result
    instead. `edition`: the current calendar edition, where loaded already."""
    legs = DossierLeg.objects.in_hand().filter(unit=unit).with_next()
    waiting = list(_waiting_legs(legs, at, "next_id", _leave_by, edition))
    return sorted(waiting, key=lambda row: (row.by is None, row.by or at))


def still_to_send(unit: Unit, keys: Sequence[int], at: datetime) -> list[WaitingLeg]:
    """Those legs of `keys` that the unit still has in hand and can hand over, in the order of the keys."""
    legs = DossierLeg.objects.in_hand().filter(unit=unit, pk__in=keys).with_next()
    return sorted(_waiting_legs(legs, at, "next_id", _leave_by), key=lambda row: keys.index(row.leg.pk))


def to_take_with_list(paper: Slip, places: Iterable[Unit], at: datetime) -> list[WaitingLeg]:
    """The legs of a hand-over list that are still on their way to one of these units."""
    legs = DossierLeg.objects.on_the_way().filter(unit__in=places).sent_with(paper).with_sender()
    return list(_waiting_legs(legs, at, "sender_id", _take_by))


def to_take(unit: Unit, at: datetime, edition: int | None = None) -> list[WaitingLeg]:
    """The legs on their way to the unit, the longest first, each with the end of its four working hours. `edition` as
    in `to_send`."""
    legs = DossierLeg.objects.on_the_way().filter(unit=unit).with_sender()
    return list(_waiting_legs(legs, at, "sender_id", _take_by, edition))


def late_transfers(at: datetime) -> list[WaitingLeg]:
    """First legs still at the desk after the hour by which the law requires handing them over (article 18.2)."""
    first = DossierLeg.objects.in_hand().filter(position=0, accepted_at__lt=at).with_next()
    rows = _waiting_legs(first, at, "next_id", _leave_by)
    return [row for row in rows if row.is_late and row.other != row.leg.unit]


def handover_alarms(at: datetime) -> list[WaitingLeg]:
    """Legs that nobody took over within four working hours. `other` is the sender."""
    sent = DossierLeg.objects.on_the_way().filter(handed_over_at__lt=at - ALARM_AFTER).with_sender()
    return [row for row in _waiting_legs(sent, at, "sender_id", _take_by) if row.is_late]


def chosen(rows: Sequence[WaitingLeg], ticked: Iterable[str], codes: str) -> tuple[list[WaitingLeg], list[str]]:
    """The rows that were ticked (by primary key of the leg) or whose codes were typed, one a line; and the typed codes
    that are not in `rows`."""
    keys = set(ticked)
    lines = [line for line in codes.splitlines() if line.strip()]
    authorities = CodeTemplate.objects.authorities() if lines else []
    typed = dict.fromkeys(normalise(line, authorities) or line for line in lines)
    found = [row for row in rows if str(row.leg.pk) in keys or row.leg.dossier.code in typed]
    listed = {row.leg.dossier.code for row in rows}
    return found, [code for code in typed if code not in listed]


def _waiting_legs(
    legs: LegQuerySet,
    at: datetime,
    other: str,
    limit: Callable[[DossierLeg, WorkingCalendar], datetime | None],
    edition: int | None = None,
) -> Iterator[WaitingLeg]:
    """The legs of dossiers whose clock runs, by three queries, two with `edition`; `other` is the annotation with the
    id of the other unit."""
    running = legs.filter(dossier__status__in=sorted(RUNNING)).order_by("handed_over_at", "pk")
    rows = list(running.select_related("dossier__version", "unit__kind", "assignee"))
    others = Unit.objects.in_bulk({getattr(leg, other) for leg in rows})
    for leg, calendar in zip(rows, working_calendars((leg.unit for leg in rows), edition), strict=True):
        by = limit(leg, calendar)
        yield WaitingLeg(leg, others.get(getattr(leg, other)), by, by is not None and by < at)


def _leave_by(leg: DossierLeg, calendar: WorkingCalendar) -> datetime | None:
    return leave_by(leg, calendar, is_desk=leg.unit.is_desk)


def _take_by(leg: DossierLeg, calendar: WorkingCalendar) -> datetime | None:
    return calendar.advance(leg.handed_over_at, ALARM_AFTER) if leg.handed_over_at else None
