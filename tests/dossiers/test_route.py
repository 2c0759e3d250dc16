"""The way of a dossier through the offices: planned by the promise, and again whenever the promise moves."""

import pytest

from dossiers.actions import start_work
from dossiers.actions.record import append_event
from dossiers.explanation import explain
from dossiers.models import Dossier, DossierEvent
from dossiers.route import planned_legs, route_of
from dossiers.states import EventKind, Status
from procedures.models import ProcessStep
from tests.factories import hanoi, make_offering, make_procedure, make_units, register
from units.working_calendar import WorkingCalendar

pytestmark = pytest.mark.django_db
WEEK = WorkingCalendar()
MONDAY = hanoi(2026, 3, 2, 8)


@pytest.fixture
def city():
    return make_units()


@pytest.fixture
def version():
    """Five working days, shared out as 8, 24 and 8 hours."""
    version = make_procedure()
    shares = [("desk", 8), ("handler", 24), ("desk", 8)]
    ProcessStep.objects.bulk_create(
        ProcessStep(version=version, position=position, name=f"Khâu {position}", place=place, hours=hours)
        for position, (place, hours) in enumerate(shares, 1)
    )
    return version


@pytest.fixture
def dossier(city, version):
    return register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)


def happen(dossier, *events):
    for kind, at, status in events:
        append_event(
            Dossier.objects.get(pk=dossier.pk),
            DossierEvent(kind=kind, to_status=status, at=at, unit=dossier.desk, reason="Lý do ghi rõ"),
        )
    return Dossier.objects.get(pk=dossier.pk)


def ends(dossier, at):
    return [leg.by for leg in route_of(dossier, dossier.version.process.all(), at, WEEK)]


def test_the_shares_of_the_process_are_laid_end_to_end_and_the_last_ends_with_the_promise(dossier):
    assert ends(dossier, MONDAY) == [hanoi(2026, 3, 2, 17), hanoi(2026, 3, 5, 17), hanoi(2026, 3, 9, 17)]


def test_a_supplement_plans_the_way_anew_from_the_day_the_papers_were_complete(dossier):
    complete = hanoi(2026, 3, 16, 8)
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 15))
    dossier = happen(
        dossier,
        (EventKind.SUPPLEMENT_ASKED, hanoi(2026, 3, 3), Status.AWAITING_SUPPLEMENT),
        (EventKind.SUPPLEMENTED, complete, Status.IN_PROCESS),
    )
    assert ends(dossier, complete)[1:] == [hanoi(2026, 3, 19, 17), hanoi(2026, 3, 23, 17)]


def test_a_pause_moves_what_is_still_to_come_as_far_as_the_promise(dossier):
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 3, 8))
    back = hanoi(2026, 3, 10, 8)
    dossier = happen(
        dossier,
        (EventKind.STOPPED, hanoi(2026, 3, 3, 8), Status.STOPPED),
        (EventKind.RESUMED, back, Status.IN_PROCESS),
    )
    planned = ends(dossier, back)
    assert planned == [hanoi(2026, 3, 2, 17), hanoi(2026, 3, 12, 17), dossier.due_at]
    assert dossier.due_at > hanoi(2026, 3, 9, 17)


def test_a_promise_shorter_than_the_process_shrinks_every_share_alike(city, version):
    legs = planned_legs(
        version.process.all(),
        desk=city.ward_desk,
        handler=city.department,
        received_at=MONDAY,
        due_at=hanoi(2026, 3, 4, 12),
        calendar=WEEK,
    )
    assert [leg.by for leg in legs] == [hanoi(2026, 3, 2, 12), hanoi(2026, 3, 3, 17), hanoi(2026, 3, 4, 12)]


def test_a_planned_end_that_has_passed_is_not_shown_for_what_is_not_behind_yet(dossier):
    assert ends(dossier, hanoi(2026, 3, 6))[:2] == [None, None]


def test_days_off_for_the_same_reason_stand_in_one_row(city):
    version = make_procedure(term_amount=10)
    dossier = register(make_offering(version, city.ward), city.ward_desk, at=MONDAY)
    (weekends,) = explain(dossier.derivation, dossier.due_at).skipped
    assert [(first.day, last.day) for first, last in weekends.runs] == [(7, 8), (14, 15)]
