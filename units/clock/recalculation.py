"""What a changed calendar does to the history of one dossier or one case. Pure.

A published change calculates every act again on the new edition. An undone one leaves that act out, so the old dates
come back exactly; only what was calculated on the withdrawn edition in between follows the restored one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

S = TypeVar("S")
E = TypeVar("E")
S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True, slots=True)
class DateMove:
    """`what`: which date moves from `old` to `new`; `position`: of a leg, None for every other date."""

    what: str
    old: datetime
    new: datetime
    position: int | None = None


Moves = tuple[DateMove, ...]


@dataclass(frozen=True, slots=True)
class Recalculation(Generic[S, E]):
    """What to write: the events with their numbers, the state they lead to, the dates that move."""

    before: S
    after: S
    events: tuple[tuple[int, E], ...]
    moves: Moves


class History(Protocol[S_co]):
    """A replay. `acts` are clock events, each with its `edition` and the number of its `event`."""

    number: int

    @property
    def state(self) -> S_co: ...
    @property
    def acts(self) -> Sequence[Any]: ...


def apply_change(
    history: History[S], append: Callable[[], E], moves: Callable[[S, S], Moves]
) -> Recalculation[S, E] | None:
    """`append` adds the event of the new edition. None when that moves no date."""
    before = history.state
    event = append()
    moved = moves(before, history.state)
    return Recalculation(before, history.state, ((history.number, event),), moved) if moved else None


def undo_change(
    history: History[S],
    undo: Callable[[], E],
    append: Callable[[], E],
    moves: Callable[[S, S], Moves],
    *,
    act: int | None,
    since: int,
) -> Recalculation[S, E] | None:
    """`undo` adds the event that leaves out act number `act`, `append` that of the restored edition. `since`: the
    edition that is withdrawn. None when there is nothing to write."""
    before, first = history.state, history.number + 1
    came_between = any(one.edition >= since and one.event != act for one in history.acts)
    events = [] if act is None else [undo()]
    after = history.state
    if came_between:
        event = append()
        if moves(after, history.state):
            events.append(event)
            after = history.state
    return Recalculation(before, after, tuple(enumerate(events, first)), moves(before, after)) if events else None
