"""Replay the events of every dossier and report rows that differ."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dossiers.events.histories import Difference
from dossiers.events.reconciliation import compare_all, rebuild

SHOWN = 20


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="rebuild differing rows from their events")

    def handle(self, *args: Any, **options: Any) -> None:
        began, seen = time.perf_counter(), 0
        differing: dict[int, list[Difference]] = {}
        for count, differences in compare_all():
            seen += count
            for one in differences:
                differing.setdefault(one.key, []).append(one)
            self.stdout.write(f"\r{seen} replayed", ending="")
            self.stdout.flush()
        took = time.perf_counter() - began
        self.stdout.write(f"\r{seen} dossiers replayed in {took:.1f} s ({seen / max(took, 1e-9):.0f}/s)")
        self.stdout.write(f"{sum(map(len, differing.values()))} differences in {len(differing)} dossiers")
        for one in [one for found in differing.values() for one in found][:SHOWN]:
            self.stdout.write(f"  {one.code} {one.name}: {one.stored!r}, by its events {one.replayed!r}")
        if options["repair"]:
            for key in differing:
                rebuild(key)
            self.stdout.write(f"{len(differing)} repaired at {timezone.localtime():%H:%M:%S}")
        elif differing:
            raise SystemExit(1)
