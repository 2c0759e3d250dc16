"""A change of the calendar moves open cases as it moves dossiers; taken back, it leaves every date as it was. A sealed
case moves too, and nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction

from accounts.models import User
from complaints.changes.calendar import recalculation
from complaints.clock.states import EventKind, Kind, Outcome
from complaints.events.reconciliation import compare_cases
from complaints.models import Case, CaseMove, CaseRun, Ground
from complaints.operations.acceptance.actions import accept_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.settlement.actions import settle_case, start_settling, suspend_case
from complaints.tasks import reckon_calendar_changes
from dossiers.changes.calendar import recalculation as calendar_runs
from dossiers.changes.calendar.actions import (
    ChangedDay,
    draft_change,
    publish_change,
    submit_change,
    undo_change,
)
from dossiers.changes.calendar.recalculation import WorkerCache
from notices.models import Notice
from tests.complaints.cases import AT, ground, in_work, make_inspector, received
from tests.factories import City, hanoi, make_user
from tests.workers import database_url
from units.models import CalendarDraft
from units.rules import RuleBroken

DECIDED = AT + timedelta(days=1)
HOLIDAY = date(2026, 7, 10)
WORDS = "Lý do được ghi rõ ràng bằng lời."
DATES = ("check_due_at", "settle_due_at", "answer_due_at", "due_at", "next_due_at")


@dataclass
class Office:
    city: City
    author: User
    approver: User

    def submitted(self, day: date = HOLIDAY) -> CalendarDraft:
        line = ChangedDay(day, "add", "holiday", "Nghỉ đột xuất")
        draft = draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=self.author, at=DECIDED)
        draft = submit_change(draft=draft, actor=self.author, at=DECIDED)
        recalculate_all(DECIDED)
        return draft

    def publish(self, day: date = HOLIDAY, at: datetime = DECIDED) -> CalendarDraft:
        draft = self.submitted(day)
        publish_change(draft=draft, actor=self.approver, at=at)
        recalculate_all(at + timedelta(minutes=1))
        draft.refresh_from_db()
        return draft

    def undo(self, draft: CalendarDraft, at: datetime) -> None:
        undo_change(draft=draft, actor=self.approver, at=at)
        recalculate_all(at + timedelta(minutes=1))


@pytest.fixture
def office(city: City) -> Office:
    make_inspector(city.district)
    return Office(city, make_user("administrator", city.district), make_user("official", city.district))


def recalculate_all(at: datetime) -> None:
    """Both walks, as the workers do them."""
    cache = WorkerCache()
    while calendar_runs.recalculate_next_batch(cache=cache, at=at):
        pass
    while recalculation.recalculate_next_batch(cache=cache, at=at):
        pass


def dates(case: Case) -> tuple[object, ...]:
    return Case.objects.values_list(*DATES).get(pk=case.pk)


def due(case: Case) -> datetime:
    return Case.objects.get(pk=case.pk).due_at


def kinds(case: Case) -> list[str]:
    return list(case.events.in_order().values_list("kind", flat=True))


def differences() -> list[object]:
    return [one for _count, found in compare_cases() for one in found]


def settled_grievance(city: City) -> Case:
    """Decided, so its settlement is over; the decision is still to be sent."""
    case = in_work(city.ward, Kind.GRIEVANCE, channel="counter", acted_on=date(2026, 7, 1))
    return settle_case(case=case, outcome=Outcome.UPHELD, decision=WORDS, actor=None, at=AT + timedelta(hours=1))


def lives(city: City) -> list[Case]:
    """One of every sort: to be checked, in work, suspended, to be sent, sealed and in clear."""
    sealed = received(city.ward, Kind.DENUNCIATION, channel="counter")
    paused = in_work(city.ward, Kind.GRIEVANCE, channel="counter", acted_on=date(2026, 7, 1))
    suspend_case(case=paused, ground=ground(paused, Ground.Use.SUSPEND), reason=WORDS, actor=None, at=AT)
    return [received(city.ward), in_work(city.ward), paused, settled_grievance(city), sealed]


def test_a_published_holiday_moves_what_it_touches_with_an_event_and_one_notice(office: Office) -> None:
    case, answered = received(office.city.ward), in_work(office.city.ward)
    answer_case(case=answered, outcome=Outcome.EXPLAINED, answer=WORDS, actor=None, at=AT)
    before, closed = due(case), dates(answered)
    office.publish()
    assert due(case) > before
    assert kinds(case) == [EventKind.RECEIVED, EventKind.RECALENDARED]
    assert (dates(answered), kinds(answered)[-1]) == (closed, EventKind.ANSWERED)
    [notice] = Notice.objects.filter(kind=Notice.Kind.CASE_RECALENDARED)
    moments = {name: datetime.fromisoformat(notice.context[name]) for name in ("before_at", "due_at")}
    assert (notice.subject, moments) == (case.code, {"before_at": before, "due_at": due(case)})
    assert differences() == []


def test_what_the_preview_says_is_what_happens_and_the_preview_itself_moves_nothing(office: Office) -> None:
    cases = lives(office.city)
    before = [dates(one) for one in cases]
    draft = office.submitted()
    shown = set(CaseMove.objects.values_list("case", "what", "old_due", "new_due"))
    assert shown
    assert [dates(one) for one in cases] == before
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    recalculate_all(DECIDED + timedelta(minutes=1))
    done = CaseMove.objects.filter(run__run__phase="apply")
    assert set(done.values_list("case", "what", "old_due", "new_due")) == shown
    rows = {one.pk: one for one in Case.objects.all()}
    assert all(getattr(rows[case], f"{what}_due_at") == new for case, what, _old, new in shown)


def test_undoing_restores_every_date_to_the_microsecond(office: Office) -> None:
    cases = lives(office.city)
    before = [dates(one) for one in cases]
    first, second = office.publish(), office.publish(date(2026, 7, 9))
    moved = [dates(one) for one in cases]
    assert all(now != then for now, then, case in zip(moved, before, cases, strict=True) if case is not cases[2])
    office.undo(first, hanoi(2026, 7, 8, 9))
    office.undo(second, hanoi(2026, 7, 8, 10))
    assert [dates(one) for one in cases] == before
    assert differences() == []


def test_a_clock_that_has_ended_keeps_its_date_whatever_the_calendar_becomes(office: Office) -> None:
    case = settled_grievance(office.city)
    stored = Case.objects.values_list("check_due_at", "settle_due_at", "due_at", "derivation").get(pk=case.pk)
    office.publish(date(2026, 7, 8))
    now = Case.objects.get(pk=case.pk)
    assert (now.check_due_at, now.settle_due_at, now.due_at, now.derivation) == stored
    assert now.next_due_at == now.answer_due_at == hanoi(2026, 7, 10, 17)
    assert differences() == []


def test_a_case_received_on_the_withdrawn_calendar_follows_the_restored_one(office: Office) -> None:
    draft = office.publish()
    meanwhile = received(office.city.ward, at=DECIDED + timedelta(minutes=2))
    promised = due(meanwhile)
    office.undo(draft, hanoi(2026, 7, 8, 9))
    assert due(meanwhile) < promised
    assert kinds(meanwhile) == [EventKind.RECEIVED, EventKind.RECALENDARED]
    assert differences() == []


def test_a_walk_cut_off_continues_where_it_was_and_a_second_one_moves_nobody(office: Office, monkeypatch) -> None:
    monkeypatch.setattr(recalculation, "BATCH", 2)
    cases = [received(office.city.ward) for _ in range(5)]
    before = due(cases[0])
    draft = office.submitted()
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    at = DECIDED + timedelta(minutes=1)
    assert recalculation.recalculate_next_batch(cache=WorkerCache(), at=at)
    assert [due(one) > before for one in cases] == [True, True, False, False, False]
    recalculate_all(at)
    after = [dates(one) for one in cases]
    assert all(due(one) > before for one in cases)
    CaseRun.objects.filter(run__phase="apply").update(finished_at=None, last_pk=0)
    recalculate_all(at)
    assert [dates(one) for one in cases] == after
    assert {len(kinds(one)) for one in cases} == {2}
    assert Notice.objects.filter(kind=Notice.Kind.CASE_RECALENDARED).count() == 5


def test_a_change_taken_back_before_all_cases_were_moved_leaves_nobody_moved(office: Office, monkeypatch) -> None:
    monkeypatch.setattr(recalculation, "BATCH", 1)
    cases = [received(office.city.ward) for _ in range(3)]
    before = [dates(one) for one in cases]
    draft = office.submitted()
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    recalculation.recalculate_next_batch(cache=WorkerCache(), at=DECIDED + timedelta(minutes=1))
    office.undo(draft, hanoi(2026, 7, 8, 9))
    assert [dates(one) for one in cases] == before
    assert [len(kinds(one)) for one in cases] == [3, 1, 1]


def test_nothing_is_published_before_it_is_known_which_cases_it_moves(office: Office) -> None:
    received(office.city.ward)
    line = ChangedDay(HOLIDAY, "add", "holiday", "Nghỉ đột xuất")
    draft = draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=office.author, at=DECIDED)
    submit_change(draft=draft, actor=office.author, at=DECIDED)
    while calendar_runs.recalculate_next_batch(cache=WorkerCache(), at=DECIDED):
        pass
    with pytest.raises(RuleBroken, match="Chưa tính thử xong"):
        publish_change(draft=draft, actor=office.approver, at=DECIDED)


@pytest.mark.django_db(transaction=True)
def test_a_case_a_clerk_is_writing_is_not_waited_for_and_not_forgotten(office: Office) -> None:
    held, free = received(office.city.ward), received(office.city.ward)
    before = due(held)
    draft = office.submitted()
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    at = DECIDED + timedelta(minutes=1)
    with psycopg.connect(database_url()) as clerk:
        clerk.execute("SELECT FROM complaints_case WHERE id = %s FOR UPDATE", [held.pk])
        recalculate_all(at)
        assert (due(held), due(free) > before) == (before, True)
    reckon_calendar_changes()
    assert due(held) > before
    assert differences() == []


# What is sealed


def test_a_sealed_case_moves_and_is_neither_listed_nor_counted_nor_told(office: Office, client) -> None:
    plain = received(office.city.ward)
    draft = office.publish()
    client.force_login(office.approver)
    shown = page_of(client, draft)
    office.undo(draft, DECIDED + timedelta(hours=1))
    Notice.objects.all().delete()

    sealed = received(office.city.ward, Kind.DENUNCIATION, channel="counter")
    before = due(sealed)
    again = office.publish(at=DECIDED + timedelta(hours=2))
    assert due(sealed) > before
    assert page_of(client, again) == shown
    assert "1 phản ánh" in shown
    assert plain.code in shown
    assert set(CaseMove.objects.values_list("case", flat=True)) == {plain.pk}
    assert set(CaseRun.objects.values_list("looked_at", flat=True)) == {1}
    assert not Notice.objects.filter(kind=Notice.Kind.CASE_RECALENDARED).exclude(subject=plain.code).exists()
    assert differences() == []


def page_of(client, draft: CalendarDraft) -> str:
    answer = client.get(f"/can-bo/lich/{draft.pk}/")
    return " ".join(BeautifulSoup(answer.content, "html.parser").find(id="walk-cases").get_text(" ").split())


def test_who_keeps_the_calendar_sees_how_many_cases_move_and_only_who_may_see_them_which(
    office: Office, client
) -> None:
    case = received(office.city.ward)
    draft = office.submitted()
    client.force_login(office.author)  # an administrator reads no case
    shown = page_of(client, draft)
    assert "1 phản ánh sẽ đổi hạn" in shown
    assert case.code not in shown
    client.force_login(office.approver)
    assert case.code in page_of(client, draft)


def test_a_case_that_proves_to_be_a_denunciation_is_taken_off_the_list_and_out_of_its_count(office: Office) -> None:
    case, other = received(office.city.ward, channel="counter"), received(office.city.ward)
    office.publish()
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=DECIDED + timedelta(hours=1))
    shown = CaseRun.objects.filter(run__is_stale=False)
    assert set(CaseMove.objects.values_list("case", flat=True)) == {other.pk}
    assert set(shown.values_list("looked_at", "moved", "moves_kept")) == {(1, 1, 1)}
    assert not Notice.objects.filter(subject=case.code).exists()


def test_the_database_refuses_a_moved_date_of_a_sealed_case(office: Office) -> None:
    case, plain = received(office.city.ward, Kind.DENUNCIATION, channel="counter"), received(office.city.ward)
    office.submitted()
    run = CaseRun.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMove.objects.create(run=run, case=case, what="check", old_due=AT, new_due=DECIDED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=plain.pk).update(is_sealed=True, kind="denunciation")


def test_a_batch_costs_the_same_few_queries_whatever_its_size(office: Office, django_assert_max_num_queries) -> None:
    for _ in range(6):
        accepted(received(office.city.ward))
    draft = office.submitted()
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    with django_assert_max_num_queries(24):
        recalculation.recalculate_next_batch(cache=WorkerCache(), at=DECIDED + timedelta(minutes=1))


def accepted(case: Case) -> Case:
    sort_case(case=case, sorting=Sorting(Kind(case.kind)), actor=None, at=AT)
    accept_case(case=case, actor=None, at=AT)
    return start_settling(case=case, actor=None, at=AT)
