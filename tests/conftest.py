"""Fixtures shared by every room."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    """A page read in English leaves its language active in this thread; every test begins in Vietnamese."""
    translation.activate("vi")


@pytest.fixture(autouse=True)
def _ledgers_can_be_emptied(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """Tests that commit are cleaned up by TRUNCATE, which the append-only tables refuse: their triggers rest then.

    Only a superuser may say so, and only for its own connection, which Django closes right after.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
