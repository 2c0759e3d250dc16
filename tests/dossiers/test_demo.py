"""The demo district follows the same rules as real dossiers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from dossiers.demo.loading import load
from dossiers.demo.plan import first_day, read_proportions
from dossiers.demo.staff import make_staff
from dossiers.models import Dossier, DossierEvent, local_day
from dossiers.replay import Recorded, state_of
from dossiers.states import EventKind, Status
from tests.factories import hanoi
from units.calendars import working_calendar
from units.models import DayCounter

pytestmark = pytest.mark.django_db

NOW = hanoi(2026, 11, 23, 10, 30)
SIZE = 0.012
LOGINS = {"clerk": "canbo", "official": "lanhdao", "administrator": "quantri"}


@pytest.fixture(scope="module")
def district(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Offices, catalogue and staff, and an empty register; loaded once and taken away after this file."""
    with django_db_blocker.unblock():
        call_command("load_catalogue", verbosity=0)
        proportions = read_proportions()
        since = first_day(proportions, local_day(NOW))
        make_staff(logins=LOGINS, password="x", proportions=proportions, on=since)
    yield
    with django_db_blocker.unblock():
        _empty()


@pytest.fixture(scope="module")
def demo(district: None, django_db_blocker: Any) -> int:
    with django_db_blocker.unblock():
        return load(now=NOW, progress=lambda done, total: None, size=SIZE)


def _empty() -> None:
    """Append-only tables refuse TRUNCATE; only here, in a database that goes away, may their triggers rest."""
    tables = [name for name in connection.introspection.table_names() if not name.startswith(("django_", "auth_perm"))]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = origin")


def test_the_demo_is_the_same_every_time(district: None):
    assert _loaded_and_taken_back() == _loaded_and_taken_back()


def _loaded_and_taken_back() -> list[tuple[Any, ...]]:
    with transaction.atomic():
        load(now=NOW, progress=lambda done, total: None, size=SIZE / 4)
        rows = list(Dossier.objects.order_by("pk").values_list("code", "applicant_name", "due_at", "finished_at"))
        transaction.set_rollback(True)
    return rows


def test_replaying_the_demo_gives_the_same_rows_and_nothing_happens_after_today(demo: int):
    calendar = working_calendar()
    dossiers = list(Dossier.objects.prefetch_related("events").order_by("pk"))
    assert len(dossiers) == demo
    for dossier in dossiers:
        events = [
            Recorded(EventKind(e.kind), e.at, e.unit_id, Status(e.to_status), e.data) for e in dossier.events.all()
        ]
        state = state_of(events, calendar)
        for column in (
            "status",
            "holder_id",
            "received_at",
            "due_at",
            "statutory_due_at",
            "finished_at",
            "returned_at",
        ):
            assert getattr(dossier, column) == getattr(state, column), (dossier.code, column)
        assert dossier.derivation == state.derivation
        assert dossier.outcome == state.outcome
    assert not DossierEvent.objects.filter(at__gt=NOW).exists()


def test_demo_codes_count_up_without_gaps_and_real_ones_go_on_from_there(demo: int):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), sum(last) FROM (
                SELECT desk_id, split_part(code, '-', 2) AS day, count(*) AS n, max(right(code, 4)::int) AS top
                FROM dossiers_dossier GROUP BY 1, 2) codes
            JOIN units_daycounter counter ON counter.unit_id = codes.desk_id
                AND to_char(counter.day, 'YYMMDD') = codes.day AND counter.last = codes.n AND codes.n = codes.top
            """
        )
        matched, numbers = cursor.fetchone()
    assert matched == DayCounter.objects.count()
    assert numbers == demo


def test_made_up_dossiers_are_never_mixed_with_others(demo: int):
    with pytest.raises(ValueError, match="not empty"):
        load(now=NOW, progress=lambda done, total: None, size=SIZE)
