"""Import the old register of a desk (.csv or .xlsx): dossiers received before the portal existed."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from dossiers.register_import.faults import LoadFault, RejectedRows
from dossiers.register_import.loading import Counts, load_register
from dossiers.register_import.mapping import read_mapping
from files.sheets.faults import UnusableFile
from units.models import Unit


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--desk", required=True, metavar="SLUG", help="the one-stop desk of the register")
        parser.add_argument(
            "--mapping", default="portal", metavar="FILE", help="TOML or JSON; without it, the portal's own export"
        )
        parser.add_argument("--report", type=Path, metavar="OUT.csv", help="every rejected row and why")
        parser.add_argument("--by", default="", metavar="USERNAME", help="the user recorded in the events")
        parser.add_argument("--dry-run", action="store_true", help="only report what would be loaded and rejected")
        parser.add_argument("--all-or-nothing", action="store_true", help="load nothing when a row is rejected")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.perf_counter()
        try:
            counts, report = load_register(
                options["file"],
                desk=_desk(options["desk"]),
                mapping=read_mapping(options["mapping"]),
                at=timezone.now(),
                report=options["report"],
                actor=_actor(options["by"]),
                dry_run=options["dry_run"],
                all_or_nothing=options["all_or_nothing"],
                progress=self._progress,
            )
        except UnusableFile as unusable:
            raise CommandError("\n".join(unusable.args)) from unusable
        self._say(counts, report, time.perf_counter() - began, is_dry=options["dry_run"])
        if options["all_or_nothing"] and counts.rejected:
            raise CommandError("Nothing was loaded: some rows are rejected.")

    def _progress(self, rows: int) -> None:
        self.stdout.write(f"\r{rows} rows", ending="")
        self.stdout.flush()

    def _say(self, counts: Counts, report: RejectedRows, took: float, *, is_dry: bool) -> None:
        good = counts.rows - counts.rejected - counts.already_loaded
        done = f"{good} would be loaded" if is_dry else f"{counts.loaded} loaded"
        self.stdout.write(
            f"\r{counts.rows} rows in {took:.1f} s: {done}, {counts.already_loaded} there already, ", ending=""
        )
        self.stdout.write(f"{counts.rejected} rejected")
        for fault, count in sorted(report.kinds.items(), key=lambda kind: -kind[1]):
            self.stdout.write(f"{count:>8}  {fault.name.lower()}")
        for line in report.first:
            self.stdout.write(f"  {line}")


def _desk(slug: str) -> Unit:
    desk = Unit.objects.desks().filter(slug=slug).select_related("kind", "parent").first()
    if desk is None:
        raise UnusableFile(LoadFault.NO_DESK)
    return desk


def _actor(username: str) -> User | None:
    if not username:
        return None
    found: User | None = User.objects.filter(username=username).first()
    if found is None:
        raise UnusableFile(LoadFault.NOBODY)
    return found
