"""What every channel keeps to: one function, and three ways of not succeeding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, ready to go.

    `key` is the same at every try, so that the receiver can recognise a repeat. A channel on which a repeat
    would be a second message calls `before_handing_over` at the last moment at which the other side cannot have the
    message yet; from there on a lost answer means that nobody knows. `in_reply_to` and `references` put an e-mail into
    the thread of the one it answers; `reply_to` is an address that somebody, or something, reads.
    """

    key: str
    to: str
    subject: str
    text: str
    language: str
    at: datetime
    before_handing_over: Callable[[], None]
    stop_url: str = ""
    stop_by_post: bool = False
    in_reply_to: str = ""
    references: str = ""
    reply_to: str = ""


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Return when the other side has taken the message over; else raise one of the three below."""


class TryAgain(Exception):
    """Not delivered, and a later try may succeed; `after` is the pause the other side asked for."""

    def __init__(self, why: str, after: timedelta = timedelta()) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """Not delivered, and never will be without a change."""


class Unsure(Exception):
    """It may have been delivered: nobody knows, so a person decides."""
