"""The outbox: what is written is sent once, and what cannot be sent waits, tries again, and is left to people."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from notices.issuing.actions import issue_notice, issue_notices, issue_once
from notices.models import LEASE, Delivery, Notice
from notices.sending.actions import send_again, send_next_notice
from notices.sending_hours import MOST_ATTEMPTS
from notices.tasks import send_notices
from tests.factories import hanoi, make_unit

pytestmark = pytest.mark.django_db
AT = hanoi(2026, 3, 2)
MINUTE = timedelta(minutes=1)
CODE = "H26.19.15-260302-0001"
CONTEXT = {
    "procedure": "Đăng ký khai sinh <b>",
    "desk": "Một cửa Bạch Mai",
    "telephone": "024 3000 0000",
    "due_at": "2026-03-09T10:00:00+00:00",
}


def issue(email="phuong@example.vn", kind="registered", at=AT, phone="", language="vi", **context):
    address = {"email": email, "phone": phone, "language": language}
    return issue_notice(subject=CODE, kind=kind, context=CONTEXT | context, at=at, **address)


@pytest.fixture
def day_time(settings):
    settings.NOTICES_SINCE_HOUR, settings.NOTICES_UNTIL_HOUR = 7, 21


@pytest.fixture
def no_mail_server(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.getsockname()[1]
        yield


def test_a_notice_goes_out_once_in_plain_vietnamese(settings):
    settings.PORTAL_URL = "https://motcua.example"
    notice = issue(track_url=f"/tra-cuu/{CODE}/", stop_url="/theo-doi/dung/abc/")
    send_notices()
    send_notices()
    [sent] = mail.outbox
    assert sent.to == ["phuong@example.vn"]
    assert sent.subject == f"Đã tiếp nhận hồ sơ {CODE}"
    assert "Đăng ký khai sinh <b>" in sent.body
    assert "17:00 Thứ Hai, 09/03/2026" in sent.body
    assert f"https://motcua.example/tra-cuu/{CODE}/\n" in sent.body
    assert "https://motcua.example/theo-doi/dung/abc/\n" in sent.body
    assert sent.extra_headers["List-Unsubscribe"] == "<https://motcua.example/theo-doi/dung/abc/>"
    assert "\n\n\n" not in sent.body
    notice.refresh_from_db()
    assert notice.sent_at
    assert (notice.attempts, notice.last_error, notice.delivery(AT)) == (1, "", Delivery.SENT)


@pytest.mark.parametrize(
    ("route", "token", "path"),
    [("dossiers:track", {}, "/tra-cuu/"), ("dossiers:tracking", {"stop_token": "t"}, "/tra-cuu/t/")],
)
def test_the_page_that_stops_messages_may_be_given_as_a_route(route, token, path):
    notice = issue_notice(subject=CODE, kind="done", email="a@example.vn", context=token, at=AT, stop_url_name=route)
    assert notice.context["stop_url"] == path


TO_STAFF = {
    *("due_soon", "overdue", "dossier_overdue", "not_handed_over", "not_accepted", "apology_possible"),
    *("apology_drafted", "consult_late", "escalated"),
}
# The digits that confirm a number go by SMS only, the link that confirms a mailbox by e-mail only.
OF_CASES = {
    *("case_words", "case_due_soon", "case_overdue", "case_undecided", "case_not_taken", "case_uncompleted"),
    *("case_escalated", "case_sealed_work"),
}
ABOUT_ACCOUNTS = {"account_changed", "password_link", "second_factor", "break_glass"}
ABOUT_NO_DOSSIER = {"morning", "calendar_draft", "digest", "proof_failed", "call_back", *OF_CASES, *ABOUT_ACCOUNTS}
BY_SMS_TOO = set(Notice.Kind.values) - TO_STAFF - ABOUT_NO_DOSSIER - {"follow_confirm", "follow_digits"}
TO_CITIZENS = sorted(BY_SMS_TOO | {"follow_confirm"})
FACTS = {
    "reason": "Thiếu giấy chứng sinh",
    "outcome": "declined",
    **dict.fromkeys(("answer_at", "before_at", "new_due_at"), "2026-03-16T10:00:00+00:00"),
}
PLAIN = {
    "procedure": "P",
    "desk": "Desk",
    "reason": "R",
    "unit": "Unit",
    "office": "Office",
    "title": "T",
    "author": "A",
    "share": "98%",
}
AMOUNT = {"amount": 1_250_000, "purpose": "F", "text": "X", "papers": ["Y"], "decision": "D", "papers_back": "Z"}
DAYS = ("day_at", "first_at", "last_at")
MOMENTS = dict.fromkeys((*DAYS, "began_at", "until_at", "submitted_at", "proved_at"), "2026-03-09T10:00:00+00:00")


@pytest.mark.parametrize("kind", TO_CITIZENS)
def test_every_kind_has_its_words(kind):
    issue(kind=kind, **FACTS)
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert CODE in sent.subject
    assert "{" not in sent.subject + sent.body
    assert "024 3000 0000" in sent.body


@pytest.mark.parametrize("kind", sorted(set(Notice.Kind.values) - {"follow_digits", "password_link"}))
def test_a_person_who_reads_english_gets_no_word_of_vietnamese(kind):
    facts = FACTS | PLAIN | AMOUNT | MOMENTS | {"person": "P", "event_at": MOMENTS["began_at"]}
    issue(kind=kind, language="en", stop_url="/s/", track_url="/t/", **facts)
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert (sent.subject + sent.body).isascii()
    assert sent.extra_headers["Content-Language"] == "en"
    assert ("Dear Sir or Madam" in sent.body) == (kind in TO_CITIZENS)


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_what_staff_are_told_names_the_dossier_the_procedure_and_a_moment(kind):
    facts = {"unit": "Phòng Thử", "office": "Sở Thử", "until_at": "2026-03-09T10:00:00+00:00"}
    issue(email="canbo@example.vn", kind=kind, **facts)
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert CODE in sent.subject
    assert "Đăng ký khai sinh" in sent.body
    assert "17:00 Thứ Hai, 09/03/2026" in sent.body


def test_a_morning_list_tells_the_counts():
    counts = {"due_today": 3, "overdue": 1, "on_the_way": 0, "waiting": 7}
    issue_notice(
        subject="",
        kind="morning",
        email="donvi@example.vn",
        context={"unit": "Phòng Thử", "day_at": "2026-03-02T01:00:00+00:00"} | counts,
        at=AT,
    )
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert sent.subject == "Việc trong ngày 02/03: Phòng Thử"
    assert "Đến hạn hôm nay: 3" in sent.body
    assert "Thứ Hai, 02/03/2026" in sent.body


def test_a_key_is_used_once():
    first, again = (Notice(kind="overdue", key="overdue:1/1:1:7", subject=code, created_at=AT) for code in "AB")
    issue_once(notices=[first])
    issue_once(notices=[again])
    assert [one.subject for one in Notice.objects.all()] == ["A"]


def test_the_database_holds_no_key_twice_and_any_number_of_notices_without_one():
    issue()
    issue()
    Notice.objects.create(kind="overdue", key="overdue:1/1:1:7", created_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind="overdue", key="overdue:1/1:1:7", created_at=AT)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("notice_one_address", {"email": "a@example.vn", "phone": "+84912345678", "next_try_at": AT}),
        ("notice_phone_e164", {"phone": "0912345678", "next_try_at": AT}),
        ("notice_has_its_turn", {"email": "a@example.vn"}),
        ("notice_one_end", {"email": "a@example.vn", "next_try_at": AT, "sent_at": AT, "given_up_at": AT}),
    ],
)
def test_the_database_refuses_a_notice_that_cannot_be(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.create(kind="done", created_at=AT, **fields)


def test_a_notice_without_an_address_stays_as_the_proof_and_is_not_sent():
    notice = issue(email="")
    assert not send_next_notice(at=AT)
    assert mail.outbox == []
    assert notice.delivery(AT) is Delivery.NO_ADDRESS


def test_citizens_are_not_written_to_at_night(day_time):
    late, night = hanoi(2026, 3, 2, 20, 59), hanoi(2026, 3, 2, 21)
    issue(at=late)
    shown = [(CODE, "recalendared", "a@example.vn", "", CONTEXT | FACTS), (CODE, "recalendared", "", "", CONTEXT)]
    issue_notices(notices=shown, at=night)
    issue_once(notices=[Notice(kind="done", key="k", email="b@example.vn", context=CONTEXT, created_at=night)])
    turns = Notice.objects.order_by("id").values_list("next_try_at", flat=True)
    assert list(turns) == [late, hanoi(2026, 3, 3, 7), None, hanoi(2026, 3, 3, 7)]
    assert not send_next_notice(at=night)  # nor what was left over from the day
    assert [send_next_notice(at=hanoi(2026, 3, 3, 7)) for _ in range(4)] == [True, True, True, False]


def test_staff_are_issued_at_any_hour(day_time):
    night = hanoi(2026, 3, 2, 23)
    notice = Notice(
        kind="due_soon",
        key="s",
        email="c@example.vn",
        unit=make_unit("Phòng", "department"),
        context=CONTEXT,
        created_at=night,
    )
    issue_once(notices=[notice])
    assert send_next_notice(at=night)


def test_a_dead_mail_server_does_not_lose_the_notice(no_mail_server, settings):
    notice = issue()
    send_next_notice(at=AT)
    notice.refresh_from_db()
    assert (notice.sent_at, notice.attempts, notice.last_error) == (None, 1, "ConnectionRefusedError")
    assert not send_next_notice(at=AT + MINUTE - timedelta(seconds=1))

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_next_notice(at=AT + MINUTE)
    notice.refresh_from_db()
    assert notice.sent_at
    assert len(mail.outbox) == 1


def test_after_ten_failures_a_notice_is_left_to_people_who_may_have_it_sent_again(no_mail_server, settings):
    notice = issue()
    at, tries = AT, 0
    while Notice.objects.waiting().exists():
        at = Notice.objects.get().next_try_at
        assert send_next_notice(at=at)
        tries += 1
    notice.refresh_from_db()
    assert (tries, notice.given_up_at, notice.last_error) == (MOST_ATTEMPTS, at, "ConnectionRefusedError")
    assert at - AT == timedelta(minutes=255, hours=4)
    assert not send_next_notice(at=at + timedelta(days=9))

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_again(notices=[notice.pk], at=at) == [notice]
    assert send_again(notices=[notice.pk], at=at) == []  # it is waiting already
    assert send_next_notice(at=at)
    assert len(mail.outbox) == 1
    assert send_again(notices=[notice.pk], at=at) == []  # nor is what was sent sent twice


def test_a_row_that_cannot_be_written_as_a_letter_does_not_stop_the_others():
    broken = issue(due_at="no moment")
    good = issue(email="b@example.vn")
    assert [send_next_notice(at=AT) for _ in range(3)] == [True, True, False]
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.delivery(AT), broken.last_error) == (Delivery.GIVEN_UP, "ValueError")
    assert good.sent_at == AT


def test_a_row_whose_worker_dies_every_time_is_given_up():
    notice = issue()
    Notice.objects.update(attempts=MOST_ATTEMPTS)
    assert send_next_notice(at=AT)
    notice.refresh_from_db()
    assert (notice.delivery(AT), notice.last_error) == (Delivery.GIVEN_UP, "WorkerLost")


def test_every_notice_is_in_one_state_and_the_queries_agree(no_mail_server):
    sent = {"sent_at": AT}
    for changes in ({}, sent, {"given_up_at": AT}, {"sending_since": AT}, {"sending_since": AT - LEASE}):
        Notice.objects.filter(pk=issue().pk).update(**changes)
    issue(email="")
    found = {state: list(Notice.objects.in_state(state, AT)) for state in Delivery}
    assert all(len(rows) == 1 for rows in found.values())
    assert all(rows[0].delivery(AT) is state for state, rows in found.items())
    assert set(Notice.objects.undelivered(AT)) == {*found[Delivery.GIVEN_UP], *found[Delivery.UNSURE]}
