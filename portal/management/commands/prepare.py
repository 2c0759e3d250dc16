"""manage.py prepare: everything a release needs before the web starts. Running it again changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.database.role import UnfitRoleError, grant_to, role_of
from portal.release.files import collect_static, make_mail_folder


class Command(BaseCommand):
    help = "Migrates, compiles translations, collects static files and loads the catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo district, once")

    def handle(self, *args: Any, **options: Any) -> None:
        self._say("database")
        call_command("migrate", interactive=False, verbosity=0)
        self._grant()
        self._say("translations")
        call_command("compile_translations", stdout=self.stdout)
        self._say("static files")
        collect_static(settings.STATIC_ROOT)
        self._say("catalogue")
        call_command("load_catalogue", stdout=self.stdout)
        call_command("load_case_rules", stdout=self.stdout)
        make_mail_folder(settings.EMAIL_FILE_PATH)
        if options["demo"]:
            self._say("demo district")
            call_command("load_demo", stdout=self.stdout)

    def _grant(self) -> None:
        """Let the application's role work with the tables as they are now."""
        if not settings.OWNER_DATABASE_URL:
            self._say("one database role for everything: set OWNER_DATABASE_URL, so that the web's owns no table")
            return
        role = role_of(settings.DATABASE_URL)
        self._say(f"rights of the database role {role.name}")
        try:
            grant_to(role)
        except UnfitRoleError as error:
            raise CommandError(str(error)) from error

    def _say(self, step: str) -> None:
        self.stdout.write(f"· {step}")
        self.stdout.flush()
