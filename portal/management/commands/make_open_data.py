"""manage.py make_open_data [2026-10]: one more edition of the open data, after the past was corrected."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reporting.definitions.periods import Month
from reporting.open_data.making import DoesNotAddUp, make_edition


class Command(BaseCommand):
    help = "Makes an edition of the open data for a month that is over, by default the last one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", nargs="?", help="as 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            month = Month.parse(options["month"]) if options["month"] else Month.of(at).plus(-1)
        except ValueError as error:
            raise CommandError(f"{options['month']} is no month") from error
        if month >= Month.of(at):
            raise CommandError(f"{month} is not over")
        try:
            edition = make_edition(month, at=at)
        except DoesNotAddUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Made {edition.name}." if edition else "An edition is being made already.")
