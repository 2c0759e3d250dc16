"""Facts of a case beside its texts: category, officer, deadlines of the law, origin, limitation, wishes of its
reporter. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.clock.clocks import limitation_ends
from complaints.clock.states import IN_WORK, OPEN, UNDECIDED, Outcome
from complaints.models import OUTCOME_LABELS, Case
from complaints.operations.settlement.actions import case_rules
from units.clock.days import local_day
from units.clock.due_dates import Term, due_date
from units.clock.working_calendar import WorkingCalendar
from units.texts.wording import short_date, weekday_datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """`is_bad`: a reason against accepting the case."""

    label: str
    value: str
    is_bad: bool = False


def facts_of(case: Case, person: Any, calendar: WorkingCalendar) -> list[Fact]:
    """Of a case as `visible_case` fetches it, `with_related_rows`: no query. `person`: its reporter, or None."""
    return [*_work(case), *_terms(case, calendar), *_where_from(case), *_act(case, calendar), *_wishes(case, person)]


def _work(case: Case) -> Iterator[Fact]:
    yield Fact(_("Lĩnh vực"), str(case.category or _("Chưa chọn")))
    yield Fact(_("Mức độ"), str(case.get_grade_display()))
    if case.assignee or case.state in OPEN:
        yield Fact(_("Người xử lý"), str(case.assignee or _("Chưa giao")))
    if case.outcome:
        yield Fact(_("Kết quả"), str(OUTCOME_LABELS[Outcome(case.outcome)]))
    if case.reopened:
        yield Fact(_("Đã xem lại"), _("%(n)d lần") % {"n": case.reopened})


def _terms(case: Case, calendar: WorkingCalendar) -> Iterator[Fact]:
    """Deadlines of the law beside the one that runs."""
    rules = case_rules(case)
    if case.state in UNDECIDED and rules.transfer is not None:
        yield Fact(_("Không thuộc thẩm quyền: chuyển chậm nhất"), _by(case.received_at, rules.transfer, calendar))
    if case.state in IN_WORK and case.accepted_at and rules.notify is not None:
        yield Fact(_("Báo cho người gửi đã thụ lý chậm nhất"), _by(case.accepted_at, rules.notify, calendar))


def _by(since: datetime, term: Term, calendar: WorkingCalendar) -> str:
    return weekday_datetime(due_date(since, term, calendar).due_at, get_language() or "vi")


def _where_from(case: Case) -> Iterator[Fact]:
    for letter in vars(case)["letter_rows"]:
        yield Fact(_("Hòm thư"), letter["place"])
        opened = {"day": _day(date.fromisoformat(letter["on"]))}
        yield Fact(_("Mở hòm thư"), _("%(day)s, %(first)s và %(second)s") % {**letter, **opened})
    if entry := getattr(case, "entry", None):
        yield Fact(_("Sổ tiếp công dân"), f"{entry.number}/{entry.year}")
    if case.place:
        yield Fact(_("Nơi xảy ra"), case.place)
    if case.latitude is not None:
        yield Fact(_("Vị trí"), f"{case.latitude}, {case.longitude}")


def _act(case: Case, calendar: WorkingCalendar) -> Iterator[Fact]:
    if case.acted_on is None:
        return
    yield Fact(_("Ngày có hành vi, quyết định"), _day(case.acted_on))
    last = limitation_ends(case.acted_on, case_rules(case), calendar)
    if last is not None:
        is_over = local_day(case.received_at) > last
        words = _("Đã hết ngày %(day)s, trước khi gửi đơn") if is_over else _("Đến hết ngày %(day)s")
        yield Fact(_("Thời hiệu khiếu nại"), words % {"day": _day(last)}, is_over)


def _wishes(case: Case, person: Any) -> Iterator[Fact]:
    if not case.is_sealed:
        if case.published_at:
            wish = _("Đã công khai ngày %(day)s") % {"day": _day(case.published_at)}
        else:
            wish = _("Người gửi đồng ý") if case.consents else _("Người gửi không đồng ý")
        yield Fact(_("Công khai"), wish)
    if person is not None and person.language == "en":
        yield Fact(_("Trả lời bằng"), "English")


def _day(day: Any) -> str:
    return short_date(local_day(day) if isinstance(day, datetime) else day, get_language() or "vi")
