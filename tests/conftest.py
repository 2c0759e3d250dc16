"""Fixtures shared by every room."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from procedures.search.index import CatalogueIndex
from procedures.search.index import _indexes as search_indexes
from tests.clock import day_before
from tests.databases import (
    CATALOGUE,
    TEMPLATE,
    catalogue_template,
    connected_to,
    copy_database,
    drop_database,
    empty_tables,
    wait_for_template,
    work_as_application,
    work_as_owner,
)
from tests.depth import set_depth
from tests.factories import City, make_units

# Files of few but long tests go first (by size alone they would come last and leave one of the processes idle).
LONG = (
    "tests/story/test_story.py",
    "tests/portal/every_page/test_public_pages_in_browser.py",
    "tests/complaints/sealed/test_secrecy.py",
    "tests/story/test_scan_to_rating.py",
    "tests/procedures/exports/test_exports.py",
    "tests/dossiers/demo/test_demo.py",
    "tests/portal/outage/test_redis_away.py",
    "tests/portal/embedded/test_supervisor.py",
    "tests/portal/release/test_compose.py",
    "tests/complaints/demo/test_demo.py",
    "tests/complaints/operations/test_random_lives.py",
    "tests/dossiers/operations/test_random_lives.py",
    "tests/reporting/rollup/test_legs.py",
    "tests/dossiers/reminders/test_once.py",
    "tests/dossiers/slips/test_forms.py",
    "tests/dossiers/demo/test_situations.py",  # by then test_demo.py has loaded the demo for both
)


TransactionTestCase._fixture_teardown = staticmethod(empty_tables)  # type: ignore[method-assign]


def pytest_configure() -> None:
    set_depth()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.nodeid.partition("::")[0]
    return LONG.index(path) if path in LONG else len(LONG)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The ten slowest files, where several ran: seconds of all their tests, with what these set up and took down."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    if len(seconds) > 1:
        terminalreporter.write_sep("=", "slowest files")
        for path, spent in seconds.most_common(10):
            terminalreporter.write_line(f"{spent:6.1f} s  {path}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is a copy of the migrated template."""
    wait_for_template()
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end open connections are terminated: a browser that did not close its connection leaves a thread of the
    live server with one of its own, and then the database could not be dropped.

    Between, the tests have the rights that web, worker and beat have."""
    with django_db_blocker.unblock():
        work_as_application()
    yield
    with django_db_blocker.unblock():
        work_as_owner()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(scope="session")
def catalogue_copy(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[tuple[str, str]]:
    """This process's own database with the whole catalogue, and the output of the command that loaded it."""
    name = f"{connection.settings_dict['NAME']}_with_catalogue"
    with django_db_blocker.unblock():
        output = catalogue_template(day_before(pytestconfig))
        copy_database(CATALOGUE, name)
    yield name, output
    drop_database(name)


@pytest.fixture(scope="session")
def indexes_of_the_copy() -> dict[str, CatalogueIndex]:
    """The search index of `catalogue_copy`, handed on from file to file: building it takes a third of a second."""
    return {}


@pytest.fixture(scope="module")
def catalogue(catalogue_copy: tuple[str, str], indexes_of_the_copy: dict[str, CatalogueIndex]) -> Iterator[str]:
    """From here to the end of this file the tests see the whole catalogue as delivered. Gives the command's output.

    Every test must take back what it does: the copy serves all files of this process.
    """
    name, output = catalogue_copy
    with connected_to(name):
        search_indexes.clear()  # another database may give the same number to another catalogue
        search_indexes.update(indexes_of_the_copy)
        yield output
        indexes_of_the_copy.update(search_indexes)


@pytest.fixture(scope="module")
def own_catalogue(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """From here to the end of this file a database of its own with the whole catalogue, which goes away after it: what
    is committed there is nobody else's."""
    name = f"{connection.settings_dict['NAME']}_own"
    with django_db_blocker.unblock():
        catalogue_template(day_before(pytestconfig))
        copy_database(CATALOGUE, name)
        with connected_to(name):
            yield
    drop_database(name)


@pytest.fixture
def committed_catalogue(transactional_db: None, pytestconfig: pytest.Config) -> Iterator[None]:
    """A copy of the database with the whole catalogue, for one test that commits or has a server beside it."""
    name = f"{connection.settings_dict['NAME']}_committed"
    catalogue_template(day_before(pytestconfig))
    copy_database(CATALOGUE, name)
    with connected_to(name):
        yield
    drop_database(name)


@pytest.fixture(autouse=True)
def _vietnamese() -> None:
    """A page read in English leaves its language active in this thread; every test begins in Vietnamese."""
    translation.activate("vi")


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_tests() -> None:
    """All tests ask from one address: the API's limit per minute would count them together."""
    for each in caches.all():
        each.clear()


@pytest.fixture(autouse=True)
def _search_index_of_what_is_taken_back() -> Iterator[None]:
    """A test that changes the catalogue leaves the search index of its change, where the next would build the old one
    anew."""
    before = dict(search_indexes)
    yield
    search_indexes.update(before)


@pytest.fixture
def city(db: None) -> City:
    return make_units()


@pytest.fixture
def uploads(settings: Any, tmp_path: Path) -> Path:
    """The folder of uploads, of this test alone."""
    place = tmp_path / "uploads"
    options = settings.STORAGES["uploads"]["OPTIONS"] | {"location": place}
    settings.STORAGES = settings.STORAGES | {"uploads": settings.STORAGES["uploads"] | {"OPTIONS": options}}
    return place
