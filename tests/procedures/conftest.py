from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="package")
def catalogue(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The whole catalogue as delivered, loaded once for this room's tests and taken away after them.

    Gives what the command said.
    """
    said = StringIO()
    with django_db_blocker.unblock():
        call_command("load_catalogue", stdout=said)
    yield said.getvalue()
    with django_db_blocker.unblock(), closing(connection), connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names() if name.startswith(("procedures_", "units_"))
        ]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
