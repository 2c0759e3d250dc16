"""Web, worker and beat may use rows, and can do nothing to the tables that hold them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import errors

from portal.database.role import Role, UnfitRoleError, grant_to, role_of
from portal.embedded.engines import location_for
from portal.management.commands.serve import Command
from tests.databases import APPLICATION, as_owner
from tests.workers import database_url

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def session(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection of its own, signed in as web, worker and beat do."""
    with psycopg.connect(database_url(), autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_delegation",
        "TRUNCATE dossiers_dossierevent",
        "ALTER TABLE complaints_caseevent DISABLE TRIGGER append_only_rows",
        "ALTER TABLE accounts_user ADD COLUMN backdoor text",
        "DROP TRIGGER append_only_rows ON complaints_casereading",
        "DROP TABLE complaints_casereading",
        "CREATE TRIGGER own BEFORE INSERT ON accounts_user EXECUTE FUNCTION complaints_refuse_change()",
        "CREATE OR REPLACE FUNCTION complaints_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE TABLE public.own (id int)",
        "CREATE SCHEMA own",
        "SET session_replication_role = replica",
        "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'",
        "COPY accounts_user FROM PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/portal-own'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/passwd')",
        "ALTER SYSTEM SET log_min_error_statement = 'error'",
        "ALTER ROLE portal_app SUPERUSER",
        "CREATE ROLE own",
        "GRANT pg_execute_server_program TO portal_app",
        "UPDATE complaints_casereading SET user_id = 1",
        "DELETE FROM dossiers_dossierreading",
        "DELETE FROM django_migrations",
        "SELECT setval('units_calendar_version_seq', 1)",
    ],
)
def test_the_role_of_web_worker_and_beat_cannot(session: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(statement)


def test_it_cannot_become_the_owner(session: psycopg.Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(f"SET ROLE {connection.settings_dict['USER']}")


def test_it_owns_nothing_and_has_no_attribute_beyond_signing_in(session: psycopg.Connection) -> None:
    attributes = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    found = session.execute(f"SELECT rolname, {attributes} FROM pg_roles WHERE rolname = current_user").fetchone()
    assert found == ("portal_app", False, False, False, False, False)
    assert session.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone() == (0,)


def test_the_tests_themselves_work_with_its_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portal_app",)


def test_a_table_made_later_is_open_to_it_at_once_and_repeating_the_rights_changes_nothing() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE public.later (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
        grant_to(APPLICATION)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO later (word) VALUES ('a') RETURNING id")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "made",
    [
        "CREATE ROLE unfit LOGIN SUPERUSER",
        "CREATE ROLE unfit LOGIN CREATEROLE",
        "CREATE ROLE unfit LOGIN IN ROLE pg_execute_server_program",
        "CREATE ROLE unfit LOGIN; CREATE TABLE own (id int); ALTER TABLE own OWNER TO unfit",
    ],
)
def test_a_role_that_may_do_more_is_refused(made: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(made)
        with pytest.raises(UnfitRoleError, match="unfit"):
            grant_to(Role("unfit"))


def test_owner_and_application_must_be_two_roles() -> None:
    with as_owner(), pytest.raises(UnfitRoleError, match="two roles"):
        grant_to(Role(str(connection.settings_dict["USER"])))


def test_a_password_reaches_the_server_as_a_hash_alone() -> None:
    role = role_of("postgresql://somebody:p%40ss@db.example/portal")
    assert (role.name, role.password) == ("somebody", "p@ss")
    with as_owner(), connection.cursor() as cursor:
        grant_to(role)
        cursor.execute("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'somebody'")
        assert cursor.fetchone() == (True,)
    assert "p@ss" not in repr(role)


def test_the_embedded_database_is_prepared_by_its_owner_and_used_by_the_application(
    settings: Any, tmp_path: Path
) -> None:
    location = location_for(tmp_path)
    settings.DATA_DIR, settings.DATABASE_URL, settings.EMBEDDED_DATABASE = tmp_path, location.application_url, True
    supervisor = Command()._supervisor("127.0.0.1", 8000)
    assert supervisor.preparation_env["OWNER_DATABASE_URL"] == location.database_url
    for program in supervisor.programs:
        assert role_of(program.env["DATABASE_URL"]) == Role("portal_app")
        assert program.env["OWNER_DATABASE_URL"] == ""
