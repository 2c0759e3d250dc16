"""The way of a dossier through the offices: planned by the process, told by what really happened."""

import pytest
from django.template.loader import render_to_string

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.record import append_event
from dossiers.explanation.due_date import explain
from dossiers.explanation.route import is_behind, planned_legs, route_of
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.handover.actions import hand_over, take_over
from procedures.models import ProcessStep
from tests.factories import hanoi, make_offering, make_procedure, make_process, register
from units.clock.working_calendar import WorkingCalendar

pytestmark = pytest.mark.django_db
WEEK = WorkingCalendar()
MONDAY = hanoi(2026, 3, 2, 8)


@pytest.fixture
def version():
    """Five working days, shared out as 8, 24 and 8 hours."""
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    return version


@pytest.fixture
def dossier(city, version):
    return register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)


def happen(dossier, *events, **data):
    for kind, at, status in events:
        append_event(
            Dossier.objects.get(pk=dossier.pk),
            DossierEvent(kind=kind, to_status=status, at=at, unit=dossier.desk, reason="Lý do ghi rõ", data=data),
        )
    return Dossier.objects.get(pk=dossier.pk)


def ends(dossier, at):
    return [leg.by for leg in route_of(dossier, at)]


def states(dossier, at):
    return [leg.state for leg in route_of(dossier, at)]


def test_the_shares_of_the_process_are_laid_end_to_end_and_the_last_ends_with_the_promise(dossier):
    assert ends(dossier, MONDAY) == [hanoi(2026, 3, 3, 17), hanoi(2026, 3, 6, 17), hanoi(2026, 3, 9, 17)]


def test_what_the_clerk_was_shown_before_is_what_the_dossier_gets(city, version, dossier):
    shown = planned_legs(
        ProcessStep.objects.of_version(version.pk),
        desk=city.ward_desk,
        handler=city.department,
        received_at=MONDAY,
        due_at=dossier.due_at,
        calendar=WEEK,
    )
    assert [(leg.office, leg.work, leg.by) for leg in shown] == [
        (leg.office, leg.work, leg.by) for leg in route_of(dossier, MONDAY)
    ]


def test_a_promise_shorter_than_the_process_shrinks_every_share_alike(city, version):
    legs = planned_legs(
        ProcessStep.objects.of_version(version.pk),
        desk=city.ward_desk,
        handler=city.department,
        received_at=MONDAY,
        due_at=hanoi(2026, 3, 4, 12),
        calendar=WEEK,
    )
    assert [leg.by for leg in legs] == [hanoi(2026, 3, 2, 12), hanoi(2026, 3, 3, 17), hanoi(2026, 3, 4, 12)]


def test_without_an_approved_process_the_way_is_desk_handler_desk(city):
    version = make_procedure()
    make_process(version, ("desk", 8), ("leader", 8), ("desk", 8), approved=False)
    dossier = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    assert [(leg.office, leg.work) for leg in route_of(dossier, MONDAY)] == [
        (city.ward_desk.name, "Tiếp nhận"),
        (city.department.name, "Giải quyết"),
        (city.ward_desk.name, "Trả kết quả"),
    ]


def test_a_new_edition_is_for_new_dossiers_and_an_old_one_keeps_its_plan(city, version, dossier):
    make_process(version, ("desk", 4), ("handler", 8), ("leader", 20), ("desk", 8))
    assert [leg.office for leg in route_of(dossier, MONDAY)] == [
        city.ward_desk.name,
        city.department.name,
        city.ward_desk.name,
    ]
    offering = dossier.offering
    later = register(offering, city.ward_desk, at=MONDAY)
    assert [leg.office for leg in route_of(later, MONDAY)] == [
        city.ward_desk.name,
        city.department.name,
        f"Lãnh đạo {city.ward.name}",
        city.ward_desk.name,
    ]


def test_the_route_tells_where_the_dossier_was_is_and_is_going_to(dossier):
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 2, 10))
    here = route_of(dossier, hanoi(2026, 3, 2, 11))
    assert [leg.state for leg in here] == ["done", "now", "todo"]
    assert here[1].is_on_its_way
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 2, 11))
    here = route_of(dossier, hanoi(2026, 3, 9, 9))
    assert (here[0].left, here[1].sent, here[1].taken) == (
        hanoi(2026, 3, 2, 10),
        hanoi(2026, 3, 2, 10),
        hanoi(2026, 3, 2, 11),
    )
    assert not here[1].is_on_its_way
    assert here[1].is_late
    assert is_behind(here)
    assert not is_behind(route_of(dossier, hanoi(2026, 3, 2, 12)))


def test_a_result_waits_at_the_desk_and_legs_never_needed_were_passed_by(city):
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 16), ("leader", 8), ("desk", 8))
    dossier = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    done = hanoi(2026, 3, 4, 9)
    dossier = happen(dossier, (EventKind.FINISHED, done, Status.DONE), outcome=Outcome.GRANTED.value)
    assert states(dossier, done) == ["done", "done", "passed", "now"]


def test_a_supplement_plans_the_way_anew_from_the_day_the_papers_were_complete(dossier):
    complete = hanoi(2026, 3, 16, 8)
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 15))
    dossier = happen(
        dossier,
        (EventKind.SUPPLEMENT_ASKED, hanoi(2026, 3, 3), Status.AWAITING_SUPPLEMENT),
        (EventKind.SUPPLEMENTED, complete, Status.IN_PROCESS),
    )
    assert ends(dossier, complete)[1:] == [hanoi(2026, 3, 20, 17), hanoi(2026, 3, 23, 17)]


def test_a_pause_moves_what_is_still_to_come_as_far_as_the_promise(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3, 8))
    back = hanoi(2026, 3, 10, 8)
    dossier = happen(
        dossier,
        (EventKind.STOPPED, hanoi(2026, 3, 3, 8), Status.STOPPED),
        (EventKind.RESUMED, back, Status.IN_PROCESS),
    )
    assert ends(dossier, back)[1:] == [hanoi(2026, 3, 13, 17), dossier.due_at]
    assert dossier.due_at > hanoi(2026, 3, 9, 17)


def test_a_planned_end_that_has_passed_is_not_shown_for_what_is_not_reached_yet(dossier):
    assert ends(dossier, hanoi(2026, 3, 9, 18)) == [hanoi(2026, 3, 3, 17), None, None]


def test_days_off_for_the_same_reason_stand_in_one_row(city):
    version = make_procedure(term_amount=10)
    dossier = register(make_offering(version, city.ward), city.ward_desk, at=MONDAY)
    (weekends,) = explain(dossier.derivation, dossier.due_at).skipped
    assert [(first.day, last.day) for first, last in weekends.runs] == [(7, 8), (14, 15)]


def test_withdrawn_papers_wait_for_their_owner_at_the_desk_without_any_term(dossier):
    closed = hanoi(2026, 3, 4, 9)
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    dossier = happen(dossier, (EventKind.WITHDRAWAL_ASKED, hanoi(2026, 3, 3), Status.WITHDRAWAL_ASKED))
    dossier = happen(dossier, (EventKind.FINISHED, closed, Status.DONE), outcome=Outcome.WITHDRAWN.value)
    desk = route_of(dossier, closed)[-1]
    assert (desk.state, desk.by, desk.is_for_owner) == ("now", None, True)
    drawn = render_to_string(
        "dossiers/explanation/_route.html", {"route": route_of(dossier, closed), "dossier": dossier}
    )
    assert "Chờ nhận lại giấy tờ" in drawn
    assert "hạn" not in drawn

    back = hanoi(2026, 3, 5, 9)
    dossier = happen(dossier, (EventKind.RETURNED, back, Status.RETURNED))
    desk = route_of(dossier, back)[-1]
    assert (desk.state, desk.left, desk.is_for_owner) == ("done", back, False)


def test_a_desk_that_only_hands_out_a_late_result_is_not_late_too(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    late = hanoi(2026, 3, 12, 9)
    dossier = happen(dossier, (EventKind.FINISHED, late, Status.DONE), outcome=Outcome.GRANTED.value)
    dossier = happen(dossier, (EventKind.RETURNED, late, Status.RETURNED))
    assert [leg.is_late for leg in route_of(dossier, late)] == [False, True, False]
    assert not is_behind(route_of(dossier, late))  # it was; nobody has it any more


def test_no_leg_is_late_while_its_dossier_waits(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))
    dossier = happen(dossier, (EventKind.STOPPED, hanoi(2026, 3, 3), Status.STOPPED))
    here = route_of(dossier, hanoi(2026, 3, 30))[1]
    assert (here.state, here.by, here.is_late) == ("now", None, False)
