"""Parses a message strictly: what cannot be parsed without error goes to a person instead.

Pure but for the settings with our own addresses. Decodes charsets, transfer encodings and names of files (RFC 2045 to
2049, 2231); composes text (NFC) and sanitises it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser
from typing import Any, Final

from imap_tools import MailAttachment, MailMessage

from complaints.intake.mailbox.automatic_mail import automatic_reason
from complaints.models import Mail
from complaints.texts.sanitising import sanitised, sanitised_line

MOST_PARTS: Final = 200
MOST_RECIPIENTS: Final = 20
MOST_REFERENCES: Final = 50
MOST_OF_SUBJECT: Final = 500
_ID: Final = re.compile(r"<[!-;=?-~]{1,500}>")
_SIGNATURES: Final = {
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
}
Why = Mail.Why
UNREADABLE: Final = frozenset({Why.BROKEN, Why.CHARSET, Why.TOO_LARGE})


@dataclass(frozen=True, slots=True)
class AttachedFile:
    name: str
    data: bytes


@dataclass(slots=True)
class ParsedMail:
    """One message. `message_id` with its brackets, or one made of its bytes where it has none. `references`: the ids
    it answers, the nearest first. `automatic_reason`: why no person wrote it. `wrong`: why a person must look at
    it."""

    message_id: str
    content: str
    is_identified: bool = True
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    references: tuple[str, ...] = ()
    attached: list[AttachedFile] = field(default_factory=list)
    automatic_reason: Mail.Why | None = None
    wrong: list[Mail.Why] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        return not UNREADABLE & set(self.wrong)


def parse_mail(raw: bytes) -> ParsedMail:
    """Never raises: a message that breaks the parser yields `BROKEN`."""
    parsed = ParsedMail(_no_id(raw), content_of(raw), is_identified=False)
    try:
        found = MailMessage.from_bytes(raw)
        if ids := _ids(found.obj, "Message-ID"):
            parsed.message_id, parsed.is_identified = ids[0], True
        _read_head(found, parsed)
        _read_body(found.obj, parsed)
    except Exception:  # whatever a stranger's bytes do to a parser
        parsed.wrong.insert(0, Why.BROKEN)
    parsed.wrong = list(dict.fromkeys(parsed.wrong))
    return parsed


def _read_head(found: MailMessage, parsed: ParsedMail) -> None:
    head = found.obj
    parsed.automatic_reason = automatic_reason(head)
    parsed.references = tuple(
        dict.fromkeys([*_ids(head, "In-Reply-To"), *reversed(_ids(head, "References")[-MOST_REFERENCES:])])
    )
    parsed.subject = sanitised_line(_heading(head.get("Subject", ""), parsed))[:MOST_OF_SUBJECT]
    sender = found.from_values
    if sender is None or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", sender.email):
        parsed.wrong.append(Why.NO_SENDER)
    else:
        parsed.sender, parsed.name = sender.email.lower(), sanitised_line(sender.name)[:200]
    if len(found.to_values) + len(found.cc_values) > MOST_RECIPIENTS:
        parsed.wrong.append(Why.CROWD)


def _read_body(message: Message, parsed: ParsedMail) -> None:
    plain: list[str] = []
    pages: list[str] = []
    for number, part in enumerate(_leaves(message)):
        if number > MOST_PARTS:
            raise ValueError("a message of too many parts")
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and not _is_attached(part):
            (plain if kind == "text/plain" else pages).append(_decoded(part, parsed))
        elif kind not in _SIGNATURES:
            parsed.attached.append(_attachment(part, number))
    if _is_broken(message):
        parsed.wrong.append(Why.BROKEN)
    parsed.text = sanitised("\n\n".join(one.strip() for one in plain if one.strip())).strip()
    if not parsed.text and any(one.strip() for one in pages):
        parsed.text = sanitised(_words_of("\n".join(pages))).strip()
        parsed.wrong.append(Why.HTML)


def _leaves(part: Message) -> Iterator[Message]:
    """The parts that say something; a message within the message is one of them."""
    inner = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inner, list):
        for one in inner:
            if isinstance(one, Message):
                yield from _leaves(one)
    else:
        yield part


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attachment(part: Message, number: int) -> AttachedFile:
    found = MailAttachment(part)
    return AttachedFile(sanitised_line(found.filename) or f"tep-{number}", found.payload)


def _is_broken(message: Message) -> bool:
    """Anything the parser found wrong, once all has been decoded; a multipart without parts too."""
    return any(
        part.defects or (part.get_content_maintype() == "multipart" and not part.is_multipart())
        for part in message.walk()
    )


def _decoded(part: Message, parsed: ParsedMail) -> str:
    data = part.get_payload(decode=True)
    return _text(data if isinstance(data, bytes) else b"", part.get_content_charset() or "utf-8", parsed)


def _text(data: bytes, charset: str, parsed: ParsedMail) -> str:
    """Strictly by its charset; what is not in it is shown as well as possible and reported."""
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        parsed.wrong.append(Why.CHARSET)
        return data.decode("utf-8", "replace")


def _heading(value: Any, parsed: ParsedMail) -> str:
    pieces = []
    for piece, charset in decode_header(value):
        encoding = "utf-8" if charset in {None, "unknown-8bit"} else charset
        pieces.append(_text(piece, encoding, parsed) if isinstance(piece, bytes) else piece)
    return "".join(pieces)


def _ids(head: Message, name: str) -> list[str]:
    return _ID.findall(" ".join(str(value) for value in head.get_all(name, [])))


def _no_id(raw: bytes) -> str:
    """In place of the Message-ID of a message that has none, or cannot be parsed to find it."""
    return f"<{hashlib.sha256(raw).hexdigest()}@no-id.invalid>"


def content_of(raw: bytes) -> str:
    """What distinguishes messages under the same id: all but the head, which servers on the way add to."""
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    return hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest()


class _Words(HTMLParser):
    """The words of a web page, without what is never shown."""

    _HIDDEN = frozenset({"script", "style", "head", "title", "template"})
    _BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self._HIDDEN
        self.pieces.append("\n" if tag in self._BREAKS else "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self._HIDDEN and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def _words_of(page: str) -> str:
    words = _Words()
    words.feed(page)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.pieces).splitlines())
    return "\n".join(line for line in lines if line)
