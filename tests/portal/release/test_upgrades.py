"""Databases are upgraded from 0.2.0 on; one made before is refused before anything in it changes."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from portal.embedded.engines import location_for
from portal.release.upgrades import BEFORE_0_2
from tests.databases import as_owner


@pytest.fixture
def made_before(db: None) -> None:
    with as_owner():
        MigrationRecorder(connection).record_applied(*BEFORE_0_2)


@pytest.mark.parametrize("command", ["migrate", "prepare"])
@pytest.mark.usefixtures("made_before")
def test_a_database_made_before_is_refused_in_one_sentence_that_says_what_to_do(settings: Any, command: str) -> None:
    settings.EMBEDDED_DATABASE = False
    name = connection.settings_dict["NAME"]
    with pytest.raises(CommandError) as refused:
        call_command(command)
    assert str(refused.value) == (
        f"The database {name} is of a version before 0.2.0 and cannot be upgraded: "
        "name an empty database in DATABASE_URL (and in OWNER_DATABASE_URL, where it is set), and start again."
    )


@pytest.mark.usefixtures("made_before")
def test_of_an_embedded_database_the_sentence_names_the_folder(settings: Any, tmp_path: Path) -> None:
    settings.EMBEDDED_DATABASE, settings.DATA_DIR = True, tmp_path
    settings.EMBEDDED_HOME = location_for(tmp_path).home
    with pytest.raises(CommandError, match="set DATA_DIR to a new folder, or remove ") as refused:
        call_command("migrate")
    assert str(tmp_path) in str(refused.value)
    assert str(location_for(tmp_path).home) in str(refused.value)
    assert str(refused.value).count(". ") == 0


@pytest.mark.django_db
def test_the_sign_of_a_database_made_before_is_in_none_made_since() -> None:
    assert BEFORE_0_2 not in MigrationLoader(connection).disk_migrations
    assert BEFORE_0_2 not in MigrationRecorder(connection).applied_migrations()


def test_every_rule_of_the_database_is_run_by_a_migration() -> None:
    files = [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/rules/*.sql")]
    migrations = MigrationLoader(None).disk_migrations.values()
    run = [operation.sql for one in migrations for operation in one.operations if isinstance(operation, RunSQL)]
    assert len(files) > 10
    assert [path.name for path in files if path.read_text() not in run] == []


@pytest.mark.django_db
def test_a_database_of_today_is_migrated_again_without_a_change() -> None:
    with as_owner(), CaptureQueriesContext(connection) as queries:
        call_command("migrate", verbosity=0)
    assert [query["sql"] for query in queries if query["sql"].startswith(("CREATE", "ALTER", "DROP"))] == []
