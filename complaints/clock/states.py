"""Statuses of a case, the only moves between them, and what may happen without a move. Pure.

A case is what one person or group sent: a grievance (khiếu nại), a denunciation (tố cáo), a petition or feedback (kiến
nghị, phản ánh), a report from the street, a question or praise. Sources: Law on Complaints 2011, articles 27 to 32;
Law on Denunciations 2018, articles 24 to 40; Law on Citizen Reception 2013, article 28; Decree 20/2008/NĐ-CP.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a case is by law; its terms and its secrecy follow from it."""

    GRIEVANCE = "grievance"
    DENUNCIATION = "denunciation"
    DENUNCIATION_INFO = "denunciation_info"
    PETITION = "petition"
    FIELD_REPORT = "field_report"
    QUESTION = "question"
    PRAISE = "praise"


SEALED_KINDS = frozenset({Kind.DENUNCIATION, Kind.DENUNCIATION_INFO})
"""The reporter is secret by law (Law on Denunciations 2018, article 8). What comes by web or telephone is no formal
denunciation (article 22) but information with such content (article 25): as secret, and never accepted by itself."""


NAMED_KINDS = frozenset({Kind.PETITION, Kind.GRIEVANCE})
"""Decree 20/2008/NĐ-CP, article 7, and the Law on Complaints 2011, article 8, require name and address of the
reporter."""


class Status(StrEnum):
    NEW = "new"
    SORTED = "sorted"
    AWAITING_SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    SETTLING = "settling"
    SUSPENDED = "suspended"
    SETTLED = "settled"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


class EventKind(StrEnum):
    RECEIVED = "received"
    SORTED = "sorted"
    SUPPLEMENT_ASKED = "supplement_asked"
    SUPPLEMENTED = "supplemented"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    STARTED = "started"
    GRADED = "graded"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    SETTLED = "settled"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_NOTED = "withdrawal_noted"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    PASSED_ON = "passed_on"
    TAKEN_OVER = "taken_over"
    SENT_BACK = "sent_back"
    DRAFTED = "drafted"
    DRAFT_RETURNED = "draft_returned"
    HANDLER_NAMED = "handler_named"
    HANDLER_ENDED = "handler_ended"
    RECALENDARED = "recalendared"
    CALENDAR_UNDONE = "calendar_undone"
    CONTINUED = "continued"


class Outcome(StrEnum):
    """How a case ended; the last three without a settlement."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    DEALT_WITH = "dealt_with"
    EXPLAINED = "explained"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


SETTLEMENTS = frozenset(
    {Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.REJECTED, Outcome.DEALT_WITH, Outcome.EXPLAINED}
)

MOVES: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.NEW}),
    Status.NEW: frozenset({Status.SORTED, Status.WITHDRAWN}),
    Status.SORTED: frozenset(
        {
            Status.SORTED,  # sorted again: somebody had taken it for another kind
            Status.AWAITING_SUPPLEMENT,
            Status.ACCEPTED,
            Status.NOT_ACCEPTED,
            Status.TRANSFERRED,
            Status.WITHDRAWN,
        }
    ),
    Status.AWAITING_SUPPLEMENT: frozenset({Status.SORTED, Status.NOT_ACCEPTED, Status.WITHDRAWN}),
    Status.ACCEPTED: frozenset({Status.SETTLING, Status.WITHDRAWN}),
    Status.SETTLING: frozenset({Status.SUSPENDED, Status.SETTLED, Status.ANSWERED, Status.WITHDRAWN}),
    Status.SUSPENDED: frozenset({Status.SETTLING, Status.WITHDRAWN}),
    Status.SETTLED: frozenset({Status.ANSWERED}),
    Status.ANSWERED: frozenset({Status.CLOSED, Status.SETTLING}),
    Status.CLOSED: frozenset({Status.SETTLING}),
    Status.NOT_ACCEPTED: frozenset(),
    Status.TRANSFERRED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}

OPEN = frozenset(
    {
        Status.NEW,
        Status.SORTED,
        Status.AWAITING_SUPPLEMENT,
        Status.ACCEPTED,
        Status.SETTLING,
        Status.SUSPENDED,
        Status.SETTLED,
    }
)
"""The office still owes the reporter a decision or an answer."""

WAITING = frozenset({Status.AWAITING_SUPPLEMENT, Status.SUSPENDED})
RUNNING = OPEN - WAITING
"""Open statuses whose clock runs; only these can be overdue now."""

UNDECIDED = frozenset({Status.NEW, Status.SORTED, Status.AWAITING_SUPPLEMENT})
"""Not yet accepted, refused or transferred."""

IN_WORK = frozenset({Status.ACCEPTED, Status.SETTLING, Status.SUSPENDED})

ANSWERABLE = frozenset({Status.SETTLING, Status.SETTLED})
"""An answer may be drafted, and then go out."""

LEADS_TO: dict[EventKind, Status] = {
    EventKind.RECEIVED: Status.NEW,
    EventKind.SORTED: Status.SORTED,
    EventKind.SUPPLEMENT_ASKED: Status.AWAITING_SUPPLEMENT,
    EventKind.SUPPLEMENTED: Status.SORTED,
    EventKind.ACCEPTED: Status.ACCEPTED,
    EventKind.NOT_ACCEPTED: Status.NOT_ACCEPTED,
    EventKind.TRANSFERRED: Status.TRANSFERRED,
    EventKind.STARTED: Status.SETTLING,
    EventKind.SUSPENDED: Status.SUSPENDED,
    EventKind.RESUMED: Status.SETTLING,
    EventKind.SETTLED: Status.SETTLED,
    EventKind.ANSWERED: Status.ANSWERED,
    EventKind.CLOSED: Status.CLOSED,
    EventKind.WITHDRAWN: Status.WITHDRAWN,
    EventKind.REOPENED: Status.SETTLING,
}
"""Acts that move a case, each to the one status it leads to."""

COMES_FROM: dict[EventKind, frozenset[Status]] = {
    EventKind.SORTED: frozenset({Status.NEW, Status.SORTED}),
    EventKind.SUPPLEMENTED: frozenset({Status.AWAITING_SUPPLEMENT}),
    EventKind.STARTED: frozenset({Status.ACCEPTED}),
    EventKind.RESUMED: frozenset({Status.SUSPENDED}),
    EventKind.REOPENED: frozenset({Status.ANSWERED, Status.CLOSED}),
}
"""Where two acts lead to the same status, the statuses each starts from."""

KEEPS: dict[EventKind, frozenset[Status]] = {
    EventKind.GRADED: frozenset({Status.NEW, Status.SORTED}) | IN_WORK,
    EventKind.EXTENDED: frozenset({Status.ACCEPTED, Status.SETTLING}),
    EventKind.WITHDRAWAL_NOTED: frozenset({Status.ACCEPTED, Status.SETTLING, Status.SUSPENDED}),
    EventKind.ASSIGNED: OPEN,
    EventKind.PASSED_ON: UNDECIDED | {Status.ACCEPTED, Status.SETTLING},
    EventKind.TAKEN_OVER: OPEN,
    EventKind.SENT_BACK: OPEN,
    EventKind.DRAFTED: ANSWERABLE,
    EventKind.DRAFT_RETURNED: ANSWERABLE,
    EventKind.HANDLER_NAMED: frozenset(Status),
    EventKind.HANDLER_ENDED: frozenset(Status),
    EventKind.RECALENDARED: OPEN,
    EventKind.CALENDAR_UNDONE: OPEN,
    EventKind.CONTINUED: OPEN,
}
"""Acts that move no status, each with the statuses during which it may happen."""


def may_move(current: Status | None, to: Status) -> bool:
    """Whether the table of moves allows going from `current` (None: not yet received) to `to`."""
    return to in MOVES[current]


def may_happen(kind: EventKind, current: Status | None, to: Status) -> bool:
    """Whether an act may happen in `current` and leave `to`."""
    if kind in KEEPS:
        return current in KEEPS[kind] and to == current
    if LEADS_TO[kind] is not to or not may_move(current, to):
        return False
    return kind not in COMES_FROM or current in COMES_FROM[kind]
