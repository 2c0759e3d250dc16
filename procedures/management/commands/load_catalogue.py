from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from procedures.loading.actions import load_catalogue
from units.models import Unit


class Command(BaseCommand):
    help = "Loads the catalogue of procedures from the project's data files; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="load again even if the files did not change")

    def handle(self, *args: Any, **options: Any) -> None:
        if Unit.objects.tenant() is None:
            call_command("load_units", stdout=self.stdout, verbosity=options["verbosity"])
        loaded = load_catalogue(at=timezone.now(), force=options["force"])
        self.stdout.write("Catalogue loaded." if loaded.changed else "Catalogue unchanged.")
        self.stdout.write(f"{loaded.procedures} procedures, {loaded.offerings:,} offerings:")
        for level, procedures, offices in loaded.offered:
            self.stdout.write(f"  {level}: {procedures} procedures at {offices} office(s)")
