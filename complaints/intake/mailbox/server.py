"""The IMAP server: fetches each message and deletes it there once it is in the database.

`imaps://user:password@host:993/INBOX`; `imap+starttls://` begins in clear and turns to TLS, `imap://` never does.
Signs of the name and the password that an address cannot hold are written as %XX.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from imaplib import IMAP4, Internaldate2tuple
from ssl import create_default_context
from time import mktime
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from complaints.intake.mailbox.attempts import process_counted, was_tried
from complaints.intake.mailbox.take_in import note_too_large

TROUBLE: Final = (ImapToolsError, IMAP4.error, OSError)
"""What a server that is away, refuses or breaks off raises."""


@contextmanager
def opened_mailbox(url: str) -> Iterator[BaseMailBox]:
    """Signed in, with the folder chosen. Raises TROUBLE."""
    place = urlsplit(url)
    box = _connected(place.scheme, place.hostname or "", place.port)
    with box.login(unquote(place.username or ""), unquote(place.password or ""), unquote(place.path[1:]) or "INBOX"):
        yield box


def fetch_message(box: BaseMailBox, uid: str, at: datetime, *, again: bool) -> bool:
    """Process one message, then delete it on the server.

    One that is too large is recorded and stays on the server. Unless `again`, one whose reading has begun before is
    left for later: False.
    """
    found = next(iter(box.fetch(uid_list=[uid], mark_seen=False, headers_only=True)), None)
    if found is None:  # another worker has just taken it out
        return True
    arrived_at = _arrived_at(box, uid, at)
    if found.size_rfc822 > settings.MAX_MAIL_MB * 1_000_000:
        note_too_large(head=bytes(found.obj), size=found.size_rfc822, arrived_at=arrived_at, at=at)
        return True
    raw = _fetched(box, uid)
    if raw and not again and was_tried(raw):
        return False
    if raw:
        process_counted(raw=raw, arrived_at=arrived_at, at=at)
        box.delete([uid])
    return True


def _connected(scheme: str, host: str, port: int | None) -> BaseMailBox:
    wait = settings.IMAP_SECONDS
    if scheme == "imaps":
        return MailBox(host, port or 993, timeout=wait, ssl_context=create_default_context())
    if scheme == "imap+starttls":
        return MailBoxStartTls(host, port or 143, timeout=wait, ssl_context=create_default_context())
    return MailBoxUnencrypted(host, port or 143, timeout=wait)


def _fetched(box: BaseMailBox, uid: str) -> bytes:
    """The bytes as they lie there: a parsed message written out again may differ from them."""
    _status, answer = box.client.uid("fetch", uid, "(BODY.PEEK[])")
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")


def _arrived_at(box: BaseMailBox, uid: str, at: datetime) -> datetime:
    """When the server took it; the date in a message is whatever its sender wrote."""
    _status, answer = box.client.uid("fetch", uid, "(INTERNALDATE)")
    arrived = Internaldate2tuple(answer[0]) if answer and isinstance(answer[0], bytes) else None
    return min(datetime.fromtimestamp(mktime(arrived), UTC), at) if arrived else at
