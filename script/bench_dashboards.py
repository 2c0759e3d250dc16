"""How the figures fare as the register grows: officials' pages, the public board, the lists; and keeping them true.

    script/bench dashboards [dossiers ...]

The register is filled to 10,000 dossiers and measured, then to each further size (100,000 when none is given). Pages
are asked for through the whole WSGI application, one after the other in one process, by an official of the district.
Besides: how long the roll-up needs to follow 1,000 results, and to be counted anew and proven whole.
"""

import os
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench_engines import catalogue_ready, engines_running
from bench_queue import CLOSED_KINDS, OPEN_AT_DESK, OPEN_ELSEWHERE, SMALL, Visitor, grow, plant, watched

CALLS, EVENTS, SPREAD = 40, 1_000, 360
BUDGETS = {"pages": 1.3, "lists": 3.0}


def main(sizes: list[int]) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        first_closed, filled, measured = plant(), OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS, {}
        for size in (SMALL, *sizes):
            began = time.perf_counter()
            grow(filled + 1, size, first_closed, days=SPREAD)
            filled = size
            print(f"\n{size:,} dossiers (filled in {time.perf_counter() - began:.0f} s)")
            rebuild()
            measured[size] = measure()
            follow()
        for size in sizes:
            print(f"\np95 at {size:,} against {SMALL:,} (budget {BUDGETS['pages']}, lists {BUDGETS['lists']})")
            for name, p95 in measured[size].items():
                print(f"  {name:24} {p95 / measured[SMALL][name]:.2f}")


def rebuild() -> None:
    """Everything counted anew, the open days noted, all of it proven."""
    from django.db import connection
    from django.utils import timezone

    from reporting import actions
    from reporting.models import OpenTally

    OpenTally.objects.all().delete()
    now = timezone.now()
    spent = {
        "all tallies": timed(actions.recount_everything),
        "all open days": timed(lambda: actions.note_open(at=now)),
        "the proof": timed(lambda: actions.prove(at=now)),
    }
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items()))


def follow() -> None:
    """The lag after many results at once: from the last commit until no mark is left."""
    from django.utils import timezone

    from dossiers.actions import finish_dossier, start_work
    from dossiers.models import Dossier
    from dossiers.states import Outcome, Status
    from reporting import actions

    now = timezone.now()
    open_ones = Dossier.objects.filter(status__in=[Status.ACCEPTED, Status.IN_PROCESS], received_at__lt=now)
    for dossier in open_ones.order_by("-pk")[:EVENTS]:
        if dossier.status == Status.ACCEPTED:
            start_work(dossier=dossier, actor=None, at=now)
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="other", actor=None, at=now)

    def take_marks() -> None:
        while actions.recount_stale():
            pass

    print(f"  the roll-up follows {EVENTS:,} results in {timed(take_marks):.2f} s")


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def measure() -> dict[str, float]:
    """Prints every page's times and queries; p95 by page. Pages take turns, so that a busy machine is fair to all."""
    visitor, pages = prepared()
    took: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(CALLS + 3):
        for name, path in pages.items():
            seconds = timed(lambda path=path: visitor.get(path))
            if turn >= 3:
                took[name].append(seconds)
    p95s = {name: statistics.quantiles(times, n=20)[-1] for name, times in took.items()}
    for name, path in pages.items():
        p50, p95 = (seconds * 1000 for seconds in (statistics.median(took[name]), p95s[name]))
        print(f"  {name:24} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  {queries(visitor, path)} queries")
    return p95s


def queries(visitor: Visitor, path: str) -> int:
    from django.db import connection

    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with watched(connection, note):
        visitor.get(path)
    return len(seen)


def prepared() -> tuple[Visitor, dict[str, str]]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from accounts.models import Membership, User
    from units.models import Unit

    official, is_new = User.objects.get_or_create(username="lanhdao")
    if is_new:
        unit = Unit.objects.get(is_tenant=True)
        Membership.objects.create(user=official, unit=unit, role="official", valid_from=date(2020, 1, 1))
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(official.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = official.get_session_auth_hash()
    session.save()
    visitor = Visitor()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    today = timezone.localdate()
    earlier = today - timedelta(days=200)
    month, past = f"{earlier:%Y-%m}", f"{earlier.year}-Q{(earlier.month + 2) // 3}"
    lists = "/dieu-hanh/ho-so/?tinh-trang="
    return visitor, {
        "overview": "/dieu-hanh/",
        "overview, past quarter": f"/dieu-hanh/?ky={past}",
        "overview, year": f"/dieu-hanh/?ky={earlier.year}",
        "overview, as of a day": f"/dieu-hanh/?ky={earlier.year}&tinh-den={earlier}",
        "offices": f"/dieu-hanh/chang/?thang={month}",
        "public board": "/so-lieu/",
        "places": "/don-vi/",
        "list, overdue": f"{lists}qua-han",
        "list, resolved": f"{lists}da-tra&ky={month}",
        "list, overdue then": f"{lists}qua-han&tinh-den={earlier}",
    }


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
