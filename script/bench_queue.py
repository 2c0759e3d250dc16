"""How staff pages and tracking fare as the register grows: the queue, looking a person up, the page of one dossier.

    script/bench queue [dossiers]

The register is filled to 10,000 dossiers and measured, then to 1,000,000 and measured again: mostly closed ones, the
same 3,000 open at one desk both times. Pages are asked for through the whole WSGI application (all middleware, no
socket, not compressed), one after the other in one process. The bare views they are compared with go the same way.
"""

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from bench_engines import catalogue_ready, engines_running
from bench_recalendar import as_copied, copy, rows_of

SMALL, LARGE = 10_000, 1_000_000
OPEN_AT_DESK, OPEN_ELSEWHERE, CLOSED_KINDS = 3_000, 2_000, 2_000
CALLS = 120
BUDGETS = {"growth": 3.0, "queue": 0.5, "tracking": 0.3, "dossier": 0.15}
GIVEN = (
    "Lan",
    "Hương",
    "Phượng",
    "Khải",
    "Bình",
    "Hạnh",
    "Dũng",
    "Ngọc",
    "Thảo",
    "Quỳnh",
    "Vinh",
    "Hải",
    "Oanh",
    "Yến",
)
MIDDLE = ("Thị", "Văn", "Thu", "Minh", "Đức", "Quang", "Ngọc", "Xuân", "Kim", "Hữu", "Bích", "Thanh")
SURNAMES = ("Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Ngô")

urlpatterns: list[Any] = []

# Closed dossiers again and again, each with its own code, person and days; legs and events go with them.
MULTIPLY = """
    INSERT INTO dossiers_dossier ({names})
    SELECT {values}
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN dossiers_dossier AS old ON old.id = %(first)s + made.n %% %(kinds)s
"""
LEGS = """
    INSERT INTO dossiers_dossierleg (dossier_id, position, unit_id, hours, "group", due_at, handed_over_at,
        accepted_at, finished_at, skipped)
    SELECT made.n, position, unit_id, hours, "group", due_at - {shift}, handed_over_at - {shift},
        accepted_at - {shift}, finished_at - {shift}, skipped
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN dossiers_dossierleg AS leg ON leg.dossier_id = %(first)s + made.n %% %(kinds)s
"""
EVENTS = """
    INSERT INTO dossiers_dossierevent (dossier_id, number, kind, from_status, to_status, at, unit_id, reason, data)
    SELECT made.n, number, kind, from_status, to_status, at - {shift}, unit_id, reason, data
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN dossiers_dossierevent AS event ON event.dossier_id = %(first)s + made.n %% %(kinds)s
"""


def main(large: int) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        open_bench_urls()
        first_closed = plant()
        measured = {}
        filled = OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS
        for size in (SMALL, large):
            began = time.perf_counter()
            grow(filled + 1, size, first_closed)
            filled = size
            print(f"\n{size:,} dossiers (filled in {time.perf_counter() - began:.0f} s)")
            measured[size] = measure()
        print(f"\np95 at {large:,} against {SMALL:,} (budget {BUDGETS['growth']})")
        for name, p95 in measured[large].items():
            print(f"  {name:24} {p95 / measured[SMALL][name]:.2f}")


# Filling


def plant() -> int:
    """Open dossiers at one desk and elsewhere, and the closed ones to be multiplied; the key of the first closed."""
    from django.db import connection

    from dossiers.events.record import LEG_FIELDS
    from dossiers.models import Dossier, DossierEvent, DossierLeg

    rng = Random(20261126)
    made = list(made_up_dossiers(rng))
    dossiers, events, legs = zip(*made, strict=True)
    columns = [field.attname for field in Dossier._meta.concrete_fields]
    event_columns = ["dossier_id", "number", "kind", "from_status", "to_status", "at", "unit_id", "actor_id"]
    copy(Dossier, columns, ([as_copied(getattr(row, name)) for name in columns] for row in dossiers))
    copy(DossierEvent, [*event_columns, "reason", "data"], (row for rows in events for row in rows))
    leg_columns = ["dossier_id", "position", "step_id", "assignee_id", *LEG_FIELDS]
    copy(DossierLeg, leg_columns, (row for rows in legs for row in rows))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), %s)", [2 * LARGE])
    return OPEN_AT_DESK + OPEN_ELSEWHERE + 1


def made_up_dossiers(rng: Random) -> Iterator[tuple[Any, list[Any], list[Any]]]:
    from dossiers.clock.replay import EventRecord, Replay
    from dossiers.clock.states import EventKind, Status
    from dossiers.particulars.acceptance import acceptance_data

    now = datetime.now(UTC)
    places = offered()
    home = places[0][0]
    at_home = [place for place in places if place[0] == home]
    for pk in range(1, OPEN_AT_DESK + OPEN_ELSEWHERE + CLOSED_KINDS + 1):
        desk, offering, calendar, version = rng.choice(at_home if pk <= OPEN_AT_DESK else places)
        is_open = pk <= OPEN_AT_DESK + OPEN_ELSEWHERE
        at = now - timedelta(days=rng.uniform(0, 9) if is_open else rng.uniform(30, 1400))
        replay = Replay(lambda _edition, calendar=calendar: calendar)
        data = acceptance_data(offering, version, desk, None, at)
        events = [EventRecord(EventKind.REGISTERED, at, desk.pk, Status.ACCEPTED, data)]
        if not is_open or rng.random() < 0.7:
            begun = min(at + timedelta(hours=5), now)
            events.append(EventRecord(EventKind.STARTED, begun, offering.handler_id, Status.IN_PROCESS))
        if not is_open:
            ended, done = at + timedelta(days=rng.uniform(1, 12)), {"outcome": "granted", "holder": desk.pk}
            events.append(EventRecord(EventKind.FINISHED, ended, offering.handler_id, Status.DONE, done))
            given = ended + timedelta(days=1)
            events.append(EventRecord(EventKind.RETURNED, given, desk.pk, Status.RETURNED))
        for event in events:
            replay.apply(event)
        dossier, rows, legs = rows_of(pk, desk, replay, events)
        rename(dossier, rng)
        yield dossier, rows, legs


def offered() -> list[tuple[Any, Any, Any, Any]]:
    """What the desks of the wards take in and do within days: desk, offering, calendar, version."""
    from procedures.models import Offering, ProcedureVersion
    from units.calendar.lookup import current_edition, working_calendar
    from units.models import Unit

    desks = {desk.parent_id: desk for desk in Unit.objects.desks().select_related("kind", "parent")}
    versions = {one.procedure_id: one for one in ProcedureVersion.objects.filter(term_unit="working_day")}
    found = []
    for offering in Offering.objects.select_related("procedure", "handler", "unit").order_by("pk"):
        version, desk = versions.get(offering.procedure_id), desks.get(offering.unit_id)
        if version and desk and (promised := offering.promised_term(version)) and promised.unit == "working_day":
            found.append((desk, offering, working_calendar(desk, current_edition() or None), version))
    found.sort(key=lambda place: (place[0].parent.is_tenant, place[0].pk))
    return found


def rename(dossier: Any, rng: Random) -> None:
    from units.texts.folding import fold

    day = dossier.submitted_at.astimezone().date()
    dossier.code = f"A{dossier.desk_id}-{day:%y%m%d}-{dossier.pk:06d}"
    dossier.applicant_name = " ".join(map(rng.choice, (SURNAMES, MIDDLE, GIVEN)))
    dossier.applicant_folded = fold(dossier.applicant_name)
    dossier.applicant_id = f"001{rng.randrange(10**9):09d}"
    dossier.applicant_phone = f"09{rng.randrange(10**8):08d}"


def grow(start: int, end: int, first_closed: int, *, days: int = 0) -> None:
    """Up to `days` days earlier than the dossiers they are made of, each its own number of them."""
    from django.db import connection
    from django.db.models import DateTimeField

    from dossiers.models import Dossier

    shift = f"make_interval(days => (made.n / %(kinds)s) %% {days})" if days else "interval '0'"
    moments = [field.column for field in Dossier._meta.concrete_fields if isinstance(field, DateTimeField)]
    other = "%(first)s + (made.n::bigint * 7919) %% 1999"
    changed = {name: f'old."{name}" - {shift}' for name in moments if days} | {
        "id": "made.n",
        "code": "concat('B', old.desk_id, '-', to_char(old.submitted_at, 'YYMMDD'), '-', lpad(made.n::text, 7, '0'))",
        "request_key": "gen_random_uuid()",
        "book_number": "made.n",
        "applicant_id": "'001' || lpad((hashint8(made.n) & 2147483647)::text, 9, '0')",
        "applicant_phone": "'09' || lpad(((hashint8(made.n + 7) & 2147483647) %% 100000000)::text, 8, '0')",
        "applicant_name": f"(SELECT applicant_name FROM dossiers_dossier WHERE id = {other})",
        "applicant_folded": f"(SELECT applicant_folded FROM dossiers_dossier WHERE id = {other})",
    }
    columns = [str(field.column) for field in Dossier._meta.concrete_fields]
    values = ", ".join(changed.get(name, f'old."{name}"') for name in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nothing to check: all of it points at what is there
        for low in range(start, end + 1, 100_000):
            span = {"from": low, "to": min(low + 99_999, end), "first": first_closed, "kinds": CLOSED_KINDS}
            several = (
                MULTIPLY.format(names=listed, values=values),
                LEGS.format(shift=shift),
                EVENTS.format(shift=shift),
            )
            for statement in several:
                cursor.execute(statement, span)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


# Measuring


def open_bench_urls() -> None:
    """The portal's addresses, and two bare views beside them."""
    from django.conf import settings
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from dossiers.models import Dossier
    from portal.urls import urlpatterns as portal

    def rows(request: HttpRequest) -> HttpResponse:
        return HttpResponse("\n".join(dossier.applicant_name for dossier in Dossier.objects.order_by("pk")[:50]))

    def one(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM dossiers_dossier WHERE id = %s", [1])
            return HttpResponse(str(cursor.fetchone()))

    urlpatterns.extend([path("bare/50/", rows), path("bare/1/", one), *portal])
    settings.ROOT_URLCONF = "__main__"


class Visitor:
    """Asks the WSGI application for pages, with cookies, as one browser does."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        from portal.wsgi import application

        self.application = application
        self.cookies: dict[str, str] = {}
        self.headers = headers or {}

    def get(self, path: str) -> bytes:
        address, _mark, query = path.partition("?")
        environ = {
            **{"REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": query, "SERVER_NAME": "localhost"},
            **{
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": "localhost",
            },
            **{"wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "SCRIPT_NAME": ""},
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **self.headers,
        }
        answered: list[Any] = []
        answer = self.application(environ, lambda status, headers, _info=None: answered.extend([status, headers]))
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        if not answered[0].startswith("200"):
            raise RuntimeError(f"{path}: {answered[0]}")
        for name, value in answered[1]:
            if name == "Set-Cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return body


def measure() -> dict[str, float]:
    """Prints every page's times and ratios; p95 by page. Pages alternate, so that a busy machine is fair to all."""
    visitor, pages = prepared()
    took: dict[str, list[float]] = {name: [] for name in pages}
    spent = dict.fromkeys(pages, 0.0)
    for round_number in range(CALLS + 3):
        for name, path in pages.items():
            began, cpu = time.perf_counter(), time.process_time()
            body = visitor.get(path)
            if round_number >= 3:
                took[name].append(time.perf_counter() - began)
                spent[name] += (time.process_time() - cpu) / CALLS
            assert name not in EMPTY_IF_WRONG or b'class="code"' in body, name
    p95s = {name: statistics.quantiles(times, n=20)[-1] for name, times in took.items()}
    for name, path in pages.items():
        asked = statements(visitor, path, "dossiers_")
        scans = [plan for statement in asked for plan in sequential(statement, {"dossiers_dossier"})]
        print(
            f"  {name:16} p50 {statistics.median(took[name]) * 1000:6.1f} ms  p95 {p95s[name] * 1000:6.1f} ms  "
            f"own processor time {spent[name] * 1000:5.1f} ms  "
            f"{'SEQUENTIAL SCAN OF DOSSIERS' if scans else 'no sequential scan'}"
        )
    for page, bare in (("queue", "bare list of 50"), ("tracking", "bare row"), ("dossier", "bare row")):
        rate = statistics.median(took[bare]) / statistics.median(took[page])
        print(f"  {page} against {bare}: {rate:.2f} of its requests per second (budget {BUDGETS[page]})")
    return {name: p95 for name, p95 in p95s.items() if not name.startswith("bare")}


EMPTY_IF_WRONG = ("queue", "by rare name", "by common name", "by number", "by telephone", "by last digits")


def prepared() -> tuple[Visitor, dict[str, str]]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import Membership, User
    from accounts.sessions.store import SessionStore
    from dossiers.models import Dossier

    mine = Dossier.objects.get(pk=17)
    closed = Dossier.objects.filter(desk=mine.desk_id, status=10).order_by("-pk")[0]
    clerk, is_new = User.objects.get_or_create(username="quay")
    if is_new:
        Membership.objects.create(user=clerk, unit=mine.desk, role="clerk", valid_from=date(2020, 1, 1))
    asked = {
        "by rare name": "ngo bich " + closed.applicant_folded.split()[-1],
        "by common name": "nguyen",
        "by number": closed.applicant_id,
        "by telephone": closed.applicant_phone,
        "by last digits": closed.applicant_phone[-5:],
    }
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(clerk.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: clerk.get_session_auth_hash(),
            "look_ups": {str(place): {"q": typed} for place, typed in enumerate(asked.values())},
        }
    )
    session.save()
    visitor = Visitor()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    searches = {name: f"/can-bo/tra-cuu/?tim={place}" for place, name in enumerate(asked)}
    return visitor, {
        "bare list of 50": "/bare/50/",
        "bare row": "/bare/1/",
        "queue": "/can-bo/hang-doi/",
        "queue, overdue": "/can-bo/hang-doi/?nhom=qua-han",
        **searches,
        "dossier": f"/can-bo/ho-so/{mine.code}/",
        "tracking": f"/tra-cuu/{mine.code}/",
    }


def statements(visitor: Visitor, path: str, prefix: str) -> list[tuple[str, Any]]:
    """The SELECTs of one page that read tables named so, with their parameters."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(SELECT|WITH)\b", sql) and prefix in sql:
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with watched(connection, note):
        visitor.get(path)
    return seen


@contextmanager
def watched(connection: Any, note: Callable[..., Any]) -> Iterator[None]:
    with connection.execute_wrapper(note):
        yield


def sequential(statement: tuple[str, Any], tables: set[str]) -> list[Any]:
    """The parts of a plan that read the whole of one of these tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement[0]}", statement[1])
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return [node for node in nodes(plan[0]["Plan"]) if node.get("Relation Name") in tables]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan["Node Type"] == "Seq Scan":
        yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
