"""E-mail by SMTP, spoken step by step: it must be known until when the server cannot have the letter yet.

Any other backend of Django (the demo's files) is handed the whole letter at once.
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from notices.sending.channels.contract import Message, Refused, TryAgain, Unsure

ANSWER_SECONDS: Final = 60
"""How long a server may think about a whole letter; to give up earlier would only leave more outcomes unknown."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"(?m)^\.")


def send(message: Message) -> None:
    """Deliver to the first server on the way, which answers for the letter from then on."""
    backend = get_connection()
    if isinstance(backend, EmailBackend):
        _speak(backend, message)
    else:
        _hand_to(backend, message)


def letter(message: Message) -> EmailMessage:
    """The same Message-ID at every try: servers and readers of mail know a repeat by it."""
    headers = {
        "Message-ID": f"<{message.key}@{urlsplit(settings.PORTAL_URL).hostname}>",
        "Content-Language": message.language,
        "Auto-Submitted": "auto-replied" if message.in_reply_to else "auto-generated",
    }
    if message.in_reply_to:
        headers |= {"In-Reply-To": message.in_reply_to, "References": message.references}
    if message.reply_to:
        headers["X-Loop"] = message.reply_to
    if message.stop_url:
        headers["List-Unsubscribe"] = f"<{message.stop_url}>"
    if message.stop_url and message.stop_by_post:
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        message.subject,
        message.text,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers,
    )


def _hand_to(backend: BaseEmailBackend, message: Message) -> None:
    message.before_handing_over()
    try:
        backend.send_messages([letter(message)])
    except OSError as trouble:
        raise Unsure(type(trouble).__name__) from trouble


def _speak(backend: EmailBackend, message: Message) -> None:
    try:
        recipient = sanitize_address(message.to, "utf-8")
        text = letter(message).message().as_bytes()
    except ValueError as junk:
        raise Refused(type(junk).__name__) from junk
    try:
        backend.open()
    except OSError as trouble:  # refused connections, time-outs, failed sign-ins and every SMTP error are of this kind
        with suppress(OSError):
            backend.close()  # also a connection on which the server then offered no TLS, or refused the password
        raise TryAgain(type(trouble).__name__) from trouble
    server = backend.connection
    assert server is not None
    try:
        _deliver(server, recipient, _on_the_wire(text), message)
        server.putcmd("quit")  # its answer changes nothing, and would only delay the note that the letter is sent
    finally:
        server.close()


def _deliver(server: smtplib.SMTP, recipient: str, text: bytes, message: Message) -> None:
    """Raises Refused only for what the server says for good about this address or this letter; whatever else goes
    wrong before the last dot is the server's trouble, and passes."""
    try:
        server.ehlo_or_helo_if_needed()
        _accepted(server.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), for_good=False)
        _accepted(server.rcpt(recipient), for_good=True)
        _accepted(server.docmd("data"), for_good=True)
        server.send(text)
    except OSError as trouble:
        raise TryAgain(type(trouble).__name__) from trouble
    message.before_handing_over()
    _accepted(_last_dot(server), for_good=True)


def _on_the_wire(text: bytes) -> bytes:
    """Whole lines, and none that a server would take for the last one."""
    lines = _DOT.sub(b"..", _LINE_END.sub(b"\r\n", text))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _last_dot(server: smtplib.SMTP) -> tuple[int, bytes]:
    """Until it is read a server drops the letter when the line breaks; after that only its answer is evidence."""
    try:
        if server.sock is not None:
            server.sock.settimeout(ANSWER_SECONDS)
        server.send(b".\r\n")
        return server.getreply()
    except OSError as trouble:
        raise Unsure(type(trouble).__name__) from trouble


def _accepted(answer: tuple[int, bytes], *, for_good: bool) -> None:
    code = answer[0]
    if 200 <= code < 400:
        return
    raise (Refused if for_good and code >= 500 else TryAgain)(f"SMTP {code}")
