"""What a citizen is told: one answer for every state, more of it for those who have the secret of the slip."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from dossiers.clock.states import OPEN, EventKind, Outcome, Status
from dossiers.models import Dossier, DossierEvent, SupplementRequest
from dossiers.tracking.answer_words import Answer, Facts, answer_for
from tests.factories import hanoi
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit

CALENDAR = WorkingCalendar()
DESK = Unit(pk=1, name="Một cửa phường", telephone="024 3000 0000")
SUCCESSOR = Unit(pk=2, name="Một cửa phường mới", telephone="024 3000 0001")
OFFICE = Unit(pk=3, name="Phòng chuyên môn")
MONDAY, THURSDAY = hanoi(2026, 3, 2), hanoi(2026, 3, 5)
DUE = hanoi(2026, 3, 9, 17)
PRIVATE = "Điều không ai khác được biết"


def dossier(status: Status, **fields) -> Dossier:
    accepted = {"submitted_at": MONDAY, "received_at": MONDAY, "due_at": DUE}
    places = {"desk": DESK, "receiving_desk": DESK, "handler": OFFICE, "holder": OFFICE}
    return Dossier(status=status, **(accepted | places | fields))


def event(kind: EventKind, reason: str = PRIVATE, **data) -> DossierEvent:
    return DossierEvent(kind=kind, at=hanoi(2026, 3, 4), reason=reason, data=data)


def request(**fields) -> SupplementRequest:
    papers = [
        {"name": "Giấy khai sinh", "missing": "certified", "note": PRIVATE},
        {"name": "Tờ khai", "missing": "", "note": ""},
    ]
    return SupplementRequest(**({"text": PRIVATE, "papers": papers, "answer_by": hanoi(2026, 3, 18, 17)} | fields))


def answer(file: Dossier, *events: DossierEvent, at: datetime = THURSDAY, asked=None) -> Answer:
    return answer_for(file, Facts(at, CALENDAR, asked, events))


def words(result: Answer) -> str:
    papers = (word for paper in result.papers for word in (paper.name, paper.form, paper.note))
    text = (
        result.badge.text,
        result.headline,
        result.detail,
        result.asked,
        result.reason,
        result.to_do,
        result.more,
    )
    return " ".join([*text, *result.notes, *papers]).replace("\N{NO-BREAK SPACE}", " ")


EVERY_STATE = {
    "submitted": (dossier(Status.SUBMITTED, received_at=None, due_at=None), None),
    "accepted": (dossier(Status.ACCEPTED), None),
    "in process": (dossier(Status.IN_PROCESS), None),
    "late": (dossier(Status.IN_PROCESS, due_at=hanoi(2026, 3, 4, 17)), None),
    "apologised": (dossier(Status.IN_PROCESS, new_due_at=hanoi(2026, 3, 12, 17)), None),
    "apologised, late": (
        dossier(Status.IN_PROCESS, due_at=hanoi(2026, 3, 3, 17), new_due_at=hanoi(2026, 3, 4, 17)),
        None,
    ),
    "supplement before acceptance": (
        dossier(Status.AWAITING_SUPPLEMENT, received_at=None, due_at=None),
        request(),
    ),
    "supplement after acceptance": (dossier(Status.AWAITING_SUPPLEMENT), request()),
    "supplement overdue": (dossier(Status.AWAITING_SUPPLEMENT), request(answer_by=hanoi(2026, 3, 3))),
    "payment": (dossier(Status.AWAITING_PAYMENT), None),
    "stopped": (dossier(Status.STOPPED), None),
    "withdrawal asked": (dossier(Status.WITHDRAWAL_ASKED), None),
    "refused": (dossier(Status.REFUSED, finished_at=MONDAY), None),
    "refused for missing papers": (
        dossier(Status.REFUSED, finished_at=MONDAY),
        request(answer_by=MONDAY, abandoned_at=hanoi(2026, 3, 3)),
    ),
    "granted": (dossier(Status.DONE, outcome=Outcome.GRANTED, finished_at=MONDAY), None),
    "withdrawn": (dossier(Status.DONE, outcome=Outcome.WITHDRAWN, finished_at=MONDAY), None),
    "stopped for good": (dossier(Status.DONE, outcome=Outcome.STOPPED, finished_at=MONDAY), None),
    "returned": (
        dossier(Status.RETURNED, outcome=Outcome.GRANTED, finished_at=MONDAY, returned_at=hanoi(2026, 3, 6)),
        None,
    ),
}


def test_every_status_and_situation_has_an_answer_of_its_own():
    shown = [answer(file, asked=asked) for file, asked in EVERY_STATE.values()]
    assert {file.state for file, _asked in EVERY_STATE.values()} == set(Status)
    assert len({words(one) for one in shown}) == len(shown) - 1  # accepted and in process promise the same
    assert all(one.badge.text and one.headline and one.detail and one.to_do for one in shown)


@pytest.mark.parametrize("state", EVERY_STATE)
def test_every_answer_is_whole_in_english_too(state):
    file, asked = EVERY_STATE[state]
    with translation.override("en"):
        shown = words(answer(file, asked=asked))
    for name in (DESK.name, OFFICE.name):
        shown = shown.replace(name, "")
    assert shown.isascii(), shown


@pytest.mark.parametrize("state", EVERY_STATE)
def test_27_the_code_alone_never_shows_what_was_written_about_a_dossier(state):
    file, asked = EVERY_STATE[state]
    shown = answer(file, asked=asked)
    assert PRIVATE not in words(shown)
    assert "Giấy khai sinh" not in words(shown)
    assert not shown.papers


def test_27_a_declined_result_is_known_to_those_who_have_the_secret_only():
    file = dossier(Status.DONE, outcome=Outcome.DECLINED, finished_at=hanoi(2026, 3, 6))
    granted = dossier(Status.DONE, outcome=Outcome.GRANTED, finished_at=hanoi(2026, 3, 6))
    assert words(answer(file)) == words(answer(granted))
    shown = answer(file, event(EventKind.FINISHED))
    assert (shown.asked, shown.reason) == ("Kết quả: không được chấp thuận.", PRIVATE)


def test_while_all_is_well_the_answer_is_the_date_the_time_left_and_nothing_to_do():
    shown = answer(dossier(Status.IN_PROCESS), at=hanoi(2026, 3, 5, 14))
    assert words(shown).startswith(
        "Đúng tiến độ Hẹn trả Thứ Hai, 09/03/2026 Còn 2 ngày 3 giờ làm việc. Nhận kết quả tại Một cửa phường."
    )
    assert shown.to_do == "Ông/bà không cần làm gì thêm."


def test_a_supplement_says_which_papers_in_which_form_and_by_when():
    shown = answer(dossier(Status.AWAITING_SUPPLEMENT), event(EventKind.SUPPLEMENT_ASKED), asked=request())
    assert "Cần bổ sung trước Thứ Tư, 18/03/2026" in words(shown)
    assert [(paper.name, paper.form) for paper in shown.papers] == [("Giấy khai sinh", "một bản sao có chứng thực")]
    assert "tính lại từ đầu" in shown.detail
    assert shown.to_do == "Mang các giấy tờ dưới đây đến Một cửa phường."


def test_a_supplement_before_acceptance_says_that_no_term_runs_yet():
    file = dossier(Status.AWAITING_SUPPLEMENT, received_at=None, due_at=None)
    assert "chưa tính thời hạn" in answer(file, asked=request()).detail


def test_a_day_for_the_papers_that_has_passed_is_not_asked_for_any_more():
    shown = answer(dossier(Status.AWAITING_SUPPLEMENT), asked=request(answer_by=hanoi(2026, 3, 4, 17)))
    assert shown.headline.startswith("Đã quá ngày bổ sung")
    assert shown.wants_call


def test_a_payment_says_how_much_what_for_and_where():
    asked = event(EventKind.PAYMENT_ASKED, "Lệ phí trước bạ", amount=1_250_000)
    shown = words(answer(dossier(Status.AWAITING_PAYMENT), asked))
    assert "Cần nộp 1.250.000 đồng" in shown
    assert "Khoản phải nộp: Lệ phí trước bạ" in shown
    assert "Mời ông/bà nộp tại Một cửa phường." in shown
    assert "đồng" not in words(answer(dossier(Status.AWAITING_PAYMENT)))


def test_a_stop_by_order_names_the_paper_and_asks_nothing_of_the_citizen():
    stop = event(EventKind.STOPPED, body="Tòa án nhân dân", document="12/QĐ, 03/03/2026")
    shown = answer(dossier(Status.STOPPED), stop)
    assert "Tạm dừng từ Thứ Tư, 04/03/2026" in words(shown)
    assert shown.detail == "Theo 12/QĐ, 03/03/2026 của Tòa án nhân dân."
    assert shown.to_do == "Ông/bà không cần làm gì thêm."


def test_a_dossier_left_unanswered_says_whom_to_call():
    shown = answer(dossier(Status.STOPPED), event(EventKind.STOPPED))
    assert shown.to_do == "Muốn giải quyết tiếp, xin gọi cho chúng tôi."
    assert shown.wants_call


def test_an_overdue_dossier_apologises_and_an_apology_gives_the_new_date_and_its_reason():
    late = dossier(Status.IN_PROCESS, due_at=hanoi(2026, 3, 4, 12))
    shown = answer(late)
    assert shown.is_bad
    assert shown.badge.text == "Quá 5 giờ làm việc"
    assert "xin lỗi" in shown.detail
    late.new_due_at = hanoi(2026, 3, 12, 17)
    apologised = answer(late, event(EventKind.REAPPOINTED))
    assert "Hẹn lại Thứ Năm, 12/03/2026" in words(apologised)
    assert "ngày hẹn đầu, Thứ Tư, 04/03/2026" in apologised.detail
    assert apologised.badge.text == "Quá 5 giờ làm việc"
    assert apologised.reason == PRIVATE
    assert not answer(late).reason


def test_15_a_new_date_that_passed_too_is_late_again():
    file = dossier(Status.IN_PROCESS, due_at=hanoi(2026, 3, 3, 17), new_due_at=hanoi(2026, 3, 4, 17))
    shown = answer(file)
    assert "Hẹn lại Thứ Tư, 04/03/2026, đã trễ" in words(shown)
    assert shown.wants_call


@pytest.mark.parametrize(
    ("why", "words_of_it"),
    [
        ("supplement", "tính lại từ đầu"),
        ("pause", "được cộng thêm"),
        ("calendar", "Lịch nghỉ thay đổi"),
        ("calendar_undone", "đã được hủy"),
        ("correction", "đính chính"),
    ],
)
def test_a_date_that_moved_says_why_and_what_it_was(why, words_of_it):
    before = (DUE - timedelta(days=3)).isoformat()
    line = {"why": why, "from": before, "until": before, "due": before}
    (note,) = answer(dossier(Status.IN_PROCESS, derivation={"earlier": [line]})).notes
    assert words_of_it in note
    assert "Trước đó hẹn trả Thứ Sáu, 06/03/2026." in note


def test_a_wait_that_moved_nothing_is_not_mentioned():
    line = {"why": "pause", "from": "", "until": "", "due": DUE.isoformat()}
    assert answer(dossier(Status.IN_PROCESS, derivation={"earlier": [line]})).notes == ()


@pytest.mark.parametrize("status", sorted(OPEN))
def test_23_after_a_reorganisation_the_desk_that_serves_the_dossier_now_is_named(status):
    shown = answer(dossier(status, desk=SUCCESSOR))
    assert any("Một cửa phường mới tiếp tục phục vụ" in note for note in shown.notes)


def test_a_result_after_the_promised_date_comes_with_an_apology():
    file = dossier(Status.DONE, outcome=Outcome.GRANTED, finished_at=hanoi(2026, 3, 10))
    late = "Chúng tôi xin lỗi ông/bà vì xong sau ngày hẹn, Thứ Hai, 09/03/2026. Hồ sơ trễ 1 giờ làm việc."
    assert answer(file).notes == (late,)


def test_a_withdrawn_dossier_says_where_its_papers_are_and_later_that_they_were_handed_back():
    file = dossier(Status.DONE, outcome=Outcome.WITHDRAWN, finished_at=hanoi(2026, 3, 6))
    assert answer(file).to_do == "Mời ông/bà đến Một cửa phường nhận lại giấy tờ."
    file.status, file.returned_at = Status.RETURNED, hanoi(2026, 3, 9)
    assert answer(file).detail == "Giấy tờ đã trả lại Thứ Hai, 09/03/2026."


def test_no_heading_parts_the_two_words_of_a_weekday():
    for file, asked in EVERY_STATE.values():
        assert "Thứ " not in answer(file, asked=asked).headline


def test_on_the_last_day_the_hour_is_told_and_nobody_is_sent_to_the_desk():
    shown = answer(dossier(Status.IN_PROCESS), at=hanoi(2026, 3, 9, 15))
    assert shown.badge == ("warn", "hourglass", "Còn 2 giờ làm việc")
    assert shown.headline == "Hẹn trả hôm nay, chậm nhất 17:00"
    assert "không cần làm gì thêm" in shown.to_do
    assert not shown.is_visit


@pytest.mark.parametrize("secret", [True, False])
def test_whoever_fetches_the_result_reads_what_to_bring_and_the_fee_only_with_the_secret(secret):
    events = [event(EventKind.FINISHED)] if secret else []
    ready = dossier(Status.DONE, finished_at=THURSDAY, outcome=Outcome.GRANTED, fee_vnd=50_000, fee_status="later")
    shown = answer(ready, *events)
    assert shown.is_visit
    assert "giấy hẹn, giấy tờ tùy thân" in shown.more
    assert "giấy ủy quyền" in shown.more
    assert ("50.000 đồng" in shown.more) == secret
