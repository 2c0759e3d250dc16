"""Working hours at the portal, through real pages: 30 clerks, 100 readers, 3 officials.

    script/drill_load [--seconds 600] [--morning 15] [--data-dir DIR] [--url http://127.0.0.1:8000 [--pid N]]

Clerks sign in (all within `--morning` seconds), register what a browser with htmx would send, look dossiers up and
open them. Readers see the catalogue, search, read procedures, ask for a result date and track. Officials read
dashboards. Each has an address of their own in 127/8 and thinks between two requests: clerks 0.8 to 1.8 s between
steps of a registration and 2 to 6 s before the next one, readers 4 to 10 s, officials 5 to 15 s.

Without --url it starts the portal itself, on `--data-dir` (stored, and used again) or on a scratch folder; the demo is
loaded there first where it is not yet. With --url the portal must run with the demo's logins; all clerks are then the
demo's one clerk, and `--pid` (of `manage.py serve`) measures memory.

The goal: p95 of every page under 0.5 s, of registering and signing in under 1 s, no failure, memory flat (what web and
worker hold at the end at most a tenth and 20 MB above what they held after a quarter). Exit code 1 if not.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from bench_engines import free_port
from bench_start import ready

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from portal.embedded.demo import LOGINS, PASSWORD

ROOT = Path(__file__).resolve().parent.parent
CLERKS, READERS = 30, 100
OFFICIALS = ("official", "leader", "official")
SLOW = {"register": 1.0, "sign in": 1.0}  # seconds of p95; every other page: MOST
MOST = 0.5
GROWS, SLACK = 1.1, 20.0  # memory at the end against that after a quarter: a factor, and MB
PATIENCE = 30
READY_WITHIN = 900
WORDS = ("khai sinh", "ket hon", "chung thuc", "ho tich", "dat dai", "kinh doanh", "xac nhan", "khai tu")
CLERK_WORDS = ("dang ky khai sinh", "dang ky ket hon", "chung thuc ban sao", "xac nhan tinh trang hon nhan")
DASHBOARDS = ("/dieu-hanh/", "/dieu-hanh/chang/", "/dieu-hanh/bo-sung/")
STAFF = """
from django.contrib.auth.hashers import make_password
from accounts.models import Membership, User
clerks = User.objects.filter(memberships__role=Membership.Role.CLERK).exclude(username="canbo").order_by("username")
names = list(clerks.values_list("username", flat=True).distinct()[:%d])
User.objects.filter(username__in=names).update(password=make_password("%s"))
print("CLERKS", *names)
"""


@dataclass
class Seen:
    """Seconds by page, and what failed."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    codes: list[str] = field(default_factory=list)


class Form(HTMLParser):
    """The fields that a browser would send of the form which holds a field named `mark`."""

    def __init__(self, page: str, mark: str) -> None:
        super().__init__()
        self.mark, self.fields, self._now, self._text = mark, {}, {}, ("", None)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._now = {}
        elif tag == "textarea":
            self._text = (given.get("name", ""), "")
        elif tag == "option":
            self._option(given)
        elif tag == "select":
            self._text = (given.get("name", ""), None)
        elif tag == "input":
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        is_sent = "checked" in given if kind in {"radio", "checkbox"} else kind not in {"submit", "file", "button"}
        if is_sent and "disabled" not in given:
            self._put(given.get("name", ""), given.get("value", "on" if kind == "checkbox" else ""))

    def _option(self, given: dict[str, str]) -> None:
        """The first one of a list counts until another is marked."""
        name = self._text[0]
        if name and ("selected" in given or name not in self._now):
            self._now[name] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._text[1] is not None:
            self._text = (self._text[0], self._text[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._put(self._text[0], str(self._text[1]).lstrip("\n"))
        if tag in {"textarea", "select"}:
            self._text = ("", None)
        if tag == "form":
            if self.mark in self._now:
                self.fields = self._now
            self._now = {}

    def _put(self, name: str, value: str) -> None:
        if name:
            self._now.setdefault(name, []).append(value)


class Visitor:
    """One browser with an address of its own."""

    def __init__(self, url: str, number: int, seen: Seen) -> None:
        self.seen = seen
        self.rng = random.Random()  # other people every time: the counter asks about what they have filed already
        own = httpx.AsyncHTTPTransport(local_address=f"127.0.{1 + number // 200}.{1 + number % 200}")
        self.client = httpx.AsyncClient(base_url=url, transport=own, timeout=PATIENCE)

    async def think(self, least: float, most: float) -> None:
        await asyncio.sleep(self.rng.uniform(least, most))

    async def ask(self, page: str, method: str, path: str, wants: tuple[int, ...] = (200,), **more: Any) -> str:
        """The text, or "" where it failed, which is noted."""
        answer = await self.send(page, method, path, wants, **more)
        return answer.text if answer else ""

    async def send(
        self, page: str, method: str, path: str, wants: tuple[int, ...], **more: Any
    ) -> httpx.Response | None:
        began = time.perf_counter()
        try:
            answer = await self.client.request(method, path, **more)
        except httpx.HTTPError as error:
            self.seen.failed[page].append(type(error).__name__)
            return None
        self.seen.took[page].append(time.perf_counter() - began)
        if answer.status_code in wants:
            return answer
        self.seen.failed[page].append(str(answer.status_code))
        return None

    async def sign_in(self, name: str) -> None:
        form = Form(await self.ask("sign-in page", "GET", "/can-bo/dang-nhap/"), "login").fields
        await self.think(1, 2)
        typed = form | {"login": [name], "password": [PASSWORD]}
        began = time.perf_counter()
        answer = await self.send("sign in", "POST", "/can-bo/dang-nhap/", (302,), data=typed)
        if answer:
            await self.client.get(answer.headers["Location"], follow_redirects=True)
            self.seen.took["sign in, to the first page"].append(time.perf_counter() - began)


COUNTER = "/can-bo/tiep-nhan/"


async def clerk(visitor: Visitor, name: str) -> None:
    await visitor.sign_in(name)
    while True:
        await register(visitor)
        await visitor.think(2, 6)


async def register(visitor: Visitor) -> None:
    """One registration as keys and htmx make it, then a look at a dossier."""
    rng = visitor.rng
    page = await visitor.ask("counter", "GET", COUNTER)
    form = Form(page, "request_key").fields
    born = rng.randrange(50, 100)  # a million numbers of one year alone would soon give one number to two people
    number = f"0010{born}{rng.randrange(10**6):06d}"
    card = f"{number}||NGUYỄN VĂN MẪU|010119{born}|Nam|Số 1 phố Bạch Mai, Hà Nội|15042021"
    form = await step(visitor, form, "card", card=card)
    form = await step(visitor, form, "preview", phone=f"09{rng.randrange(10**8):08d}")
    for words in rng.sample(CLERK_WORDS, len(CLERK_WORDS)):
        form = await step(visitor, form, "first", q=words)
        if "offering" in form:  # else this desk takes no such procedure, and the clerk types other words
            break
    form = await step(visitor, form, "preview")
    await visitor.think(0.8, 1.8)
    answer = await visitor.send("register", "POST", COUNTER, (302,), data=form)
    if not answer:
        return
    page = await visitor.ask("counter", "GET", answer.headers["Location"])
    code = between(page, '<b class="code">', "</b>")
    visitor.seen.codes.append(code)
    await visitor.ask("slip", "GET", between(page, 'data-print-slip="', '"'))
    await visitor.think(0.8, 1.8)
    token = Form(page, "request_key").fields["csrfmiddlewaretoken"]
    found = await visitor.send(
        "look up", "POST", "/can-bo/tra-cuu/", (302,), data={"csrfmiddlewaretoken": token, "q": code}
    )
    if found:
        await visitor.ask("dossier", "GET", found.headers["Location"])
    await visitor.think(0.8, 1.8)
    await visitor.ask("queue", "GET", "/can-bo/hang-doi/")


REPLACED = {"card": "person", "preview": "preview", "first": "details"}
"""Step → the id of the panel that htmx replaces."""


async def step(visitor: Visitor, form: dict[str, list[str]], name: str, **typed: str) -> dict[str, list[str]]:
    """The form as one post of htmx leaves it."""
    await visitor.think(0.8, 1.8)
    sent = form | {key: [value] for key, value in typed.items()} | {"step": [name]}
    headers = {"HX-Request": "true", "HX-Target": REPLACED[name]}
    panel = await visitor.ask(f"counter: {name}", "POST", COUNTER, data=sent, headers=headers)
    if not panel:
        return form
    gone = {"card", "step"} | ({"offering", "papers"} if name == "first" else set())
    left = {key: value for key, value in sent.items() if key not in gone}
    redrawn = Form(f'<form><input name="step">{panel}</form>', "step").fields
    redrawn.pop("step", None)
    return left | redrawn


def between(page: str, before: str, after: str) -> str:
    return page.partition(before)[2].partition(after)[0]


async def reader(visitor: Visitor, procedures: list[str]) -> None:
    while True:
        await visitor.think(4, 10)
        code = visitor.rng.choice(procedures)
        asked = visitor.rng.randrange(6)
        if asked == 0:
            await visitor.ask("home", "GET", "/")
        elif asked == 1:
            await visitor.ask("catalogue", "GET", "/thu-tuc/")
        elif asked == 2:
            await visitor.ask("search", "GET", "/thu-tuc/", params={"q": visitor.rng.choice(WORDS)})
        elif asked == 3:
            await visitor.ask("procedure", "GET", f"/thu-tuc/{code}/")
        elif asked == 4:
            await visitor.ask("result date", "GET", "/hen-ngay/", params={"thu-tuc": code}, wants=(200, 422))
        else:
            made = visitor.seen.codes[-50:]
            path = f"/tra-cuu/{visitor.rng.choice(made)}/" if made else "/tra-cuu/"
            await visitor.ask("tracking", "GET", path)


async def official(visitor: Visitor, name: str) -> None:
    await visitor.sign_in(name)
    while True:
        path = visitor.rng.choice(DASHBOARDS)
        await visitor.ask(f"dashboard {path}", "GET", path)
        await visitor.think(5, 15)


@asynccontextmanager
async def people(url: str, clerks: list[str], morning: float, seen: Seen) -> AsyncIterator[None]:
    first = Visitor(url, 0, seen)
    page = (await first.client.get("/thu-tuc/")).text
    procedures = sorted({part.partition("/")[0] for part in page.split('href="/thu-tuc/')[1:] if part[:1].isdigit()})
    numbers = iter(range(1, 10_000))
    doing = [clerk(Visitor(url, next(numbers), seen), name) for name in clerks]
    doing += [official(Visitor(url, next(numbers), seen), LOGINS[login]) for login in OFFICIALS]
    doing += [reader(Visitor(url, next(numbers), seen), procedures) for _ in range(READERS)]
    tasks = []
    for place, work in enumerate(doing):
        staff = len(clerks) + len(OFFICIALS)
        tasks.append(asyncio.create_task(later(work, morning * place / staff if place < staff else 0)))
    yield
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    for error in ended:
        if not isinstance(error, asyncio.CancelledError):
            seen.failed["the drill itself"].append(repr(error))


async def later(work: Any, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await work


async def drill(url: str, clerks: list[str], options: argparse.Namespace, pid: int | None) -> bool:
    seen = Seen()
    async with people(url, clerks, options.morning, seen):
        await asyncio.sleep(options.seconds / 4)
        early = memory(pid)
        await asyncio.sleep(options.seconds * 3 / 4)
        late = memory(pid)
    return report(seen, options.seconds, early, late)


def memory(pid: int | None) -> dict[str, float]:
    """MB of web and of worker (PSS), of the processes below `pid`."""
    held: dict[str, float] = {}
    for child in below(pid) if pid else ():
        try:
            command = Path(f"/proc/{child}/cmdline").read_text()
            rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
        except OSError:
            continue
        name = next((name for part, name in (("granian", "web"), ("worker", "worker")) if part in command), None)
        if name:
            held[name] = held.get(name, 0.0) + int(between(rollup, "\nPss:", "kB")) / 1024
    return held


def below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from below(child)


def report(seen: Seen, seconds: float, early: dict[str, float], late: dict[str, float]) -> bool:
    good = True
    print(f"{'page':34} {'n':>6} {'p50':>6} {'p95':>6} {'p99':>6}  failed")
    for page in sorted({*seen.took, *seen.failed}):
        took, failed = sorted(seen.took.get(page, ())), seen.failed.get(page, [])
        p50, p95, p99 = (quantile(took, share) for share in (50, 95, 99))
        is_good = not failed and (page.startswith("sign in,") or p95 <= SLOW.get(page, MOST))
        good &= is_good
        why = f"{len(failed)} {sorted(set(failed))[:3]}" if failed else "0"
        print(f"{page:34} {len(took):6} {p50:6.2f} {p95:6.2f} {p99:6.2f}  {why}{'' if is_good else '   <-- missed'}")
    requests = sum(map(len, seen.took.values()))
    everything = sorted(one for took in seen.took.values() for one in took)
    p50, p95, p99 = (quantile(everything, share) for share in (50, 95, 99))
    print(f"all: {requests / seconds:.1f} requests a second, p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} s")
    print(f"registrations a minute: {len(seen.took.get('register', ())) / seconds * 60:.1f}")
    for name, before in early.items():
        after = late.get(name, 0.0)
        good &= after <= before * GROWS + SLACK
        print(f"memory of {name}: {before:.0f} MB after a quarter, {after:.0f} MB at the end")
    print("goal met" if good else "goal missed")
    return good


def quantile(ordered: list[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else 0.0


@contextmanager
def served(folder: str) -> Iterator[tuple[str, int, list[str]]]:
    """The demo on `folder`: its address, its process, and clerks with a password."""
    port = free_port()
    environment = os.environ | {"DATA_DIR": folder, "PORT": str(port), "DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    environment.pop("REDIS_URL", None)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        began = time.perf_counter()
        while not ready(port):
            if process.poll() is not None or time.perf_counter() - began > READY_WITHIN:
                raise SystemExit("the portal did not become ready")
            time.sleep(0.5)
        argv = [sys.executable, "manage.py", "shell", "-c", STAFF % (CLERKS, PASSWORD)]
        printed = subprocess.run(argv, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
        yield f"http://127.0.0.1:{port}", process.pid, printed.partition("CLERKS ")[2].split()
    finally:
        process.terminate()
        process.wait(60)


def main() -> int:
    parser = argparse.ArgumentParser(description="Working hours at the portal.")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--morning", type=float, default=15, help="seconds within which all staff sign in")
    parser.add_argument("--url", help="a portal that runs already, with the demo's logins")
    parser.add_argument("--pid", type=int, help="its `manage.py serve`, to measure memory")
    parser.add_argument("--data-dir", help="where the portal to start keeps its data")
    options = parser.parse_args()
    if options.url:
        clerks = [LOGINS["clerk"]] * CLERKS
        return not asyncio.run(drill(options.url, clerks, options, options.pid))
    with tempfile.TemporaryDirectory(prefix="portal-load-", ignore_cleanup_errors=True) as scratch:
        folder = options.data_dir or scratch
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder).chmod(0o711)
        with served(folder) as (url, pid, clerks):
            return not asyncio.run(drill(url, clerks, options, pid))


if __name__ == "__main__":
    sys.exit(main())
