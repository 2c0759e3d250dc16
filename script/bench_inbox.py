"""How the inbox fares as cases pile up: the work list, a case, its tracking page, what is public, the figures; intake.

    script/bench inbox [cases]

The inbox is filled to 10,000 cases, then to 1,000,000: mostly closed ones, the same 3,000 open at one ward both times,
a tenth of the open ones sealed for an inspector. Pages are asked for as in `bench_queue`, of both sizes alternately
(`bench_sizes`). Besides: how many cases a second are taken in, how long the roll-up needs to be counted again, and how
long reminders and the run of a calendar change take.
"""

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bench_engines import catalogue_ready, engines_running
from bench_queue import Visitor, sequential, statements
from bench_recalendar import as_copied, copy
from bench_sizes import Pages, compare, measure, name_of, store_copy, use, written

SMALL, LARGE = 10_000, 1_000_000
OPEN_AT_WARD, OPEN_ELSEWHERE, CLOSED_KINDS = 3_000, 2_000, 2_000
PUBLISHED_EACH = 20
CALLS, TAKEN_IN = 40, 400
SPREAD = 1_400
GROWTH = "3"
READ = {"complaints_case", "complaints_casetext", "complaints_caseevent", "complaints_publication"}
SUBJECTS = (
    "vỉa hè bị đào",
    "đèn đường hỏng",
    "rác chưa dọn",
    "chậm trả kết quả",
    "xe đỗ lấn chiếm",
    "nước thoát chậm",
)

# Closed cases again and again, each with its own code and days; their texts and events are copied with them.
CASES = """
    INSERT INTO complaints_case ({names})
    SELECT {values}
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN complaints_case AS old ON old.id = %(first)s + made.n %% %(kinds)s
"""
EVENTS = """
    INSERT INTO complaints_caseevent (case_id, number, kind, from_status, to_status, at, unit_id, data)
    SELECT made.n, number, kind, from_status, to_status, at - {shift}, unit_id, data
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN complaints_caseevent AS event ON event.case_id = %(first)s + made.n %% %(kinds)s
"""
TEXTS = """
    INSERT INTO complaints_casetext (case_id, sort, event, text, at)
    SELECT made.n, sort, event, text || made.n, at - {shift}
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN complaints_casetext AS old_text ON old_text.case_id = %(first)s + made.n %% %(kinds)s
"""
REPORTERS = """
    INSERT INTO complaints_reporter (case_id, name, phone, email, address, id_number, language)
    SELECT made.n, name, '09' || lpad(((hashint8(made.n) & 2147483647) %% 100000000)::text, 8, '0'), '', address, '',
        'vi'
    FROM generate_series(%(from)s, %(to)s) AS made(n)
    JOIN complaints_reporter AS who ON who.case_id = %(first)s + made.n %% %(kinds)s
"""
PUBLICATIONS = """
    INSERT INTO complaints_publication (case_id, subject, content, answer, search, at)
    SELECT id, 'Phản ánh số ' || id, 'Nội dung', 'Đã giải quyết', 'phan anh so ' || id || ' noi dung da giai quyet',
        published_at
    FROM complaints_case
    WHERE id BETWEEN %(from)s AND %(to)s AND published_at IS NOT NULL
"""


def main(large: int) -> None:
    os.environ["LOG_LEVEL"] = "WARNING"
    with engines_running():
        from django.core.management import call_command

        from complaints.loading import load_rules

        call_command("collectstatic", interactive=False, verbosity=0)
        catalogue_ready()
        load_rules()
        first_closed = plant()
        pages: dict[int, Pages] = {}
        filled = OPEN_AT_WARD + OPEN_ELSEWHERE + CLOSED_KINDS
        for size in (SMALL, large):
            began = time.perf_counter()
            use("portal")
            grow(filled + 1, size, first_closed)
            filled = size
            print(f"\n{size:,} cases (filled in {time.perf_counter() - began:.0f} s)")
            count_again()
            pages[size] = prepared()
            store_copy(size)
        costs = measure(pages, CALLS)
        for size, several in pages.items():
            use(name_of(size))
            print(f"\n{size:,} cases")
            for name, (visitor, path) in several.items():
                print(f"  {name:26} {written(costs[name, size])}  {scans(visitor, path)}")
            look_for_alike()
            take_in()
            by_the_clock()
        compare(costs, SMALL, large, GROWTH)


# Filling


def plant() -> int:
    """Open cases at one ward and elsewhere, and the closed ones to be multiplied; the key of the first closed."""
    from django.db import connection

    from complaints.models import Case, CaseEvent, CaseHandler, CaseText, Reporter

    people()
    cases, events, texts, reporters, handlers = [], [], [], [], []
    for case, case_events, case_texts, inspector in made_up_cases(Random(20261126)):
        cases.append(case)
        events += case_events
        texts += case_texts
        handlers += [(case.pk, inspector, case.received_at)] if case.is_sealed else []
        if not case.is_sealed:
            reporters.append((case.pk, "Nguyễn Thị Phượng", f"09{case.pk:08d}", "", "Phố Huế", "", "vi"))
    columns = [field.attname for field in Case._meta.concrete_fields]
    copy(Case, columns, ([as_copied(getattr(row, name)) for name in columns] for row in cases))
    copy(CaseEvent, ["case_id", "number", "kind", "from_status", "to_status", "at", "unit_id", "data"], events)
    copy(CaseText, ["case_id", "sort", "event", "text", "at"], texts)
    copy(Reporter, ["case_id", "name", "phone", "email", "address", "id_number", "language"], reporters)
    copy(CaseHandler, ["case_id", "user_id", "since"], handlers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('complaints_case', 'id'), %s)", [2 * LARGE])
    return OPEN_AT_WARD + OPEN_ELSEWHERE + 1


def people() -> None:
    from accounts.models import Membership, User
    from units.models import Unit

    tenant, ward = Unit.objects.get(is_tenant=True), wards()[0]
    for name, role, unit in (("quay", "leader", ward), ("lanhdao", "official", tenant), ("tt", "inspector", tenant)):
        user = User.objects.create_user(name)
        Membership.objects.create(user=user, unit=unit, role=role, valid_from=date(2020, 1, 1))


def wards() -> list[Any]:
    """The units in which cases are: those that have a desk."""
    from units.models import Unit

    homes = {desk.parent_id for desk in Unit.objects.desks()}
    return list(Unit.objects.filter(pk__in=homes).select_related("kind", "parent").order_by("pk"))


def made_up_cases(rng: Random) -> Iterator[tuple[Any, list[Any], list[Any], int]]:
    from accounts.models import User
    from complaints.clock.replay import CACHED, EventRecord, Replay
    from complaints.clock.states import SEALED_KINDS, EventKind, Kind, Status
    from complaints.models import Case, Category
    from complaints.registration.actions import rules_in_force
    from units.calendar.lookup import current_edition, working_calendar
    from units.clock.days import local_day

    now, places, edition = datetime.now(UTC), wards(), current_edition()
    calendars = {unit.pk: working_calendar(unit, edition or None) for unit in places}
    inspector = User.objects.get(username="tt").pk
    category = Category.objects.filter(kind=Kind.FIELD_REPORT.value, is_public=True).order_by("order")[0].pk
    for pk in range(1, OPEN_AT_WARD + OPEN_ELSEWHERE + CLOSED_KINDS + 1):
        is_open = pk <= OPEN_AT_WARD + OPEN_ELSEWHERE
        unit = places[0] if pk <= OPEN_AT_WARD else rng.choice(places)
        kind = rng.choice((Kind.PETITION, Kind.FIELD_REPORT, Kind.QUESTION))
        if is_open and pk % 10 == 0:
            kind = Kind.DENUNCIATION
        at = now - timedelta(days=rng.uniform(0.1, 12) if is_open else rng.uniform(30, 90))
        rules = rules_in_force(kind, local_day(at)).as_json()
        data = {"kind": kind.value, "rules": rules, "grade": "normal", "calendar": edition}
        acts = [(EventKind.RECEIVED, Status.NEW, 0.0, data), (EventKind.SORTED, Status.SORTED, 0.1, {})]
        acts += [(EventKind.ACCEPTED, Status.ACCEPTED, 0.2, {}), (EventKind.STARTED, Status.SETTLING, 0.3, {})]
        done = {"outcome": "dealt_with"}
        acts += [
            (EventKind.ANSWERED, Status.ANSWERED, rng.uniform(1, 14), done),
            (EventKind.CLOSED, Status.CLOSED, 20, {}),
        ]
        replay = Replay(lambda _edition, calendar=calendars[unit.pk]: calendar)
        events, before = [], ""
        for number, (act, to, days, more) in enumerate(acts[: rng.randint(1, 4) if is_open else None], 1):
            moment = min(at + timedelta(days=days), now)
            replay.apply(EventRecord(act, moment, unit.pk, to, more))
            events.append((pk, number, act.value, before, to.value, moment, unit.pk, json.dumps(more)))
            before = to.value
        published = None if is_open or pk % PUBLISHED_EACH else at + timedelta(days=21)
        case = Case(
            pk=pk,
            code=f"PA.H26-{pk:08d}",
            request_key=uuid.UUID(int=pk),
            is_sealed=kind in SEALED_KINDS,
            category_id=category if kind is Kind.FIELD_REPORT else None,
            channel="counter" if kind in SEALED_KINDS else "web",
            receiving_unit=unit,
            consents=published is not None,
            published_at=published,
            **{name: getattr(replay.state, name) for name in CACHED},
        )
        texts = [] if case.is_sealed else [(pk, "content", 1, f"{rng.choice(SUBJECTS)} trước số nhà {pk}", at)]
        yield case, events, texts, inspector


def grow(start: int, end: int, first_closed: int) -> None:
    """Each up to `SPREAD` days earlier than the case it is made of."""
    from django.db import connection
    from django.db.models import DateTimeField

    from complaints.models import Case

    shift = f"make_interval(days => (made.n / %(kinds)s) * 7 %% {SPREAD})"
    moments = [field.column for field in Case._meta.concrete_fields if isinstance(field, DateTimeField)]
    changed = {name: f'old."{name}" - {shift}' for name in moments} | {
        "id": "made.n",
        "code": "'PA.H26-' || lpad(made.n::text, 8, '0')",
        "request_key": "gen_random_uuid()",
    }
    columns = [str(field.column) for field in Case._meta.concrete_fields]
    values = ", ".join(changed.get(name, f'old."{name}"') for name in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nothing to check: all of it points at what is there
        for low in range(start, end + 1, 100_000):
            span = {"from": low, "to": min(low + 99_999, end), "first": first_closed, "kinds": CLOSED_KINDS}
            cursor.execute(CASES.format(names=listed, values=values), span)
            for statement in (EVENTS, TEXTS, REPORTERS, PUBLICATIONS):
                cursor.execute(statement.format(shift=shift), span)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


# Measuring


def count_again() -> None:
    from django.db import connection

    from reporting.rollup.actions import recount_everything

    print(f"  the roll-up is counted again in {timed(recount_everything):.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def scans(visitor: Visitor, path: str) -> str:
    """Which tables one page reads from end to end."""
    asked = statements(visitor, path, "complaints_")
    whole = {plan["Relation Name"] for statement in asked for plan in sequential(statement, READ)}
    return f"SEQUENTIAL SCAN OF {', '.join(sorted(whole))}" if whole else "no sequential scan"


def prepared() -> Pages:
    from django.utils import timezone

    from complaints.models import Case

    clerk, official, nobody = signed_in("quay"), signed_in("lanhdao"), Visitor()
    mine = Case.objects.plain().open().filter(unit=wards()[0]).order_by("pk")[5]
    closed = Case.objects.filter(unit=wards()[0], status="closed").order_by("-pk")[0]
    earlier = timezone.localdate() - timedelta(days=120)
    year, month = earlier.year, f"{earlier:%Y-%m}"
    return {
        "inbox": (clerk, "/can-bo/phan-anh/"),
        "inbox, overdue": (clerk, "/can-bo/phan-anh/?nhom=tre"),
        "open case": (clerk, f"/can-bo/phan-anh/{mine.code}/"),
        "closed case": (clerk, f"/can-bo/phan-anh/{closed.code}/"),
        "front page": (nobody, "/"),
        "tracking": (nobody, f"/phan-anh/{closed.code}/"),
        "Open311, latest": (nobody, "/open311/v2/requests.json"),
        "public list": (nobody, "/phan-anh/cong-khai/"),
        "public list, page 50": (nobody, "/phan-anh/cong-khai/?trang=50"),
        "public list, a rare word": (nobody, f"/phan-anh/cong-khai/?q={closed.pk - closed.pk % PUBLISHED_EACH}"),
        "figures": (official, "/dieu-hanh/phan-anh/"),
        "figures, year": (official, f"/dieu-hanh/phan-anh/?ky={year}"),
        "figures' list, a month": (official, f"/dieu-hanh/phan-anh/danh-sach/?tinh-trang=giai-quyet&ky={month}"),
        "figures' list, a year": (official, f"/dieu-hanh/phan-anh/danh-sach/?tinh-trang=giai-quyet&ky={year}"),
        "figures' list, overdue": (official, "/dieu-hanh/phan-anh/danh-sach/?tinh-trang=qua-han"),
    }


def signed_in(name: str) -> Visitor:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User
    from accounts.sessions.store import SessionStore

    user = User.objects.get(username=name)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    visitor = Visitor()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return visitor


def look_for_alike() -> None:
    """The search for cases that say nearly the same, as the page of an open case does it."""
    from complaints.duplicates.lookalikes import look_alikes
    from complaints.models import Case, CaseText

    open_ones = Case.objects.plain().open().filter(unit=wards()[0]).order_by("pk")[:CALLS]
    texts = [(case, CaseText.objects.filter(case=case, sort="content")[0].text) for case in open_ones]
    took = [timed(lambda case=case, text=text: look_alikes(case, text)) for case, text in texts]
    p50, p95 = statistics.median(took) * 1000, statistics.quantiles(took, n=20)[-1] * 1000
    print(f"  look-alikes of an open case p50 {p50:.1f} ms  p95 {p95:.1f} ms")


def take_in() -> None:
    """The verb alone, one after the other: row, event, words, reporter, notice and mark."""
    from django.utils import timezone

    from complaints.clock.states import Kind
    from complaints.models.labels import Channel
    from complaints.models.people import Person
    from complaints.registration.actions import NewCase, receive_case

    person, unit = Person(name="Trần Văn Bình", phone="0912000111", address="Phố Huế"), wards()[1]
    at = timezone.now()

    def take() -> None:
        for _ in range(TAKEN_IN):
            new = NewCase(
                request_key=uuid.uuid4(),
                kind=Kind.PETITION,
                channel=Channel.WEB,
                unit=unit,
                content="Đèn đường trước ngõ không sáng đã một tuần.",
                person=person,
            )
            receive_case(new=new, actor=None, at=at)

    print(f"  {TAKEN_IN / timed(take):.0f} cases taken in per second")


def by_the_clock() -> None:
    """Reminders in working hours, again when all were sent, and the run of a change of the calendar."""
    from accounts.models import User
    from complaints.models import CaseRun
    from complaints.reminders.actions import remind_of_cases
    from complaints.tasks import reckon_calendar_changes
    from dossiers.changes.calendar.actions import ChangedDay, draft_change, drop_change
    from units.calendar.lookup import working_calendar
    from units.clock.days import local_day

    calendar, now = working_calendar(), datetime.now(UTC)
    working_hour = calendar.advance(calendar.nth_closing(local_day(now), 1)[0], timedelta(hours=2))
    first, again = timed(lambda: remind_of_cases(at=working_hour)), timed(lambda: remind_of_cases(at=working_hour))
    print(f"  reminders in {first:.2f} s, with nothing new in {again:.2f} s")
    day = calendar.nth_working_day(local_day(now), 2)
    line, author = ChangedDay(day, "add", "holiday", "Nghỉ đột xuất"), User.objects.get(username="lanhdao")
    draft = draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=author, at=now)
    seconds = timed(reckon_calendar_changes)
    row = CaseRun.objects.get(run__draft=draft)
    print(f"  a preview of {row.moved:,} of {row.looked_at:,} plain open cases in {seconds:.1f} s")
    drop_change(draft=draft, actor=author, at=now)


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)
