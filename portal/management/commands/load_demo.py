"""manage.py load_demo: the made-up district of the last four years. Does nothing where dossiers exist."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from complaints.demo.loading import load_cases
from dossiers.demo.loading import load
from dossiers.demo.plan import first_day, read_proportions
from dossiers.demo.scans import scan_papers
from dossiers.demo.staff import make_second_factor_login, make_staff
from dossiers.models import Dossier
from files.storage.actions import all_or_nothing
from portal.embedded import demo
from reporting.rollup.actions import note_open, recount_everything
from reporting.rollup.nightly_counts import count_nightly
from reporting.rollup.reconciliation import reconcile

BAR = 30


class Command(BaseCommand):
    help = "Loads four years of made-up dossiers ending today, by the same rules as real ones. Demo only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Made-up people and dossiers are for the demo: set DEMO=1.")
        if Dossier.objects.exists():
            self.stdout.write("The register holds dossiers already; nothing loaded.")
            return
        started, now = time.perf_counter(), timezone.now()
        with all_or_nothing():
            proportions = read_proportions()
            make_staff(
                logins=settings.DEMO_LOGINS,
                password=settings.DEMO_PASSWORD or "",
                proportions=proportions,
                on=first_day(proportions, timezone.localdate(now)),
            )
            loaded = load(now=now, progress=self._bar)
            scan_papers(shown=[shown.code for shown in loaded.shown])
            cases = load_cases(now=now)
            make_second_factor_login(
                name=demo.SECOND_FACTOR_LOGIN,
                password=settings.DEMO_PASSWORD or "",
                seed=demo.SECOND_FACTOR_SEED,
                proportions=proportions,
                on=first_day(proportions, timezone.localdate(now)),
            )
            with connection.cursor() as cursor:  # what a COPY brings is unknown to the planner until then
                cursor.execute("ANALYZE")
            recount_everything()
            note_open(at=now)
            reconcile(at=now)
            count_nightly(at=now)
        took = time.perf_counter() - started
        self.stdout.write(f"\n{loaded.dossiers} dossiers, {cases} complaints and petitions in {took:.0f} s")
        for shown in loaded.shown:
            self.stdout.write(f"  {shown.code} ({shown.secret}): {shown.procedure}")

    def _bar(self, done: int, total: int) -> None:
        filled = BAR * done // total
        self.stdout.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {100 * done // total:3d} %", ending="")
        self.stdout.flush()
