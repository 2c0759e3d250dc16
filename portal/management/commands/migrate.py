"""manage.py migrate: Django's own, which refuses a database that it could only break."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from portal.database.new_models import new_models_alone
from portal.release.upgrades import TooOldError, refuse_too_old


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_too_old(connections[options["database"]])
        except TooOldError as error:
            raise CommandError(str(error)) from error
        with new_models_alone():
            super().handle(*args, **options)
