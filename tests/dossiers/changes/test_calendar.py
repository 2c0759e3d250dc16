"""A holiday announced late moves what it touches and nothing else; taken back, it leaves every date as it was."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
import pytest

from accounts.models import User
from accounts.roles.actions import delegate
from dossiers.changes.calendar import recalculation
from dossiers.changes.calendar.actions import (
    ChangedDay,
    add_changed_day,
    draft_change,
    publish_change,
    remove_changed_day,
    submit_change,
    undo_change,
)
from dossiers.changes.calendar.recalculation import WorkerCache, recalculate_next_batch
from dossiers.clock.states import EventKind, Outcome
from dossiers.events.record import calendars_of, history_of
from dossiers.explanation.due_date import change_text
from dossiers.explanation.promise import changes_of
from dossiers.models import CalendarMove, CalendarRun, Dossier
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.handover.actions import hand_over, send_back
from dossiers.operations.pauses.actions import ask_payment, record_payment
from dossiers.tasks import reckon_calendar_changes
from notices.models import Notice
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_unit,
    make_units,
    make_user,
    register,
)
from tests.workers import database_url
from units.clock.working_calendar import WorkingCalendar
from units.models import CalendarDay, CalendarDraft, Unit
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db

ACCEPTED = hanoi(2026, 3, 2)  # a Monday
DECIDED = hanoi(2026, 3, 3, 9)
HOLIDAY = date(2026, 3, 6)  # the Friday
DUE, MOVED = hanoi(2026, 3, 9, 17), hanoi(2026, 3, 10, 17)


@dataclass
class Office:
    author: User
    approver: User
    offering: object
    desk: object

    def accept(self, at: datetime = ACCEPTED, **given: object) -> Dossier:
        return register(self.offering, self.desk, at=at, **given)

    def draft(self, day: date = HOLIDAY, change: str = "add", kind: str = "holiday") -> CalendarDraft:
        line = ChangedDay(day, change, kind if change == "add" else "", "Nghỉ đột xuất")
        return draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=self.author, at=DECIDED)

    def submitted(self, day: date = HOLIDAY, **given: str) -> CalendarDraft:
        return submit_change(draft=self.draft(day, **given), actor=self.author, at=DECIDED)

    def publish(self, day: date = HOLIDAY, at: datetime = DECIDED, **given: str) -> CalendarDraft:
        draft = self.submitted(day, **given)
        recalculate_all(at)
        publish_change(draft=draft, actor=self.approver, at=at)
        recalculate_all(at + timedelta(minutes=1))
        draft.refresh_from_db()
        return draft

    def undo(self, draft: CalendarDraft, at: datetime) -> None:
        undo_change(draft=draft, actor=self.approver, at=at)
        recalculate_all(at + timedelta(minutes=1))


def recalculate_all(at: datetime) -> None:
    cache = WorkerCache()
    while recalculate_next_batch(cache=cache, at=at):
        pass


def dates(dossier: Dossier) -> list[datetime | None]:
    """Every date of the dossier, and of its legs."""
    row = Dossier.objects.get(pk=dossier.pk)
    return [row.due_at, row.statutory_due_at, row.new_due_at, *row.legs.values_list("due_at", flat=True)]


def work(dossier: Dossier) -> None:
    start_work(dossier=dossier, actor=None, at=hanoi(2026, 3, 2, 10))


def pause(dossier: Dossier, at: datetime) -> None:
    ask_payment(dossier=dossier, amount_vnd=50_000, purpose="Lệ phí trước bạ", actor=None, at=at)


def go_on(dossier: Dossier, at: datetime) -> None:
    record_payment(dossier=dossier, receipt="BL 12", actor=None, at=at)


def legs_moved(dossier: Dossier, before: list[datetime | None]) -> set[tuple[int, str, int, datetime]]:
    now = enumerate(zip(dates(dossier)[3:], before[3:], strict=True))
    return {(dossier.pk, "leg", place, new) for place, (new, old) in now if new and new != old}


def kinds(dossier: Dossier) -> list[str]:
    return list(dossier.events.in_order().values_list("kind", flat=True))


def agrees_with_its_events(dossier: Dossier) -> bool:
    row, state = Dossier.objects.get(pk=dossier.pk), history_of(dossier).state
    legs = list(row.legs.values_list("due_at", flat=True))
    own = (row.due_at, row.statutory_due_at, row.new_due_at, row.calendar, row.derivation)
    shown = (state.due_at, state.statutory_due_at, state.new_due_at, state.calendar, state.derivation)
    return own == shown and legs == [leg.due_at for leg in state.legs]


@pytest.fixture
def office() -> Office:
    city = make_units()
    CalendarDay.objects.create(day=date(2026, 1, 1), kind="holiday", reason="Tết", source="BLLĐ")
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    return Office(
        make_user("administrator", city.district), make_user("official", city.district), offering, city.ward_desk
    )


def test_a_published_holiday_moves_the_promise_the_law_and_the_legs_it_touches(office: Office) -> None:
    dossier = office.accept()
    before = dates(dossier)
    assert before[0] == DUE
    office.publish()
    after = dates(dossier)
    assert (after[0], after[1]) == (MOVED, MOVED)
    assert after[-1] == MOVED
    assert kinds(dossier) == [EventKind.REGISTERED, EventKind.RECALENDARED]
    assert agrees_with_its_events(dossier)


def test_the_applicant_is_told_once_the_day_before_and_the_new_day(office: Office) -> None:
    dossier = office.accept()
    office.publish()
    (notice,) = Notice.objects.filter(subject=dossier.code, kind=Notice.Kind.RECALENDARED)
    moments = {name: datetime.fromisoformat(notice.context[name]) for name in ("before_at", "due_at")}
    assert moments == {"before_at": DUE, "due_at": MOVED}
    assert notice.context["reason"] == "Nghỉ bão"


def test_what_is_due_before_the_day_keeps_its_dates_and_gets_no_event(office: Office) -> None:
    early = office.accept(hanoi(2026, 2, 26))  # due on Thursday the fifth
    before = dates(early)
    office.publish()
    assert (dates(early), kinds(early)) == (before, [EventKind.REGISTERED])
    assert not CalendarRun.objects.get(phase="apply").moved


def test_a_closed_dossier_never_moves_even_when_its_due_date_was_later(office: Office) -> None:
    dossier = office.accept()
    work(dossier)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 2, 16))
    before = dates(dossier)
    office.publish()
    assert (dates(dossier), kinds(dossier)[-1]) == (before, EventKind.FINISHED)


def test_a_worked_saturday_brings_the_promise_forward_and_a_removed_holiday_too(office: Office) -> None:
    dossier = office.accept()
    office.publish(date(2026, 3, 7), kind="worked")
    assert dates(dossier)[0] == hanoi(2026, 3, 7, 17)
    CalendarDay.objects.create(day=date(2026, 3, 18), kind="holiday", reason="Lễ", source="QĐ")
    later = office.accept(hanoi(2026, 3, 16))
    assert dates(later)[0] == hanoi(2026, 3, 24, 17)
    office.publish(date(2026, 3, 18), change="remove", at=hanoi(2026, 3, 16, 10))
    assert dates(later)[0] == hanoi(2026, 3, 23, 17)
    assert agrees_with_its_events(later)


def test_running_twice_moves_nobody_twice(office: Office) -> None:
    dossier = office.accept()
    draft = office.publish()
    after = dates(dossier)
    CalendarRun.objects.filter(draft=draft, phase="apply").update(finished_at=None, last_pk=0)
    recalculate_all(DECIDED + timedelta(hours=1))
    assert (dates(dossier), len(kinds(dossier))) == (after, 2)
    assert Notice.objects.filter(kind=Notice.Kind.RECALENDARED).count() == 1


def test_a_walk_cut_off_after_a_batch_continues_where_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalculation, "BATCH", 2)
    dossiers = [office.accept() for _ in range(5)]
    draft = office.submitted()
    recalculate_all(DECIDED)
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    at = DECIDED + timedelta(minutes=1)
    assert recalculate_next_batch(cache=WorkerCache(), at=at)
    assert [dates(one)[0] for one in dossiers] == [MOVED, MOVED, DUE, DUE, DUE]
    recalculate_all(at)
    assert {dates(one)[0] for one in dossiers} == {MOVED}
    run = CalendarRun.objects.get(phase="apply")
    assert (run.looked_at, run.moved, run.finished_at) == (5, 5, at)


@pytest.mark.parametrize("days", [(HOLIDAY,), (HOLIDAY, date(2026, 3, 10))])
def test_undoing_restores_every_date_to_the_microsecond(office: Office, days: tuple[date, ...]) -> None:
    running, paused, restarted = (office.accept(hanoi(2026, 3, 2, 9, 17, second)) for second in (3, 5, 7))
    for dossier in (paused, restarted):
        work(dossier)
        pause(dossier, hanoi(2026, 3, 2, 13, 41, 9))
    go_on(restarted, hanoi(2026, 3, 2, 15, 27, 51))
    everything = {one.pk: dates(one) for one in (running, paused, restarted)}
    drafts = [office.publish(day) for day in days]
    assert all(dates(one) != everything[one.pk] for one in (running, paused, restarted))
    for number, draft in enumerate(reversed(drafts)):
        office.undo(draft, hanoi(2026, 3, 4, 9 + number))
    assert {one.pk: dates(one) for one in (running, paused, restarted)} == everything
    assert kinds(running)[-1] == EventKind.CALENDAR_UNDONE
    assert all(agrees_with_its_events(one) for one in (running, paused, restarted))


def test_a_leg_finished_between_a_change_and_its_undoing_keeps_its_date_and_one_that_comes_back_does_not(
    office: Office,
) -> None:
    """A day at the desk, two at the department, one at an agency, one at the desk. Thursday becomes a holiday on
    Tuesday; the department hands on on Wednesday, with Friday as its date; then Thursday is worked after all."""
    version = make_procedure()
    agency = make_unit("Sở Thử", "agency")
    make_process(version, ("desk", 8), ("handler", 16), (agency, 8), ("desk", 8))
    handler = office.offering.handler
    dossier = register(make_offering(version, office.offering.unit, handler=handler), office.desk, at=ACCEPTED)
    work(dossier)
    before = dates(dossier)
    assert before[3:] == [hanoi(2026, 3, day, 17) for day in (3, 5, 6, 9)]
    thursday = office.publish(date(2026, 3, 5))
    assert dates(dossier)[3:] == [hanoi(2026, 3, 3, 17), *(hanoi(2026, 3, day, 17) for day in (6, 9, 10))]
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 4, 9))
    office.undo(thursday, hanoi(2026, 3, 4, 14))
    stored = [*before[:4], hanoi(2026, 3, 6, 17), *before[5:]]
    assert dates(dossier) == stored
    assert agrees_with_its_events(dossier)
    office.publish(date(2026, 3, 6), hanoi(2026, 3, 4, 15))  # and one finished before a change is not moved by it
    assert dates(dossier)[4] == stored[4]
    changes = changes_of(list(dossier.events.in_order()), calendars_of(office.desk))
    assert [change.keeps_legs for change in changes] == [False, False, True, True]
    sentences = change_text(changes[-2], WorkingCalendar()).sentences
    assert sentences[-1] == "Bước đã xong trước đó giữ nguyên hạn của bước ấy."
    send_back(dossier=dossier, leg=2, reason="Thiếu bản vẽ kèm theo", actor=None, at=hanoi(2026, 3, 4, 16))
    assert dates(dossier)[4] == hanoi(2026, 3, 5, 17)
    assert agrees_with_its_events(dossier)


def test_a_submitted_change_is_told_to_whoever_may_publish_it_and_not_to_its_author(office: Office) -> None:
    make_user("official", office.desk.parent)  # of a part of the district: the calendar is not theirs to decide
    away, deputy = make_user("official", Unit.objects.get(is_tenant=True)), make_user("clerk", office.desk)
    today = DECIDED.date()
    tenant = Unit.objects.get(is_tenant=True)
    delegate(absent=away, deputy=deputy, unit=tenant, since=today, until=today, reason="Nghỉ phép")
    office.submitted()
    notices = Notice.objects.filter(kind=Notice.Kind.CALENDAR_DRAFT)
    assert {notice.recipient_id for notice in notices} == {office.approver.pk, away.pk, deputy.pk}


def test_undoing_the_first_of_two_changes_leaves_the_second_in_force(office: Office) -> None:
    dossier = office.accept()
    first = office.publish()
    office.publish(date(2026, 3, 9))
    assert dates(dossier)[0] == hanoi(2026, 3, 11, 17)
    office.undo(first, hanoi(2026, 3, 4))
    assert dates(dossier)[0] == MOVED
    assert agrees_with_its_events(dossier)


def test_what_was_accepted_or_resumed_on_the_withdrawn_calendar_follows_the_restored_one(office: Office) -> None:
    paused = office.accept()
    work(paused)
    pause(paused, hanoi(2026, 3, 3, 8))
    draft = office.publish()
    meanwhile = office.accept(hanoi(2026, 3, 3, 11))
    go_on(paused, hanoi(2026, 3, 3, 14))
    assert dates(meanwhile)[0] == hanoi(2026, 3, 11, 17)
    office.undo(draft, hanoi(2026, 3, 4))
    assert dates(meanwhile)[0] == hanoi(2026, 3, 10, 17)
    assert kinds(meanwhile) == [EventKind.REGISTERED, EventKind.RECALENDARED]
    assert dates(paused)[0] == hanoi(2026, 3, 10, 14)
    assert agrees_with_its_events(meanwhile)
    assert agrees_with_its_events(paused)


def test_undoing_a_change_whose_walk_is_not_over_leaves_nobody_moved(office: Office, monkeypatch) -> None:
    monkeypatch.setattr(recalculation, "BATCH", 1)
    dossiers = [office.accept() for _ in range(3)]
    before = [dates(one) for one in dossiers]
    draft = office.submitted()
    recalculate_all(DECIDED)
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    recalculate_next_batch(cache=WorkerCache(), at=DECIDED + timedelta(minutes=1))
    office.undo(draft, hanoi(2026, 3, 4))
    assert [dates(one) for one in dossiers] == before
    assert [len(kinds(one)) for one in dossiers] == [3, 1, 1]


def test_a_preview_lists_what_would_move_and_moves_nothing(office: Office) -> None:
    dossier = office.accept()
    before = dates(dossier)
    draft = office.submitted()
    recalculate_all(DECIDED)
    run = draft.runs.get(is_stale=False)
    assert run.finished_at == DECIDED
    assert (run.moved, run.moves_kept) == (1, run.moves.count())
    (own,) = run.moves.filter(what="due")
    assert (own.dossier, own.old_due, own.new_due, own.event) == (dossier, DUE, MOVED, None)
    assert run.moves.filter(what="leg").exists()
    assert (dates(dossier), kinds(dossier)) == (before, [EventKind.REGISTERED])
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    recalculate_all(DECIDED + timedelta(minutes=1))
    moved = CalendarRun.objects.get(phase="apply").moves
    stored = ("dossier", "what", "position", "new_due")
    assert set(moved.values_list(*stored)) == {(dossier.pk, "due", None, MOVED), *legs_moved(dossier, before)}


def test_a_preview_is_counted_anew_when_the_draft_changes(office: Office) -> None:
    office.accept()
    draft = office.draft()
    recalculate_all(DECIDED)
    assert set(CalendarMove.objects.filter(what="due").values_list("new_due", flat=True)) == {MOVED}
    more = ChangedDay(date(2026, 3, 9), "add", "holiday", "Nghỉ thêm")
    add_changed_day(draft=draft, line=more, actor=office.author, at=DECIDED)
    assert not draft.runs.filter(is_stale=False, finished_at__isnull=False).exists()
    recalculate_all(DECIDED)
    assert set(CalendarMove.objects.filter(what="due").values_list("new_due", flat=True)) == {hanoi(2026, 3, 11, 17)}
    remove_changed_day(draft=draft, day=HOLIDAY, actor=office.author, at=DECIDED)
    recalculate_all(DECIDED)
    assert set(CalendarMove.objects.filter(what="due").values_list("new_due", flat=True)) == {MOVED}


def test_nothing_is_published_before_it_is_known_what_it_moves(office: Office) -> None:
    draft = office.submitted()
    with pytest.raises(RuleBroken, match="Chưa tính thử xong"):
        publish_change(draft=draft, actor=office.approver, at=DECIDED)
    assert not CalendarDay.objects.filter(day=HOLIDAY).exists()


def test_a_dossier_written_after_the_walk_passed_but_on_the_old_calendar_is_moved_too(office: Office) -> None:
    draft = office.submitted()
    recalculate_all(DECIDED)
    late = office.accept(DECIDED - timedelta(seconds=1))
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    run = CalendarRun.objects.filter(phase="apply")
    run.update(last_pk=late.pk)  # as if its transaction had ended only now
    recalculate_all(DECIDED)
    assert (dates(late)[0], run.get().finished_at) == (hanoi(2026, 3, 10, 17), None)
    recalculate_all(DECIDED + timedelta(minutes=1))
    assert (dates(late)[0], run.get().moved) == (hanoi(2026, 3, 11, 17), 1)


@pytest.mark.django_db(transaction=True)
def test_a_dossier_a_clerk_is_writing_is_not_waited_for_and_not_forgotten(office: Office) -> None:
    held, free = office.accept(), office.accept()
    draft = office.submitted()
    recalculate_all(DECIDED)
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    at = DECIDED + timedelta(minutes=1)
    with psycopg.connect(database_url()) as clerk:
        clerk.execute("SELECT FROM dossiers_dossier WHERE id = %s FOR UPDATE", [held.pk])
        recalculate_all(at)
        assert (dates(held)[0], dates(free)[0]) == (DUE, MOVED)
        run = CalendarRun.objects.get(phase="apply")
        assert (run.busy, run.finished_at) == ([held.pk], None)
    recalculate_all(at)
    run.refresh_from_db()
    assert (dates(held)[0], run.busy, run.finished_at) == (MOVED, [], at)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_moves_the_dates(office: Office, celery_worker, eventually) -> None:
    dossier = office.accept()
    draft = office.submitted()
    reckon_calendar_changes.delay()
    eventually(lambda: draft.runs.filter(is_stale=False, finished_at__isnull=False).exists(), 20)
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    reckon_calendar_changes.delay()
    eventually(lambda: dates(dossier)[0] == MOVED, 20)


def test_a_batch_costs_the_same_few_queries_whatever_its_size(office: Office, django_assert_max_num_queries) -> None:
    for _ in range(6):
        office.accept()
    draft = office.submitted()
    recalculate_all(DECIDED)
    publish_change(draft=draft, actor=office.approver, at=DECIDED)
    with django_assert_max_num_queries(18):
        recalculate_next_batch(cache=WorkerCache(), at=DECIDED + timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_the_walk_to_the_first(office: Office) -> None:
    dossier = office.accept()
    draft = office.submitted()
    with psycopg.connect(database_url()) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [recalculation.ONE_WORKER])
        reckon_calendar_changes()
        assert not draft.runs.filter(is_stale=False, finished_at__isnull=False).exists()
        first.execute("SELECT pg_advisory_unlock_all()")
    reckon_calendar_changes()
    assert draft.runs.filter(is_stale=False, finished_at__isnull=False, moved=1).exists()
    assert kinds(dossier) == [EventKind.REGISTERED]
