"""Why the date is what it is, in words: every day, every wait, every change, in both languages."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from dossiers.clock.clocks import CalendarOf
from dossiers.clock.replay import Replay, one_calendar
from dossiers.clock.states import ALLOWED_DURING, LEADS_TO, EventKind, Status
from dossiers.events.record import as_event_record
from dossiers.explanation.due_date import ChangeText, Explanation, explain
from dossiers.explanation.promise import changes_of
from dossiers.models import DossierEvent
from tests.units.seed import CALENDAR, at, working_days
from units.clock.due_dates import Term, term_as_json
from units.clock.working_calendar import DayKind, SpecialDay, WorkingCalendar

FIVE = working_days(5)
HOLIDAY = SpecialDay(date(2026, 3, 11), DayKind.HOLIDAY, "Ngày lễ mới", "Nghị quyết 1/2026")
EDITIONS = {1: WorkingCalendar(complete_years=[2026]), 2: WorkingCalendar([HOLIDAY], complete_years=[2026])}


def happened(*acts: tuple[Any, ...]) -> list[DossierEvent]:
    """Events made of (kind, moment, reason, data), numbered, each leaving the status it leads to."""
    events: list[DossierEvent] = []
    status = Status.SUBMITTED
    for number, (kind, when, *more) in enumerate(acts, 1):
        reason, data = [*more, *["", {}][len(more) :]]
        status = status if kind in ALLOWED_DURING else LEADS_TO[kind]
        events.append(
            DossierEvent(number=number, kind=kind, to_status=status, at=at(when), unit_id=1, reason=reason, data=data)
        )
    return events


def terms(term: Term = FIVE, **more: Any) -> dict[str, Any]:
    return {"promised": term_as_json(term), "statutory": term_as_json(term), **more}


def accepted(when: str, term: Term = FIVE, **more: Any) -> tuple[Any, ...]:
    return (EventKind.REGISTERED, when, "", terms(term, **more))


def started(when: str) -> tuple[Any, ...]:
    return (EventKind.STARTED, when)


def explained(*acts: tuple[Any, ...], calendar_of: CalendarOf | None = None) -> Explanation:
    events, calendars = happened(*acts), calendar_of or one_calendar(CALENDAR)
    replay = Replay(calendars)
    for event in events:
        replay.apply(as_event_record(event))
    why = explain(replay.state.derivation, replay.state.due_at, changes_of(events, calendars), CALENDAR)
    assert why is not None
    return why


def last(why: Explanation) -> ChangeText:
    return why.chapters[-1]


def sentences_of(why: Explanation) -> str:
    return " ".join(last(why).sentences)


def test_every_day_from_receipt_to_result_is_told_once_with_its_number_or_its_reason():
    why = explained(accepted("2026-04-24 09:00", working_days(3)))
    assert [(line.day.isoformat(), line.number) for line in why.days] == [
        ("2026-04-25", None),
        ("2026-04-26", None),
        ("2026-04-27", None),
        ("2026-04-28", 1),
        ("2026-04-29", 2),
        ("2026-04-30", None),
        ("2026-05-01", None),
        ("2026-05-02", None),
        ("2026-05-03", None),
        ("2026-05-04", 3),
    ]


def test_days_off_name_their_document():
    why = explained(accepted("2026-02-13 09:00"))
    sources = {days.reason: days.source for days in why.skipped}
    assert sources.pop("Nghỉ cuối tuần") == "Quyết định 188/1999/QĐ-TTg"
    assert sources
    assert all(sources.values())


def test_a_promise_that_nothing_ever_changed_has_no_chapters():
    assert explained(accepted("2026-03-02"), started("2026-03-02 10:00")).chapters == ()


def test_papers_completed_before_acceptance_are_told_as_time_that_did_not_count():
    why = explained(
        (EventKind.SUBMITTED, "2026-03-02"),
        (EventKind.SUPPLEMENT_ASKED, "2026-03-02 09:30", "Thiếu bản sao"),
        accepted("2026-03-05"),
    )
    assert [chapter.why for chapter in why.chapters] == ["first"]
    assert sentences_of(why) == (
        "Nộp lúc 09:00 Thứ Hai, 02/03/2026, đủ giấy tờ và được tiếp nhận lúc 09:00 Thứ Năm, 05/03/2026; "
        "trước đó chưa tính thời hạn. Hẹn trả 17:00 Thứ Năm, 12/03/2026."
    )


def test_11_a_completed_supplement_tells_the_restart_with_both_dates():
    why = explained(
        accepted("2026-03-04", working_days(10)),
        started("2026-03-04 10:00"),
        (EventKind.SUPPLEMENT_ASKED, "2026-03-06", "Thiếu bản chính"),
        (EventKind.SUPPLEMENTED, "2026-03-16"),
    )
    assert [chapter.why for chapter in why.chapters] == ["first", "supplement"]
    assert last(why).reason == "Thiếu bản chính"
    assert sentences_of(why) == (
        "Từ 09:00 Thứ Sáu, 06/03/2026 đến 09:00 Thứ Hai, 16/03/2026 không tính vào thời hạn. "
        "Đã bổ sung đủ nên thời hạn tính lại từ đầu. "
        "Hẹn trả chuyển từ 17:00 Thứ Tư, 18/03/2026 sang 17:00 Thứ Hai, 30/03/2026."
    )


def test_a_pause_tells_why_from_when_until_when_and_what_was_given_back():
    why = explained(
        accepted("2026-03-02", working_days(3)),
        started("2026-03-02 10:00"),
        (EventKind.PAYMENT_ASKED, "2026-03-04 16:00", "Lệ phí trước bạ"),
        (EventKind.PAID, "2026-03-06 16:00"),
    )
    assert (last(why).why, last(why).title) == ("payment", "Chờ nộp nghĩa vụ tài chính")
    assert sentences_of(why) == (
        "Từ 16:00 Thứ Tư, 04/03/2026 đến 16:00 Thứ Sáu, 06/03/2026 không tính vào thời hạn. "
        "Lúc tạm dừng còn 1 ngày 1 giờ làm việc, nay được trả lại đủ. "
        "Hẹn trả chuyển từ 17:00 Thứ Năm, 05/03/2026 sang 17:00 Thứ Hai, 09/03/2026."
    )
    (weekend,) = last(why).skipped
    assert [(first.day, end.day) for first, end in weekend.runs] == [(7, 8)]


def test_a_stop_while_payment_is_awaited_is_one_wait():
    why = explained(
        accepted("2026-03-02", working_days(3)),
        started("2026-03-02 10:00"),
        (EventKind.PAYMENT_ASKED, "2026-03-04 16:00"),
        (EventKind.STOPPED, "2026-03-05"),
        (EventKind.RESUMED, "2026-03-09 10:00"),
    )
    assert [chapter.why for chapter in why.chapters] == ["first", "payment"]


def test_a_pause_of_a_late_dossier_says_that_nothing_was_given_back():
    why = explained(
        accepted("2026-03-02", working_days(1)),
        started("2026-03-02 10:00"),
        (EventKind.STOPPED, "2026-03-05", "Theo yêu cầu của tòa án"),
        (EventKind.RESUMED, "2026-03-09"),
    )
    assert "Lúc tạm dừng đã quá hẹn nên không được cộng thêm thời gian." in sentences_of(why)
    assert "Ngày hẹn không đổi: 17:00 Thứ Ba, 03/03/2026." in sentences_of(why)


def test_a_wait_that_lasts_says_what_is_left_and_what_comes_after_it():
    stopped = explained(accepted("2026-03-02"), started("2026-03-02 10:00"), (EventKind.STOPPED, "2026-03-06"))
    assert sentences_of(stopped) == (
        "Từ 09:00 Thứ Sáu, 06/03/2026 thời hạn không chạy. "
        "Lúc tạm dừng còn 1 ngày 7 giờ làm việc; khi tiếp tục sẽ được trả lại đủ."
    )
    asked = explained(accepted("2026-03-02"), started("2026-03-02 10:00"), (EventKind.SUPPLEMENT_ASKED, "2026-03-04"))
    assert sentences_of(asked).endswith(
        "Khi bổ sung đủ, thời hạn tính lại từ đầu; ngày hẹn cũ là 17:00 Thứ Hai, 09/03/2026."
    )


def test_a_date_set_by_the_clerk_gets_back_what_was_left_and_never_restarts():
    chosen = (EventKind.REGISTERED, "2026-03-02", "", {"due_at": at("2026-03-06 17:00").isoformat()})
    why = explained(
        chosen,
        started("2026-03-02 10:00"),
        (EventKind.SUPPLEMENT_ASKED, "2026-03-05 17:00"),
        (EventKind.SUPPLEMENTED, "2026-03-09 08:00"),
    )
    assert why.rule == "Cán bộ ấn định ngày trả vì pháp luật ghi thời hạn bằng lời."
    assert "Lúc tạm dừng còn 1 ngày làm việc, nay được trả lại đủ." in sentences_of(why)
    assert "tính lại từ đầu" not in sentences_of(why)


def test_16_an_apology_tells_the_new_date_its_reason_and_that_the_first_one_still_decides():
    why = explained(
        accepted("2026-03-11"),
        started("2026-03-11 10:00"),
        (EventKind.REAPPOINTED, "2026-03-17", "Hồ sơ gốc thất lạc", {"again": at("2026-03-25 17:00").isoformat()}),
    )
    assert last(why).reason == "Hồ sơ gốc thất lạc"
    assert sentences_of(why) == (
        "Hẹn lại 17:00 Thứ Tư, 25/03/2026. "
        "Ngày hẹn đầu, 17:00 Thứ Tư, 18/03/2026, vẫn quyết định đúng hạn hay trễ hạn."
    )


def test_a_correction_tells_the_date_before_and_after_it():
    why = explained(
        accepted("2026-03-02"),
        started("2026-03-02 10:00"),
        (EventKind.CORRECTED, "2026-03-03", "Nhận nhầm thủ tục", terms(working_days(8), plan=[])),
    )
    assert sentences_of(why) == (
        "Thời hạn đúng được tính lại từ lúc tiếp nhận. "
        "Hẹn trả chuyển từ 17:00 Thứ Hai, 09/03/2026 sang 17:00 Thứ Năm, 12/03/2026."
    )


def test_a_correction_of_data_alone_leaves_the_promise_out_of_it():
    why = explained(accepted("2026-03-02"), (EventKind.CORRECTED, "2026-03-03", "Sai tên", {"fields": ["name"]}))
    assert why.chapters == ()


def test_a_withdrawal_that_ended_the_dossier_leaves_the_promise_out_of_it():
    why = explained(
        accepted("2026-03-02"),
        (EventKind.WITHDRAWAL_ASKED, "2026-03-03", "Đổi ý"),
        (EventKind.FINISHED, "2026-03-04", "", {"outcome": "withdrawn"}),
    )
    assert why.chapters == ()


def recalendared() -> list[tuple[Any, ...]]:
    return [
        accepted("2026-03-09", calendar=1),
        started("2026-03-09 10:00"),
        (EventKind.RECALENDARED, "2026-03-10", "", {"calendar": 2}),
    ]


def test_a_calendar_change_names_the_day_its_document_and_both_dates():
    why = explained(*recalendared(), calendar_of=EDITIONS.__getitem__)
    assert last(why).days == ("Thứ Tư, 11/03 thành ngày nghỉ: Ngày lễ mới (Nghị quyết 1/2026)",)
    assert sentences_of(why) == "Hẹn trả chuyển từ 17:00 Thứ Hai, 16/03/2026 sang 17:00 Thứ Ba, 17/03/2026."


def test_an_undone_calendar_change_gives_back_the_date_and_both_are_told():
    undo = (EventKind.CALENDAR_UNDONE, "2026-03-10 10:00", "", {"calendar": 1, "undo": 3})
    why = explained(*recalendared(), undo, calendar_of=EDITIONS.__getitem__)
    assert [chapter.why for chapter in why.chapters] == ["first", "calendar", "calendar_undone"]
    assert last(why).days == ("Thứ Tư, 11/03 lại là ngày làm việc: Ngày lễ mới (Nghị quyết 1/2026)",)
    assert sentences_of(why) == "Hẹn trả chuyển từ 17:00 Thứ Ba, 17/03/2026 sang 17:00 Thứ Hai, 16/03/2026."


def test_every_chapter_begins_with_the_date_that_the_one_before_it_left():
    events = happened(
        *recalendared(),
        (EventKind.STOPPED, "2026-03-12"),
        (EventKind.RESUMED, "2026-03-13"),
        (EventKind.CALENDAR_UNDONE, "2026-03-13 10:00", "", {"calendar": 1, "undo": 3}),
    )
    changes = changes_of(events, EDITIONS.__getitem__)
    assert len(changes) == 4
    assert [one.before for one in changes[1:]] == [one.after for one in changes[:-1]]


@pytest.mark.parametrize("kind", ["supplement", "payment", "apology", "correction", "calendar"])
def test_the_explanation_is_whole_in_english_too(kind: str):
    again = {"again": at("2026-03-25 17:00").isoformat()}
    stories = {
        "supplement": [(EventKind.SUPPLEMENT_ASKED, "2026-03-11"), (EventKind.SUPPLEMENTED, "2026-03-16")],
        "payment": [(EventKind.PAYMENT_ASKED, "2026-03-11"), (EventKind.PAID, "2026-03-13")],
        "apology": [(EventKind.REAPPOINTED, "2026-03-11", "", again)],
        "correction": [(EventKind.CORRECTED, "2026-03-11", "", terms(working_days(8), plan=[]))],
        "calendar": [],
    }
    with translation.override("en"):
        why = explained(*recalendared(), *stories[kind], calendar_of=EDITIONS.__getitem__)
    assert last(why).why == kind
    words = " ".join([last(why).title, sentences_of(why)])
    assert words.isascii(), words
    assert "March 2026" in words
