"""From acceptance to the result in the citizen's hands: the table of moves, the events, the row."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import Error, connection, transaction

from dossiers.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.models import Dossier, DossierEvent, DossierReading, ReturnRecord, StaleDay
from dossiers.states import Outcome, Status
from notices.models import Notice
from tests.dossiers.test_register import assert_row_is_what_its_events_say
from tests.factories import City, hanoi, make_offering, make_procedure, make_units, make_user, register
from units.models import CalendarDay
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
RECEIVER = Receiver("Nguyễn Thị Phượng", "desk", "001187004521")


@pytest.fixture
def city() -> City:
    return make_units()


@pytest.fixture
def dossier(city):
    return register(make_offering(make_procedure(), city.ward, handler=city.department), city.ward_desk, at=MONDAY)


def finished(dossier, at=None, outcome=Outcome.GRANTED, **more):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    return finish_dossier(dossier=dossier, outcome=outcome, actor=None, at=at or hanoi(2026, 3, 4), **more)


def test_a_dossier_goes_from_desk_to_handler_and_back(city, dossier):
    started = start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    assert (started.state, started.holder_id) == (Status.IN_PROCESS, city.department.pk)
    done = finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
    assert (done.state, done.holder_id, done.outcome) == (Status.DONE, city.ward_desk.pk, "granted")
    assert_row_is_what_its_events_say(dossier)
    returned = return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 20))
    assert (returned.state, returned.returned_at) == (Status.RETURNED, hanoi(2026, 3, 20))
    assert returned.finished_at == hanoi(2026, 3, 4)
    assert_row_is_what_its_events_say(dossier)
    assert [event.number for event in dossier.events.in_order()] == [1, 2, 3, 4]
    assert list(Notice.objects.order_by("id").values_list("kind", flat=True)) == ["registered", "done", "returned"]


def test_finishing_marks_the_day_of_the_finish_for_the_handler(city, dossier):
    StaleDay.objects.all().delete()
    finished(dossier, at=hanoi(2026, 3, 4, 23, 59))
    assert [(mark.unit_id, mark.day.isoformat()) for mark in StaleDay.objects.all()] == [
        (city.department.pk, "2026-03-04")
    ]


def test_24_moves_outside_the_table_are_refused(dossier):
    with pytest.raises(RuleBroken, match="Đã tiếp nhận"):
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 3))
    with pytest.raises(RuleBroken):
        return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 3))
    finished(dossier)
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 5))
    with pytest.raises(RuleBroken, match="Đã trả kết quả"):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 6))
    assert dossier.events.count() == 4


def test_24_a_result_is_not_returned_without_receiver_and_method(dossier):
    finished(dossier)
    for receiver, field in ((Receiver(" ", "desk"), "receiver_name"), (Receiver("Lan", "pigeon"), "method")):
        with pytest.raises(RuleBroken) as broken:
            return_result(dossier=dossier, receiver=receiver, actor=None, at=hanoi(2026, 3, 5))
        assert broken.value.field == field
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 5))
    record = ReturnRecord.objects.get(dossier=dossier)
    assert (record.receiver_name, record.method, record.at) == ("Nguyễn Thị Phượng", "desk", hanoi(2026, 3, 5))
    assert "Phượng" not in str(list(DossierEvent.objects.values_list("data", "reason")))


def test_declining_needs_a_reason(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    with pytest.raises(RuleBroken) as broken:
        finish_dossier(dossier=dossier, outcome=Outcome.DECLINED, reason="K", actor=None, at=hanoi(2026, 3, 4))
    assert broken.value.field == "reason"


def test_time_never_runs_backwards_in_the_log(dossier):
    with pytest.raises(RuleBroken, match="sớm hơn"):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 1))


def test_a_later_edit_of_the_calendar_does_not_move_a_promised_date(dossier):
    CalendarDay.objects.create(day="2026-03-05", kind="holiday", reason="Nghỉ", source="Thử")
    finished(dossier)
    assert Dossier.objects.get(pk=dossier.pk).due_at == hanoi(2026, 3, 9, 17)


def test_17_the_finish_decides_not_the_pick_up(dossier):
    finished(dossier, at=hanoi(2026, 3, 9, 16, 59))
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 20))
    stored = Dossier.objects.get(pk=dossier.pk)
    assert stored.finished_at < stored.due_at < stored.returned_at


LEDGERS = ["dossiers_dossierevent", "dossiers_dossierreading", "dossiers_returnrecord"]


@pytest.mark.parametrize("table", LEDGERS)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_cannot_be_changed_removed_or_emptied(dossier, city, table, change):
    finished(dossier)
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 5))
    reader = make_user("clerk", city.ward_desk)
    DossierReading.objects.create(dossier=dossier, user=reader, at=MONDAY, page="dossier")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would stumble over pending ones first
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            cursor.execute(change.format(table))


@pytest.mark.parametrize(
    "change",
    [
        {"code": "X-260302-0009"},
        {"request_key": "3f0e3c9e-9a3c-4f2e-8c3e-111111111111"},
        {"received_at": hanoi(2026, 3, 3)},
        {"secret": "BCGHKM"},
    ],
)
def test_22_what_identifies_a_dossier_never_changes(dossier, change):
    Dossier.objects.filter(pk=dossier.pk).update(note="được sửa")
    with pytest.raises(Error, match="never change"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**change)


def test_a_dossier_never_changes_the_version_or_the_offering_it_was_taken_in_under(dossier, city):
    other = make_offering(make_procedure(), city.ward)
    for change in ({"offering": other}, {"version": other.procedure.versions.get()}):
        with pytest.raises(Error, match="never change"), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(**change)


def test_a_dossier_never_changes_its_desk(dossier, city):
    with pytest.raises(Error, match="never change"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(desk=city.other_desk)


@pytest.mark.django_db(transaction=True)
def test_two_people_finishing_at_once_leave_one_result():
    city = make_units()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=MONDAY)
    start_work(dossier=dossier, actor=None, at=MONDAY)

    def finish(_):
        try:
            finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
        except RuleBroken:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(finish, range(4))) == ["done", "refused", "refused", "refused"]
    assert dossier.events.filter(kind="finished").count() == 1
