"""The verbs of the outbox."""

from notices.actions.issuing import forget_notices, issue_notice, issue_notices, issue_once, mark_seen, taken_keys
from notices.actions.sending import send_again, send_next_notice

__all__ = [
    "forget_notices",
    "issue_notice",
    "issue_notices",
    "issue_once",
    "mark_seen",
    "send_again",
    "send_next_notice",
    "taken_keys",
]
