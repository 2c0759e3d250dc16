"""What a row of the queue says: the time left or exceeded, the step's own time, the apology that is still possible."""

from datetime import time, timedelta

import pytest

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.record import append_event
from dossiers.explanation.wording import (
    Badge,
    day_length,
    deadline_badge,
    deadline_words,
    worked_words,
)
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over, take_over
from dossiers.operations.registry import operations_on
from dossiers.queue.filters import Filters
from dossiers.queue.rows import Queue, QueueRow, read_queue
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_user,
    register,
)
from units.clock.working_calendar import OFFICE_DAY, WorkingCalendar

pytestmark = pytest.mark.django_db
WEEK = WorkingCalendar()
DUE = hanoi(2026, 3, 6, 17)  # a Friday


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (hanoi(2026, 3, 4, 14), "Còn 2 ngày 3 giờ làm việc"),
        (hanoi(2026, 3, 4, 17), "Còn 2 ngày làm việc"),
        (hanoi(2026, 3, 6, 10), "Còn 6 giờ làm việc"),
        (hanoi(2026, 3, 6, 16, 15), "Còn 45 phút làm việc"),
        (hanoi(2026, 3, 6, 17), "Còn 1 phút làm việc"),
        (hanoi(2026, 3, 6, 17, 1), "Vừa quá hạn"),
        (hanoi(2026, 3, 8, 12), "Vừa quá hạn"),  # a Sunday: no working time has passed
        (hanoi(2026, 3, 9, 8, 30), "Quá 30 phút làm việc"),
        (hanoi(2026, 3, 9, 17), "Quá 1 ngày làm việc"),
        (hanoi(2026, 3, 11, 10), "Quá 2 ngày 2 giờ làm việc"),
    ],
)
def test_time_left_or_exceeded_is_shown_in_working_days_and_hours(at, words):
    assert deadline_words(DUE, at, WEEK) == words


def test_a_day_has_as_many_hours_as_the_offices_own_longest_day():
    short = ((time(8), time(11, 30)), (time(13), time(16, 30)))
    seven = WorkingCalendar(hours=dict.fromkeys(range(5), short))
    assert day_length(seven) == timedelta(hours=7)
    assert worked_words(timedelta(hours=16), seven) == "2 ngày 2 giờ"
    with_saturdays = WorkingCalendar(hours=dict.fromkeys(range(5), OFFICE_DAY) | {5: OFFICE_DAY[:1]})
    assert worked_words(timedelta(hours=12), with_saturdays) == "1 ngày 4 giờ"


def test_an_alarm_after_the_date_a_warning_on_its_day_and_quiet_before():
    file = Dossier(status=Status.IN_PROCESS, due_at=DUE)
    moments = (hanoi(2026, 3, 5), hanoi(2026, 3, 6), hanoi(2026, 3, 9))
    badges = [deadline_badge(file, at, WEEK) for at in moments]
    assert [(badge.kind, badge.icon) for badge in badges] == [
        ("ok", "clock"),
        ("warn", "hourglass"),
        ("bad", "triangle"),
    ]


@pytest.mark.parametrize("status", [Status.AWAITING_SUPPLEMENT, Status.AWAITING_PAYMENT, Status.STOPPED])
def test_18_what_waits_for_others_is_never_said_to_be_late(status):
    badge = deadline_badge(Dossier(status=status, due_at=DUE), hanoi(2026, 3, 30), WEEK)
    assert (badge.kind, badge.icon) == ("neutral", "pause")


def test_a_dossier_without_a_result_is_not_said_to_have_one():
    for outcome, words in ((Outcome.WITHDRAWN, "Đã rút"), (Outcome.STOPPED, "Đã dừng")):
        file = Dossier(status=Status.DONE, outcome=outcome, due_at=DUE)
        assert deadline_badge(file, DUE, WEEK) == Badge("neutral", "info", words)


# Rows


@pytest.fixture
def dossier(city):
    """Ten working days from Monday 2 March: a day at the desk, eight at the department, a day at the desk."""
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), ("handler", 64), ("desk", 8))
    return register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=hanoi(2026, 3, 2))


def queue(at) -> Queue:
    """Of the only dossier there is."""
    everything = Dossier.objects.all()
    clerk = make_user("clerk", everything.get().desk)
    return read_queue(everything, filters=Filters(), page=1, at=at, calendar=WEEK, user=clerk)


def row(at) -> QueueRow:
    ((only,),) = (group.rows for group in queue(at).groups)
    return only


def test_a_row_says_when_the_step_must_be_left_beside_the_citizens_date(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    shown = row(hanoi(2026, 3, 4))
    assert shown.dossier.due_at == hanoi(2026, 3, 16, 17)
    assert shown.step_due == hanoi(2026, 3, 13, 17)
    assert (shown.slow, shown.sent) == ("", "")


def test_a_step_that_overran_is_late_while_the_citizens_date_is_not(dossier):
    shown = row(hanoi(2026, 3, 4, 10))
    assert shown.badge.kind == "ok"
    assert shown.slow == "Chậm bước 2 giờ"


def test_what_is_on_its_way_names_the_unit_that_has_not_taken_it_yet(city, dossier):
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 3))
    assert row(hanoi(2026, 3, 3, 10)).sent == f"Đang chuyển đến {city.department.name}, chưa nhận"
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 3, 11))
    assert row(hanoi(2026, 3, 3, 12)).sent == ""


def test_the_next_operation_of_a_row_is_the_main_one_of_the_file_at_every_step(city, django_assert_num_queries):
    """A day at the desk, three at the department, a day for its head to sign, a day at the desk. Before the head has
    signed there is no result to record: the specialist hands the dossier on."""
    version = make_procedure(term_amount=6)
    make_process(version, ("desk", 8), ("handler", 24), ("handler", 8), ("desk", 8))
    file = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=hanoi(2026, 3, 2))
    clerk, specialist = make_user("clerk", city.ward_desk), make_user("specialist", city.department)

    def next_operations() -> list[str]:
        slugs = []
        for person in (clerk, specialist):
            person.current_memberships()
            everything = {"filters": Filters(), "page": 1, "at": hanoi(2026, 3, 3), "calendar": WEEK}
            with django_assert_num_queries(2):
                read = read_queue(Dossier.objects.all(), user=person, **everything)
            ((only,),) = (group.rows for group in read.groups)
            main = [one for one in operations_on(Dossier.objects.get(), person) if one.is_main][:1]
            assert [only.operation] == [one.slug for one in main] or not (only.operation or main)
            slugs.append(only.operation)
        return slugs

    assert next_operations() == ["chuyen", "bat-dau"]
    hand_over(dossier=file, leg=0, actor=None, at=hanoi(2026, 3, 3))
    assert next_operations() == ["", "nhan-ban-giao"]
    take_over(dossier=file, leg=1, actor=None, at=hanoi(2026, 3, 3, 10))
    assert next_operations() == ["", "chuyen"]
    hand_over(dossier=file, leg=1, actor=None, at=hanoi(2026, 3, 4))
    assert next_operations() == ["", "co-ket-qua"]
    finish_dossier(dossier=file, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 5))
    assert next_operations() == ["tra-ket-qua", ""]


def test_while_a_dossier_waits_no_step_of_it_is_slow(city, dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    stop = DossierEvent(kind=EventKind.STOPPED, to_status=Status.STOPPED, at=hanoi(2026, 3, 4), unit=city.ward)
    append_event(Dossier.objects.get(pk=dossier.pk), stop)
    shown = row(hanoi(2026, 4, 1))
    assert (shown.badge.kind, shown.slow, shown.step_due, shown.apology) == ("neutral", "", None, "")


def test_14_near_the_date_a_row_says_until_when_an_apology_is_in_time(dossier):
    """Due Monday 16 March: the day before is a Sunday, so until the Friday."""
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    assert row(hanoi(2026, 3, 10)).apology == ""
    assert row(hanoi(2026, 3, 11)).apology == "Hạn xin lỗi: hết 13/03"
    assert row(hanoi(2026, 3, 16, 9)).apology == ""
    assert row(hanoi(2026, 3, 17)).apology == "Chưa xin lỗi, hẹn lại"


def test_16_a_new_date_is_told_and_the_row_stays_late(city, dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    leader = make_user("leader", city.department)
    excuse = Excuse(city.department, "workload", "Hồ sơ tồn đọng sau đợt nghỉ", hanoi(2026, 3, 25).date())
    sign_apology(dossier=dossier, excuse=excuse, actor=leader, at=hanoi(2026, 3, 12))
    shown = row(hanoi(2026, 3, 18, 10))
    assert shown.apology == "Đã hẹn lại 25/03"
    assert shown.badge.text == "Quá 1 ngày 2 giờ"


def test_every_waiting_status_is_under_the_tab_that_says_so(city, dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3))
    stop = DossierEvent(kind=EventKind.STOPPED, to_status=Status.STOPPED, at=hanoi(2026, 3, 4), unit=city.ward)
    append_event(Dossier.objects.get(pk=dossier.pk), stop)
    counts = {tab.label: tab.count for tab in queue(hanoi(2026, 3, 13)).tabs}
    assert (counts["Đang chờ"], counts["3 ngày tới"], counts["Tất cả"]) == (1, 0, 1)
