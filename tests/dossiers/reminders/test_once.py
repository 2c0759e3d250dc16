"""Each reminder exactly once: run twice, by four at once, by a real worker, by one that is killed half-way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
from django.core.cache import cache
from django.db import connection, transaction

from dossiers import tasks
from dossiers.models import DossierLeg
from dossiers.reminders.actions import remind_of_legs
from notices.issuing.actions import issue_once
from notices.models import Notice
from portal.embedded.processes import kill_session
from tests.dossiers.reminders.test_reminders import (
    DUE,
    MONDAY,
    Kind,
    at_the_department,
    handed_to_the_department,
    who,
)
from tests.factories import hanoi, make_units, make_user, register
from tests.worker_tasks import leave_mark
from tests.workers import WORKER, celery
from units.models import OpeningHours


@pytest.fixture
def committed(transactional_db):
    """A leg that is late by now, in committed rows, and who should hear of it."""
    city = make_units()
    specialist = make_user("specialist", city.department)
    offering = at_the_department(city)
    for _ in range(5):
        handed_to_the_department(register(offering, city.ward_desk, at=MONDAY))
    return specialist


@pytest.mark.django_db(transaction=True)
def test_four_rounds_at_once_say_it_once(committed):
    def remind(_):
        try:
            remind_of_legs(at=hanoi(2026, 3, 10, 9))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(remind, range(4)))
    assert who(Kind.OVERDUE) == [committed] * 5
    assert Notice.objects.exclude(key="").count() == Notice.objects.exclude(key="").distinct("key").count()


@pytest.fixture
def always_open(committed):
    """Offices that never close: a worker reads the clock itself, whatever hour the tests run at."""
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=day, opens=time.min, closes=time.max, counts=True) for day in range(7)
    )
    return committed


@pytest.mark.django_db(transaction=True)
def test_the_task_run_twice_by_a_real_worker_says_it_once(always_open, celery_worker, eventually):
    tasks.remind_of_legs.delay()
    eventually(lambda: len(who(Kind.OVERDUE)) == 5, 40)
    first = set(Notice.objects.values_list("pk", flat=True))
    tasks.remind_of_legs.delay()
    leave_mark.delay("reminded-twice")  # the worker has one child: this comes after
    eventually(lambda: cache.get("mark:reminded-twice") == "done", 40)
    assert set(Notice.objects.values_list("pk", flat=True)) == first


OWN_QUEUE = "reminders"


def own_worker(log):
    return celery((*WORKER, "-Q", OWN_QUEUE, "-n", f"{OWN_QUEUE}@%h"), log)


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_leaves_nothing_and_the_next_one_says_it_all_once(always_open, tmp_path, eventually):
    last = DossierLeg.objects.in_hand().order_by("dossier").last()
    key = f"overdue:{last.dossier_id}/1:{DUE.timestamp():.0f}:{always_open.pk}"
    with own_worker(tmp_path / "first.log") as first, transaction.atomic():
        issue_once(notices=[Notice(kind=Kind.OVERDUE, key=key, created_at=DUE)])  # makes the worker wait for us
        tasks.remind_of_legs.apply_async(queue=OWN_QUEUE)
        eventually(somebody_waits, 40)
        kill_session(first)
        transaction.set_rollback(True)
    assert who(Kind.OVERDUE) == []

    with own_worker(tmp_path / "second.log"):
        tasks.remind_of_legs.apply_async(queue=OWN_QUEUE)
        eventually(lambda: len(who(Kind.OVERDUE)) == 5, 40)
    assert Notice.objects.filter(key=key).count() == 1
