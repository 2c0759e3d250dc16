"""Why a due date is what it is, in words: the stored derivation, and every change of the promise, read for people."""

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
from dossiers.explanation.promise import Change, ChangedDay, Why
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
class Skipped:
    """Days that did not count, for one reason; `source` is the document, where there is one.

    `runs` are the first and the last day of each stretch of such days, in order.
    """

    runs: tuple[tuple[date, date], ...]
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One change of the promise in words: what it was, a sentence or two, the reason given, and days passed over."""

    why: str
    title: str
    at: datetime
    sentences: tuple[str, ...]
    reason: str = ""
    days: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is a sentence; `days` every day from the receipt to the end of the term, counted or not;
    `law` is where the counting is laid down.

    `counted`, `skipped` and `days` tell of the last time the term was reckoned in full, `chapters` of everything the
    promise went through, in order; `may_move` are the years not fully known yet.
    """

    rule: str
    term: str
    law: str = CIVIL_CODE
    starts_at: datetime | None = None
    counted: tuple[date, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    days: tuple[DayLine, ...] = ()
    may_move: tuple[int, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    @property
    def is_long(self) -> bool:
        """Too many days to name each in a row; the day-by-day list still does."""
        return len(self.counted) > MOST_NAMED

    @property
    def last_day(self) -> date:
        return self.counted[-1]


def explain(
    derivation: dict[str, Any],
    due_at: datetime | None,
    changes: Sequence[Change] = (),
    calendar: WorkingCalendar | None = None,
) -> Explanation | None:
    """Read a stored derivation that led to `due_at`; None where nothing was reckoned (never accepted).

    `changes` are those of `dossiers.explanation.promise`; `calendar` says how long a working day is.
    """
    if not derivation or due_at is None:
        return None
    chapters = tuple(chapter_of(change, calendar or WorkingCalendar()) for change in changes)
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
    """The promised and the statutory term as they were on acceptance, or last corrected, whatever is offered today.

    Both None for a dossier that was never accepted, or whose date the clerk set.
    """
    terms = (event for event in events if event.kind in {EventKind.REGISTERED, EventKind.CORRECTED})
    pinned = [event for event in terms if "plan" in event.data or event.kind == EventKind.REGISTERED]
    agreed: dict[str, Any] = max(pinned, key=lambda event: event.number).data if pinned else {}
    if "promised" not in agreed:
        return None, None
    return term_from_json(agreed["promised"]), term_from_json(agreed["statutory"])


def term_words(term: Term | None) -> str:
    """A term as it is said: "5 ngày làm việc"; nothing for a term that is only stated in words."""
    return capfirst(term_in_words(term)) if term else ""


def chapter_of(change: Change, calendar: WorkingCalendar) -> Chapter:
    """A change of the promise in words."""
    if change.why is Why.FIRST:
        said = list(_first(change))
    elif change.after is None:
        said = list(_lasting(change, calendar))
    elif change.why in _WAITS:
        said = list(_waited(change, calendar))
    else:
        said = list(_at_once(change))
    return Chapter(
        why=change.why.value,
        title=_titles()[change.why],
        at=change.at,
        sentences=tuple(said),
        reason=change.reason,
        days=tuple(_changed_day(day, back=change.why is Why.CALENDAR_UNDONE) for day in change.days),
        skipped=tuple(by_reason(change.skipped)),
    )


_WAITS = frozenset({Why.SUPPLEMENT, Why.PAYMENT, Why.STOP, Why.WITHDRAWAL})


def _titles() -> dict[Why, str]:
    return {
        Why.FIRST: _("Hẹn lần đầu"),
        Why.SUPPLEMENT: _("Chờ bổ sung giấy tờ"),
        Why.PAYMENT: _("Chờ nộp nghĩa vụ tài chính"),
        Why.STOP: _("Tạm dừng giải quyết"),
        Why.WITHDRAWAL: _("Người nộp xin rút"),
        Why.APOLOGY: _("Xin lỗi và hẹn lại"),
        Why.CORRECTION: _("Đính chính hồ sơ"),
        Why.CALENDAR: _("Lịch nghỉ thay đổi"),
        Why.CALENDAR_UNDONE: _("Hủy thay đổi lịch nghỉ"),
    }


def _moment(at: datetime) -> str:
    return weekday_datetime(at, get_language() or "vi")


def _first(change: Change) -> Iterable[str]:
    assert change.after is not None
    if change.since < change.at:
        yield _("Nộp lúc %(since)s, đủ giấy tờ và được tiếp nhận lúc %(at)s; trước đó chưa tính thời hạn.") % {
            "since": _moment(change.since),
            "at": _moment(change.at),
        }
    yield _("Hẹn trả %(after)s.") % {"after": _moment(change.after)}


def _waited(change: Change, calendar: WorkingCalendar) -> Iterable[str]:
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
    yield _shift(change)


def _lasting(change: Change, calendar: WorkingCalendar) -> Iterable[str]:
    yield _("Từ %(since)s thời hạn không chạy.") % {"since": _moment(change.since)}
    if change.why is Why.WITHDRAWAL:
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


def _at_once(change: Change) -> Iterable[str]:
    if change.why is Why.APOLOGY:
        assert change.before is not None
        assert change.after is not None
        yield _("Hẹn lại %(after)s.") % {"after": _moment(change.after)}
        yield _("Ngày hẹn đầu, %(before)s, vẫn quyết định đúng hạn hay trễ hạn.") % {"before": _moment(change.before)}
        return
    if change.why is Why.CORRECTION:
        yield _("Thời hạn đúng được tính lại từ lúc tiếp nhận.")
    yield _shift(change)
    if change.keeps_legs:
        yield _("Bước đã xong trước đó giữ nguyên hạn của bước ấy.")


def _shift(change: Change) -> str:
    """What the promise was and is."""
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
        said = _("%(day)s đổi giờ làm việc")
    elif back:
        said = _("%(day)s lại là ngày làm việc") if changed.is_worked else _("%(day)s lại là ngày nghỉ")
    else:
        said = _("%(day)s thành ngày làm việc") if changed.is_worked else _("%(day)s thành ngày nghỉ")
    why = changed.reason + (f" ({changed.source})" if changed.source else "")
    return said % {"day": day} + (f": {why}" if why else "")


def by_reason(days: Iterable[SkippedDay]) -> Iterable[Skipped]:
    """One row per reason and document, in the order in which they first come."""
    rows: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for day in days:
        runs = rows.setdefault((reason_of(day), source_of(day)), [])
        if runs and (day.day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day.day)
        else:
            runs.append((day.day, day.day))
    return (Skipped(tuple(runs), reason, source) for (reason, source), runs in rows.items())
