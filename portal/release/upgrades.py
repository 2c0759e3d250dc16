"""Which databases this release can upgrade: all that were made since version 0.2.0."""

from typing import Final

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

# Migrations began again with 0.2.0. Until then every database had this one; none has had it since.
BEFORE_0_2: Final = ("units", "0002_calendar_version")


class TooOldError(Exception):
    """The database was made before 0.2.0; its text is one sentence for the operator."""


def refuse_too_old(connection: BaseDatabaseWrapper) -> None:
    """Raises TooOldError for a database made before 0.2.0; an empty one passes."""
    if BEFORE_0_2 in MigrationRecorder(connection).applied_migrations():
        raise TooOldError(_what_to_do(str(connection.settings_dict["NAME"])))


def _what_to_do(name: str) -> str:
    if settings.EMBEDDED_DATABASE:
        folders = dict.fromkeys((settings.DATA_DIR, settings.EMBEDDED_HOME))
        found = " and ".join(map(str, folders))
        return (
            f"The data in {found} is of a version before 0.2.0 and cannot be upgraded: "
            f"set DATA_DIR to a new folder, or remove {found}, and start again."
        )
    return (
        f"The database {name} is of a version before 0.2.0 and cannot be upgraded: "
        "name an empty database in DATABASE_URL (and in OWNER_DATABASE_URL, where it is set), and start again."
    )
