"""From acceptance to the answer, and reopening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.rules import Grade, Rules
from complaints.clock.states import SETTLEMENTS, EventKind, Outcome
from complaints.events.notices import notify_reporter
from complaints.events.record import append_event, locked
from complaints.models import Case, CaseEvent, Ground
from complaints.models.people import TextSort
from complaints.operations.publication.actions import take_down
from complaints.texts.actions import checked_text, store_text
from dossiers.events.record import calendars_of
from notices.models import Notice
from units.clock.due_dates import due_date
from units.rules import RuleBroken


@transaction.atomic
def start_settling(*, case: Case, actor: User | None, at: datetime) -> Case:
    """Somebody begins the work. Raises RuleBroken."""
    case = locked(case)
    append_event(case, EventKind.STARTED, actor=actor, at=at)
    return case


@transaction.atomic
def grade_case(
    *, case: Case, grade: Grade, grounds: Sequence[Ground], reason: str, actor: User | None, at: datetime
) -> Case:
    """Call the case complex, urgent or normal. Complex needs as many grounds as the law asks for, in writing (Decree
    155/2026/NĐ-CP, article 2; Decree 31/2019/NĐ-CP, article 3). Raises RuleBroken."""
    case = locked(case)
    rules = case_rules(case)
    if grade not in rules.settle:
        raise RuleBroken(_("Loại này không có mức độ đó."), field="grade")
    codes = _complex(case, rules, grade, grounds)
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.GRADED, actor=actor, at=at, data={"grade": grade.value, "grounds": codes})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_EXTENDED, at=at)
    return case


@transaction.atomic
def extend_case(*, case: Case, grounds: Sequence[Ground], reason: str, actor: User | None, at: datetime) -> Case:
    """One of the extensions the law gives this kind; the second needs the grounds of a very complex case, none comes
    after the last. Raises RuleBroken."""
    case = locked(case)
    rules = case_rules(case)
    if case.extensions >= len(rules.extensions):
        raise RuleBroken(_("Luật không cho gia hạn thêm lần nào nữa."))
    wanted = 1 if case.extensions == 0 else rules.complex_needs
    codes = _grounds(case, grounds, Ground.Use.COMPLEX, wanted)
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.EXTENDED, actor=actor, at=at, data={"grounds": codes})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_EXTENDED, at=at)
    return case


@transaction.atomic
def suspend_case(*, case: Case, ground: Ground | None, reason: str, actor: User | None, at: datetime) -> Case:
    """Stop the clock by decision, for a ground the law knows. Raises RuleBroken."""
    case = locked(case)
    codes = _grounds(case, [ground] if ground else [], Ground.Use.SUSPEND, 1)
    reason = checked_text(reason, "reason")
    event = append_event(case, EventKind.SUSPENDED, actor=actor, at=at, data={"ground": codes[0]})
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_SUSPENDED, at=at)
    return case


@transaction.atomic
def resume_case(*, case: Case, actor: User | None, at: datetime) -> Case:
    """Resume; exactly the working time that was left counts from now. Raises RuleBroken."""
    case = locked(case)
    append_event(case, EventKind.RESUMED, actor=actor, at=at)
    notify_reporter(case, Notice.Kind.CASE_RESUMED, at=at)
    return case


@transaction.atomic
def settle_case(*, case: Case, outcome: Outcome, decision: str, actor: User | None, at: datetime) -> Case:
    """The decision or conclusion, with what it says. Raises RuleBroken."""
    case = locked(case)
    check_outcome(outcome)
    decision = checked_text(decision, "decision")
    event = append_event(case, EventKind.SETTLED, actor=actor, at=at, data={"outcome": outcome.value})
    store_text(case, TextSort.REASON, decision, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def close_case(*, case: Case, actor: User | None, at: datetime) -> Case:
    """Nothing more is owed. Raises RuleBroken."""
    case = locked(case)
    append_event(case, EventKind.CLOSED, actor=actor, at=at)
    return case


@transaction.atomic
def withdraw_case(*, case: Case, goes_on: bool, reason: str, actor: User | None, at: datetime) -> Case:
    """The reporter withdraws it. A denunciation may be settled all the same (Decree 156/2026/NĐ-CP, article 1.4).
    Raises RuleBroken."""
    case = locked(case)
    if goes_on and not case.is_sealed:
        raise RuleBroken(_("Chỉ tố cáo mới được giải quyết tiếp sau khi rút."), field="goes_on")
    kind = EventKind.WITHDRAWAL_NOTED if goes_on else EventKind.WITHDRAWN
    event = append_event(case, kind, actor=actor, at=at)
    store_text(case, TextSort.REASON, reason, event=event.number, author=actor, at=at)
    return case


@transaction.atomic
def reopen_case(*, case: Case, why: str, actor: User | None, at: datetime) -> Case:
    """Reopen the case for a reporter who objects to the answer in time; its publication is withdrawn. Raises
    RuleBroken after that time."""
    case = locked(case)
    rules = case_rules(case)
    why = checked_text(why, "why")
    until = reopens_until(case, rules)
    if until is None:
        raise RuleBroken(_("Vụ việc này không đề nghị xem lại được ở đây."))
    if at > until:
        raise RuleBroken(_("Đã quá thời hạn đề nghị xem lại. Ông/bà có thể gửi phản ánh mới."))
    take_down(case)
    event = append_event(case, EventKind.REOPENED, actor=actor, at=at)
    store_text(case, TextSort.REOPENING, why, event=event.number, author=actor, at=at)
    return case


def reopens_until(case: Case, rules: Rules) -> datetime | None:
    """Until when the reporter may have it reopened; None where the rules give no time, or nothing was answered."""
    if rules.reopen is None or case.answered_at is None:
        return None
    return due_date(case.answered_at, rules.reopen, calendars_of(case.receiving_unit)(case.calendar)).due_at


def case_rules(case: Case, events: Iterable[CaseEvent] | None = None) -> Rules:
    """The terms of this case: those in the last of its events that names any. `events` in order, where
    they are loaded already; no query either where the case was fetched with its events."""
    stored = [
        event.data["rules"] for event in (case.events.all() if events is None else events) if "rules" in event.data
    ]
    return Rules.from_json(stored[-1])


def check_outcome(outcome: Outcome) -> None:
    if outcome not in SETTLEMENTS:
        raise RuleBroken(_("Hãy chọn kết quả giải quyết."), field="outcome")


def _complex(case: Case, rules: Rules, grade: Grade, grounds: Sequence[Ground]) -> list[str]:
    if grade is not Grade.COMPLEX:
        return []
    return _grounds(case, grounds, Ground.Use.COMPLEX, rules.complex_needs)


def _grounds(case: Case, grounds: Sequence[Ground], use: str, wanted: int) -> list[str]:
    """The codes of grounds that fit, at least as many as wanted. Raises RuleBroken."""
    codes = sorted({one.code for one in grounds if (one.kind, one.use) == (case.kind, use)})
    if len(codes) < wanted or len(codes) < len(grounds):
        raise RuleBroken(_("Hãy chọn ít nhất %(n)d căn cứ mà luật quy định.") % {"n": wanted}, field="grounds")
    return codes
