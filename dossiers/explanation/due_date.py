"""Explains a due date in words: its stored derivation and every change of the promise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.clock.replay import CARRIED_OVER, SET_BY_CLERK
from dossiers.clock.states import EventKind
from dossiers.explanation.promise import ChangedDay, PromiseChange, PromiseChangeKind
from dossiers.explanation.wording import worked_words
from dossiers.models import DossierEvent
from units.clock.due_dates import DueDate, Term, TermUnit, term_from_json
from units.clock.working_calendar import SkippedDay, WorkingCalendar
from units.texts.explanation import (
    CIVIL_CODE,
    DayLine,
    day_lines,
    passed_over,
    reason_of,
    rule_in_words,
    source_of,
    term_in_words,
)
from units.texts.wording import weekday_and_day, weekday_datetime

MOST_NAMED = 15


@dataclass(frozen=True, slots=True)
class SkippedDays:
    """Days not counted for one reason; `source` is the document, where there is one.

    `runs`: first and last day of each run of consecutive days, in order.
    """

    runs: tuple[tuple[date, date], ...]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class ChangeText:
    """One change of the promise in words: title, sentences, the reason given, days changed and days skipped."""

    why: str
    title: str
    at: datetime
    sentences: tuple[str, ...]
    reason: str = ""
    days: tuple[str, ...] = ()
    skipped: tuple[SkippedDays, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is a sentence; `days` lists every day from receipt to the end of the term, counted or not; `law` is the
    source of the way of counting.

    `counted`, `skipped` and `days` describe the last full calculation of the term, `chapters` all changes of the
    promise, in order. `may_move`: years whose holidays are not all announced yet.
    """

    rule: str
    term: str
    law: str = CIVIL_CODE
    starts_at: datetime | None = None
    counted: tuple[date, ...] = ()
    skipped: tuple[SkippedDays, ...] = ()
    days: tuple[DayLine, ...] = ()
    may_move: tuple[int, ...] = ()
    chapters: tuple[ChangeText, ...] = ()

    @property
    def is_long(self) -> bool:
        """Too many days to list in one sentence; the day-by-day table still lists them."""
        return len(self.counted) > MOST_NAMED

    @property
    def last_day(self) -> date:
        return self.counted[-1]


def explain(
    derivation: dict[str, Any],
    due_at: datetime | None,
    changes: Sequence[PromiseChange] = (),
    calendar: WorkingCalendar | None = None,
) -> Explanation | None:
    """Explains a stored derivation that led to `due_at`; None for a dossier never accepted.

    `changes` come from `dossiers.explanation.promise`; `calendar` gives the length of a working day.
    """
    if not derivation or due_at is None:
        return None
    chapters = tuple(change_text(change, calendar or WorkingCalendar()) for change in changes)
    if derivation["rule"] == SET_BY_CLERK:
        rule = _("Cán bộ ấn định ngày trả vì pháp luật ghi thời hạn bằng lời.")
        return Explanation(rule, "", law="", chapters=chapters)
    if derivation["rule"] == CARRIED_OVER:
        return Explanation(_("Ngày hẹn chép từ sổ theo dõi cũ."), "", law="", chapters=chapters)
    due = DueDate.from_json(derivation)
    return Explanation(
        rule=rule_in_words(due),
        term="" if due.term.unit is TermUnit.SAME_DAY else term_words(due.term),
        starts_at=due.starts_at,
        counted=due.counted,
        skipped=tuple(by_reason(passed_over(due))),
        days=tuple(day_lines(due)),
        may_move=due.incomplete_years,
        chapters=chapters,
    )


def pinned_terms(events: Iterable[DossierEvent]) -> tuple[Term | None, Term | None]:
    """The promised and the statutory term of the acceptance or the last correction, whatever is offered today.

    Both None for a dossier never accepted, or whose date the clerk set.
    """
    terms = (event for event in events if event.kind in {EventKind.REGISTERED, EventKind.CORRECTED})
    pinned = [event for event in terms if "plan" in event.data or event.kind == EventKind.REGISTERED]
    agreed: dict[str, Any] = max(pinned, key=lambda event: event.number).data if pinned else {}
    if "promised" not in agreed:
        return None, None
    return term_from_json(agreed["promised"]), term_from_json(agreed["statutory"])


def term_words(term: Term | None) -> str:
    """A term in words, as "5 ngày làm việc"; empty for None."""
    return capfirst(term_in_words(term)) if term else ""


def change_text(change: PromiseChange, calendar: WorkingCalendar) -> ChangeText:
    """Describes a change of the promise in words."""
    if change.why is PromiseChangeKind.FIRST:
        sentences = tuple(_first_promise(change))
    elif change.after is None:
        sentences = tuple(_current_wait(change, calendar))
    elif change.why in _WAITS:
        sentences = tuple(_ended_wait(change, calendar))
    else:
        sentences = tuple(_immediate_change(change))
    return ChangeText(
        why=change.why.value,
        title=_titles()[change.why],
        at=change.at,
        sentences=sentences,
        reason=change.reason,
        days=tuple(_changed_day(day, back=change.why is PromiseChangeKind.CALENDAR_UNDONE) for day in change.days),
        skipped=tuple(by_reason(change.skipped)),
    )


_WAITS = frozenset(
    {PromiseChangeKind.SUPPLEMENT, PromiseChangeKind.PAYMENT, PromiseChangeKind.STOP, PromiseChangeKind.WITHDRAWAL}
)


def _titles() -> dict[PromiseChangeKind, str]:
    return {
        PromiseChangeKind.FIRST: _("Hẹn lần đầu"),
        PromiseChangeKind.SUPPLEMENT: _("Chờ bổ sung giấy tờ"),
        PromiseChangeKind.PAYMENT: _("Chờ nộp nghĩa vụ tài chính"),
        PromiseChangeKind.STOP: _("Tạm dừng giải quyết"),
        PromiseChangeKind.WITHDRAWAL: _("Người nộp xin rút"),
        PromiseChangeKind.APOLOGY: _("Xin lỗi và hẹn lại"),
        PromiseChangeKind.CORRECTION: _("Đính chính hồ sơ"),
        PromiseChangeKind.CALENDAR: _("Lịch nghỉ thay đổi"),
        PromiseChangeKind.CALENDAR_UNDONE: _("Hủy thay đổi lịch nghỉ"),
    }


def _moment(at: datetime) -> str:
    return weekday_datetime(at, get_language() or "vi")


def _first_promise(change: PromiseChange) -> Iterable[str]:
    assert change.after is not None
    if change.since < change.at:
        yield _("Nộp lúc %(since)s, đủ giấy tờ và được tiếp nhận lúc %(at)s; trước đó chưa tính thời hạn.") % {
            "since": _moment(change.since),
            "at": _moment(change.at),
        }
    yield _("Hẹn trả %(after)s.") % {"after": _moment(change.after)}


def _ended_wait(change: PromiseChange, calendar: WorkingCalendar) -> Iterable[str]:
    yield _("Từ %(since)s đến %(until)s không tính vào thời hạn.") % {
        "since": _moment(change.since),
        "until": _moment(change.at),
    }
    if change.restarted:
        yield _("Đã bổ sung đủ nên thời hạn tính lại từ đầu.")
    elif change.left is None:
        yield _("Lúc tạm dừng đã quá hẹn nên không được cộng thêm thời gian.")
    elif change.after != change.before:
        yield _("Lúc tạm dừng còn %(time)s làm việc, nay được trả lại đủ.") % {
            "time": worked_words(change.left, calendar)
        }
    yield _old_and_new_date(change)


def _current_wait(change: PromiseChange, calendar: WorkingCalendar) -> Iterable[str]:
    yield _("Từ %(since)s thời hạn không chạy.") % {"since": _moment(change.since)}
    if change.why is PromiseChangeKind.WITHDRAWAL:
        return
    if change.restarted:
        yield _("Khi bổ sung đủ, thời hạn tính lại từ đầu; ngày hẹn cũ là %(before)s.") % {
            "before": _moment(change.before or change.at)
        }
    elif change.left is None:
        yield _("Lúc tạm dừng đã quá hẹn nên không được cộng thêm thời gian.")
    else:
        yield _("Lúc tạm dừng còn %(time)s làm việc; khi tiếp tục sẽ được trả lại đủ.") % {
            "time": worked_words(change.left, calendar)
        }


def _immediate_change(change: PromiseChange) -> Iterable[str]:
    if change.why is PromiseChangeKind.APOLOGY:
        assert change.before is not None
        assert change.after is not None
        yield _("Hẹn lại %(after)s.") % {"after": _moment(change.after)}
        yield _("Ngày hẹn đầu, %(before)s, vẫn quyết định đúng hạn hay trễ hạn.") % {"before": _moment(change.before)}
        return
    if change.why is PromiseChangeKind.CORRECTION:
        yield _("Thời hạn đúng được tính lại từ lúc tiếp nhận.")
    yield _old_and_new_date(change)
    if change.keeps_legs:
        yield _("Bước đã xong trước đó giữ nguyên hạn của bước ấy.")


def _old_and_new_date(change: PromiseChange) -> str:
    """The promise before and after the change."""
    assert change.before is not None
    assert change.after is not None
    if change.before == change.after:
        return _("Ngày hẹn không đổi: %(after)s.") % {"after": _moment(change.after)}
    moments = {"before": _moment(change.before), "after": _moment(change.after)}
    return _("Hẹn trả chuyển từ %(before)s sang %(after)s.") % moments


def _changed_day(changed: ChangedDay, *, back: bool) -> str:
    """As "Thứ Ba, 24/11 thành ngày nghỉ: Ngày Văn hóa Việt Nam (Nghị quyết 28/2026/QH16)"."""
    day = weekday_and_day(changed.day, get_language() or "vi")
    if changed.is_worked == changed.was_worked:
        words = _("%(day)s đổi giờ làm việc")
    elif back:
        words = _("%(day)s lại là ngày làm việc") if changed.is_worked else _("%(day)s lại là ngày nghỉ")
    else:
        words = _("%(day)s thành ngày làm việc") if changed.is_worked else _("%(day)s thành ngày nghỉ")
    why = changed.reason + (f" ({changed.source})" if changed.source else "")
    return words % {"day": day} + (f": {why}" if why else "")


def by_reason(days: Iterable[SkippedDay]) -> Iterable[SkippedDays]:
    """Groups days by reason and document, in order of first appearance."""
    rows: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for day in days:
        runs = rows.setdefault((reason_of(day), source_of(day)), [])
        if runs and (day.day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day.day)
        else:
            runs.append((day.day, day.day))
    return (SkippedDays(tuple(runs), reason, source) for (reason, source), runs in rows.items())
