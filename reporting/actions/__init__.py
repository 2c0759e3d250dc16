"""The verbs of the figures: keeping the roll-ups, signing reports, sending digests."""

from reporting.actions.digests import send_digests, stop_digest, subscribe
from reporting.actions.rollups import (
    RULES,
    note_open,
    prove,
    recount,
    recount_everything,
    recount_open,
    recount_stale,
)
from reporting.actions.signing import sign_report

__all__ = [
    "RULES",
    "note_open",
    "prove",
    "recount",
    "recount_everything",
    "recount_open",
    "recount_stale",
    "send_digests",
    "sign_report",
    "stop_digest",
    "subscribe",
]
