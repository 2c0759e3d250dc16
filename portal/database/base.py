"""Django's PostgreSQL backend, whose connections give up on a server that hangs (ENGINE = "portal.database")."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel

from portal.database.connection import Connection
from portal.database.watching import Limits, Server, limits


class DatabaseWrapper(base.DatabaseWrapper):
    """`OPTIONS["pool"]` must name our connection class; a web process gets or is refused a connection in time."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        self.isolation_level = IsolationLevel.READ_COMMITTED  # Django's own reads it from options that we never give
        limited = limits()
        if limited is None:
            return self._connected(conn_params)
        server = Server(str(conn_params.get("host", "")), int(conn_params.get("port") or 5432), limited)
        server.raise_if_down()
        try:
            return self._connected(conn_params, limited)
        except psycopg.OperationalError:
            if not server.breaker.is_open:
                server.is_alive()
            raise

    def _connected(self, conn_params: dict[str, Any], limited: Limits | None = None) -> psycopg.Connection[Any]:
        if self.pool:
            self.pool.open()
            pooled: psycopg.Connection[Any] = self.pool.getconn(timeout=limited.silence if limited else None)
            return pooled
        return Connection.connect(**conn_params | ({"connect_timeout": limited.silence} if limited else {}))
