"""How long a holiday announced late takes to move the dates of all open dossiers, and how a page fares meanwhile.

    script/bench recalendar [dossiers]

The dossiers are written by COPY, every one open and due after the holiday, so every one moves: an event, a notice, its
own row and those of its legs. The batch run has a process of its own, like a worker's, while a clerk's queue page is
asked for again and again in this one.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from bench_engines import ROOT, catalogue_ready, engines_running

BUDGET_SECONDS = 120
CHUNK = 5000
HOLIDAY = date(2026, 11, 27)
WORKER = "import django; django.setup(); from dossiers.tasks import reckon_calendar_changes as task; task()"


def main(count: int) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        began = time.perf_counter()
        make(count)
        print(f"made {count:,} open dossiers in {time.perf_counter() - began:.0f} s")
        measure(count)


def make(count: int) -> None:
    """Dossiers taken in during the day before, half of them already in the hands of the handling unit."""
    from django.db import connection

    from dossiers.events.record import LEG_FIELDS
    from dossiers.models import Dossier, DossierEvent, DossierLeg

    event_columns = ["dossier_id", "number", "kind", "from_status", "to_status", "at", "unit_id", "actor_id"]
    event_columns += ["reason", "data"]
    leg_columns = ["dossier_id", "position", "step_id", "assignee_id", *LEG_FIELDS]
    columns = [field.attname for field in Dossier._meta.concrete_fields]
    made = made_up_dossiers(count)
    for start in range(0, count, CHUNK):
        dossiers, events, legs = zip(*islice(made, min(CHUNK, count - start)), strict=True)
        copy(Dossier, columns, ([as_copied(getattr(row, name)) for name in columns] for row in dossiers))
        copy(DossierEvent, event_columns, (row for rows in events for row in rows))
        copy(DossierLeg, leg_columns, (row for rows in legs for row in rows))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('dossiers_dossier', 'id'), %s)", [count])
        cursor.execute("ANALYZE")


def as_copied(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def copy(model: Any, columns: list[str], rows: Iterable[Any]) -> None:
    from django.db import connection

    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as out:
        for row in rows:
            out.write_row(row)


def made_up_dossiers(count: int) -> Iterator[tuple[Any, list[Any], list[Any]]]:
    from dossiers.clock.replay import EventRecord, Replay
    from dossiers.clock.states import EventKind, Status
    from dossiers.particulars.acceptance import acceptance_data
    from procedures.models import Offering, ProcedureVersion
    from units.calendar.lookup import current_edition, working_calendar
    from units.clock.working_calendar import OFFICE_TIME
    from units.models import Unit

    first = datetime(2026, 11, 23, 8, tzinfo=OFFICE_TIME)
    desks = {desk.parent_id: desk for desk in Unit.objects.desks().select_related("kind", "parent")}
    places = []
    for offering in Offering.objects.select_related("procedure", "handler", "unit").order_by("pk"):
        version = ProcedureVersion.objects.filter(procedure=offering.procedure, term_unit="working_day").first()
        promised = version and offering.promised_term(version)
        if version and promised and promised.amount >= 5 and promised.unit == "working_day":
            desk = desks[offering.unit_id]
            data = acceptance_data(offering, version, desk, None, first)
            calendar = working_calendar(desk, current_edition() or None)
            places.append((desk, offering, calendar, data))
        if len(places) == 60:
            break
    for pk in range(1, count + 1):
        desk, offering, calendar, data = places[pk % len(places)]
        at = first + timedelta(seconds=pk % 14_000)
        replay = Replay(lambda _edition, calendar=calendar: calendar)
        events = [EventRecord(EventKind.REGISTERED, at, desk.pk, Status.ACCEPTED, data)]
        if pk % 2:
            moment = at + timedelta(hours=26)
            events.append(EventRecord(EventKind.STARTED, moment, offering.handler_id, Status.IN_PROCESS))
        for event in events:
            replay.apply(event)
        yield rows_of(pk, desk, replay, events)


def rows_of(pk: int, desk: Any, replay: Any, events: list[Any]) -> tuple[Any, list[Any], list[Any]]:
    from dossiers.clock.replay import CACHED
    from dossiers.events.record import LEG_FIELDS
    from dossiers.models import Dossier

    state = replay.state
    dossier = Dossier(
        pk=pk,
        code=f"DO-{pk:07d}",
        request_key=uuid.UUID(int=pk),
        receiving_desk_id=desk.pk,
        book_year=2026,
        book_number=pk,
        applicant_name="Nguyễn Thị Phượng",
        **{name: getattr(state, name) for name in CACHED},
    )
    before = None
    rows = []
    for number, event in enumerate(events, 1):
        data = json.dumps(event.data)
        rows.append(
            (pk, number, event.kind.value, before, event.to_status.value, event.at, event.unit_id, None, "", data)
        )
        before = event.to_status.value
    legs = [
        (pk, leg.position, leg.step_id or None, leg.assignee_id, *(getattr(leg, name) for name in LEG_FIELDS))
        for leg in state.legs
    ]
    return dossier, rows, legs


def measure(count: int) -> None:
    from accounts.models import User
    from dossiers.changes.calendar.actions import ChangedDay, draft_change, publish_change, submit_change
    from dossiers.models import CalendarRun

    at = datetime.now().astimezone()
    author, approver = (User.objects.create_user(name) for name in ("soan", "duyet"))
    line = ChangedDay(HOLIDAY, "add", "holiday", "Nghỉ đột xuất")
    draft = draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=author, at=at)
    submit_change(draft=draft, actor=author, at=at)
    page = queue_page()
    quiet = [page() for _ in range(40)]
    for phase, begin in (
        ("preview", lambda: None),
        ("apply", lambda: publish_change(draft=draft, actor=approver, at=datetime.now().astimezone())),
    ):
        begin()
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, busy = walked(CalendarRun, phase, count, page)
        moved = CalendarRun.objects.get(phase=phase, is_stale=False).moved
        p95 = statistics.quantiles(busy, n=20)[-1] if len(busy) > 1 else busy[0]
        print(
            f"{phase}: {moved:,} of {count:,} dossiers in {seconds:.1f} s, {moved / seconds:,.0f}/s (the worker's own "
            f"processor time {spent(cpu):.1f} s); queue page p95 "
            f"{p95 * 1000:.0f} ms of {len(busy)} (quiet {statistics.quantiles(quiet, n=20)[-1] * 1000:.0f} ms)"
        )
    print(f"budget for 100,000: {BUDGET_SECONDS} s")


def spent(before: resource.struct_rusage) -> float:
    """Processor seconds of the ended child processes since `before`."""
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime


def walked(runs: Any, phase: str, count: int, page: Callable[[], float]) -> tuple[float, list[float]]:
    """Seconds until every dossier was looked at, and how long each page took meanwhile."""
    began, busy = time.perf_counter(), []
    worker = start_worker()
    try:
        while runs.objects.get(phase=phase, is_stale=False).looked_at < count:
            busy.append(page())
            time.sleep(0.1)
            if worker.poll() == 0:  # it leaves after five minutes, and the next tick of beat brings another
                worker = start_worker()
            elif worker.poll():
                raise RuntimeError("the worker died")
        seconds = time.perf_counter() - began
        if phase == "preview":
            worker.wait()
        return seconds, busy
    finally:
        worker.kill()
        worker.wait()


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORKER], cwd=ROOT)


def queue_page() -> Callable[[], float]:
    from django.test import Client

    from accounts.models import Membership, User
    from dossiers.models import Dossier

    desk = Dossier.objects.get(pk=1).desk
    clerk = User.objects.create_user("quay")
    Membership.objects.create(user=clerk, unit=desk, role="clerk", valid_from=date(2020, 1, 1))
    client = Client(SERVER_NAME="localhost")
    client.force_login(clerk)

    def fetch() -> float:
        began = time.perf_counter()
        response = client.get("/can-bo/hang-doi/")
        assert response.status_code == 200, response.status_code
        return time.perf_counter() - began

    fetch()
    return fetch


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
