"""The database role of web, worker and beat: it reads and writes rows, and can do nothing to the tables themselves.

An attacker who manages to run SQL through the portal can then empty no table, disable no trigger and start no program
on the database server. Append-only tables allow INSERT only.
"""

from dataclasses import dataclass, field
from typing import Final

from django.db import connection, transaction
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

EXISTS: Final = "SELECT FROM pg_roles WHERE rolname = %s"
UNFIT: Final = """
    SELECT FROM pg_roles role
    WHERE rolname = %s AND (
        rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
        OR EXISTS (SELECT FROM pg_auth_members WHERE member = role.oid)
        OR EXISTS (SELECT FROM pg_class WHERE relowner = role.oid AND relpersistence <> 't')
        OR EXISTS (SELECT FROM pg_proc WHERE proowner = role.oid)
        OR EXISTS (SELECT FROM pg_database WHERE datdba = role.oid)
    )
"""
APPEND_ONLY: Final = """
    SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = 'append_only_rows'
"""
# Defaults come too, for tables that somebody makes by `manage.py migrate` alone.
GRANTS: Final = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON SCHEMA public FROM {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


class UnfitRoleError(Exception):
    """The role could get past what the tables refuse; its text is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    password: str = field(default="", repr=False)


def role_of(database_url: str) -> Role:
    """The role that signs in with `database_url`."""
    given = conninfo_to_dict(database_url)
    return Role(str(given.get("user", "")), str(given.get("password") or ""))


@transaction.atomic
def grant_to(role: Role) -> None:
    """As the owner: make `role` where it is missing, and set its rights to the tables as they are. Harmless to repeat.

    Raises UnfitRoleError for a role that owns something, may do more than sign in, or is a member of another.
    """
    if not role.name or role.name == connection.settings_dict["USER"]:
        raise UnfitRoleError("DATABASE_URL and OWNER_DATABASE_URL must name two roles of the database.")
    names = {"role": sql.Identifier(role.name), "database": sql.Identifier(connection.settings_dict["NAME"])}
    with connection.cursor() as cursor:
        cursor.execute(EXISTS, [role.name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {role} LOGIN").format(**names))
        cursor.execute(UNFIT, [role.name])
        if cursor.fetchone() is not None:
            raise UnfitRoleError(f"The database role {role.name} owns something or may do more than use tables.")
        if role.password:
            _set_password(role)
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(**names))
        cursor.execute(APPEND_ONLY)
        for (table,) in cursor.fetchall():
            revoke = sql.SQL("REVOKE UPDATE, DELETE ON {table} FROM {role}")
            cursor.execute(revoke.format(table=sql.Identifier(table), **names))


def _set_password(role: Role) -> None:
    """Sent hashed: a statement in the server's log gives nothing away."""
    with connection.cursor() as cursor:
        hashed = cursor.connection.pgconn.encrypt_password(
            role.password.encode(), role.name.encode(), b"scram-sha-256"
        ).decode()
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role.name), sql.Literal(hashed))
        cursor.execute(statement)
