"""From acceptance to the result in the citizen's hands: the table of moves, the events, the row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import Error, connection, transaction

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, DossierEvent, DossierReading, ResultRecord, ReturnRecord, Slip, StaleDay
from dossiers.operations.finishing.actions import Receiver, Result, finish_dossier, return_result, start_work
from notices.models import Notice
from tests.databases import as_owner
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_units,
    make_user,
    register,
)
from units.clock.days import local_day
from units.models import CalendarDay
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
RECEIVER = Receiver("Nguyễn Thị Phượng", "desk", "001187004521", identity_checked=True)


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


def test_an_applicant_without_mail_hears_of_the_result_by_sms(city, dossier, settings):
    settings.SMS_GATEWAY_URL = "https://sms.example/"
    finished(dossier)
    registered, done = Notice.objects.order_by("id")
    assert (registered.email, registered.phone) == ("", "")  # the slip was in the applicant's hand
    assert (done.email, done.phone) == ("", "+84912345471")
    assert done.context["track_url"] == "/tra-cuu/"


def test_finishing_marks_the_day_of_the_finish_for_the_handler(city, dossier):
    StaleDay.objects.all().delete()
    finished(dossier, at=hanoi(2026, 3, 4, 23, 59))
    marked = set(StaleDay.objects.values_list("unit", "day"))
    assert marked == {(city.department.pk, date(2026, 3, 4))}  # its dossier and its leg


def test_rule_24_moves_outside_the_table_are_refused(dossier):
    with pytest.raises(RuleBroken, match="Đã tiếp nhận"):
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 3))
    with pytest.raises(RuleBroken):
        return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 3))
    finished(dossier)
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 5))
    with pytest.raises(RuleBroken, match="Đã trả kết quả"):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 6))
    assert dossier.events.count() == 4


def test_rule_24_a_result_is_not_returned_without_receiver_and_method(dossier):
    finished(dossier)
    for receiver, field in ((Receiver(" ", "desk"), "receiver_name"), (Receiver("Lan", "pigeon"), "method")):
        with pytest.raises(RuleBroken) as broken:
            return_result(dossier=dossier, receiver=receiver, actor=None, at=hanoi(2026, 3, 5))
        assert broken.value.field == field
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 5))
    record = ReturnRecord.objects.get(dossier=dossier)
    assert (record.receiver_name, record.method, record.at) == ("Nguyễn Thị Phượng", "desk", hanoi(2026, 3, 5))
    assert "Phượng" not in str(list(DossierEvent.objects.values_list("data", "reason")))


DECLINED = {"reason": "Không đủ điều kiện theo quy định", "ground": "Luật Đất đai, điều 45"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "K01"}, "reason"),
        ({"ground": " "}, "ground"),
        ({"ground": "K1"}, "ground"),
    ],
)
def test_rule_13_a_refusal_needs_its_reason_in_words_and_its_ground(dossier, change, field):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    with pytest.raises(RuleBroken) as broken:
        finish_dossier(
            dossier=dossier, outcome=Outcome.DECLINED, actor=None, at=hanoi(2026, 3, 4), **(DECLINED | change)
        )
    assert broken.value.field == field
    assert (dossier.events.count(), Slip.objects.count()) == (2, 0)


@pytest.mark.parametrize(("day", "late"), [(18, False), (19, True)])
def test_rule_13_a_refusal_after_the_term_counts_as_late(city, day, late):
    """Due on Wednesday 2026-03-18: refused on that day in time, on the 19th late."""
    offering = make_offering(make_procedure(term_amount=10), city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 4))
    officer = make_user("specialist", city.department, full_name="Vũ Thị Hạnh")
    start_work(dossier=dossier, actor=officer, at=hanoi(2026, 3, 4))
    done = finish_dossier(
        dossier=dossier,
        outcome=Outcome.DECLINED,
        actor=officer,
        at=hanoi(2026, 3, day),
        cause="workload",
        **DECLINED,
    )
    assert list(Dossier.objects.resolved()) == [dossier]
    assert (done.finished_at > done.due_at) is late
    assert (done.late_unit_id, done.late_cause) == ((city.department.pk, "workload") if late else (None, ""))
    slip = Slip.objects.get(form="refusal")
    assert (slip.data["reason"], slip.data["ground"]) == (DECLINED["reason"], DECLINED["ground"])
    assert (slip.number, slip.data["officer"]) == (1, "Vũ Thị Hạnh")
    assert_row_is_what_its_events_say(dossier)


def test_a_late_result_needs_its_cause_and_a_punctual_one_keeps_none(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    for cause in ("", "weather"):
        with pytest.raises(RuleBroken) as broken:
            finish_dossier(
                dossier=dossier, outcome=Outcome.GRANTED, cause=cause, actor=None, at=hanoi(2026, 3, 9, 17, 0, 1)
            )
        assert broken.value.field == "cause"
    done = finish_dossier(
        dossier=dossier, outcome=Outcome.GRANTED, cause="staff", actor=None, at=hanoi(2026, 3, 9, 17)
    )
    assert (done.late_cause, done.late_unit_id) == ("", None)


def test_a_result_is_recorded_with_its_number_and_day(dossier):
    result = Result("45/GCN", date(2026, 3, 4), "electronic")
    finished(dossier, result=result)
    record = ResultRecord.objects.get(dossier=dossier)
    assert (record.number, record.dated, record.kind) == ("45/GCN", date(2026, 3, 4), "electronic")


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (Result("45", date(2026, 3, 1)), "dated"),
        (Result("45", date(2026, 3, 5)), "dated"),
        (Result("45", date(2026, 3, 4), "stone"), "result_kind"),
    ],
)
def test_a_result_is_signed_between_receipt_and_today(dossier, result, field):
    with pytest.raises(RuleBroken) as broken:
        finished(dossier, result=result)
    assert broken.value.field == field
    assert Dossier.objects.get(pk=dossier.pk).state is Status.IN_PROCESS


@pytest.mark.parametrize(("day", "early"), [(6, True), (9, False)])
def test_a_result_before_its_day_is_announced_as_early(dossier, day, early):
    finished(dossier, at=hanoi(2026, 3, day))
    assert Notice.objects.get(kind="done").context["is_early"] is early


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (hanoi(2026, 3, 12, 10), "early"),
        (hanoi(2026, 3, 13, 16, 59), "on time"),
        (hanoi(2026, 3, 16, 9), "late"),
    ],
)
def test_rule_17_the_day_of_the_finish_decides(city, at, verdict):
    """Due on Friday 2026-03-13."""
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 6))
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 6))
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="other", actor=None, at=at)
    return_result(dossier=dossier, receiver=RECEIVER, actor=None, at=hanoi(2026, 3, 20))
    stored = Dossier.objects.get(pk=dossier.pk)
    late = stored.finished_at > stored.due_at
    shown = "late" if late else "early" if local_day(stored.finished_at) < local_day(stored.due_at) else "on time"
    assert shown == verdict
    assert (stored.late_unit_id is not None) is late


def test_rule_21_late_against_the_promise_and_within_the_law(city):
    """Committed for the same day, five working days by law: finished on the second day after."""
    offering = make_offering(make_procedure(), city.ward, committed_amount=0, committed_unit="same_day")
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 9))
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 9))
    done = finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="system", actor=None, at=hanoi(2026, 3, 4))
    assert (done.due_at, done.statutory_due_at) == (hanoi(2026, 3, 2, 17), hanoi(2026, 3, 9, 17))
    assert done.due_at < done.finished_at < done.statutory_due_at
    assert (done.late_unit_id, done.late_cause) == (city.ward.pk, "system")
    assert_row_is_what_its_events_say(dossier)


def test_time_never_runs_backwards_in_the_log(dossier):
    with pytest.raises(RuleBroken, match="sớm hơn"):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 1))


def test_a_later_edit_of_the_calendar_does_not_move_a_promised_date(dossier):
    CalendarDay.objects.create(day="2026-03-05", kind="holiday", reason="Nghỉ", source="Thử")
    finished(dossier)
    assert Dossier.objects.get(pk=dossier.pk).due_at == hanoi(2026, 3, 9, 17)


def test_rule_17_the_finish_decides_not_the_pick_up(dossier):
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
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would stumble over pending ones first
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            cursor.execute(change.format(table))


@pytest.mark.parametrize(
    "change",
    [
        {"code": "X-260302-0009"},
        {"request_key": "3f0e3c9e-9a3c-4f2e-8c3e-111111111111"},
        {"received_at": hanoi(2026, 3, 3)},
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


def test_work_does_not_begin_over_the_head_of_the_office_that_comes_before(city):
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), (city.district, 16), ("handler", 24), ("desk", 8))
    dossier = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    with pytest.raises(RuleBroken, match=city.district.name):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    assert dossier.events.count() == 1


def test_no_result_while_another_office_has_its_part_ahead(city):
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), ("handler", 16), (city.other_ward, 16), ("leader", 8), ("desk", 8))
    made = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    start_work(dossier=made, actor=None, at=hanoi(2026, 3, 3))
    with pytest.raises(RuleBroken, match=city.other_ward.name):
        finish_dossier(dossier=made, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
    made.refresh_from_db()
    assert made.state is Status.IN_PROCESS


def test_the_own_offices_inner_steps_may_be_passed(city):
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), ("handler", 32), ("leader", 8), ("desk", 8))
    made = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    start_work(dossier=made, actor=None, at=hanoi(2026, 3, 3))
    finish_dossier(dossier=made, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
    assert [leg.skipped for leg in made.legs.all()] == [False, False, True, False]
