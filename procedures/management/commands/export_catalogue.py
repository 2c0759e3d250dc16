"""Writes the catalogue in force on a day as a file in the shape of the national database (.json or .xlsx).

To be corrected elsewhere and read by update_catalogue, which finds no difference in what was not changed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from procedures.models import ProcedureVersion
from procedures.national.files import write_records
from procedures.national.writing import record_from
from procedures.versions.content import content_of, with_content


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        versions = with_content(ProcedureVersion.objects.in_force(on)).select_related(
            "procedure__level", "procedure__field"
        )
        records = [record_from(content_of(one), one.procedure) for one in versions.order_by("sort_key", "pk")]
        write_records(options["file"], records)
        self.stdout.write(f"{len(records)} procedures written to {options['file']}")
