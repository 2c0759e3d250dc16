"""A mail server on a real port that can be made to wait, refuse or break off at any step."""

import asyncio
import email
import email.policy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from ssl import SSLContext

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.workers import free_port

WAIT = 40


class Post:
    """What arrived in `letters`. `hold` says at which step letters to an address wait ("DATA": before the text is
    taken, "250": with the letter taken and the answer not given), `answers` what is said at a step instead of yes."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.hold: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self._held, self._released = threading.Semaphore(0), threading.Event()

    def wait_until_held(self) -> None:
        """Return when another letter has come to where it waits."""
        assert self._held.acquire(timeout=WAIT), "nothing came so far"

    def let_go(self) -> None:
        self.hold = {}
        self._released.set()

    async def pause(self, step: str, envelope: Envelope) -> None:
        if self.hold.get(envelope.rcpt_tos[0]) == step:
            self._held.release()
            while not self._released.is_set():
                await asyncio.sleep(0.01)  # this is the server that keeps its client waiting

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if text := self.answers.get("RCPT"):
            return text
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if text := self.answers.get("250"):
            return text
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        if "break off" in self.answers and server.transport is not None:
            server.transport.close()
        await self.pause("250", envelope)
        return "250 Taken"


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None
        await self.event_handler.pause("DATA", self.envelope)
        await super().smtp_DATA(arg)


class _Controller(Controller):
    starttls: SSLContext | None = None

    def factory(self) -> SMTP:
        return _Server(self.handler, ident="test", tls_context=self.starttls, require_starttls=bool(self.starttls))


@contextmanager
def mail_server(*, tls: SSLContext | None = None, starttls: SSLContext | None = None) -> Iterator[tuple[Post, int]]:
    """A server and its port. With `tls` it speaks TLS from the first byte, with `starttls` takes no letter before."""
    post, port = Post(), free_port()
    controller = _Controller(post, hostname="127.0.0.1", port=port, ssl_context=tls)
    controller.starttls = starttls
    controller.start()
    try:
        yield post, port
    finally:
        post.let_go()
        controller.stop()
