"""The legs of a dossier through the real acts: interlinked, side by side, up to the city and back."""

from typing import NamedTuple

import pytest
from django.db import IntegrityError, connection, transaction

from dossiers.clock.legs import transfer_by
from dossiers.clock.states import OPEN, Outcome, Status
from dossiers.events.record import history_of
from dossiers.handover.waiting import HOLDERS
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over, send_back, take_over
from dossiers.slips.travelling import leg_result
from procedures.models import ProcessStep
from procedures.versions.actions.process_approval import approve_process
from procedures.versions.checking import check_process
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_unit,
    make_user,
    register,
)
from units.clock.due_dates import Term, TermUnit
from units.clock.working_calendar import WorkingCalendar
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
ACCEPTED = hanoi(2026, 6, 1, 9)
FIELDS = (
    *("position", "unit_id", "hours", "group", "due_at", "handed_over_at", "accepted_at", "finished_at", "skipped"),
    "assignee_id",
)


@pytest.fixture
def agency(city):
    """An office that no unit of the district is above or below."""
    return make_unit("Sở Thử", "agency")


def started(city, *steps, term=10, at=ACCEPTED):
    version = make_procedure(term_amount=term)
    make_process(version, *steps)
    return register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=at)


def moved(dossier, leg, sent, taken=None, to=None):
    """Hand leg `leg` over and have the next one taken over."""
    hand_over(dossier=dossier, leg=leg, actor=None, at=sent)
    take_over(dossier=dossier, leg=leg + 1 if to is None else to, actor=None, at=taken or sent)


def dues(dossier):
    return [leg.due_at for leg in dossier.legs.order_by("position")]


def in_hand(dossier):
    return [leg.unit_id for leg in dossier.legs.in_hand()]


def assert_rows_are_what_the_events_say(dossier):
    """The cached columns, and every leg field by field."""
    assert_row_is_what_its_events_say(dossier)
    stored = [[getattr(leg, name) for name in FIELDS] for leg in dossier.legs.order_by("position")]
    assert stored == [[getattr(leg, name) for name in FIELDS] for leg in history_of(dossier).state.legs]


class Holding(NamedTuple):
    code: str
    unit_id: int
    is_on_its_way: bool


def holders():
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [sorted(OPEN)])
        return [Holding(*row[:3]) for row in cursor.fetchall()]


def held_by(dossier):
    return [holding.unit_id for holding in holders() if holding.code == dossier.code]


def test_rule_25_the_clocks_of_the_steps_add_up_to_the_term(city):
    dossier = started(city, ("desk", 16), ("handler", 24), ("desk", 40))
    assert dues(dossier) == [hanoi(2026, 6, 3, 17), hanoi(2026, 6, 8, 17), hanoi(2026, 6, 15, 17)]
    assert dossier.due_at == hanoi(2026, 6, 15, 17)


def test_rule_25_a_plan_of_eleven_days_in_a_term_of_ten_is_refused(city):
    version = make_procedure(term_amount=10)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="process takes longer"), transaction.atomic():
        make_process(version, ("desk", 16), ("handler", 24), ("desk", 48))


def test_rule_25_a_step_left_late_is_marked_so_and_the_final_date_stays(city):
    dossier = started(city, ("desk", 16), ("handler", 24), ("desk", 40))
    moved(dossier, 0, hanoi(2026, 6, 3, 10))
    moved(dossier, 1, hanoi(2026, 6, 10, 10))
    dossier = Dossier.objects.get(pk=dossier.pk)
    legs = list(dossier.legs.select_related("unit", "step"))
    assert [leg_result(leg, hanoi(2026, 6, 10, 11)) for leg in legs] == ["Đúng hạn", "Quá hạn", ""]
    assert dossier.due_at == hanoi(2026, 6, 15, 17)
    assert_rows_are_what_the_events_say(dossier)


def test_a_dossier_goes_up_to_the_city_and_back_and_is_always_with_somebody(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 16), (agency, 24), ("leader", 16), ("desk", 8))
    seen = [held_by(dossier)]
    for leg in range(4):
        hand_over(dossier=dossier, leg=leg, actor=None, at=hanoi(2026, 6, 2 + leg, 9))
        seen.append(held_by(dossier))  # on its way: still the sender's
        take_over(dossier=dossier, leg=leg + 1, actor=None, at=hanoi(2026, 6, 2 + leg, 10))
        seen.append(held_by(dossier))
        assert_rows_are_what_the_events_say(dossier)
    places = [city.ward_desk, city.department, agency, city.ward, city.ward_desk]
    assert seen == [[place.pk] for place in places for _ in (1, 2)][:-1]
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 6, 8, 10))
    dossier.refresh_from_db()
    assert dossier.state is Status.DONE
    assert all(leg.is_over and not leg.skipped for leg in dossier.legs.all())
    assert_rows_are_what_the_events_say(dossier)


def test_offices_side_by_side_both_have_it_and_it_continues_when_the_last_is_done(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8))
    assert dues(dossier)[1] == dues(dossier)[2]
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 11))
    take_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 6, 1, 14))
    assert sorted(held_by(dossier)) == sorted([city.department.pk, agency.pk])
    hand_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 6, 2, 9))
    assert held_by(dossier) == [city.department.pk]
    assert not dossier.legs.on_the_way().exists()
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 3, 9))
    assert [leg.unit_id for leg in dossier.legs.on_the_way()] == [city.ward_desk.pk]
    assert_rows_are_what_the_events_say(dossier)


def test_one_of_two_side_by_side_sent_back_is_sent_again_without_disturbing_the_other(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8))
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 11))
    send_back(dossier=dossier, leg=2, reason="Thiếu bản vẽ kèm theo", actor=None, at=hanoi(2026, 6, 1, 14))
    assert sorted(in_hand(dossier)) == sorted([city.ward_desk.pk, city.department.pk])
    moved(dossier, 0, hanoi(2026, 6, 1, 15), to=2)
    assert sorted(in_hand(dossier)) == sorted([city.department.pk, agency.pk])
    assert dossier.legs.get(position=1).accepted_at == hanoi(2026, 6, 1, 11)
    assert_rows_are_what_the_events_say(dossier)


def test_every_open_dossier_is_held_by_somebody_in_one_query(city, agency, django_assert_num_queries):
    steps = ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8)
    _waiting, sent, split, done = (started(city, *steps) for _ in range(4))
    for dossier in (sent, split, done):
        hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    for dossier in (split, done):
        take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 11))
        take_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 6, 1, 11))
    hand_over(dossier=done, leg=2, actor=None, at=hanoi(2026, 6, 1, 16))
    finish_dossier(dossier=done, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 6, 2, 10))
    with django_assert_num_queries(1):
        held = holders()
    assert {holding.code for holding in held} == {dossier.code for dossier in Dossier.objects.open()}
    assert all(holding.unit_id for holding in held)
    assert [holding.code for holding in held if holding.is_on_its_way] == [sent.code]
    assert len(held) == 4


def test_between_two_steps_of_one_office_nothing_waits_to_be_taken_over(city):
    dossier = started(city, ("desk", 8), ("handler", 16), ("leader", 16), ("desk", 8))
    moved(dossier, 0, hanoi(2026, 6, 1, 10))
    moved(dossier, 1, hanoi(2026, 6, 2, 10))
    own = started(city, ("desk", 8), ("leader", 16), ("leader", 16), ("desk", 8))
    moved(own, 0, hanoi(2026, 6, 1, 10))
    hand_over(dossier=own, leg=1, actor=None, at=hanoi(2026, 6, 2, 10))
    assert own.legs.get(position=2).accepted_at == hanoi(2026, 6, 2, 10)
    assert_rows_are_what_the_events_say(own)


@pytest.mark.parametrize(
    ("received", "by"),
    [
        (hanoi(2026, 6, 1, 9), hanoi(2026, 6, 1, 17)),
        (hanoi(2026, 6, 1, 15), hanoi(2026, 6, 1, 17)),
        (hanoi(2026, 6, 1, 15, 1), hanoi(2026, 6, 2, 8)),
        (hanoi(2026, 6, 5, 16), hanoi(2026, 6, 8, 8)),
    ],
)
def test_rule_2_what_comes_until_three_is_sent_on_the_same_day_and_what_comes_later_the_next_morning(received, by):
    assert transfer_by(received, WorkingCalendar()) == by


def test_a_leg_sent_after_three_begins_to_count_the_next_morning(city):
    dossier = started(city, ("desk", 8), ("handler", 8), ("desk", 8), term=3)
    moved(dossier, 0, hanoi(2026, 6, 2, 15, 1), hanoi(2026, 6, 2, 16))
    assert dues(dossier)[1] == hanoi(2026, 6, 4, 17)
    other = started(city, ("desk", 8), ("handler", 8), ("desk", 8), term=3)
    moved(other, 0, hanoi(2026, 6, 2, 15), hanoi(2026, 6, 2, 16))
    assert dues(other)[1] == hanoi(2026, 6, 3, 17)


def test_a_draft_is_approved_with_its_number_and_its_approver_and_holds_for_new_dossiers_only(city):
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 16), ("handler", 24), ("desk", 40))
    offering = make_offering(version, city.ward, handler=city.department)
    old = register(offering, city.ward_desk, at=ACCEPTED)
    draft = make_process(version, ("desk", 16), ("handler", 8), ("desk", 40), approved=False, number="")
    with pytest.raises(RuleBroken) as broken:
        approve_process(process=draft, on=ACCEPTED.date(), actor=None, at=ACCEPTED)
    assert broken.value.field == "number"
    draft.number, draft.decision, draft.approver = "QT-02", "12/QĐ", "Trưởng phòng"
    draft.save()
    assert [leg.hours for leg in register(offering, city.ward_desk, at=ACCEPTED).legs.all()] == [16, 24, 40]
    approve_process(process=draft, on=ACCEPTED.date(), actor=None, at=ACCEPTED)
    assert [leg.hours for leg in register(offering, city.ward_desk, at=ACCEPTED).legs.all()] == [16, 8, 40]
    assert [leg.hours for leg in old.legs.all()] == [16, 24, 40]
    with pytest.raises(RuleBroken, match="đã được phê duyệt"):
        approve_process(process=draft, on=ACCEPTED.date(), actor=None, at=ACCEPTED)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([("desk", 8)], "ít nhất hai bước"),
        ([("desk", 8), ("handler", 8)], "kết thúc ở bộ phận một cửa"),
        ([("desk", 8, 1), ("handler", 8), ("leader", 8, 1), ("desk", 8)], "đứng liền nhau"),
    ],
)
def test_a_process_that_is_no_way_through_the_offices_is_never_approved(steps, why):
    draft = make_process(make_procedure(term_amount=10), *steps, approved=False)
    with pytest.raises(RuleBroken, match=why):
        approve_process(process=draft, on=ACCEPTED.date(), actor=None, at=ACCEPTED)
    draft.refresh_from_db()
    assert not draft.is_approved


def test_rule_25_the_editor_is_told_that_a_process_takes_longer_than_the_term():
    shares = [("desk", 16, 0), ("handler", 24, 1), ("leader", 16, 1), ("desk", 48, 0)]
    steps = [
        ProcessStep(position=position, place=place, hours=hours, group=group)
        for position, (place, hours, group) in enumerate(shares, 1)
    ]
    check_process(steps, Term(11, TermUnit.WORKING_DAY))
    with pytest.raises(RuleBroken, match="vượt quá thời hạn"):
        check_process(steps, Term(10, TermUnit.WORKING_DAY))


def test_what_one_of_two_side_by_side_does_not_take_goes_back_to_who_sent_it_not_to_the_other(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8))
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 11))
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 14))
    send_back(dossier=dossier, leg=2, reason="Thiếu bản vẽ kèm theo", actor=None, at=hanoi(2026, 6, 1, 15))
    assert in_hand(dossier) == [city.ward_desk.pk]
    moved(dossier, 0, hanoi(2026, 6, 1, 16), to=2)
    hand_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 6, 2, 9))
    assert [leg.position for leg in dossier.legs.on_the_way()] == [3]
    assert_rows_are_what_the_events_say(dossier)


def test_what_one_of_two_side_by_side_did_not_fetch_is_with_who_sent_it_not_with_the_other(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8))
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 11))
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 6, 1, 14))
    assert [leg.unit for leg in dossier.legs.on_the_way()] == [agency]
    assert holders() == [(dossier.code, city.ward_desk.pk, True)]


def test_nobody_takes_over_in_the_name_of_an_office_that_works_beside(city, agency):
    dossier = started(city, ("desk", 8), ("handler", 24, 1), (agency, 16, 1), ("desk", 8))
    with pytest.raises(RuleBroken, match=agency.name):
        start_work(dossier=dossier, actor=None, at=hanoi(2026, 6, 1, 10))
    assert in_hand(dossier) == [city.ward_desk.pk]


def test_an_office_sees_a_dossier_once_it_was_sent_there_and_not_before(city, agency):
    dossier = started(city, ("desk", 8), (agency, 16), ("handler", 16), ("desk", 8))
    clerk = make_user("specialist", agency)
    assert not dossier.is_read_by(clerk)
    assert not Dossier.objects.visible_to(clerk).exists()
    hand_over(dossier=dossier, leg=0, actor=None, at=hanoi(2026, 6, 1, 10))
    assert dossier.is_read_by(clerk)
    assert Dossier.objects.visible_to(clerk).get() == dossier


def test_a_desk_that_gets_a_late_result_and_is_done_with_it_at_once_does_not_answer_for_it(city):
    dossier = started(city, ("desk", 8), ("handler", 16), ("desk", 0), term=3)
    moved(dossier, 0, hanoi(2026, 6, 2, 10), taken=hanoi(2026, 6, 4, 16))
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, cause="handover", actor=None, at=hanoi(2026, 6, 5, 9))
    dossier.refresh_from_db()
    assert dossier.late_unit == city.department
    assert leg_result(dossier.legs.select_related("unit").last(), hanoi(2026, 6, 5, 9)) == "Đúng hạn"
    assert_rows_are_what_the_events_say(dossier)
