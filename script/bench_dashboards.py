"""How the figures fare as the register grows: officials' pages, the public board, the lists; and keeping them true.

    script/bench dashboards [dossiers ...]

The register is filled to 10,000 dossiers, then to each further size (100,000 when none is given), and a copy of the
database is kept at each. Then pages are asked for through the whole WSGI application, one after the other in one
process, by an official of the district; the sizes take turns, so that a busy machine is fair to all. Beside what the
clock says stands processor time, the portal's and that of its database session (without parallel workers), which
other work on the machine does not lengthen. 10,000 dossiers leave most days of most units empty, 100,000 do not: so
each size is told against every smaller one.

Besides: how long the roll-up needs to follow 1,000 results, and to be counted anew and proven whole.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench_engines import catalogue_ready, engines_running
from bench_queue import CLOSED_KINDS, OPEN_AT_DESK, OPEN_ELSEWHERE, SMALL, Visitor, grow, plant, watched

CALLS, WARM, EVENTS, SPREAD = 40, 3, 1_000, 360
BUDGETS = {"pages": 1.3, "lists": 3.0}
COPY = "CREATE DATABASE {} TEMPLATE portal"


class Cost(NamedTuple):
    """Of one page, in milliseconds."""

    p50: float
    p95: float
    processor: float


def main(sizes: list[int]) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        first_closed, filled, visitors = plant(), OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS, {}
        pages: dict[str, str] = {}
        for size in (SMALL, *sizes):
            began = time.perf_counter()
            use("portal")
            grow(filled + 1, size, first_closed, days=SPREAD)
            filled = size
            print(f"\n{size:,} dossiers (filled in {time.perf_counter() - began:.0f} s)")
            rebuild()
            visitors[size], pages = prepared()
            keep(size)
        costs = measure(visitors, pages)
        for size, visitor in visitors.items():
            use(name_of(size))
            print(f"\n{size:,} dossiers")
            for name, path in pages.items():
                cost = costs[name, size]
                print(
                    f"  {name:26} p50 {cost.p50:7.1f} ms  p95 {cost.p95:7.1f} ms  "
                    f"processor {cost.processor:7.1f} ms  {queries(visitor, path)} queries"
                )
            follow()
        for place, size in enumerate(sizes, 1):
            for smaller in (SMALL, *sizes)[:place]:
                compare(costs, pages, smaller, size)


def compare(costs: dict[tuple[str, int], Cost], pages: dict[str, str], smaller: int, size: int) -> None:
    budgets = f"budget {BUDGETS['pages']}, lists {BUDGETS['lists']}"
    print(f"\n{size:,} against {smaller:,}: p50, p95 ({budgets}), processor time")
    for name in pages:
        ratios = [large / small for small, large in zip(costs[name, smaller], costs[name, size], strict=True)]
        print(f"  {name:26} " + "  ".join(f"{ratio:.2f}" for ratio in ratios))


def name_of(size: int) -> str:
    return f"portal_{size}"


def keep(size: int) -> None:
    """A copy of the database as it is."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    connection.close()
    address = settings.DATABASE_URL.replace("/portal?", "/postgres?")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(COPY.format(name_of(size)))


def use(database: str) -> None:
    """Requests go to that database from now on, on one session that is kept from one to the next, as a pool would."""
    from django.db import connection

    connection.close()
    connection.settings_dict |= {"NAME": database, "CONN_MAX_AGE": None}
    connection.ensure_connection()


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


def measure(visitors: dict[int, Visitor], pages: dict[str, str]) -> dict[tuple[str, int], Cost]:
    """By page and size; sizes and pages take turns."""
    took: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for turn in range(CALLS + WARM):
        for size, visitor in visitors.items():
            use(name_of(size))
            visitor.get("/healthz")
            for name, path in pages.items():
                cost = asked(visitor, path)
                if turn >= WARM:
                    took.setdefault((name, size), []).append(cost)
    return {key: costs_of(times) for key, times in took.items()}


def asked(visitor: Visitor, path: str) -> tuple[float, float]:
    """Seconds, and seconds of processor time."""
    spent, began = sum(processor_times()), time.perf_counter()
    visitor.get(path)
    return time.perf_counter() - began, sum(processor_times()) - spent


def processor_times() -> Iterator[float]:
    """Of this process and of its database session."""
    from django.db import connection

    for process in ("self", connection.connection.info.backend_pid):
        yield int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def costs_of(times: list[tuple[float, float]]) -> Cost:
    took, spent = ([1000 * one for one in column] for column in zip(*times, strict=True))
    return Cost(statistics.median(took), statistics.quantiles(took, n=20)[-1], statistics.median(spent))


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
    month_end = earlier.replace(day=1) - timedelta(days=1)
    month, past = f"{earlier:%Y-%m}", f"{earlier.year}-Q{(earlier.month + 2) // 3}"
    lists = "/dieu-hanh/ho-so/?tinh-trang="
    return visitor, {
        "overview": "/dieu-hanh/",
        "overview, past quarter": f"/dieu-hanh/?ky={past}",
        "overview, past month": f"/dieu-hanh/?ky={month}",
        "overview, year": f"/dieu-hanh/?ky={earlier.year}",
        "overview, as of a day": f"/dieu-hanh/?ky={earlier.year}&tinh-den={earlier}",
        "overview, as of a 30th": f"/dieu-hanh/?ky={earlier.year}&tinh-den={month_end - timedelta(days=1)}",
        "offices": f"/dieu-hanh/chang/?thang={month}",
        "channels, year": f"/dieu-hanh/kenh/?ky={earlier.year}",
        "procedures, year": f"/dieu-hanh/thu-tuc/?ky={earlier.year}",
        "comparing years": f"/dieu-hanh/so-sanh/?ky={earlier.year}&ky-2={earlier.year - 1}",
        "public board": "/so-lieu/",
        "places": "/don-vi/",
        "list, overdue": f"{lists}qua-han",
        "list, resolved": f"{lists}da-tra&ky={month}",
        "list, a year": f"{lists}da-tra&ky={earlier.year}",
        "list, a year, page 100": f"{lists}da-tra&ky={earlier.year}&trang=100",
        "list, a year by channel": f"{lists}da-tra&ky={earlier.year}&kenh=desk",
        "list, overdue then": f"{lists}qua-han&tinh-den={earlier}",
    }


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
