"""Start and stop programs as children that never outlive us."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from portal.start_errors import CannotStartError

LOG_LIMIT: Final = 20_000_000  # bytes; a longer log is put aside at the next start
_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Account:
    """The Unix account a program runs under; None values mean "the one we run under"."""

    uid: int | None = None
    gid: int | None = None

    @property
    def switches(self) -> bool:
        return self.uid is not None


@dataclass(frozen=True, slots=True)
class Program:
    """What is needed to start one child.

    `stop_signal` is what makes it finish its work and leave; `env` is added to our own environment.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account = field(default_factory=Account)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path("/")


def launch(program: Program) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own (a terminal's Ctrl-C reaches only us), its output appended to its log.

    The kernel sends it `stop_signal` if we die without having stopped it, so a killed start leaves nothing behind.
    Raises CannotStartError when the program or its log cannot be opened.
    """
    account = program.account
    parent = os.getpid()

    def tie_to_parent() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(program.stop_signal))
        if os.getppid() != parent:  # the parent died before prctl took effect
            os._exit(1)

    try:
        _rotate(program.log)
        with program.log.open("ab") as log:
            return subprocess.Popen(
                program.argv,
                cwd=program.cwd,
                env={**os.environ, **program.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=tie_to_parent,
                user=account.uid,
                group=account.gid,
                extra_groups=[] if account.switches else None,
            )
    except OSError as error:
        raise CannotStartError(f"Cannot start {program.name}: {error}.") from error


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, within: float = 3.0) -> None:
    """Ask `process` to leave and wait `within` seconds; after that its whole session is killed."""
    stop_all([(process, stop_signal)], within)


def stop_all(processes: Sequence[tuple[subprocess.Popen[bytes], signal.Signals]], within: float) -> None:
    """Ask all to leave at once, wait `within` seconds for all together, kill the sessions of those that stayed."""
    for process, stop_signal in processes:
        if process.poll() is None:
            process.send_signal(stop_signal)
    deadline = time.monotonic() + within
    for process, _ in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill_session(process)


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill `process` and everything it started that stayed in its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def last_lines(log: Path, size: int = 2000) -> str:
    """The end of a log, for an error message; empty when there is none."""
    try:
        return log.read_bytes()[-size:].decode(errors="replace").strip()
    except OSError:
        return ""
