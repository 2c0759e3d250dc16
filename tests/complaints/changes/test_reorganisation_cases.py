"""What a merged office still owed an answer to goes on at its successor, which also reads what was closed before."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from complaints.changes.reorganisation.cases import count_cases, move_cases
from complaints.clock.states import Kind, Outcome
from complaints.events.record import history_of
from complaints.models import Case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import close_case
from complaints.operations.settlement.assignment import pass_on
from dossiers.changes.reorganisation.actions import carry_out, preview_reorganisation
from dossiers.tasks import continue_ended_units
from tests.complaints.cases import in_work, make_inspector, received
from tests.factories import City, hanoi, make_user
from units.models import Unit
from units.reorganisation.actions import NewDesk, NewUnit, Reorganisation, merge_units

pytestmark = pytest.mark.django_db
DAY, FIRST = date(2026, 7, 13), hanoi(2026, 7, 13, 7)


def merge(city: City, at=FIRST) -> Reorganisation:
    desk = NewDesk("Một cửa mới", "Một cửa mới", "mot-cua-moi", code_prefix="T9.99")
    new = NewUnit("ward", "Phường Mới", "Mới", "phuong-moi", parent=city.district, desk=desk)
    return merge_units(olds=[city.ward, city.other_ward], new=new, on=DAY, source="NQ 1", at=at)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def assert_row_is_what_its_events_say(case: Case) -> None:
    state = history_of(case).state
    row = (case.status, case.unit_id, case.passed_to_id, case.due_at, case.next_due_at)
    assert row == (state.status, state.unit_id, state.passed_to_id, state.due_at, state.next_due_at)


def test_an_open_case_continues_at_the_successor_with_its_code_its_receiver_and_its_dates(city: City) -> None:
    case = in_work(city.ward)
    carry_out(change=lambda at: merge(city), actor=None, at=FIRST)
    now, ward = fresh(case), Unit.objects.get(slug="phuong-moi")
    assert now.unit == ward
    assert (now.code, now.receiving_unit, now.due_at) == (case.code, city.ward, fresh(case).due_at)
    assert (now.due_at, now.next_due_at) == (case.due_at, case.next_due_at)
    assert_row_is_what_its_events_say(now)


def test_a_case_on_its_way_between_two_that_are_merged_has_arrived(city: City) -> None:
    case = in_work(city.ward)
    pass_on(case=case, to=city.other_ward, reason="Thuộc địa bàn phường bên cạnh", actor=None, at=hanoi(2026, 7, 7))
    away = in_work(city.department)
    pass_on(case=away, to=city.ward, reason="Thuộc địa bàn của phường này", actor=None, at=hanoi(2026, 7, 7))
    moves = merge(city).moves
    assert move_cases(successors=moves, on=DAY, actor=None, at=FIRST) == 2
    ward = moves[city.ward.pk]
    assert (fresh(case).unit_id, fresh(case).passed_to_id) == (ward, None)
    assert (fresh(away).unit_id, fresh(away).passed_to_id) == (city.department.pk, ward)
    for one in (case, away):
        assert_row_is_what_its_events_say(fresh(one))
        assert one.events.get(kind="continued").data["unit"] == ward
    assert move_cases(successors=moves, on=DAY, actor=None, at=FIRST) == 0


def test_nothing_moves_before_the_day_and_the_daily_task_does_it_then(city: City) -> None:
    case = in_work(city.ward)
    moves = merge(city).moves
    assert move_cases(successors=moves, on=DAY, actor=None, at=hanoi(2026, 7, 12, 23)) == 0
    assert fresh(case).unit == city.ward
    assert timezone.localdate() > DAY
    continue_ended_units()
    assert fresh(case).unit_id == moves[city.ward.pk]


def test_the_successor_reads_what_was_closed_before_and_others_do_not(client: Client, city: City) -> None:
    case = in_work(city.ward, Kind.QUESTION)
    words = "Ông bà cần tờ khai và giấy tờ tùy thân khi đến nộp."
    answer_case(case=fresh(case), answer=words, outcome=Outcome.EXPLAINED, actor=None, at=hanoi(2026, 7, 8))
    close_case(case=fresh(case), actor=None, at=hanoi(2026, 7, 9))
    carry_out(change=lambda at: merge(city), actor=None, at=FIRST)
    assert fresh(case).unit == city.ward
    for user, status in (
        (make_user("leader", Unit.objects.get(slug="phuong-moi")), 200),
        (make_user("leader", city.department), 404),
    ):
        client.force_login(user)
        assert client.get(f"/can-bo/phan-anh/{case.code}/").status_code == status


def test_a_sealed_case_continues_too_and_nobody_is_told_of_it(city: City) -> None:
    make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION)
    in_work(city.other_ward)
    outlook = preview_reorganisation(change=lambda at: merge(city), at=FIRST)
    assert [one.count for one in outlook.others] == [1, 0, 0, 0]
    followed = carry_out(change=lambda at: merge(city), actor=None, at=FIRST)
    assert [one.count for one in followed.others] == [1, 0, 0, 0]
    assert count_cases(successors=followed.done.moves) == 0
    assert fresh(case).unit == Unit.objects.get(slug="phuong-moi")
    assert_row_is_what_its_events_say(fresh(case))
