"""Writes notices for the wall as one PDF: of every procedure on offer, at one office, or of one field."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procedures.models import ProcedureVersion
from procedures.posters.drawing import posters_pdf, procedure_poster
from procedures.versions.parts import places_of
from units.texts.wording import day_of


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF to write")
        parser.add_argument("--unit", default="", help="slug of an office: what it takes in, with its own promises")
        parser.add_argument("--field", default="", help="slug of a field")

    def handle(self, *args: Any, **options: Any) -> None:
        began, on = time.perf_counter(), day_of(timezone.now())
        versions = ProcedureVersion.objects.for_page(on).on_offer(on).order_by("procedure__field__name", "sort_key")
        if options["field"]:
            versions = versions.filter(procedure__field__slug=options["field"])
        pairs = [(version, self._place(version, options["unit"])) for version in versions]
        if options["unit"]:
            pairs = [(version, place) for version, place in pairs if place]
        if not pairs:
            raise CommandError("no procedure on offer is asked for: check the slugs")
        made = posters_pdf((procedure_poster(version, place, on) for version, place in pairs), on)
        options["file"].write_bytes(made)
        took = time.perf_counter() - began
        self.stdout.write(f"{len(pairs)} notices, {len(made) / 1e6:.1f} MB, in {took:.1f} s: {options['file']}")

    def _place(self, version: ProcedureVersion, slug: str) -> Any:
        return next((place for place in places_of(version) if place.unit.slug == slug), None)
