"""End a key of another system at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.intake.partners.actions import end_api_key


class Command(BaseCommand):
    help = "Ends the API keys that begin with these eight signs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("beginning", help="the first eight signs of the key; manage.py list_api_keys shows them")

    def handle(self, *args: Any, **options: Any) -> None:
        if len(options["beginning"]) < 8 or not end_api_key(shown=options["beginning"], at=timezone.now()):
            raise CommandError("No good key begins so.")
        self.stdout.write("Ended.")
