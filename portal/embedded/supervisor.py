"""Runs engines, web, worker and beat as children of one process that restarts them."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Final, Self

from portal.embedded.engines import Engines, prepare
from portal.embedded.processes import Program, kill_session, launch, stop_all
from portal.start_errors import CannotStartError

READY_WITHIN: Final = 60.0  # seconds
STABLE_AFTER: Final = 60.0  # seconds alive after which earlier exits no longer count
ANNOUNCED_AFTER: Final = 1.0  # seconds alive after which a restart is announced
LONGEST_PAUSE: Final = 30.0  # seconds between two starts of a child that keeps exiting
STOP_WITHIN: Final = 3.5  # seconds for web, worker and beat; the engines then usually take less than one
POSTGRES: Final = "PostgreSQL"
VALKEY: Final = "Valkey"
ENGINES: Final = frozenset({POSTGRES, VALKEY})

# How granian serves everywhere (docker-compose.yml and Dockerfile repeat it). A connection counts as `backpressure` as
# long as it is open; the last line closes those whose headers do not come: HTTP/2's sniffing has no clock.
SERVED_BY: Final = (
    *("--interface", "rsgi", "--no-ws", "--respawn-failed-workers"),
    *("--backlog", "2048", "--backpressure", "4096"),
    *("--http", "1", "--http1-header-read-timeout", "10000"),
)

Process = subprocess.Popen[bytes]


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM reached us."""


@dataclass(slots=True)
class Child:
    """One process to keep alive. `start` raises CannotStartError when it does not come up."""

    name: str
    start: Callable[[], Process]
    stop_signal: signal.Signals = signal.SIGTERM
    process: Process | None = None
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None
    announce_at: float | None = None

    @classmethod
    def of(cls, program: Program) -> Self:
        return cls(program.name, lambda: launch(program), program.stop_signal)

    def launch_process(self) -> None:
        self.started_at, self.start_again_at = time.monotonic(), None
        self.process = self.start()

    def check(self, say: Callable[[str], None]) -> None:
        """Restart the child if it exited, after a pause that doubles with every exit in a row."""
        if self.start_again_at is not None:
            self._restart(say)
        elif self.process is not None and (code := self.process.poll()) is not None:
            kill_session(self.process)  # what a dead parent left of its own children would hold the port or the queue
            self._schedule_restart(f"stopped (exit code {code})", say)
        elif self.announce_at is not None and time.monotonic() >= self.announce_at:
            self.announce_at = None
            say(f"{self.name} is running again.")

    def _restart(self, say: Callable[[str], None]) -> None:
        if self.start_again_at is None or time.monotonic() < self.start_again_at:
            return
        try:
            self.launch_process()
        except CannotStartError as error:
            self._schedule_restart(f"did not start ({error})", say)
        else:
            self.announce_at = self.started_at + ANNOUNCED_AFTER

    def _schedule_restart(self, what: str, say: Callable[[str], None]) -> None:
        if time.monotonic() - self.started_at > STABLE_AFTER:
            self.deaths = 0
        pause = min(2.0**self.deaths, LONGEST_PAUSE)
        self.deaths += 1
        self.start_again_at, self.announce_at = time.monotonic() + pause, None
        say(f"{self.name} {what}; starting it again in {pause:.0f} s.")


@dataclass(slots=True)
class Supervisor:
    """Starts the `embedded` ones of `engines`, runs `preparation` to its end, then keeps `programs` alive."""

    data_dir: Path
    host: str
    port: int
    engines: Engines
    embedded: frozenset[str]
    preparation: tuple[str, ...]
    programs: list[Program]
    welcome: Callable[[], str]
    say: Callable[[str], None]
    preparation_env: Mapping[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def run(self) -> None:
        """Run until Ctrl-C or SIGTERM. Raises CannotStartError, with nothing left running."""
        with hold_data_folder(self.data_dir), stop_on_signals():
            check_port(self.host, self.port)
            try:
                self._start()
                self.say(self.welcome())
                self._watch()
            except StopRequested:
                self.say("Stopping …")
            finally:
                with signals_ignored():
                    self._stop()

    def _start(self) -> None:
        self._start_engines()
        self._prepare()
        for program in self.programs:
            self._add(Child.of(program))
        self._await_ready()

    def _start_engines(self) -> None:
        wanted = [child for child in engine_children(self.engines) if child.name in self.embedded]
        if wanted:
            self.say(f"Starting {' and '.join(child.name for child in wanted)} …")
            prepare(self.engines.location)
        for child in wanted:
            self._add(child)

    def _add(self, child: Child) -> None:
        self.children.append(child)
        child.launch_process()

    def _prepare(self) -> None:
        self.say("Preparing …")
        env = {**os.environ, **self.preparation_env}
        done = subprocess.run(self.preparation, check=False, stdin=subprocess.DEVNULL, env=env)
        if done.returncode:
            raise CannotStartError("The preparation failed; the lines above say why.")

    def _await_ready(self) -> None:
        self.say("Starting web, worker and beat …")
        deadline = time.monotonic() + READY_WITHIN
        while not self._ready():
            for child in self.children:
                child.check(self.say)
            if time.monotonic() > deadline:
                raise CannotStartError(
                    f"Not ready after {READY_WITHIN:.0f} s; the logs in {self.data_dir}/logs say why."
                )
            time.sleep(0.1)

    def _ready(self) -> bool:
        near = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        connection = http.client.HTTPConnection(near, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _watch(self) -> None:
        while True:
            for child in self.children:
                child.check(self.say)
            time.sleep(0.2)

    def _stop(self) -> None:
        """Stop web, worker and beat first, then the engines, which get longer to write their data."""
        others = [child for child in self.children if child.name not in ENGINES]
        stop_all([(child.process, child.stop_signal) for child in others if child.process], within=STOP_WITHIN)
        self.engines.stop()


def engine_children(engines: Engines) -> list[Child]:
    """The two engines as children; each is waited for when it starts."""
    return [
        Child(VALKEY, engines.start_valkey),
        Child(POSTGRES, engines.start_postgres, signal.SIGINT),
    ]


@contextmanager
def hold_data_folder(data_dir: Path) -> Iterator[None]:
    """Hold `data_dir` for this process. Raises CannotStartError when another one holds it, or it cannot be written."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except OSError as error:
        raise CannotStartError(f"No permission to write in {data_dir}: {error.strerror}.") from error
    with lock:
        _hold(lock, data_dir)
        yield


def _hold(lock: IO[str], data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        raise CannotStartError(
            f"The portal already runs on {data_dir} (process {holder}): stop it, or set DATA_DIR to another folder."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def port_number(text: str) -> int:
    """The port meant by `text`. Raises CannotStartError."""
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise CannotStartError(f"PORT must be a number from 1 to 65535, not {text!r}.")


def check_port(host: str, port: int) -> None:
    """Raises CannotStartError when something listens there already; granian itself would share the port silently."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStartError(
                f"Port {port} on {host} cannot be used ({error.strerror}): set PORT to another one."
            ) from error


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Within it, the first SIGINT or SIGTERM raises Leaving."""

    def leave(_: int, __: FrameType | None) -> None:
        raise StopRequested

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signals_ignored() -> Iterator[None]:
    """Within it, impatient further Ctrl-Cs are ignored: the stop is bounded anyway."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def web(host: str, port: int, log: Path, env: dict[str, str], workers: int = 0) -> Program:
    """granian with our gateway; `workers` processes, one for each core when 0."""
    workers = workers or len(os.sched_getaffinity(0))
    argv = ["-m", "granian", *SERVED_BY, "--host", host, "--port", str(port), "--log-level", "warning"]
    argv += ["--workers", str(workers), "--workers-kill-timeout", "2", "portal.serving.gateway:gateway"]
    return _python("web", argv, log, env)


def worker(log: Path, env: dict[str, str]) -> Program:
    argv = ["-m", "celery", "-A", "portal", "worker", "--concurrency", "3", "--without-gossip", "--without-mingle"]
    return _python("worker", argv, log, env)


def beat(log: Path, env: dict[str, str]) -> Program:
    return _python("beat", ["-m", "celery", "-A", "portal", "beat"], log, env)


def _python(name: str, argv: list[str], log: Path, env: dict[str, str]) -> Program:
    root = Path(__file__).resolve().parents[2]
    return Program(name=name, argv=(sys.executable, *argv), log=log, env=env, cwd=root)
