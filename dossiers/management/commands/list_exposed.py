"""List the dossiers that an account, a session or an address read between two times, and make letters about them."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.citizens.visitors import address_of
from accounts.staff.origin import ADDRESS, SESSION, hashes
from dossiers.readings.exposed import Exposed, exposed, readings_between
from dossiers.slips.breach_letters import breach_letters

COLUMNS = ("code", "name", "address", "telephone", "e-mail", "first", "last", "readings", "pages")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", default="", help="sign-in name")
        parser.add_argument("--session", default="", help="key of the session, as in its cookie")
        parser.add_argument("--address", default="", help="network address")
        parser.add_argument("--since", required=True, help="as 2026-11-25T08:00, office time")
        parser.add_argument("--until", required=True)
        parser.add_argument("--list", type=Path, metavar="FILE.csv", help="write who was read, with addresses")
        parser.add_argument("--letters", type=Path, metavar="FILE.pdf", help="write a letter for each dossier")
        parser.add_argument("--reason", default="", help="what happened, one sentence for the letters")

    def handle(self, *args: Any, **options: Any) -> None:
        since, until = _moment(options["since"]), _moment(options["until"])
        if not any(options[name] for name in ("account", "session", "address")):
            raise CommandError("Give --account, --session or --address.")
        if options["letters"] and not options["reason"]:
            raise CommandError("Letters need --reason.")
        address = address_of({"REMOTE_ADDR": options["address"]}, 0)
        rows = readings_between(
            since,
            until,
            account=options["account"],
            sessions=hashes(SESSION, options["session"]) if options["session"] else (),
            addresses=hashes(ADDRESS, address) if options["address"] else (),
        )
        found = exposed(rows)
        self.stdout.write(f"{len(found)} dossiers in {sum(one.number for one in found)} readings")
        if found and options["list"]:
            _write_list(options["list"], found)
        if found and options["letters"]:
            read = [(one.dossier, one.first, one.last) for one in found]
            options["letters"].write_bytes(breach_letters(read, at=timezone.now(), reason=options["reason"]))


def _moment(typed: str) -> datetime:
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"“{typed}” is no time; write it as 2026-11-25T08:00.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _write_list(path: Path, found: list[Exposed]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for one in found:
            applicant = one.dossier
            times = (timezone.localtime(one.first).isoformat(), timezone.localtime(one.last).isoformat())
            person = (applicant.applicant_name, applicant.applicant_address)
            reach = (applicant.applicant_phone, applicant.applicant_email)
            sheet.writerow([applicant.code, *map(_cell, (*person, *reach)), *times, one.number, "; ".join(one.pages)])


def _cell(text: str) -> str:
    """A spreadsheet computes nothing that somebody typed."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
