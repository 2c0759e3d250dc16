"""`manage.py load_units`: the offices and the working calendar this release comes with; may be run again."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from units.loading import load_units

DATA = Path(__file__).resolve().parents[2] / "data"


class Command(BaseCommand):
    help = "Adds the offices and calendar rows that are missing; never changes a row that exists."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_units(units=_read("units.json"), calendar=_read("calendar.json"), at=timezone.now())
        self.stdout.write(
            f"Units: {added['kinds']} kinds, {added['units']} units, {added['hours']} opening hours; "
            f"calendar: {added['years']} years, {added['days']} days added."
        )


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))
