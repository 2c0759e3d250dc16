"""The legs of a dossier: which office has it, since when, until when. Pure facts of the events; dates come from
`dossiers.clock.clocks`.

A lateness has exactly one responsible leg: the first one, in the order of the plan, that overran its own time. Where
none did (the time was lost between two offices), it is the leg that had the dossier, or should have taken it over,
when the promise ran out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple, Protocol, TypeVar

from dossiers.clock.clocks import Planned
from units.clock.due_dates import WorkingCalendar
from units.clock.working_calendar import local

SAME_DAY_UNTIL = time(15)
"""What comes later may be handed over, and begins to count, at the start of the next working day (Decree 61/2018,
article 18.2)."""


class Leg(NamedTuple):
    """One office's part. In hand from `accepted_at` to `finished_at`; on its way while handed over and not accepted.

    `skipped`: the result came without it, or it was cut short by a withdrawal or a final stop.
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
        """Whether the offices' figures count it: finished as planned, and there was a time to keep.

        Not counted: a leg that was cut short or passed by, one that took no time at all (a result at once over the
        counter), and one that was given none (taking in and handing out where no process is approved: there all of
        the time is the handling unit's, whose leg is the one at position 1).
        """
        if self.skipped or self.finished_at is None or self.accepted_at is None or self.due_at is None:
            return False
        has_time = self.hours > 0 or (self.step_id is None and self.position == 1)
        return has_time and self.accepted_at < self.finished_at


class Placed(Protocol):
    """Where a leg is in the plan, as `Leg`, the kept `DossierLeg` and a line's `Stop` have it."""

    @property
    def position(self) -> int: ...
    @property
    def group(self) -> int: ...
    @property
    def is_over(self) -> bool: ...


L = TypeVar("L", bound=Placed)


class Timed(Protocol):
    """The times of a leg, as `Leg` and the kept `DossierLeg` both have them."""

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


def is_late(leg: Timed, at: datetime) -> bool:
    """Whether a leg overran its time, finished or not, as of `at`. Legs cut short or passed by are never late, nor is
    a desk that got the result and was done with it in the same moment: it had no time to overrun."""
    if leg.skipped or leg.accepted_at is None or leg.due_at is None or leg.handed_over_at == leg.finished_at:
        return False
    return (leg.finished_at or at) > leg.due_at


def legs_of(plan: Sequence[Planned]) -> list[Leg]:
    return [Leg(position, leg.unit_id, leg.hours, leg.step_id or None, leg.group) for position, leg in enumerate(plan)]


def clock_starts(handed_over_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Since when the receiver's time runs: at once, or from the next working day for what was sent after 15:00."""
    sent = local(handed_over_at)
    if calendar.is_working(sent.date()) and sent.time() <= SAME_DAY_UNTIL:
        return handed_over_at
    return calendar.opening(calendar.next_working_day(sent.date()))


def transfer_by(received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The latest moment to hand over what came at `received_at` (article 18.2): closing time of the same working day,
    or the opening of the next one for what came after 15:00."""
    starts = clock_starts(received_at, calendar)
    return calendar.closing(local(starts).date()) if starts == received_at else starts


def leave_by(leg: Timed, calendar: WorkingCalendar, *, is_desk: bool) -> datetime | None:
    """The latest moment to be done with a leg, for every list and log. `is_desk`: whether its unit is a desk.

    A desk sends on what it took in by the hour of the law, whatever time it was planned; any other leg ends by its own
    due time. None for one that was given no time of its own.
    """
    if leg.accepted_at is None:
        return leg.due_at
    if leg.position == 0 and is_desk:
        return transfer_by(leg.accepted_at, calendar)
    return leg.due_at if leg.due_at and leg.due_at > leg.accepted_at else None


def next_group(legs: Sequence[L], position: int) -> list[L]:
    """The legs that begin when all legs beside `position` are over; empty while one of those is not."""
    group = legs[position].group
    if any(leg.group == group and not leg.is_over and leg.position != position for leg in legs):
        return []
    later = [leg for leg in legs if leg.group > group and not leg.is_over]
    return [leg for leg in later if leg.group == later[0].group]


def responsible(legs: Iterable[Leg], due_at: datetime, at: datetime) -> Leg | None:
    """The leg that answers for a promise of `due_at` missed by `at`; None where there are no legs."""
    known = [leg for leg in legs if leg.accepted_at or leg.handed_over_at]
    late = next((leg for leg in known if is_late(leg, at)), None)
    if late is not None:
        return late
    there = [leg for leg in known if _reached(leg) <= due_at]
    return there[-1] if there else next(iter(known), None)


def _reached(leg: Leg) -> datetime:
    reached = leg.handed_over_at or leg.accepted_at
    assert reached is not None
    return reached


def cut(leg: Leg, at: datetime) -> Leg:
    """A leg that will never be finished as planned."""
    if leg.is_over:
        return leg
    return leg._replace(skipped=True, finished_at=at if leg.accepted_at else None)


ALARM_AFTER = timedelta(hours=4)
"""Working time after which a hand-over nobody accepted alarms both sides."""
