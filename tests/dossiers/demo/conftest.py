"""The demo district as it was loaded, and a copy of its own for each file that looks at it."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from dossiers.demo.loading import Loaded
from tests.clock import day_before
from tests.databases import (
    CATALOGUE,
    DEMO,
    catalogue_template,
    connected_to,
    copied_once,
    copy_database,
    drop_database,
)
from tests.dossiers.demo.district import Made, make_demo


@pytest.fixture(scope="session")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config) -> Made:
    with django_db_blocker.unblock():
        catalogue_template(day_before(pytestconfig))
        made: Made = copied_once(CATALOGUE, DEMO, make_demo)
    return made


@pytest.fixture(scope="module")
def demo(made: Made, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """From here to the end of this file the tests see a small demo district; each takes back what it does."""
    name = f"{connection.settings_dict['NAME']}_with_demo"
    with django_db_blocker.unblock():
        copy_database(DEMO, name)
        with connected_to(name):
            yield made.loaded
    drop_database(name)
