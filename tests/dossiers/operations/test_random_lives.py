"""Random lives: the real verbs in any order on a real database, and the laws that hold after every one of them.

`WALK_STEPS` asks for more steps than the quick default; the continuous integration walks thousands.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from dossiers.changes.calendar import actions, recalculation
from dossiers.clock.states import MOVES, Outcome, Status
from dossiers.events.reconciliation import compare_all
from dossiers.intake.submit import Submission, submit_incomplete
from dossiers.models import Dossier, DossierLeg
from dossiers.operations.acceptance.actions import accept_completed, refuse
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.assignment.actions import assign
from dossiers.operations.consultation.actions import (
    Question,
    VisitReport,
    answer_consultation,
    consult,
    record_visit,
)
from dossiers.operations.correction.actions import correct_procedure
from dossiers.operations.finishing.actions import Receiver, Result, finish_dossier, return_result, start_work
from dossiers.operations.finishing.same_day import extend_bulk_copies
from dossiers.operations.handover.actions import hand_over, send_back, take_over
from dossiers.operations.pauses.actions import (
    Order,
    ask_payment,
    ask_withdrawal,
    close_stopped,
    close_withdrawal,
    record_payment,
    resume,
    stop_by_order,
)
from dossiers.operations.supplement.actions import Defects, Override, ask_supplement, complete_supplement
from tests.factories import (
    City,
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_process,
    make_units,
    make_user,
    register,
)
from units.calendar.lookup import working_calendar
from units.rules import RuleBroken

STEPS = int(os.environ.get("WALK_STEPS", "300"))
STEPS_A_LIFE = 25
REASON = "Lý do được ghi rõ ràng bằng lời"
GROUND = "Điều 17 Nghị định 61/2018/NĐ-CP"
ZERO = timedelta(0)
DONE: set[str] = set()
"""Verbs that succeeded at least once in a walk."""


class Life(RuleBasedStateMachine):
    """One dossier from ward to department and back, at the mercy of everybody. Whatever the rules forbid is refused
    with a sentence and changes nothing."""

    @initialize(
        minutes=st.integers(0, 540),
        term=st.sampled_from([(5, "working_day"), (30, "day"), (16, "working_hour"), (0, "same_day")]),
        way=st.sampled_from(["simple", "long", "parallel"]),
        complete=st.booleans(),
    )
    def begin(self, minutes: int, term: tuple[int, str], way: str, complete: bool) -> None:
        self.done = DONE
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.city: City = make_units()
        self.leader = make_user("leader", self.city.district)
        self.second = make_user("administrator", self.city.district)
        self.clerk = make_user("clerk", self.city.department)
        self.at = working_calendar().advance(hanoi(2026, 2, 10, 8), timedelta(minutes=minutes))
        version = make_procedure(term_amount=term[0], term_unit=term[1])
        if way != "simple" and term[1] in {"working_day", "day"}:
            group = (1,) if way == "parallel" else ()
            others = [("handler", 8, *group), (self.city.other_ward, 8, *group)]
            make_process(version, ("desk", 4), *others, ("leader", 4), ("desk", 4))
        self.offering = make_offering(version, self.city.ward, handler=self.city.department)
        self.other = make_offering(make_procedure(term_amount=10), self.city.ward, handler=self.city.department)
        self.holiday: Any = None
        if complete:
            self.dossier = register(self.offering, self.city.ward_desk, at=self.at)
        else:
            self.dossier = submit_incomplete(
                handed_in=self.handed_in(), defects=self.defects(), actor=None, at=self.at
            )
        self.known = self.identity()
        self.check()

    def handed_in(self) -> Submission:
        return Submission(uuid4(), self.city.ward_desk, self.offering, make_applicant())

    def defects(self) -> Defects:
        return Defects(reasons=["missing"], text="Thiếu bản sao giấy khai sinh có chứng thực")

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # What holds

    def identity(self) -> tuple[object, ...]:
        row = self.fresh()
        return row.code, row.link_key, row.receiving_desk_id, row.submitted_at

    def fresh(self) -> Dossier:
        return Dossier.objects.select_related("receiving_desk", "desk").get(pk=self.dossier.pk)

    def check(self) -> None:
        (checked,) = compare_all()
        assert checked == (1, [])
        row = self.fresh()
        assert self.identity() == self.known
        moves = list(row.events.order_by("number").values_list("from_status", "to_status"))
        assert all(a == b or Status(b) in MOVES[a and Status(a)] for a, b in moves)
        if row.received_at is not None:
            assert row.book_number == 1
            self.check_time(row)
            if row.finished_at is None:
                sent = [leg for leg in self.legs() if leg.handed_over_at and not leg.accepted_at and not leg.skipped]
                assert sent or any(leg.in_hand for leg in self.legs()), "in nobody's hands"

    def check_time(self, row: Dossier) -> None:
        """Legs, pauses and gaps are the whole of the working time: nothing is lost and nothing counted twice."""
        assert row.received_at is not None
        end = row.finished_at or self.at
        marks = sorted({row.received_at, end, *self.bounds(row, end)})
        worked = working_calendar(row.receiving_desk).worked_time_between
        held, gaps = self.spans(row, end)
        total = ZERO
        for start, stop in pairwise(marks):
            covered = any(a <= start and stop <= b for a, b in [*held, *gaps])
            assert covered or worked(start, stop) == ZERO, (start, stop, held, gaps)
            total += worked(start, stop)
        assert total == worked(row.received_at, end)

    def bounds(self, row: Dossier, end: datetime) -> list[datetime]:
        held, gaps = self.spans(row, end)
        return [moment for span in [*held, *gaps] for moment in span]

    def spans(self, row: Dossier, end: datetime) -> tuple[list[tuple[datetime, datetime]], ...]:
        held, gaps = [], []
        for leg in row.legs.all():
            if leg.accepted_at:
                held.append((leg.accepted_at, min(leg.finished_at or end, end)))
            if leg.handed_over_at:
                gaps.append((leg.handed_over_at, min(leg.accepted_at or end, end)))
        return held, gaps

    def attempt(self, verb: Callable[..., object], **arguments: Any) -> bool:
        """Do it, or be refused with a sentence; a refusal changes nothing."""
        before, count = self.row(), self.dossier.events.count()
        try:
            with transaction.atomic():
                verb(at=self.at, **arguments)
        except RuleBroken:
            assert (self.row(), self.dossier.events.count()) == (before, count)
            return False
        self.done.add(verb.__name__)
        self.check()
        return True

    def row(self) -> dict[str, Any]:
        return Dossier.objects.filter(pk=self.dossier.pk).values().get()

    def legs(self) -> list[DossierLeg]:
        return list(self.dossier.legs.all())

    # Time

    @rule(minutes=st.sampled_from([1, 20, 90, 240, 480, 1440, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.at = working_calendar().advance(self.at, timedelta(minutes=minutes))

    # Intake

    @rule()
    def accept(self) -> None:
        self.attempt(accept_completed, dossier=self.dossier, actor=None)

    @rule(wordless=st.booleans())
    def refuse(self, wordless: bool) -> None:
        reason = "?" if wordless else REASON
        if self.at.day % 5 == 0:  # rare, since it ends the life
            self.attempt(refuse, dossier=self.dossier, reason=reason, ground=GROUND, actor=None)

    @rule(overridden=st.booleans())
    def ask_supplement(self, overridden: bool) -> None:
        override = Override(ground=GROUND, approver=self.leader) if overridden else None
        self.attempt(ask_supplement, dossier=self.dossier, defects=self.defects(), actor=None, override=override)

    @rule()
    def supplement(self) -> None:
        self.attempt(complete_supplement, dossier=self.dossier, actor=None)

    @rule()
    def correct(self) -> None:
        self.attempt(correct_procedure, dossier=self.dossier, offering=self.other, reason=REASON, actor=None)

    @rule(days=st.integers(1, 3))
    def extend(self, days: int) -> None:
        self.attempt(extend_bulk_copies, dossier=self.dossier, working_days=days, reason=REASON, actor=None)

    # The way

    @rule()
    def start(self) -> None:
        self.attempt(start_work, dossier=self.dossier, actor=None)

    @rule(leg=st.integers(0, 4))
    def hand_over(self, leg: int) -> None:
        self.attempt(hand_over, dossier=self.dossier, leg=leg, actor=None)

    @rule(leg=st.integers(0, 4))
    def take_over(self, leg: int) -> None:
        self.attempt(take_over, dossier=self.dossier, leg=leg, actor=None)

    @rule(leg=st.integers(1, 4))
    def send_back(self, leg: int) -> None:
        self.attempt(send_back, dossier=self.dossier, leg=leg, reason=REASON, actor=None)

    @rule(leg=st.integers(0, 2))
    def assign(self, leg: int) -> None:
        self.attempt(assign, dossier=self.dossier, leg=leg, person=self.clerk, actor=None)

    @rule()
    def consult(self) -> None:
        asked = Question(self.city.other_ward, "Xin ý kiến về nguồn gốc thửa đất", self.at + timedelta(days=5))
        self.attempt(consult, dossier=self.dossier, asker=self.city.department, question=asked, actor=None)

    @rule()
    def answer(self) -> None:
        if (asked := self.dossier.consultations.filter(answered_at=None).first()) is not None:
            self.attempt(answer_consultation, consultation=asked, answer="Thống nhất với đề nghị", actor=None)

    @rule()
    def visit(self) -> None:
        seen = VisitReport(on=self.at.date(), place="Số 1 phố Thử", findings="Đúng như hồ sơ kê khai")
        self.attempt(record_visit, dossier=self.dossier, unit=self.city.department, seen=seen, actor=None)

    # Waiting

    @rule()
    def ask_payment(self) -> None:
        self.attempt(ask_payment, dossier=self.dossier, amount_vnd=50_000, purpose="Lệ phí trước bạ", actor=None)

    @rule()
    def pay(self) -> None:
        self.attempt(record_payment, dossier=self.dossier, receipt="BL 001", actor=None)

    @rule()
    def stop(self) -> None:
        order = Order(body="Tòa án nhân dân", document="12/QĐ-TA", dated=self.at.date(), reason=REASON)
        self.attempt(stop_by_order, dossier=self.dossier, order=order, consequences="Chưa thu tiền", actor=None)

    @rule()
    def go_on(self) -> None:
        self.attempt(resume, dossier=self.dossier, reason=REASON, document="13/QĐ-TA", actor=None)

    @rule()
    def pause_and_resume_at_once(self) -> None:
        before = self.fresh()
        if before.state is not Status.IN_PROCESS:  # waiting already: it goes on with what was left then
            return
        dues = [leg.due_at for leg in self.legs()]
        order = Order(body="Tòa án nhân dân", document="12/QĐ-TA", dated=self.at.date(), reason=REASON)
        if self.attempt(stop_by_order, dossier=self.dossier, order=order, consequences="Không", actor=None):
            self.attempt(resume, dossier=self.dossier, reason=REASON, document="", actor=None)
            after = self.fresh()
            assert (after.due_at, after.statutory_due_at) == (before.due_at, before.statutory_due_at)
            assert [leg.due_at for leg in self.legs()] == dues

    @rule(days=st.integers(1, 20))
    def apologise(self, days: int) -> None:
        new_day = working_calendar().nth_working_day(self.at.date(), days)
        excuse = Excuse(unit=self.city.department, cause="workload", reason=REASON, new_day=new_day)
        due_at = self.fresh().due_at
        if self.attempt(sign_apology, dossier=self.dossier, excuse=excuse, actor=self.leader):
            assert self.fresh().due_at == due_at

    # The calendar

    @precondition(lambda self: self.holiday is None)
    @rule(after=st.integers(1, 8))
    def announce_holiday(self, after: int) -> None:
        day = working_calendar().nth_working_day(self.at.date(), after)
        line = actions.ChangedDay(day, "add", "holiday", "Nghỉ đột xuất")
        self.before = self.row(), [leg.due_at for leg in self.legs()], self.dossier.events.count()
        draft = actions.draft_change(
            title="Nghỉ đột xuất", source="Công điện 1", first=line, author=self.second, at=self.at
        )
        actions.submit_change(draft=draft, actor=self.second, at=self.at)
        self.reckon()
        actions.publish_change(draft=draft, actor=self.leader, at=self.at)
        self.reckon()
        self.holiday = draft
        self.check()

    @precondition(lambda self: self.holiday is not None)
    @rule()
    def take_the_holiday_back(self) -> None:
        row, dues, count = self.before
        moved = self.dossier.events.count() - count
        nothing_since = not self.dossier.events.filter(number__gt=count).exclude(kind="recalendared").exists()
        actions.undo_change(draft=self.holiday, actor=self.leader, at=self.at)
        self.reckon()
        self.holiday = None
        self.check()
        if nothing_since and moved:
            now = self.row()
            assert all(now[name] == row[name] for name in ("due_at", "statutory_due_at", "new_due_at"))
            assert [leg.due_at for leg in self.legs()] == dues

    def reckon(self) -> None:
        known = recalculation.WorkerCache()
        self.at += timedelta(minutes=1)
        while recalculation.recalculate_next_batch(cache=known, at=self.at):
            pass

    # Ends

    @rule(outcome=st.sampled_from([Outcome.GRANTED, Outcome.DECLINED]), eager=st.integers(0, 3))
    def finish(self, outcome: Outcome, eager: int) -> None:
        if eager == 0:  # rare, since it ends the life
            self.attempt(
                finish_dossier,
                dossier=self.dossier,
                outcome=outcome,
                reason=REASON,
                ground=GROUND,
                result=Result(number="1/KQ", dated=date(2026, 2, 9)),
                cause="workload",
                actor=None,
            )

    @rule()
    def hand_out(self) -> None:
        receiver = Receiver("Nguyễn Thị Phượng", "desk", "001187004521", identity_checked=True, fee_collected=True)
        self.attempt(return_result, dossier=self.dossier, receiver=receiver, actor=None)

    @rule(eager=st.integers(0, 5))
    def ask_withdrawal(self, eager: int) -> None:
        if eager == 0:
            self.attempt(ask_withdrawal, dossier=self.dossier, reason=REASON, actor=None)

    @rule()
    def close_withdrawal(self) -> None:
        self.attempt(close_withdrawal, dossier=self.dossier, consequences="Không", papers_back="Tờ khai", actor=None)

    @rule(eager=st.integers(0, 3))
    def close_stopped(self, eager: int) -> None:
        if eager == 0:
            self.attempt(
                close_stopped,
                dossier=self.dossier,
                reason=REASON,
                consequences="Không",
                papers_back="Tờ khai",
                actor=None,
            )


@pytest.mark.django_db
def test_whatever_is_done_in_whatever_order_the_laws_of_the_register_hold():
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
    assert len(DONE) >= (15 if STEPS >= 2000 else 10), f"a walk that does little proves little: {sorted(DONE)}"
