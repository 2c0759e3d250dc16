"""The legs of a dossier: which office has it, since when, until when. Pure; due dates come from
`dossiers.clock.clocks`.

Exactly one leg is responsible for a lateness: the first in plan order that exceeded its own time. Where none did (the
time was lost between two offices), it is the leg that had the dossier, or should have taken it over, when the promise
expired.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol, TypeVar

from dossiers.clock.clocks import PlannedLeg
from units.clock.due_dates import WorkingCalendar
from units.clock.working_calendar import local

SAME_DAY_UNTIL = time(15)
"""A dossier received later may be handed over, and its time starts, at the opening of the next working day (Decree
61/2018, article 18.2)."""


class Leg(NamedTuple):
    """One office's part of a dossier. In hand from `accepted_at` to `finished_at`; on its way from `handed_over_at` to
    `accepted_at`.

    `skipped`: the result was ready without it, or a withdrawal or a final stop ended it early.
    """

    position: int
    unit_id: int
    hours: int
    step_id: int | None
    group: int
    due_at: datetime | None = None
    handed_over_at: datetime | None = None
    accepted_at: datetime | None = None
    finished_at: datetime | None = None
    skipped: bool = False
    assignee_id: int | None = None

    @property
    def in_hand(self) -> bool:
        return self.accepted_at is not None and self.finished_at is None and not self.skipped

    @property
    def on_its_way(self) -> bool:
        return self.handed_over_at is not None and self.accepted_at is None and not self.skipped

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.skipped

    @property
    def is_work(self) -> bool:
        """Whether the offices' figures count the leg: finished as planned, with time allotted.

        Not counted: a leg ended early or skipped; one that took no time (a result given at the counter); one without
        allotted time (receiving and handing out where no process is approved: then the handling unit, at position 1,
        has all of the time).
        """
        if self.skipped or self.finished_at is None or self.accepted_at is None or self.due_at is None:
            return False
        has_time = self.hours > 0 or (self.step_id is None and self.position == 1)
        return has_time and self.accepted_at < self.finished_at


class LegPosition(Protocol):
    """The position of a leg in the plan; fulfilled by `Leg`, `DossierLeg` and `ListedLeg`."""

    @property
    def position(self) -> int: ...
    @property
    def group(self) -> int: ...
    @property
    def is_over(self) -> bool: ...


L = TypeVar("L", bound=LegPosition)


class LegTimes(Protocol):
    """The times of a leg; fulfilled by `Leg` and `DossierLeg`."""

    @property
    def position(self) -> int: ...
    @property
    def skipped(self) -> bool: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def handed_over_at(self) -> datetime | None: ...
    @property
    def accepted_at(self) -> datetime | None: ...
    @property
    def finished_at(self) -> datetime | None: ...


def is_late(leg: LegTimes, at: datetime) -> bool:
    """Whether a leg exceeded its time as of `at`, finished or not. Skipped legs are never late, nor is a leg that was
    handed over and finished in the same moment, as the desk's last one."""
    if leg.skipped or leg.accepted_at is None or leg.due_at is None or leg.handed_over_at == leg.finished_at:
        return False
    return (leg.finished_at or at) > leg.due_at


def legs_of(plan: Sequence[PlannedLeg]) -> list[Leg]:
    return [Leg(position, leg.unit_id, leg.hours, leg.step_id or None, leg.group) for position, leg in enumerate(plan)]


def clock_starts(handed_over_at: datetime, calendar: WorkingCalendar) -> datetime:
    """When the receiver's time starts: at once, or on the next working day for a dossier sent after 15:00."""
    sent = local(handed_over_at)
    if calendar.is_working(sent.date()) and sent.time() <= SAME_DAY_UNTIL:
        return handed_over_at
    return calendar.opening(calendar.next_working_day(sent.date()))


def transfer_by(received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The latest moment to hand over a dossier received at `received_at` (article 18.2): closing time of that working
    day; after 15:00, the opening of the next."""
    starts = clock_starts(received_at, calendar)
    return calendar.closing(local(starts).date()) if starts == received_at else starts


def leave_by(leg: LegTimes, calendar: WorkingCalendar, *, is_desk: bool) -> datetime | None:
    """The latest moment to finish a leg, for every list and log. `is_desk`: whether its unit is a desk.

    A desk's first leg ends at the hour that the law sets (`transfer_by`), any other at its due time; None for a leg
    without time of its own.
    """
    if leg.accepted_at is None:
        return leg.due_at
    if leg.position == 0 and is_desk:
        return transfer_by(leg.accepted_at, calendar)
    return leg.due_at if leg.due_at and leg.due_at > leg.accepted_at else None


def next_group(legs: Sequence[L], position: int) -> list[L]:
    """The legs that start after the leg at `position`; empty while a parallel leg is unfinished."""
    group = legs[position].group
    if any(leg.group == group and not leg.is_over and leg.position != position for leg in legs):
        return []
    later = [leg for leg in legs if leg.group > group and not leg.is_over]
    return [leg for leg in later if leg.group == later[0].group]


def responsible(legs: Iterable[Leg], due_at: datetime, at: datetime) -> Leg | None:
    """The leg responsible for a promise of `due_at` missed by `at`; None where there are no legs."""
    reached = [leg for leg in legs if leg.accepted_at or leg.handed_over_at]
    late = next((leg for leg in reached if is_late(leg, at)), None)
    if late is not None:
        return late
    in_time = [leg for leg in reached if _reached(leg) <= due_at]
    return in_time[-1] if in_time else next(iter(reached), None)


def _reached(leg: Leg) -> datetime:
    reached = leg.handed_over_at or leg.accepted_at
    assert reached is not None
    return reached


def cut_short(leg: Leg, at: datetime) -> Leg:
    """Marks an unfinished leg as skipped: it will never be finished as planned."""
    if leg.is_over:
        return leg
    return leg._replace(skipped=True, finished_at=at if leg.accepted_at else None)


ALARM_AFTER = timedelta(hours=4)
"""Working time after which a hand-over that nobody accepted is reported to both sides."""
