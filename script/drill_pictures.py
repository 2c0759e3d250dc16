"""Pictures of strangers against everybody else.

    script/drill_pictures [--url http://127.0.0.1:8000] [--seconds 20]

Others read public pages at a steady pace, first alone, then while four strangers each send a report with five PNGs of
49 megapixels (beyond the budget: refused), then one with two (within it: taken), and while the worker takes an e-mail
with 200 such files out of a real mailbox. Prints others' p50 and p95, failures, and the processor seconds of web and
worker; exit status 1 where the loaded p95 is more than twice the quiet one, or somebody failed.

Without `--url` it starts a portal without the demo, and a mailbox, on a scratch folder. With it there is no e-mail,
and no processor time: both need the portal's own machine.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
from cryptography.fernet import Fernet  # noqa: E402
from imap_tools import MailBoxUnencrypted  # noqa: E402

from portal.embedded.engines import location_for  # noqa: E402
from tests.files.samples import large_drawing  # noqa: E402

SIDE = 7_000
FILES_A_REPORT, FILES_WITHIN_BUDGET, STRANGERS, ATTACHED = 5, 2, 4, 200
PAGES = ("/", "/thu-tuc/?q=khai+sinh", "/thu-tuc/1.001193/", "/tra-cuu/", "/hen-ngay/", "/phan-anh/", "/so-lieu/")
READERS, PAUSE = 4, 0.25  # seconds between two pages of one reader
READY_WITHIN, CLEANED_WITHIN = 900.0, 300.0
MOST_SLOWER = 2.0
WORDS = "Ổ gà lớn trước số nhà 12, xe máy ngã hai lần trong tuần."
ABOUT = "/phan-anh/gui/ho-ga-o-ga/"
MAIL_USER, MAIL_PASSWORD = "hop", "matkhau"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Portal:
    url: str
    database: str = ""
    mail_port: int = 0
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Readings:
    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def summary(self) -> str:
        return (
            f"{len(self.seconds):4} pages  p50 {self.at(50):6.0f} ms  p95 {self.at(95):6.0f} ms  {self.failed} failed"
        )

    def at(self, percent: int) -> float:
        return 1000 * quantiles(self.seconds, n=100)[percent - 1] if len(self.seconds) > 1 else 0.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--url", default="")
    asked.add_argument("--seconds", type=float, default=20)
    options = asked.parse_args()
    drawing = large_drawing(SIDE)
    print(f"one picture: {SIDE * SIDE / 1e6:.0f} megapixels in {len(drawing) / 1000:.0f} KB", flush=True)
    if options.url:
        return drill(Portal(options.url.rstrip("/")), drawing, options.seconds)
    with own_portal() as portal:
        return drill(portal, drawing, options.seconds)


def drill(portal: Portal, drawing: bytes, seconds: float) -> int:
    read_for(portal, 3)  # what only the first pages cost
    before = processor(portal)
    quiet = read_for(portal, seconds)
    print(f"quiet   {quiet.summary()}  {spent(portal, before)}", flush=True)
    before, begun, done = processor(portal), time.monotonic(), threading.Event()
    loaded = Readings()
    readers = start_readers(portal, loaded, done)
    outcomes = send_all(portal, drawing)
    wait_until_cleaned(portal, begun + seconds)
    done.set()
    for reader in readers:
        reader.join()
    print(f"loaded  {loaded.summary()}  {spent(portal, before)}  in {time.monotonic() - begun:.0f} s")
    print("\n".join(outcomes + after(portal)))
    slower = loaded.at(95) / quiet.at(95) if quiet.at(95) else 0.0
    is_good = slower <= MOST_SLOWER and not loaded.failed and not any("WRONG" in line for line in outcomes)
    print(f"p95 loaded / quiet: {slower:.2f} (at most {MOST_SLOWER:.0f}): {'held' if is_good else 'MISSED'}")
    return 0 if is_good else 1


# Others


def read_for(portal: Portal, seconds: float) -> Readings:
    found, done = Readings(), threading.Event()
    readers = start_readers(portal, found, done)
    time.sleep(seconds)
    done.set()
    for reader in readers:
        reader.join()
    return found


def start_readers(portal: Portal, found: Readings, done: threading.Event) -> list[threading.Thread]:
    readers = [threading.Thread(target=read, args=(portal, found, done, number)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    return readers


def read(portal: Portal, found: Readings, done: threading.Event, number: int) -> None:
    page_number = number
    while not done.wait(PAUSE):
        page = PAGES[page_number % len(PAGES)]
        page_number, begun = page_number + 1, time.monotonic()
        try:
            status = fetch(portal, page, f"127.0.1.{number + 1}")[0]
        except (OSError, HTTPException):
            status = 0
        found.seconds.append(time.monotonic() - begun)
        found.failed += status != 200


def fetch(portal: Portal, path: str, address: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Status, cookies and text. `address`: whom the portal takes us for, on this machine; elsewhere it is ours."""
    location = urlsplit(portal.url)
    source = (address, 0) if location.hostname in {"127.0.0.1", "localhost"} else None
    connection = HTTPConnection(location.hostname or "", location.port or 80, timeout=60, source_address=source)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        cookies = "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))
        return answer.status, cookies, answer.read().decode(errors="replace")
    finally:
        connection.close()


# Strangers


def send_all(portal: Portal, drawing: bytes) -> list[str]:
    outcomes: list[str] = []
    strangers = [threading.Thread(target=stranger, args=(portal, drawing, outcomes, n)) for n in range(STRANGERS)]
    if portal.mail_port:
        put_mail(portal, drawing)
    for one in strangers:
        one.start()
    for one in strangers:
        one.join()
    return sorted(outcomes)


def stranger(portal: Portal, drawing: bytes, outcomes: list[str], number: int) -> None:
    for files, wanted in ((FILES_A_REPORT, 422), (FILES_WITHIN_BUDGET, 201)):
        begun = time.monotonic()
        try:
            status: object = report(portal, drawing, files, f"127.0.2.{number + 1}")
        except (OSError, HTTPException) as trouble:
            status = type(trouble).__name__
        judged = "as wanted" if status == wanted else f"WRONG, wanted {wanted}"
        took = 1000 * (time.monotonic() - begun)
        outcomes.append(f"stranger {number + 1}, {files} pictures: {status} after {took:.0f} ms, {judged}")


def report(portal: Portal, drawing: bytes, files: int, address: str) -> int:
    _status, cookies, page = fetch(portal, ABOUT, address)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    fields = {"request_key": str(uuid4()), "content": WORDS, "people": "1", "language": "vi", "doing": "send"}
    fields["csrfmiddlewaretoken"] = token[1] if token else ""
    boundary = secrets.token_hex(12)
    body = form_data(fields, [(f"anh-{n}.png", another(drawing)) for n in range(files)], boundary)
    kind = f"multipart/form-data; boundary={boundary}"
    return fetch(portal, ABOUT, address, body, **{"Content-Type": kind, "Cookie": cookies})[0]


def another(drawing: bytes) -> bytes:
    """The same picture as a file of its own: the same bytes are stored once."""
    return drawing + secrets.token_hex(8).encode()


def form_data(fields: dict[str, str], files: list[tuple[str, bytes]], boundary: str) -> bytes:
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in fields.items()
    ]
    for name, data in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="uploads"; filename="{name}"\r\n'
        lines.append(f"{head}Content-Type: image/png\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def put_mail(portal: Portal, drawing: bytes) -> None:
    message = EmailMessage()
    message["Message-ID"], message["From"] = make_msgid(domain="example.test"), "Lê Thu Hà <thuha@example.test>"
    message["To"], message["Subject"] = "phananh@motcua.example", "Ảnh ổ gà"
    message.set_content(WORDS)
    for number in range(ATTACHED - 1):  # the words are a part too, and 200 are taken
        message.add_attachment(another(drawing), maintype="image", subtype="png", filename=f"anh-{number}.png")
    with mailbox(portal) as box:
        box.append(bytes(message))


# What became of it


def wait_until_cleaned(portal: Portal, at_least: float) -> None:
    ends = time.monotonic() + CLEANED_WITHIN
    while time.monotonic() < ends:
        if time.monotonic() > at_least and (not portal.database or is_all_done(portal)):
            return
        time.sleep(1)


def is_all_done(portal: Portal) -> bool:
    waiting = asked(portal, "SELECT count(*) FROM files_storedfile WHERE state = 'checking'")
    return not waiting and bool(asked(portal, "SELECT count(*) FROM complaints_mail WHERE fate <> 'waiting'"))


def after(portal: Portal) -> list[str]:
    if not portal.database:
        return ["no e-mail: the portal at --url has its own mailbox"]
    count = "SELECT count(*) FROM complaints_casefile f JOIN complaints_mail m ON m.case_id = f.case_id"
    fate = asked(portal, "SELECT coalesce(max(fate), 'not taken') FROM complaints_mail")
    states = asked(
        portal,
        "SELECT string_agg(state || ' ' || n, ', ') FROM"
        " (SELECT state, count(*) n FROM files_storedfile GROUP BY state) s",
    )
    return [f"e-mail with {ATTACHED - 1} pictures: {fate}, {asked(portal, count)} of them taken", f"files: {states}"]


def asked(portal: Portal, question: str) -> object:
    with psycopg.connect(portal.database) as database:
        row = database.execute(question).fetchone()
        return row[0] if row else None


def processor(portal: Portal) -> dict[str, float]:
    """Seconds of processor time so far of web and worker, with all their children."""
    if portal.process is None:
        return {}
    return {name: sum(map(seconds_of, tree(pid))) for name, pid in programs(portal.process.pid).items()}


def spent(portal: Portal, before: dict[str, float]) -> str:
    return "  ".join(f"{name} {total - before.get(name, 0):.1f} s" for name, total in processor(portal).items())


def programs(parent: int) -> dict[str, int]:
    marks = {"web": b"portal.serving.gateway", "worker": b"\0worker\0"}
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children(parent)}
    return {name: pid for name, mark in marks.items() for pid, line in lines.items() if mark in line}


def tree(pid: int) -> list[int]:
    return [pid, *(one for child in children(pid) for one in tree(child))]


def children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def seconds_of(pid: int) -> float:
    """Its own, and of those of its children that have ended."""
    try:
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15])) / TICKS
    except OSError:
        return 0.0


# A portal and a mailbox of our own


@contextmanager
def own_portal() -> Iterator[Portal]:
    home = Path(tempfile.mkdtemp(prefix="portal-pictures-"))
    home.chmod(0o711)
    try:
        with post_office(home) as mail_port, serving(home, mail_port) as portal:
            yield portal
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def serving(home: Path, mail_port: int) -> Iterator[Portal]:
    location, port = location_for(home), free_port()
    env = {
        "DEMO": "0",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SECRET_HASH_KEYS": secrets.token_urlsafe(48),
        "SEALING_KEYS": Fernet.generate_key().decode(),
        "SECOND_FACTOR_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATA_DIR": str(home),
        "DATABASE_URL": location.database_url,
        "REDIS_URL": location.redis_url,
        "PORT": str(port),
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "IMAP_URL": f"imap://{MAIL_USER}:{MAIL_PASSWORD}@127.0.0.1:{mail_port}/INBOX",
        "MAILBOX_ADDRESS": "phananh@motcua.example",
    }
    with (home / "serve.log").open("wb") as log:
        argv = [sys.executable, "manage.py", "serve"]
        process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | env, stdout=log, stderr=log)
    portal = Portal(env["PORTAL_URL"], location.database_url, mail_port, process)
    try:
        wait_for(portal, process, home / "serve.log")
        yield portal
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def wait_for(portal: Portal, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < ends:
        try:
            if fetch(portal, "/readyz", "127.0.0.1")[0] == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.5)
    raise SystemExit(f"The portal did not start:\n{log.read_text()[-2000:]}")


@contextmanager
def post_office(home: Path) -> Iterator[int]:
    port = free_port()
    argv = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    argv += ["--no-tls", "dict", "--demo-user", MAIL_USER, "--demo-password", MAIL_PASSWORD]
    with (home / "imap.log").open("wb") as log:
        process = subprocess.Popen(argv, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def mailbox(portal: Portal) -> Iterator[MailBoxUnencrypted]:
    with MailBoxUnencrypted("127.0.0.1", portal.mail_port, timeout=60).login(MAIL_USER, MAIL_PASSWORD) as box:
        yield box


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
