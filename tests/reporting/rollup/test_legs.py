"""Offices' figures: legs counted by the office and day that finished them, apart from the dossiers of the citizens."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from dossiers.clock.legs import Leg
from dossiers.clock.states import Outcome
from dossiers.events.reconciliation import rebuild
from dossiers.intake.serve_at_once import serve_at_once
from dossiers.models import Dossier, DossierLeg, StaleDay
from dossiers.operations.correction.actions import correct_procedure
from dossiers.operations.finishing.actions import Receiver, Result, finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over, send_back, take_over
from dossiers.operations.pauses.actions import ask_withdrawal, close_withdrawal
from reporting.definitions.on_time import Counts, Verdict, total, verdict
from reporting.models import DailyTally, LegTally
from reporting.rollup.actions import note_open, recount, recount_everything, recount_stale
from reporting.rollup.counting_sql import COUNTED
from reporting.rollup.reconciliation import reconcile
from tests.depth import IS_DEEP
from tests.dossiers.operations.test_random_lives import Life
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_process, register
from tests.reporting.rollup.test_open_on_day import lists_hold_what_was_noted, noted, replayed_days
from units.clock.days import local_day
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

MONDAY = hanoi(2026, 3, 2, 9)
REASON = "Hồ sơ giấy thiếu trang hai"


@pytest.fixture
def offering(city):
    """Ten working days: one at the desk of the ward, three at the department, one at the desk again."""
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    return make_offering(version, city.ward, handler=city.department)


@pytest.fixture
def dossier(city, offering):
    return register(offering, city.ward_desk, at=MONDAY)


def counted():
    """Take every mark, then: what each office did on each day."""
    while recount_stale():
        pass
    rows = LegTally.objects.totals().values_list("unit", "day", "early", "on_time", "late")
    return {(unit, day): Counts(early=early, on_time=on_time, late=late) for unit, day, early, on_time, late in rows}


def moved(dossier, leg, at):
    hand_over(dossier=dossier, leg=leg, actor=None, at=at)
    take_over(dossier=dossier, leg=leg + 1, actor=None, at=at)


def finished(dossier, at):
    return finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="workload", actor=None, at=at)


def test_a_dossier_of_three_legs_is_three_legs_of_offices_and_one_dossier(city, dossier):
    """The desk is in time, the department a day late with its three days, the dossier early all the same."""
    moved(dossier, 0, hanoi(2026, 3, 3, 10))
    moved(dossier, 1, hanoi(2026, 3, 9, 10))
    finished(dossier, hanoi(2026, 3, 10, 9))
    desk, department = city.ward_desk.pk, city.department.pk
    assert counted() == {
        (desk, date(2026, 3, 3)): Counts(on_time=1),
        (department, date(2026, 3, 9)): Counts(late=1),
        (desk, date(2026, 3, 10)): Counts(early=1),
    }
    dossiers = DailyTally.objects.totals().values_list(*COUNTED)
    assert total(Counts(*row) for row in dossiers) == Counts(received=1, early=1)
    assert reconcile(at=hanoi(2026, 3, 11)).is_good


def test_an_office_is_measured_by_its_own_time_and_not_by_the_promise(city, offering):
    """Both departments take a day too long; only the second dossier misses its promise, long after."""
    for at in (hanoi(2026, 3, 12, 9), hanoi(2026, 3, 27, 9)):
        one = register(offering, city.ward_desk, at=MONDAY)
        moved(one, 0, hanoi(2026, 3, 3, 10))
        moved(one, 1, hanoi(2026, 3, 9, 10))
        finished(one, at)
    assert counted()[city.department.pk, date(2026, 3, 9)] == Counts(late=2)
    assert Dossier.objects.filter(late_unit=city.department).count() == 1


def test_what_is_handed_over_counts_and_what_is_sent_back_no_longer(city, dossier):
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 3, 2, 10))
    key = (city.ward_desk.pk, date(2026, 3, 2))
    assert counted() == {key: Counts(early=1)}
    send_back(dossier=dossier, leg=1, reason=REASON, actor=None, at=hanoi(2026, 3, 3, 10))
    assert StaleDay.objects.filter(unit=city.ward_desk, day=key[1]).exists()
    assert counted() == {}
    assert reconcile(at=hanoi(2026, 3, 4)).is_good


def test_without_an_approved_process_the_handling_unit_alone_had_a_time_to_keep(city):
    """Taking in and handing out are no legs of an office then; the handling unit's ends with the promise."""
    one = register(make_offering(make_procedure(), city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    start_work(dossier=one, actor=None, at=hanoi(2026, 3, 2, 14))
    finished(one, hanoi(2026, 3, 10, 9))
    assert counted() == {(city.department.pk, date(2026, 3, 10)): Counts(late=1)}


def test_legs_that_are_cut_short_are_nobodys_work(city, dossier):
    moved(dossier, 0, hanoi(2026, 3, 2, 10))
    ask_withdrawal(dossier=dossier, reason="Người nộp xin rút hồ sơ", actor=None, at=hanoi(2026, 3, 3, 9))
    close_withdrawal(dossier=dossier, consequences="Không", papers_back="Tờ khai", actor=None, at=hanoi(2026, 3, 4, 9))
    assert dossier.legs.get(position=1).finished_at
    assert set(counted()) == {(city.ward_desk.pk, date(2026, 3, 2))}


def test_a_result_at_once_over_the_counter_is_a_dossier_and_no_leg(city):
    offering = make_offering(make_procedure(term_amount=0, term_unit="same_day"), city.ward)
    serve_at_once(
        request_key=uuid4(),
        desk=city.ward_desk,
        offering=offering,
        applicant=make_applicant(),
        papers=[],
        result=Result("15/SCT", MONDAY.date()),
        receiver=Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True),
        actor=None,
        received_at=MONDAY,
        at=hanoi(2026, 3, 2, 9, 20),
    )
    assert counted() == {}
    assert DailyTally.objects.totals().get(unit=city.ward).on_time == 1


def leg(city, dossier, **fields):
    plain = {
        "unit": city.department,
        "position": 1,
        "hours": 8,
        "due_at": hanoi(2026, 3, 13, 17),
        "handed_over_at": hanoi(2026, 3, 9),
        "accepted_at": hanoi(2026, 3, 9),
        "finished_at": hanoi(2026, 3, 12, 9),
    }
    return DossierLeg(dossier=dossier, **(plain | fields))


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"hours": 0},
        {"hours": 0, "position": 2},
        {"position": 2},
        {"skipped": True},
        {"finished_at": None},
        {"due_at": None},
        {"accepted_at": hanoi(2026, 3, 12, 9)},
        {"accepted_at": None, "finished_at": None},
    ],
    ids=str,
)
def test_the_database_counts_the_legs_that_are_work_in_python(city, offering, dossier, fields, step):
    """The rule is written twice, in `Leg.is_work` and in SQL: here they meet."""
    dossier.legs.all().delete()
    made = leg(city, dossier, **fields)
    made.step_id = offering.procedure.versions.get().processes.get().steps.first().pk if step else None
    made.save()
    recount_everything()
    names = Leg._fields
    assert LegTally.objects.exists() == Leg(**{name: getattr(made, name) for name in names}).is_work


def test_the_databases_verdict_on_a_leg_is_the_one_in_python(city, dossier):
    due = hanoi(2026, 3, 13, 17)
    edges = (hanoi(2026, 3, 12, 23, 59), hanoi(2026, 3, 13, 0, 0), due, hanoi(2026, 3, 14, 0, 0))
    moments = [edge + timedelta(minutes=minutes) for edge in edges for minutes in (-1, 0, 1)]
    dossier.legs.all().delete()
    for moment in moments:
        made = leg(city, dossier, finished_at=moment, due_at=due)
        made.save()
        recount(city.department.pk, local_day(moment))
        assert counted()[city.department.pk, local_day(moment)] == Counts(**{verdict(moment, due).value: 1}), moment
        made.delete()
        recount(city.department.pk, local_day(moment))
    assert {verdict(moment, due) for moment in moments} == set(Verdict)


def test_counting_legs_again_or_all_at_once_gives_the_same(city, dossier):
    moved(dossier, 0, hanoi(2026, 3, 3, 10))
    moved(dossier, 1, hanoi(2026, 3, 9, 10))
    by_marks = counted()
    recount(city.ward_desk.pk, date(2026, 3, 3))
    recount(city.ward_desk.pk, date(2026, 3, 3))
    assert counted() == by_marks
    recount_everything()
    assert counted() == by_marks


@pytest.mark.parametrize("harm", ["changed", "missing", "invented"])
def test_a_wrong_count_of_legs_is_found_told_and_healed(city, dossier, harm):
    moved(dossier, 0, hanoi(2026, 3, 3, 10))
    truth = counted()
    if harm == "changed":
        LegTally.objects.totals().update(late=9)
    elif harm == "missing":
        LegTally.objects.totals().delete()
    else:
        LegTally.objects.create(unit=city.ward, day=date(2026, 1, 1), late=1)
    result = reconcile(at=hanoi(2026, 3, 4))
    assert (result.is_good, [difference["of"] for difference in result.differences]) == (
        False,
        ["legs"],
    )
    assert counted() == truth
    assert reconcile(at=hanoi(2026, 3, 4)).is_good


def test_a_row_rebuilt_from_its_events_is_counted_anew_where_it_was_and_where_it_is(city, dossier):
    moved(dossier, 0, hanoi(2026, 3, 3, 10))
    truth = counted()
    dossier.legs.filter(position=0).update(finished_at=hanoi(2026, 3, 4, 10))
    recount_everything()
    assert counted() != truth
    rebuild(dossier.pk)
    assert counted() == truth


class CountedLife(Life):
    """A random life after each of whose acts the figures are brought up to date by their marks alone."""

    most = listed = 0

    def check(self) -> None:
        super().check()
        by_marks = counted()
        note_open(at=self.at)
        assert noted() == replayed_days(date(2026, 2, 1), local_day(self.at) - timedelta(days=1))
        assert reconcile(at=self.at).is_good
        legs = [row for row in self.legs() if Leg(**{name: getattr(row, name) for name in Leg._fields}).is_work]
        assert total(by_marks.values()).resolved == len(legs)
        CountedLife.most = max(CountedLife.most, len(legs))
        row = self.fresh()
        handled = total(Counts(*sums) for sums in DailyTally.objects.totals().values_list(*COUNTED))
        assert handled.received == (row.received_at is not None)
        assert handled.resolved + handled.refused + handled.withdrawn == (row.finished_at is not None)

    def teardown(self) -> None:
        """Every walk that can still end with a result does."""
        if hasattr(self, "undo"):
            with suppress(RuleBroken):
                start_work(dossier=self.fresh(), actor=None, at=self.at)
            self.at += timedelta(days=30)
            with suppress(RuleBroken):
                finish_dossier(dossier=self.fresh(), outcome=Outcome.GRANTED, cause="other", actor=None, at=self.at)
            self.check()
            turns = {local_day(at) for at in self.fresh().events.values_list("at", flat=True)}
            CountedLife.listed += lists_hold_what_was_noted(turns - {local_day(self.at)})
        super().teardown()


def test_whatever_is_done_in_whatever_order_the_marks_keep_the_figures_true():
    run_state_machine_as_test(
        CountedLife,
        settings=settings(
            max_examples=16 if IS_DEEP else 5,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert CountedLife.most, "a walk that finishes no leg proves nothing"
    assert CountedLife.listed, "nor does one that was never late and never waited"


def test_work_done_before_the_procedure_was_corrected_is_counted_with_the_right_one(city):
    versions = [make_procedure(term_amount=10) for _ in range(2)]
    for version in versions:
        make_process(version, ("desk", 8), ("handler", 8), ("handler", 8), ("desk", 8))
    wrong, right = (make_offering(version, city.ward) for version in versions)
    dossier = register(wrong, city.ward_desk, at=MONDAY)
    moved(dossier, 0, hanoi(2026, 3, 3, 10))
    counted()
    of_procedures = LegTally.objects.by_procedure().values_list("procedure", "place", "on_time")
    assert list(of_procedures) == [(wrong.procedure_id, "desk", 1)]
    correct_procedure(dossier=dossier, offering=right, reason=REASON, actor=None, at=hanoi(2026, 3, 4, 10))
    counted()
    assert list(of_procedures.all()) == [(right.procedure_id, "desk", 1)]
    assert reconcile(at=hanoi(2026, 3, 5)).is_good
