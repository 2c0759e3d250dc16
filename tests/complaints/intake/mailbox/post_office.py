"""A real IMAP server with one empty mailbox, and messages as strangers write them."""

from __future__ import annotations

import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from socket import create_connection, create_server, socket
from ssl import Purpose, SSLError, create_default_context

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone
from imap_tools import MailBoxUnencrypted

from complaints.intake.mailbox.take_in import process_mail
from complaints.models import Case, CaseText, Mail
from portal.embedded.processes import Program, kill_session, launch
from tests.complaints.cases import AT
from tests.workers import ROOT, free_port, wait_until

WRITER = "Lê Thu Hà <thuha@example.test>"
WORDS = "Đèn đường trước số 12 phố Vân Hồ hỏng đã ba tuần, tối rất nguy hiểm."
OURS = "phananh@motcua.example"
DENOUNCES = "Tôi tố cáo ông cán bộ địa chính nhận tiền của ba hộ trong ngõ 12."


class PostOffice:
    """`url` as the portal is given it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"imap://hop:mat%40khau@127.0.0.1:{port}/INBOX"

    def opened(self) -> MailBoxUnencrypted:
        return MailBoxUnencrypted("127.0.0.1", self.port, timeout=20).login("hop", "mat@khau")

    def put(self, *messages: bytes) -> None:
        with self.opened() as box:
            for message in messages:
                box.append(message)

    def waiting(self) -> int:
        with self.opened() as box:
            return len(box.uids())

    def empty(self) -> None:
        with self.opened() as box:
            box.delete(box.uids())

    def is_up(self) -> bool:
        try:
            create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextmanager
def post_office(log: Path, *, papers: Path | None = None) -> Iterator[PostOffice]:
    """`papers`: of `make_papers`, with which the server offers to turn to TLS."""
    office = PostOffice(free_port())
    serve = "from pymap.main import main; main()"
    tls = ("--cert", str(papers / "server.pem"), "--key", str(papers / "server.key")) if papers else ("--no-tls",)
    where = ("--host", "127.0.0.1", "--port", str(office.port), *tls)
    argv = (sys.executable, "-c", serve, *where, "dict", "--demo-user", "hop", "--demo-password", "mat@khau")
    process = launch(Program(name="imap", argv=argv, log=log, env={}, cwd=ROOT))
    try:
        wait_until(office.is_up, 30)
        yield office
    finally:
        kill_session(process)


def letter(
    text: str = WORDS, *, subject: str = "Đèn đường hỏng", sender: str = WRITER, to: str = OURS, **heads: str
) -> EmailMessage:
    """As a usual program writes it; `heads` name further lines of the head, with _ for -."""
    made = EmailMessage()
    made["Message-ID"] = heads.pop("Message_ID", "") or make_msgid(domain="example.test")
    if sender:
        made["From"] = sender
    made["To"], made["Subject"] = to, subject
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def make_papers(room: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hop")])
    host, now = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), timezone.now()
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = made.add_extension(host, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (room / "server.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (room / "server.key").write_bytes(pem)
    return room


class Line:
    """A telephone line to the server that goes dead when the client is about to say `word`. `dead` is set then. With
    `papers` it speaks TLS from the first word on."""

    def __init__(self, office: PostOffice, word: bytes, papers: Path | None = None) -> None:
        self.office, self.word, self.dead = office, word, threading.Event()
        self.listening = create_server(("127.0.0.1", 0))
        port = self.listening.getsockname()[1]
        self.url = office.url.replace(f":{office.port}/", f":{port}/")
        if papers is not None:
            tls = create_default_context(Purpose.CLIENT_AUTH)
            tls.load_cert_chain(papers / "server.pem", papers / "server.key")
            self.listening = tls.wrap_socket(self.listening, server_side=True)
            self.url = self.url.replace("imap:", "imaps:")
        threading.Thread(target=self._answer, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                try:
                    client, _address = self.listening.accept()
                except SSLError:  # the client does not trust us and hangs up
                    continue
                server = create_connection(("127.0.0.1", self.office.port), timeout=60)
                threading.Thread(target=self._carry, args=(server, client, b""), daemon=True).start()
                threading.Thread(target=self._carry, args=(client, server, self.word), daemon=True).start()

    def _carry(self, source: socket, target: socket, until: bytes) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                if until and until in chunk:
                    self.dead.set()
                    return
                target.sendall(chunk)


def taken(message: EmailMessage | bytes) -> Mail:
    raw = message if isinstance(message, bytes) else bytes(message)
    return process_mail(raw=raw, arrived_at=AT, at=AT)


def content(case: Case) -> str:
    return CaseText.objects.get(case=case, sort="content").text


def attach(message: EmailMessage, data: bytes, name: str, kind: str = "application/octet-stream") -> EmailMessage:
    message.add_attachment(data, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name)
    return message


def packed() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"0" * 5_000_000)
    return made.getvalue()


def page_only(**heads: str) -> EmailMessage:
    made = letter(**heads)
    made.set_content(f"<html><head><style>x</style></head><body><p>{WORDS}</p></body></html>", subtype="html")
    return made


BROKEN_TREE = (
    b"From: a@example.test\r\nSubject: x\r\nMessage-ID: <tree@example.test>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nxin chao\r\n'
)
UNKNOWN_CHARSET = (
    b"From: a@example.test\r\nSubject: x\r\nMessage-ID: <chu@example.test>\r\n"
    b"Content-Type: text/plain; charset=x-tcvn3\r\nContent-Transfer-Encoding: 8bit\r\n\r\nn\xb8 \xae\xcc\r\n"
)


def nested(depth: int) -> bytes:
    """Parts within parts, deeper than any parser follows."""
    tree = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return (
        b"From: a@example.test\r\nMessage-ID: <sau@example.test>\r\n" + tree + b"Content-Type: text/plain\r\n\r\nx\r\n"
    )
