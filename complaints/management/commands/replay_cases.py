"""Rebuild every case's state and dates from its events, and report what the rows say otherwise."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from complaints.events.reconciliation import compare_cases, rebuild_case
from dossiers.events.histories import Difference

SHOWN = 20


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write what the events say where a row differs")

    def handle(self, *args: Any, **options: Any) -> None:
        began, seen, found = time.perf_counter(), 0, list[Difference]()
        for count, differences in compare_cases():
            seen += count
            found += differences
        took = time.perf_counter() - began
        self.stdout.write(f"{seen} cases replayed in {took:.1f} s ({seen / max(took, 1e-9):.0f}/s)")
        self.stdout.write(f"{len(found)} differences in {len({one.key for one in found})} cases")
        for one in found[:SHOWN]:
            self.stdout.write(f"  {one.code} {one.name}: {one.stored!r}, by its events {one.replayed!r}")
        if options["repair"]:
            for key in {one.key for one in found}:
                rebuild_case(key)
        elif found:
            raise SystemExit(1)
