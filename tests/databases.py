"""Test databases are copies: of one template, migrated once per run beside its start, and of one with the catalogue.

Copying a database takes a tenth of a second, migrating it ten seconds and loading the catalogue two.
Run as a program this module makes the template; the addresses come from the environment (tests/engines.py).
"""

import fcntl
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import django
import psycopg
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.utils import timezone
from psycopg import sql

from portal.database.role import Role, grant_to
from units.database.change_time import set_change_time

APPLICATION = Role("portal_app", "only-for-tests")
ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "test_portal_template"
CATALOGUE = "test_portal_catalogue"
DEMO = "test_portal_demo"
# Calendars are cached by version, a number of a sequence: two databases of one process must never share a number.
CALENDAR_VERSIONS = 1_000_000
MADE_BY_MIGRATIONS = ("django_migrations", "django_content_type", "auth_permission")
_NOT_EMPTY = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND pg_relation_size(oid) > 0 AND relname <> ALL(%s)"""


def start_making_template() -> subprocess.Popen[bytes]:
    """Make the template in another process, while the test processes import and collect."""
    with _log().open("wb") as log:
        return subprocess.Popen(
            (sys.executable, "-m", "tests.databases"),
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
            stdout=log,
            stderr=log,
        )


def wait_for_template(seconds: float = 600) -> None:
    """Return when the template is there; RuntimeError, with the error, when it cannot be made."""
    deadline = time.monotonic() + seconds
    while not _sign().exists():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the test database was not made: {_log().read_text()}")
        time.sleep(0.05)  # another process does the work: there is nothing to wait on
    if error := _sign().read_text():
        raise RuntimeError(f"the test database was not made: {error} {_log().read_text()}")


def travel_to(moment: datetime) -> time_machine.travel:
    """As a number: time-machine would change this process's time zone along with the time."""
    return time_machine.travel(moment.timestamp())


def catalogue_template(at: datetime) -> str:
    """Make the template with the catalogue as loaded `at`. Gives the output of the command."""

    def load() -> str:
        with travel_to(at):
            return _load_catalogue()

    output: str = copied_once(TEMPLATE, CATALOGUE, load)
    return output


def _load_catalogue() -> str:
    output = StringIO()
    number_calendars_from(CALENDAR_VERSIONS)
    forget_given_time()  # the commands give it
    call_command("load_catalogue", stdout=output)
    _lengthen_calendar()
    return output.getvalue()


def number_calendars_from(first: int) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT setval('units_calendar_version_seq', %s)", [first])


def _lengthen_calendar() -> None:
    """On a day beyond the calendar that is shipped, the calendar an office would have by then."""
    years, days = apps.get_model("units", "CalendarYear").objects, apps.get_model("units", "CalendarDay").objects
    last = years.latest("year").year
    with transaction.atomic():
        set_change_time(timezone.now())
        for year in range(last + 1, timezone.localdate().year + 1):
            years.create(year=year, is_complete=True, source="Lịch thử")
            for day in ((1, 1), (4, 30), (5, 1), (9, 2), (9, 3), (11, 24)):
                days.create(day=date(year, *day), kind="holiday", reason="Nghỉ lễ", source="Lịch thử")


def copied_once(source: str, name: str, fill: Callable[[], Any]) -> Any:
    """Copy `source` to `name` and `fill` it, by whichever process needs it first. Gives what `fill` gave, to all."""
    given = Path(os.environ["DATA_DIR"], f"{name}.pickle")
    with given.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not given.exists():
            copy_database(source, name)
            with connected_to(name):
                given.write_bytes(pickle.dumps(fill()))
        return pickle.loads(given.read_bytes())  # noqa: S301


def copy_database(source: str, name: str) -> None:
    drop_database(name)
    _command("CREATE DATABASE {} TEMPLATE {}", name, source)


def drop_database(name: str) -> None:
    _command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def empty_tables() -> None:
    """Delete what a test committed; called for Django's own TRUNCATE of every table and its new list of permissions,
    which take half a second. VACUUM gives an emptied table its first size back, by which the next call passes it over.

    The triggers of append-only tables rest meanwhile: only a superuser may say so, and only for its own connection,
    which Django closes right after.
    """
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_NOT_EMPTY, [list(MADE_BY_MIGRATIONS)])
        tables = [sql.Identifier(table) for (table,) in cursor.fetchall()]
        for statement in ("DELETE FROM {}", "VACUUM (SKIP_LOCKED) {}"):
            for table in tables:
                cursor.execute(sql.SQL(statement).format(table))


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Within, Django's connection is one to the database `name`."""
    before = connection.settings_dict["NAME"]
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(before)


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    # Django remembers the keys of content types, and no two databases need have the same.
    apps.get_model("contenttypes", "ContentType").objects.clear_cache()


def give_time(connection: Any, **_more: Any) -> None:
    """Rows that a test makes without a verb are changed when its connection began: the database reads no clock, and
    refuses changes of the calendar and the catalogue whose time is not given (`units.database.change_time`)."""
    given = [timezone.now().isoformat()]
    connection.connection.execute("SELECT set_config('motcua.at', %s, false)", given)  # no cursor: tests count queries


def forget_given_time() -> None:
    """What comes next must give the time itself, as in production."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('motcua.at', '', false)")


def work_as_application() -> None:
    """From here on every connection of this process has the rights of web, worker and beat, and no others."""
    connection_created.connect(_become_application)
    connection.close()


def work_as_owner() -> None:
    connection_created.disconnect(_become_application)
    connection.close()


def _become_application(connection: Any, **_: Any) -> None:
    connection.connection.execute(f"SET ROLE {APPLICATION.name}")  # not by a cursor, whose queries tests count


@contextmanager
def as_owner() -> Iterator[None]:
    """Within, this connection has the owner's rights: for what no program of ours may do."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APPLICATION.name}")


def _command(statement: str, *names: str) -> None:
    with closing(psycopg.connect(settings.DATABASE_URL, autocommit=True)) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _sign() -> Path:
    return Path(os.environ["DATA_DIR"], "template.made")


def _log() -> Path:
    return Path(os.environ["DATA_DIR"], "template.log")


def _make_template() -> None:
    django.setup()
    drop_database(TEMPLATE)
    _command("CREATE DATABASE {} TEMPLATE template0", TEMPLATE)
    with connected_to(TEMPLATE):
        call_command("migrate", verbosity=0)
        grant_to(APPLICATION)


def main() -> None:
    error = "the maker was interrupted;"
    try:
        _make_template()
        error = ""
    finally:
        sign = _sign().with_suffix(".new")
        sign.write_text(error)
        sign.rename(_sign())  # whole or not at all


if __name__ == "__main__":
    main()
