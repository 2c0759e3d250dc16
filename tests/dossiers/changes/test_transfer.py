"""What a merged office had in hand goes on at its successor; the dossier's identity and its past stay."""

from collections import Counter
from datetime import date
from uuid import uuid4

import pytest

from dossiers.changes.reorganisation.transfer import transfer_dossiers
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.events.record import history_of
from dossiers.intake.submit import Submission, submit_dossier
from dossiers.models import Dossier, StaleDay
from dossiers.operations.acceptance.actions import accept_completed
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.tasks import continue_ended_units
from procedures.versions.actions.offerings import continue_offerings
from reporting.rollup.actions import recount_stale
from reporting.rollup.reconciliation import reconcile
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from units.clock.days import local_day
from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import NewDesk, NewUnit, merge_units, split_unit
from units.reorganisation.successors import successors

pytestmark = pytest.mark.django_db

LAST, FIRST = hanoi(2025, 6, 30, 9), hanoi(2025, 7, 1, 7)
DAY = date(2025, 7, 1)


@pytest.fixture
def accepted(city) -> Dossier:
    """Taken in on the last day of the old ward."""
    return register(make_offering(make_procedure(), city.ward), city.ward_desk, at=LAST)


def merge(city):
    desk = NewDesk("Một cửa mới", "Một cửa mới", "mot-cua-moi", code_prefix="T9.99")
    new = NewUnit("ward", "Đơn vị mới", "Đơn vị mới", "don-vi-moi", parent=city.district, desk=desk)
    return merge_units(olds=[city.ward, city.other_ward], new=new, on=DAY, source="NQ 1656", at=LAST)


def hand_on(moves, at=FIRST):
    return transfer_dossiers(successors=moves, on=DAY, actor=None, at=at)


def recount() -> None:
    while recount_stale():
        pass


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def close(dossier: Dossier) -> None:
    """Finished and handed out on the last day of the old offices."""
    start_work(dossier=dossier, actor=None, at=hanoi(2025, 6, 30, 10))
    finish_dossier(dossier=fresh(dossier), outcome=Outcome.GRANTED, actor=None, at=hanoi(2025, 6, 30, 11))
    receiver = Receiver(name=dossier.applicant_name, method="desk", identity_checked=True)
    return_result(dossier=fresh(dossier), receiver=receiver, actor=None, at=hanoi(2025, 6, 30, 14))


def counted(column: str, roll_up: dict[int, int]) -> Counter[int]:
    """Dossiers by the unit in a column, old units counted where `roll_up` leads."""
    units = Dossier.objects.values_list(column, flat=True)
    return Counter(roll_up.get(unit, unit) for unit in units)


def test_rule_23_a_dossier_keeps_its_code_and_receiving_desk_and_continues_at_the_successor(city, accepted):
    moves = merge(city).moves
    by_receiving = counted("receiving_desk_id", {})
    assert hand_on(moves) == 1

    dossier, desk, ward = fresh(accepted), moves[city.ward_desk.pk], moves[city.ward.pk]
    assert (dossier.code, dossier.book_number, dossier.receiving_desk) == (accepted.code, 1, city.ward_desk)
    assert (dossier.desk_id, dossier.handler_id, dossier.holder_id) == (desk, ward, desk)
    assert dossier.due_at == accepted.due_at
    assert {leg.unit_id for leg in dossier.legs.all()} == {desk, ward}
    assert counted("receiving_desk_id", {}) == by_receiving
    assert (history_of(dossier).state.desk_id, history_of(dossier).state.handler_id) == (desk, ward)


def test_rule_23_the_clerk_of_the_successor_sees_it_and_returns_it(client, city, accepted):
    moves = merge(city).moves
    hand_on(moves)
    dossier = fresh(accepted)
    assert not Dossier.objects.visible_to(make_user("clerk", city.ward_desk)).exists()
    client.force_login(make_user("clerk", dossier.desk))
    assert accepted.code in client.get("/can-bo/hang-doi/").content.decode()

    dossier = start_work(dossier=dossier, actor=None, at=hanoi(2025, 7, 1, 9))
    dossier = finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2025, 7, 2))
    receiver = Receiver(name=dossier.applicant_name, method="desk", identity_checked=True)
    return_result(dossier=fresh(dossier), receiver=receiver, actor=None, at=hanoi(2025, 7, 3))
    assert fresh(dossier).state is Status.RETURNED
    assert fresh(dossier).receiving_desk == city.ward_desk


def test_rule_23_figures_by_the_old_tree_and_by_the_new_one_have_equal_totals(city, accepted):
    register(make_offering(make_procedure(), city.other_ward), city.other_desk, at=LAST)
    recount()
    moves = merge(city).moves
    tree = successors(DAY)
    before = counted("handler_id", tree)
    assert hand_on(moves) == 2
    assert counted("handler_id", tree) == before == Counter({moves[city.ward.pk]: 2})
    assert counted("receiving_desk_id", tree).total() == counted("receiving_desk_id", {}).total() == 2
    marked = {(unit, local_day(LAST)) for unit in (city.ward.pk, city.other_ward.pk, moves[city.ward.pk])}
    assert marked <= set(StaleDay.objects.values_list("unit_id", "day"))
    recount()
    assert reconcile(at=hanoi(2025, 7, 1, 9)).is_good


def test_what_is_returned_or_refused_stays_where_it_was(city, accepted):
    close(accepted)
    assert hand_on(merge(city).moves) == 0
    assert fresh(accepted).desk == city.ward_desk


def test_rule_23_a_file_closed_before_is_read_at_the_successor_and_nowhere_else(client, city, accepted):
    close(accepted)
    hand_on(merge(city).moves)
    new_desk = Unit.objects.get(slug="mot-cua-moi")
    successor_clerk, stranger = make_user("clerk", new_desk), make_user("clerk", city.district_desk)
    for user, is_theirs in ((successor_clerk, True), (stranger, False)):
        client.force_login(user)
        client.post(f"{accepted.get_absolute_url()}ly-do/", {"kind": "applicant"})  # nobody has a task on it any more
        assert client.get(accepted.get_absolute_url()).status_code == (200 if is_theirs else 404)
        assert Dossier.objects.visible_to(user).filter(pk=accepted.pk).exists() is is_theirs
        found = client.post("/can-bo/tra-cuu/", {"q": accepted.code}, follow=True)
        assert (accepted.version.name in found.content.decode()) is is_theirs
    assert fresh(accepted).desk == city.ward_desk


def test_rule_23_it_is_read_through_a_second_merger_too(city, accepted):
    close(accepted)
    merge(city)
    first = Unit.objects.get(slug="don-vi-moi")
    desk = NewDesk("Một cửa mới nữa", "Một cửa mới nữa", "mot-cua-moi-nua", code_prefix="T9.98")
    new = NewUnit("ward", "Đơn vị mới nữa", "Đơn vị mới nữa", "don-vi-moi-nua", parent=city.district, desk=desk)
    day = date(DAY.year, DAY.month + 1, 1)
    merge_units(olds=[first], new=new, on=day, source="NQ 1657", at=hanoi(day.year, day.month, day.day))
    assert Dossier.objects.get(pk=accepted.pk).is_read_by(make_user("clerk", Unit.objects.get(slug="mot-cua-moi-nua")))


def test_legs_that_are_over_stay_with_who_finished_them(city, accepted):
    start_work(dossier=accepted, actor=None, at=hanoi(2025, 6, 30, 10))
    moves = merge(city).moves
    hand_on(moves)
    done, *open_legs = fresh(accepted).legs.all()
    assert (done.unit, done.finished_at) == (city.ward_desk, hanoi(2025, 6, 30, 10))
    assert {leg.unit_id for leg in open_legs} == {moves[city.ward.pk], moves[city.ward_desk.pk]}


def test_nothing_moves_before_the_day_and_nobody_twice(city, accepted):
    moves = merge(city).moves
    assert hand_on(moves, at=hanoi(2025, 6, 30, 23, 59)) == 0
    assert fresh(accepted).desk == city.ward_desk
    assert (hand_on(moves), hand_on(moves, at=hanoi(2025, 7, 1, 8))) == (1, 0)
    assert [event.kind for event in accepted.events.in_order()] == [EventKind.REGISTERED, EventKind.CONTINUED]


def test_every_batch_is_worked_through(city, accepted, monkeypatch):
    monkeypatch.setattr("dossiers.changes.reorganisation.transfer.BATCH", 2)
    for _ in range(4):
        register(accepted.offering, city.ward_desk, at=LAST)
    moves = merge(city).moves
    assert hand_on(moves) == 5
    assert set(Dossier.objects.values_list("desk_id", flat=True)) == {moves[city.ward_desk.pk]}


def test_a_merger_decided_ahead_is_carried_out_by_the_daily_task(city, accepted):
    moves = merge(city).moves
    assert hand_on(moves, at=LAST) == 0
    continue_ended_units()
    assert fresh(accepted).desk_id == moves[city.ward_desk.pk]


def test_a_division_decided_ahead_is_carried_out_by_the_daily_task(city, accepted):
    """What was open goes to the part that takes over, not to the one that was named first."""
    wards = [
        NewUnit("ward", slug, slug, slug, parent=city.district, desk=NewDesk(slug, slug, f"mot-cua-{slug}", f"T8.{n}"))
        for n, slug in enumerate(("mot", "hai"), 1)
    ]
    parts = [(ward, UnitSuccessor.Share.PART) for ward in wards]
    moves = split_unit(old=city.ward, parts=parts, takes_over=1, on=DAY, source="NQ 1", at=LAST).moves
    assert hand_on(moves, at=LAST) == 0
    continue_ended_units()
    assert fresh(accepted).desk.slug == "mot-cua-hai"
    assert fresh(accepted).desk_id == moves[city.ward_desk.pk]


def test_a_result_waiting_to_be_handed_out_is_passed_on_once(city, accepted):
    start_work(dossier=accepted, actor=None, at=hanoi(2025, 6, 30, 10))
    finish_dossier(dossier=fresh(accepted), outcome=Outcome.GRANTED, actor=None, at=hanoi(2025, 6, 30, 11))
    moves = merge(city).moves
    assert (hand_on(moves), hand_on(moves, at=hanoi(2025, 7, 2))) == (1, 0)
    dossier = fresh(accepted)
    assert (dossier.desk_id, dossier.handler) == (moves[city.ward_desk.pk], city.ward)
    assert dossier.events.filter(kind=EventKind.CONTINUED).count() == 1


def test_what_was_handed_in_before_the_merger_is_accepted_at_the_successor(city):
    offering = make_offering(make_procedure(), city.ward)
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=LAST)
    moves = merge(city).moves
    continue_offerings(moves=moves, on=DAY, at=hanoi(2025, 7, 1))
    hand_on(moves)
    accepted = accept_completed(dossier=fresh(dossier), actor=None, at=hanoi(2025, 7, 1, 9))
    assert (accepted.state, accepted.handler_id) == (Status.ACCEPTED, moves[city.ward.pk])
    assert accepted.code == dossier.code
    assert_row_is_what_its_events_say(accepted)
