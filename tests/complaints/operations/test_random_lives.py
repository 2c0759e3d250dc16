"""Random lives of a case: the real verbs in any order on a real database, and the laws that hold after every one.

`WALK_STEPS` asks for longer walks; a tenth of them is walked here, the rest by dossiers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Membership, User
from complaints.changes.calendar import recalculation
from complaints.changes.reorganisation.cases import move_cases
from complaints.clock.rules import Grade
from complaints.clock.states import (
    ANSWERABLE,
    MOVES,
    OPEN,
    SEALED_KINDS,
    SETTLEMENTS,
    Kind,
    Outcome,
    Status,
)
from complaints.events.reconciliation import compare_cases
from complaints.loading import load_rules
from complaints.models import (
    Case,
    CaseDossier,
    CaseFile,
    CaseHandler,
    CaseLink,
    CaseText,
    Ground,
    Letter,
    Reporter,
    Representative,
    SealedBox,
)
from complaints.operations.acceptance import actions
from complaints.operations.acceptance.actions import accept_case, note_supplement, refuse_case, transfer_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.operations.answer.actions import answer_case, draft_answer, return_draft
from complaints.operations.handlers.actions import end_handler, name_handler
from complaints.operations.linking.representatives import Delegate, name_representatives
from complaints.operations.settlement import assignment
from complaints.operations.settlement.actions import (
    close_case,
    extend_case,
    grade_case,
    reopen_case,
    resume_case,
    settle_case,
    start_settling,
    suspend_case,
    withdraw_case,
)
from complaints.operations.settlement.assignment import assign_case
from complaints.texts.actions import add_note
from dossiers.changes.calendar import recalculation as calendar_runs
from dossiers.changes.calendar.actions import (
    ChangedDay,
    draft_change,
    publish_change,
    submit_change,
    undo_change,
)
from dossiers.changes.calendar.recalculation import WorkerCache
from tests.complaints.cases import make_inspector, received
from tests.factories import City, hanoi, make_units, make_user
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import CalendarDraft
from units.rules import RuleBroken

STEPS = max(60, int(os.environ.get("WALK_STEPS", "0")) // 10)
STEPS_A_LIFE = 12
WORDS = "Lý do được ghi rõ ràng bằng lời."
REST = "Phần còn lại của lá đơn."
DONE: set[str] = set()
"""Verbs that succeeded at least once in a walk."""
DATES = ("check_due_at", "settle_due_at", "answer_due_at", "due_at", "next_due_at", "derivation")
PLAIN = (Reporter, CaseText, CaseFile, CaseDossier, Letter, Representative)


class Life(RuleBasedStateMachine):
    """One case at the mercy of everybody. What the rules forbid is refused with a sentence and changes nothing."""

    city: City
    inspectors: list[User]
    others: list[User]
    keepers: tuple[User, User]
    """Who writes a change of the calendar, and who publishes it."""
    holiday: CalendarDraft | None = None

    @initialize(
        kind=st.sampled_from([Kind.GRIEVANCE, Kind.DENUNCIATION, Kind.PETITION, Kind.FIELD_REPORT]),
        channel=st.sampled_from(["counter", "web"]),
        minutes=st.integers(0, 540),
        far=st.sampled_from([4, 3, 2, 1, 0]),
    )
    def begin(self, kind: Kind, channel: str, minutes: int, far: int) -> None:
        """Received, and `far` steps further on its usual way: deep acts are tried as often as early ones."""
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = working_calendar().advance(hanoi(2026, 7, 6, 8), timedelta(minutes=minutes))
        self.case = received(self.city.ward, kind, at=self.at, channel=channel)
        self.known = self.identity()
        self.check()
        for act in (self.sort_as_it_is, self.accept, self.start, self.settle_it)[:far]:
            act()

    def sort_as_it_is(self) -> None:
        self.attempt(sort_case, sorting=Sorting(Kind(self.fresh().kind)), actor=None)

    def settle_it(self) -> None:
        self.attempt(settle_case, outcome=Outcome.UPHELD, decision=WORDS, actor=None)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # What holds

    def fresh(self) -> Case:
        return Case.objects.select_related("receiving_unit", "unit", "passed_to").get(pk=self.case.pk)

    def identity(self) -> tuple[object, ...]:
        row = self.fresh()
        return row.code, row.link_key, row.receiving_unit_id, row.received_at

    def check(self) -> None:
        """The row is what its events say, by legal moves alone; it is over just when it has an outcome."""
        assert [found for _count, found in compare_cases()] == [[]]
        row = self.fresh()
        assert self.identity() == self.known
        moves = list(row.events.in_order().values_list("from_status", "to_status"))
        assert all(a == b or Status(b) in MOVES[Status(a) if a else None] for a, b in moves)
        assert not row.finished_at or row.outcome
        assert bool(row.outcome) == bool(row.finished_at or row.settled_at)
        assert (row.next_due_at is None) == (row.state not in OPEN)
        assert not row.draft or row.state in ANSWERABLE
        self.check_secrecy(row)

    def check_secrecy(self, row: Case) -> None:
        """Sealed means nothing plain, and everybody who may see it is named; plain means no box with words."""
        assert row.is_sealed == (row.kind in SEALED_KINDS)
        if not row.is_sealed:
            assert not SealedBox.objects.filter(case=row).exists()
            return
        assert not any(model._default_manager.filter(case=row).exists() for model in PLAIN)
        assert not CaseLink.objects.filter(other=row).exists()
        named = set(CaseHandler.objects.filter(case=row, until=None).values_list("user", flat=True))
        seen_by = {one.pk for one in [*self.inspectors, *self.others] if self.may_see(one)}
        assert named
        assert seen_by == named

    def may_see(self, one: User) -> bool:
        return Case.objects.visible_to(one).filter(pk=self.case.pk).exists()

    def attempt(self, verb: Callable[..., object], **arguments: Any) -> bool:
        """Do it, or be refused with a sentence; a refusal changes nothing."""
        before, count = self.row(), self.case.events.count()
        try:
            with transaction.atomic():
                verb(case=self.case, at=self.at, **arguments)
        except RuleBroken:
            assert (self.row(), self.case.events.count()) == (before, count)
            return False
        DONE.add(verb.__name__)
        self.check()
        return True

    def row(self) -> dict[str, Any]:
        return Case.objects.filter(pk=self.case.pk).values().get()

    def grounds(self, use: str) -> list[Ground]:
        return list(Ground.objects.filter(kind=self.fresh().kind, use=use))

    # Time

    @rule(minutes=st.sampled_from([1, 20, 90, 480, 1440, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.at = working_calendar().advance(self.at, timedelta(minutes=minutes))

    @precondition(lambda self: self.holiday is None)
    @rule(after=st.integers(1, 30))
    def announce_holiday(self, after: int) -> None:
        line = ChangedDay(working_calendar().nth_working_day(self.at.date(), after), "add", "holiday", "Nghỉ bão")
        author, approver = self.keepers
        self.before = self.row(), self.fresh().events.count()
        draft = draft_change(title="Nghỉ bão", source="Công điện 1", first=line, author=author, at=self.at)
        submit_change(draft=draft, actor=author, at=self.at)
        self.reckon()
        publish_change(draft=draft, actor=approver, at=self.at)
        self.reckon()
        self.holiday = draft
        self.check()

    @precondition(lambda self: self.holiday is not None)
    @rule()
    def take_the_holiday_back(self) -> None:
        row, count = self.before
        since = self.fresh().events.filter(number__gt=count)
        nothing_else = not since.exclude(kind="recalendared").exists()
        moved = since.exists()
        undo_change(draft=self.holiday, actor=self.keepers[1], at=self.at)
        self.reckon()
        self.holiday = None
        self.check()
        if moved and nothing_else:
            DONE.add("undo_change")
            now = self.row()
            assert {name: now[name] for name in DATES[:-1]} == {name: row[name] for name in DATES[:-1]}

    def reckon(self) -> None:
        self.at += timedelta(minutes=1)
        for reckon_next in (calendar_runs.recalculate_next_batch, recalculation.recalculate_next_batch):
            cache = WorkerCache()
            while reckon_next(cache=cache, at=self.at):
                pass

    # To be taken on or not

    @rule(
        kind=st.sampled_from([None, None, None, Kind.DENUNCIATION, Kind.PETITION]),
        longer=st.booleans(),
        worded=st.booleans(),
    )
    def sort(self, kind: Kind | None, longer: bool, worded: bool) -> None:
        sorting = Sorting(kind or Kind(self.fresh().kind), is_longer=longer, reason=WORDS if worded else "")
        self.attempt(sort_case, sorting=sorting, actor=None)

    @rule()
    def accept(self) -> None:
        self.attempt(accept_case, actor=None)

    @rule(eager=st.integers(0, 4))
    def refuse(self, eager: int) -> None:
        if eager == 0:  # rare, since it ends the life
            ground = next(iter(self.grounds("not_accepted")), None)
            self.attempt(refuse_case, ground=ground, reason=WORDS, actor=None)

    @rule(eager=st.integers(0, 4))
    def transfer(self, eager: int) -> None:
        if eager == 0:
            self.attempt(transfer_case, body="Thanh tra thành phố", reason=WORDS, actor=None)

    @rule()
    def ask_supplement(self) -> None:
        self.attempt(actions.ask_supplement, asked=WORDS, actor=None)

    @rule()
    def supplement(self) -> None:
        self.attempt(note_supplement, said=WORDS, actor=None)

    # Settlement

    @rule()
    def start(self) -> None:
        self.attempt(start_settling, actor=None)

    @rule(grade=st.sampled_from(list(Grade)))
    def grade(self, grade: Grade) -> None:
        self.attempt(grade_case, grade=grade, grounds=self.grounds("complex"), reason=WORDS, actor=None)

    @rule(grounds=st.integers(0, 2))
    def extend(self, grounds: int) -> None:
        self.attempt(extend_case, grounds=self.grounds("complex")[:grounds], reason=WORDS, actor=None)

    @rule()
    def suspend(self) -> None:
        ground = next(iter(self.grounds("suspend")), None)
        self.attempt(suspend_case, ground=ground, reason=WORDS, actor=None)

    @rule()
    def resume(self) -> None:
        self.attempt(resume_case, actor=None)

    @rule()
    def pause_for_no_time(self) -> None:
        """A suspension that ends in the same moment changes no date."""
        before, ground = self.row(), next(iter(self.grounds("suspend")), None)
        if self.attempt(suspend_case, ground=ground, reason=WORDS, actor=None):
            assert self.attempt(resume_case, actor=None)
            now = self.row()
            assert {name: now[name] for name in DATES} == {name: before[name] for name in DATES}

    @rule(outcome=st.sampled_from(sorted(SETTLEMENTS)))
    def settle(self, outcome: Outcome) -> None:
        self.attempt(settle_case, outcome=outcome, decision=WORDS, actor=None)

    @rule(outcome=st.sampled_from([None, Outcome.UPHELD, Outcome.DEALT_WITH]))
    def answer(self, outcome: Outcome | None) -> None:
        self.attempt(answer_case, answer=WORDS, outcome=outcome, actor=None)

    @rule(outcome=st.sampled_from([None, Outcome.EXPLAINED, Outcome.WITHDRAWN]), by=st.integers(0, 9))
    def draft(self, outcome: Outcome | None, by: int) -> None:
        self.attempt(draft_answer, answer=WORDS, outcome=outcome, actor=self.others[by % len(self.others)])

    @rule()
    def give_draft_back(self) -> None:
        self.attempt(return_draft, reason=WORDS, actor=None)

    @rule(by=st.integers(0, 9))
    def answer_as(self, by: int) -> None:
        """Whoever may not answer for the unit is refused where the rules ask for approval."""
        actor = self.others[by % len(self.others)]
        self.attempt(answer_case, answer=WORDS, outcome=Outcome.EXPLAINED, actor=actor)

    @rule(people=st.integers(1, 3))
    def represent(self, people: int) -> None:
        def verb(*, case: Case, at: object) -> None:
            name_representatives(case=case, people=people, delegates=[Delegate("Trần Văn Một")])

        self.attempt(verb)

    @rule()
    def close(self) -> None:
        self.attempt(close_case, actor=None)

    @rule()
    def reopen(self) -> None:
        self.attempt(reopen_case, why=WORDS, actor=None)

    @rule(goes_on=st.booleans(), eager=st.integers(0, 3))
    def withdraw(self, goes_on: bool, eager: int) -> None:
        if eager == 0:
            self.attempt(withdraw_case, goes_on=goes_on, reason=WORDS, actor=None)

    # Whose it is

    @rule(place=st.sampled_from(["department", "other_ward", "ward"]))
    def pass_on(self, place: str) -> None:
        self.attempt(assignment.pass_on, to=getattr(self.city, place), reason=WORDS, actor=None)

    @rule()
    def take_over(self) -> None:
        self.attempt(assignment.take_over, actor=None)

    @rule()
    def send_back(self) -> None:
        self.attempt(assignment.send_back, reason=WORDS, actor=None)

    @rule()
    def continue_elsewhere(self) -> None:
        """Its unit ends, and another one goes on."""
        unit = self.fresh().unit_id
        successor = self.city.other_ward if unit == self.city.department.pk else self.city.department
        move_cases(successors={unit: successor.pk}, on=local_day(self.at), actor=None, at=self.at)
        self.check()

    @rule(who=st.integers(0, 9))
    def assign(self, who: int) -> None:
        people = [*self.inspectors, *self.others, None]
        self.attempt(assign_case, to=people[who % len(people)], actor=None)

    @rule(who=st.integers(0, 9), by=st.integers(0, 9))
    def name(self, who: int, by: int) -> None:
        people = [*self.inspectors, *self.others]
        self.attempt(name_handler, user=people[who % len(people)], actor=people[by % len(people)])

    @rule(who=st.integers(0, 2), by=st.integers(0, 2))
    def end(self, who: int, by: int) -> None:
        people = [*self.inspectors, self.others[-1]]
        self.attempt(end_handler, user=people[who], actor=people[by])

    @rule()
    def note(self) -> None:
        add_note(case=self.fresh(), text=WORDS, actor=self.inspectors[0], at=self.at)
        self.check()

    @rule(kind=st.sampled_from([Kind.DENUNCIATION, Kind.QUESTION]))
    def split(self, kind: Kind) -> None:
        """The part is born within the law too; it goes away again, as this life is about one case."""
        if self.fresh().is_sealed:
            return
        with transaction.atomic():
            try:
                actor = self.inspectors[0]
                part = split_case(case=self.case, kind=kind, content=WORDS, remaining=REST, actor=actor, at=self.at)
            except RuleBroken:
                pass
            else:
                DONE.add("split_case")
                assert part.is_sealed == (kind is Kind.DENUNCIATION)
                assert self.fresh().links.exists() == (not part.is_sealed)
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_laws_of_the_inbox_hold() -> None:
    load_rules()
    Life.city = city = make_units()
    Life.inspectors = [make_inspector(city.district), make_inspector(city.district)]
    Life.others = [make_user(role, city.district) for role in Membership.Role.values if role != "inspector"]
    Life.others.append(make_inspector(city.other_ward))
    Life.keepers = make_user("administrator", city.district), make_user("official", city.district)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_LIFE),
            stateful_step_count=STEPS_A_LIFE,
            deadline=None,
            phases=[Phase.generate],  # shrinking a walk takes minutes; its steps are printed as they were
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(DONE) >= 5, f"a walk that does little proves little: {sorted(DONE)}"
