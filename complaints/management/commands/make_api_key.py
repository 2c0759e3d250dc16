"""Makes a key for another system; prints it once and stores only its digest."""

from argparse import ArgumentParser
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from complaints.intake.partners.actions import make_api_key
from complaints.models import Scope
from complaints.models.labels import Channel
from units.clock.working_calendar import OFFICE_TIME


class Command(BaseCommand):
    help = "Makes an API key of a partner and prints it, once. The partner is made where there is none of that code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partner", help="its code, such as tong-dai-1022")
        parser.add_argument("--name", default="", help="as people read it; needed for a new partner")
        parser.add_argument("--channel", default="partner", choices=["partner", "hotline", "open311"])
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values)
        parser.add_argument("--until", default="", help="the first day on which it is not good any more: 2027-01-01")

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_date(options["until"]) if options["until"] else None
        if options["until"] and day is None:
            raise CommandError("--until is a date: 2027-01-01")
        key = make_api_key(
            partner=options["partner"],
            name=options["name"] or options["partner"],
            channel=Channel(options["channel"]),
            scopes=[Scope(one) for one in options["scope"]],
            ends_at=datetime.combine(day, time(), OFFICE_TIME) if day else None,
            at=timezone.now(),
        )
        self.stdout.write(key)
