"""The ten national statuses of a dossier and the only moves between them. Pure.

Numbers and meanings are those of the national synchronisation field TrangThaiHoSo.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Status(IntEnum):
    SUBMITTED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROCESS = 4
    AWAITING_SUPPLEMENT = 5
    AWAITING_PAYMENT = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


class EventKind(StrEnum):
    SUBMITTED = "submitted"
    REGISTERED = "registered"
    REFUSED = "refused"
    STARTED = "started"
    HANDED_OVER = "handed_over"
    SUPPLEMENT_ASKED = "supplement_asked"
    SUPPLEMENTED = "supplemented"
    PAYMENT_ASKED = "payment_asked"
    PAID = "paid"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    STOPPED = "stopped"
    RESUMED = "resumed"
    FINISHED = "finished"
    RETURNED = "returned"


class Outcome(StrEnum):
    """How a dossier ended; only the first two are results an on-time rate may count."""

    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


MOVES: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.SUBMITTED, Status.ACCEPTED}),
    Status.SUBMITTED: frozenset(
        {Status.ACCEPTED, Status.REFUSED, Status.AWAITING_SUPPLEMENT, Status.WITHDRAWAL_ASKED}
    ),
    Status.ACCEPTED: frozenset({Status.IN_PROCESS, Status.WITHDRAWAL_ASKED}),
    Status.REFUSED: frozenset(),
    Status.IN_PROCESS: frozenset(
        {
            Status.AWAITING_SUPPLEMENT,
            Status.AWAITING_PAYMENT,
            Status.WITHDRAWAL_ASKED,
            Status.STOPPED,
            Status.DONE,
        }
    ),
    Status.AWAITING_SUPPLEMENT: frozenset(
        {Status.ACCEPTED, Status.IN_PROCESS, Status.REFUSED, Status.WITHDRAWAL_ASKED, Status.STOPPED}
    ),
    Status.AWAITING_PAYMENT: frozenset({Status.IN_PROCESS, Status.WITHDRAWAL_ASKED, Status.STOPPED}),
    Status.WITHDRAWAL_ASKED: frozenset({Status.DONE}),
    Status.STOPPED: frozenset({Status.IN_PROCESS, Status.DONE}),
    Status.DONE: frozenset({Status.RETURNED}),
    Status.RETURNED: frozenset(),
}

OPEN = frozenset(
    {
        Status.SUBMITTED,
        Status.ACCEPTED,
        Status.IN_PROCESS,
        Status.AWAITING_SUPPLEMENT,
        Status.AWAITING_PAYMENT,
        Status.WITHDRAWAL_ASKED,
        Status.STOPPED,
    }
)
RUNNING = frozenset({Status.ACCEPTED, Status.IN_PROCESS})
"""Open statuses whose clock runs; only these can be overdue now. Waiting ones are a bucket of their own."""

WAITING = frozenset({Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.WITHDRAWAL_ASKED, Status.STOPPED})


def may_move(current: Status | None, to: Status) -> bool:
    """Whether the table of moves allows going from `current` (None: not yet in the register) to `to`."""
    return to in MOVES[current]
