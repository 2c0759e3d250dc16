"""How the figures fare as the register grows: officials' pages, the public board, the lists; and keeping them true.

    script/bench dashboards [dossiers ...]

The register is filled to 10,000 dossiers, then to each further size (100,000 when none is given), and measured as
`bench_sizes` says: through the whole WSGI application, one page after the other in one process, by an official of the
district. 10,000 dossiers leave most days of most units empty, 100,000 do not: so each size is compared with every
smaller one.

Besides: how long the roll-up needs to follow 1,000 results, and to be counted again and reconciled whole.
"""

import os
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench_engines import catalogue_ready, engines_running
from bench_queue import CLOSED_KINDS, OPEN_AT_DESK, OPEN_ELSEWHERE, SMALL, Visitor, grow, plant, watched
from bench_sizes import Pages, compare, measure, name_of, store_copy, use, written

CALLS, EVENTS, SPREAD = 40, 1_000, 360
BUDGET = "1.3, lists 3"


def main(sizes: list[int]) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        first_closed, filled = plant(), OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS
        pages: dict[int, Pages] = {}
        for size in (SMALL, *sizes):
            began = time.perf_counter()
            use("portal")
            grow(filled + 1, size, first_closed, days=SPREAD)
            filled = size
            print(f"\n{size:,} dossiers (filled in {time.perf_counter() - began:.0f} s)")
            rebuild()
            pages[size] = prepared()
            store_copy(size)
        costs = measure(pages, CALLS)
        for size, several in pages.items():
            use(name_of(size))
            print(f"\n{size:,} dossiers")
            for name, (visitor, path) in several.items():
                print(f"  {name:26} {written(costs[name, size])}  {queries(visitor, path)} queries")
            follow()
        for place, size in enumerate(sizes, 1):
            for smaller in (SMALL, *sizes)[:place]:
                compare(costs, smaller, size, BUDGET)


def rebuild() -> None:
    """Everything counted again, the open days noted, all of it reconciled."""
    from django.db import connection
    from django.utils import timezone

    from reporting.models import OpenTally
    from reporting.rollup.actions import note_open, recount_everything
    from reporting.rollup.reconciliation import reconcile

    OpenTally.objects.all().delete()
    now = timezone.now()
    spent = {
        "all tallies": timed(recount_everything),
        "all open days": timed(lambda: note_open(at=now)),
        "the reconciliation": timed(lambda: reconcile(at=now)),
    }
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in spent.items()))


def follow() -> None:
    """The lag after many results at once: from the last commit until no mark is left."""
    from django.utils import timezone

    from dossiers.clock.states import Outcome, Status
    from dossiers.models import Dossier
    from dossiers.operations.finishing.actions import finish_dossier, start_work
    from reporting.rollup.actions import recount_stale

    now = timezone.now()
    open_ones = Dossier.objects.filter(status__in=[Status.ACCEPTED, Status.IN_PROCESS], received_at__lt=now)
    for dossier in open_ones.order_by("-pk")[:EVENTS]:
        if dossier.status == Status.ACCEPTED:
            start_work(dossier=dossier, actor=None, at=now)
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="other", actor=None, at=now)

    def take_marks() -> None:
        while recount_stale():
            pass

    print(f"  the roll-up follows {EVENTS:,} results in {timed(take_marks):.2f} s")


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def queries(visitor: Visitor, path: str) -> int:
    from django.db import connection

    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with watched(connection, note):
        visitor.get(path)
    return len(seen)


def prepared() -> Pages:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from accounts.models import Membership, User
    from accounts.sessions.store import SessionStore
    from dossiers.models import Dossier
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
    one = Dossier.objects.select_related("handler", "procedure__field").get(pk=1)
    unit, field = one.handler, one.procedure.field.slug
    pages = {
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
        "list, legs of a month": f"{lists}chang-xong&ky={month}",
        "list, late legs, a year": f"{lists}chang-tre&ky={earlier.year}",
        "list, legs by place": f"{lists}chang-xong&ky={earlier.year}&noi=handler",
        "list, legs of a step": f"{lists}chang-xong&ky={month}&buoc=-&don-vi={unit.slug}",
        "list, legs of all, a step": f"{lists}chang-xong&ky={month}&buoc=-",
        "list, legs of a field": f"{lists}chang-xong&ky={month}&linh-vuc={field}",
        "list, late of a field": f"{lists}chang-tre&ky={earlier.year}&linh-vuc={field}",
        "list, a field, page 100": f"{lists}chang-xong&ky={earlier.year}&linh-vuc={field}&trang=100",
        "list, overdue then": f"{lists}qua-han&tinh-den={earlier}",
        "list, waiting then": f"{lists}cho&tinh-den={earlier}",
    }
    return {name: (visitor, path) for name, path in pages.items()}


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
