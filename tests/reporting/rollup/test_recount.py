"""The roll-up follows the dossiers, whatever crashes and whoever counts at the same time."""

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, StaleDay
from reporting.definitions.on_time import Counts, Rate, Verdict, verdict
from reporting.models import DailyTally, LateTally, MonthTally
from reporting.rollup.actions import recount, recount_everything, recount_stale
from reporting.rollup.counting_sql import COUNTED
from reporting.rollup.reconciliation import reconcile
from tests.databases import as_owner
from tests.factories import hanoi, make_unit
from tests.reporting.helpers import dossier, offer, save
from units.clock.days import local_day

MONDAY = date(2026, 3, 9)
FRIDAY = date(2026, 3, 13)


def counts(unit, day):
    """What the roll-up says of one unit's day."""
    row = DailyTally.objects.totals().filter(unit=unit, day=day).values_list(*COUNTED).first()
    return Counts(*row) if row else Counts()


def stored():
    """All of it, in order: days, months, and whose the late ones were."""
    keys = ("unit", "procedure", "desk", "channel")
    days = DailyTally.objects.order_by("day", *keys).values_list("day", *keys, *COUNTED)
    months = MonthTally.objects.order_by("month", *keys).values_list("month", *keys, *COUNTED)
    late = LateTally.objects.order_by("month", "unit", "late_unit", "late_cause")
    return [*days, *months, *late.values_list("month", "unit", "late_unit", "late_cause", "dossiers")]


@pytest.fixture
def ward(db):
    return make_unit("Một Phường", "ward")


@pytest.fixture
def offering(ward):
    return offer(ward)


def finished(offering, finished_at, **fields):
    return dossier(
        offering, received_at=hanoi(2026, 3, 9), due_at=hanoi(2026, 3, 13, 17), finished_at=finished_at, **fields
    )


def test_a_day_is_counted_by_acceptance_and_by_finish(ward, offering):
    save(
        finished(offering, hanoi(2026, 3, 12, 16)),
        finished(offering, hanoi(2026, 3, 13, 16, 59)),
        finished(offering, hanoi(2026, 3, 13, 17)),
        finished(offering, hanoi(2026, 3, 13, 17, 1)),
        finished(offering, hanoi(2026, 3, 13, 9), status=Status.REFUSED),
        finished(offering, hanoi(2026, 3, 13, 9), outcome=Outcome.WITHDRAWN),
        finished(offering, hanoi(2026, 3, 13, 9), outcome=Outcome.STOPPED),
        finished(offering, hanoi(2026, 3, 13, 9), outcome=Outcome.DECLINED),
    )
    for day in (MONDAY, FRIDAY - timedelta(days=1), FRIDAY):
        recount(ward.pk, day)
    assert counts(ward, MONDAY) == Counts(received=8)
    assert counts(ward, FRIDAY - timedelta(days=1)) == Counts(early=1)
    assert counts(ward, FRIDAY) == Counts(on_time=3, late=1, refused=1, withdrawn=2)


def test_a_day_begins_at_midnight_in_hanoi(ward, offering):
    save(
        dossier(offering, received_at=hanoi(2026, 3, 8, 23, 59)),
        dossier(offering, received_at=hanoi(2026, 3, 9, 0, 0)),
        dossier(offering, received_at=hanoi(2026, 3, 9, 23, 59)),
        dossier(offering, received_at=hanoi(2026, 3, 10, 0, 0)),
    )
    recount(ward.pk, MONDAY)
    assert counts(ward, MONDAY) == Counts(received=2)


def test_the_databases_verdict_is_the_one_in_python(ward, offering):
    """The rule is written twice, in `on_time` and in SQL: here they meet, minute by minute around each edge."""
    due = hanoi(2026, 3, 13, 17)
    edges = (hanoi(2026, 3, 12, 23, 59), hanoi(2026, 3, 13, 0, 0), due, hanoi(2026, 3, 14, 0, 0))
    moments = [edge + timedelta(minutes=minutes) for edge in edges for minutes in (-1, 0, 1)]
    for moment in moments:
        save(finished(offering, moment))
        day = local_day(moment)
        recount(ward.pk, day)
        assert counts(ward, day) == Counts(**{verdict(moment, due).value: 1}), moment
        assert counts(ward, day).over_minutes == max(moment - due, timedelta(0)) // timedelta(minutes=1)
        Dossier.objects.all().delete()
        recount(ward.pk, day)
    assert {verdict(moment, due) for moment in moments} == set(Verdict)


def test_a_day_is_kept_per_procedure_and_as_a_whole(ward):
    one, two = offer(ward), offer(ward)
    save(*(dossier(each, received_at=hanoi(2026, 3, 9)) for each in (one, two, two)))
    recount(ward.pk, MONDAY)
    by_procedure = DailyTally.objects.by_procedure().filter(day=MONDAY)
    assert set(by_procedure.values_list("procedure", "received")) == {(one.procedure_id, 1), (two.procedure_id, 2)}
    assert counts(ward, MONDAY) == Counts(received=3)


def test_counting_again_changes_nothing_and_leaves_other_days_alone(ward, offering):
    save(*(dossier(offering, received_at=hanoi(2026, 3, day)) for day in (9, 9, 10)))
    recount_everything()
    before = stored()
    recount(ward.pk, MONDAY)
    recount(ward.pk, MONDAY)
    assert stored() == before


def test_a_day_whose_dossiers_are_gone_is_forgotten(ward, offering):
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    recount(ward.pk, MONDAY)
    Dossier.objects.all().delete()
    recount(ward.pk, MONDAY)
    assert stored() == []


def test_marks_are_taken_counted_and_gone(ward, offering):
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    StaleDay.objects.bulk_create(StaleDay(unit=ward, day=MONDAY) for _ in range(3))
    assert recount_stale(limit=2) == 2
    assert recount_stale(limit=2) == 1
    assert recount_stale(limit=2) == 0
    assert counts(ward, MONDAY) == Counts(received=1)


def test_counting_everything_gives_what_counting_each_day_gives(ward, offering):
    elsewhere = offer(make_unit("Hai Phường", "ward"))
    save(
        *(dossier(each, received_at=hanoi(2026, 3, day)) for each in (offering, elsewhere) for day in (9, 10, 11)),
        finished(offering, hanoi(2026, 3, 12)),
        finished(elsewhere, hanoi(2026, 3, 16), late_unit=ward, late_cause="staff"),
        finished(elsewhere, hanoi(2026, 4, 1), late_unit=elsewhere.unit),
    )
    days = [MONDAY + timedelta(days=n) for n in range(24)]
    StaleDay.objects.bulk_create(StaleDay(unit=unit, day=day) for unit in (ward, elsewhere.unit) for day in days)
    recount_stale()
    one_by_one = stored()
    StaleDay.objects.create(unit=ward, day=MONDAY)
    recount_everything()
    assert stored() == one_by_one
    assert not StaleDay.objects.exists()


@contextmanager
def other_connections(*works: Callable[[], object]):
    """Run each work in a thread of its own, hence on a database connection of its own, until the block ends."""
    failures: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as failure:  # handed to the test
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for thread in threads:
            thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


def waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_leaves_the_marks_and_the_old_counts(ward, offering):
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    recount_everything()
    before = stored()
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    StaleDay.objects.create(unit=ward, day=MONDAY)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reporting_dailytally ADD CONSTRAINT crash CHECK (received < 2) NOT VALID")
    try:
        with pytest.raises(Exception, match="crash"):
            recount_stale()
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reporting_dailytally DROP CONSTRAINT crash")
    assert stored() == before
    assert StaleDay.objects.count() == 1
    recount_stale()
    assert counts(ward, MONDAY) == Counts(received=2)


@pytest.mark.django_db(transaction=True)
def test_a_change_committed_while_its_day_is_being_counted_is_not_lost(ward, offering, eventually):
    """The first worker has read the old rows and not yet committed; the change and its mark come in between."""
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    StaleDay.objects.create(unit=ward, day=MONDAY)
    with ExitStack() as second_worker, transaction.atomic():
        recount_stale()
        with other_connections(lambda: _take_in_another(offering)):
            pass
        second_worker.enter_context(other_connections(recount_stale))
        eventually(lambda: waiting_for_a_lock() == 1, 10)
    assert counts(ward, MONDAY) == Counts(received=2)
    assert not StaleDay.objects.exists()


def _take_in_another(offering):
    with transaction.atomic():
        save(dossier(offering, received_at=hanoi(2026, 3, 9)))
        StaleDay.objects.create(unit=offering.handler, day=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_two_days_of_one_month_counted_at_once_are_both_in_the_month(ward, offering, eventually):
    """Each worker sums the days of the month: the second one waits until it can see what the first has counted."""
    save(*(dossier(offering, received_at=hanoi(2026, 3, day)) for day in (9, 13, 13)))
    with ExitStack() as second_worker, transaction.atomic():
        recount(ward.pk, MONDAY)
        second_worker.enter_context(other_connections(lambda: recount(ward.pk, FRIDAY)))
        eventually(lambda: waiting_for_a_lock() == 1, 10)
    (month,) = MonthTally.objects.totals()
    assert (month.unit, month.month, month.received) == (ward, date(2026, 3, 1), 3)


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_another_worker_holds_is_skipped_not_doubled(ward, offering):
    save(dossier(offering, received_at=hanoi(2026, 3, 9)))
    StaleDay.objects.create(unit=ward, day=MONDAY)
    taken = []
    with transaction.atomic():
        assert recount_stale() == 1
        with other_connections(lambda: taken.append(recount_stale())):
            pass
    assert taken == [0]
    assert counts(ward, MONDAY) == Counts(received=1)


@pytest.mark.django_db(transaction=True)
def test_four_clerks_and_three_workers_at_once_end_with_the_right_counts(ward, offering):
    elsewhere = offer(make_unit("Hai Phường", "ward"))

    def clerk() -> None:
        for n in range(12):
            _take_in_another(offering if n % 2 else elsewhere)

    def worker() -> None:
        for _ in range(20):
            recount_stale(limit=3)

    with other_connections(*[clerk] * 4, *[worker] * 2, recount_everything):
        pass
    while recount_stale():
        pass
    assert counts(ward, MONDAY) == Counts(received=24)
    assert counts(elsewhere.unit, MONDAY) == Counts(received=24)
    assert reconcile(at=hanoi(2026, 3, 10)).is_good


# --- By channel, desk and step; amounts over; the check at intake -------------------------------------------------


def test_a_day_is_kept_by_desk_and_channel_too_and_all_sorts_say_the_same(ward):
    """Two handlers of one desk, three channels."""
    department = make_unit("Một Phòng", "department")
    mine, theirs = offer(ward), offer(ward)
    theirs.handler = department
    save(
        *(dossier(mine, received_at=hanoi(2026, 3, 9), intake=intake) for intake in ("desk", "desk", "post")),
        *(dossier(theirs, received_at=hanoi(2026, 3, 9), intake=intake) for intake in ("desk", "online")),
    )
    recount_everything()
    by_desk = DailyTally.objects.by_desk().values_list("unit", "desk", "channel", "received")
    assert set(by_desk) == {
        (ward.pk, ward.pk, "desk", 2),
        (ward.pk, ward.pk, "post", 1),
        (department.pk, ward.pk, "desk", 1),
        (department.pk, ward.pk, "online", 1),
    }
    sums = [
        sum(rows.values_list("received", flat=True))
        for rows in (DailyTally.objects.totals(), DailyTally.objects.by_procedure(), DailyTally.objects.by_desk())
    ]
    assert sums == [5, 5, 5]


def test_16_a_new_date_never_makes_a_late_one_on_time_and_is_counted_beside_it(ward, offering):
    """Due on 18 March, put off to the 25th, finished on the 24th: late, with an apology."""
    due, again = hanoi(2026, 3, 18, 17), hanoi(2026, 3, 25, 17)
    save(
        dossier(offering, due_at=due, new_due_at=again, finished_at=hanoi(2026, 3, 24, 17)),
        dossier(offering, due_at=due, finished_at=hanoi(2026, 3, 24, 17)),
        dossier(offering, due_at=due, new_due_at=again, finished_at=hanoi(2026, 3, 17)),
    )
    recount_everything()
    assert counts(ward, date(2026, 3, 24)) == Counts(late=2, reappointed=1)
    assert counts(ward, date(2026, 3, 24)).over_minutes == 2 * 6 * 24 * 60
    assert counts(ward, date(2026, 3, 17)) == Counts(early=1)


def test_what_is_filed_online_has_until_the_end_of_the_next_working_day_for_its_first_answer(ward, offering):
    """Filed on Friday: Monday 17:00. Only what is filed online and then answered has this clock."""
    filed, online = hanoi(2026, 3, 6, 20), {"submitted_at": hanoi(2026, 3, 6, 20), "intake": "online"}
    in_time, late = hanoi(2026, 3, 9, 17), hanoi(2026, 3, 9, 17, 1)
    refused = dossier(offering, received_at=filed, finished_at=late, status=Status.REFUSED, **online)
    refused.received_at = refused.due_at = refused.book_year = refused.book_number = None
    save(
        dossier(offering, received_at=in_time, **online),
        dossier(offering, received_at=late, **online),
        dossier(offering, received_at=late, submitted_at=filed, intake="post"),
        dossier(offering, received_at=late, submitted_at=late, intake="online"),
        refused,
    )
    recount_everything()
    assert counts(ward, MONDAY) == Counts(received=4, refused=1, answered=1, answered_late=2)
    assert counts(ward, MONDAY).answer_rate == Rate(1, 3)
