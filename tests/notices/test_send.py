"""The outbox: what is written is sent once, and what cannot be sent waits."""

import socket

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from notices.actions import MOST_ATTEMPTS, issue_notice, issue_once, send_next_notice
from notices.models import Notice
from notices.tasks import send_notices
from tests.factories import hanoi

pytestmark = pytest.mark.django_db
AT = hanoi(2026, 3, 2)
CONTEXT = {
    "procedure": "Đăng ký khai sinh <b>",
    "desk": "Một cửa Bạch Mai",
    "telephone": "024 3000 0000",
    "due_at": "2026-03-09T10:00:00+00:00",
}


def issue(email="phuong@example.vn", kind="registered", **context):
    return issue_notice(subject="H26.19.15-260302-0001", kind=kind, email=email, context=CONTEXT | context, at=AT)


def test_a_notice_goes_out_once_in_plain_vietnamese():
    notice = issue()
    send_notices()
    send_notices()
    [sent] = mail.outbox
    assert sent.to == ["phuong@example.vn"]
    assert sent.subject == "Đã tiếp nhận hồ sơ H26.19.15-260302-0001"
    assert "Đăng ký khai sinh <b>" in sent.body
    assert "17:00 Thứ Hai, 09/03/2026" in sent.body
    notice.refresh_from_db()
    assert notice.sent_at
    assert (notice.attempts, notice.last_error) == (1, "")


TO_STAFF = {
    *("due_soon", "overdue", "dossier_overdue", "not_handed_over", "not_accepted", "apology_possible"),
    *("apology_drafted", "consult_late", "escalated"),
}


@pytest.mark.parametrize("kind", sorted(set(Notice.Kind.values) - TO_STAFF - {"morning", "calendar_draft"}))
def test_every_kind_has_its_words(kind):
    issue(kind=kind, reason="Thiếu giấy chứng sinh", outcome="declined", answer_at="2026-03-16T10:00:00+00:00")
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert "H26.19.15-260302-0001" in sent.subject
    assert "{" not in sent.subject + sent.body
    assert "024 3000 0000" in sent.body


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_what_staff_are_told_names_the_dossier_the_procedure_and_a_moment(kind):
    facts = {"unit": "Phòng Thử", "office": "Sở Thử", "until_at": "2026-03-09T10:00:00+00:00"}
    issue(email="canbo@example.vn", kind=kind, **facts)
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert "H26.19.15-260302-0001" in sent.subject
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


def test_a_notice_without_an_address_stays_as_the_proof_and_is_not_sent():
    issue(email="")
    assert not send_next_notice(at=AT)
    assert mail.outbox == []


def test_a_dead_mail_server_does_not_lose_the_notice(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.getsockname()[1]
        notice = issue()
        send_notices()
    notice.refresh_from_db()
    assert (notice.sent_at, notice.attempts, notice.last_error) == (None, 1, "ConnectionRefusedError")

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_notices()
    notice.refresh_from_db()
    assert notice.sent_at
    assert len(mail.outbox) == 1


def test_after_ten_failures_a_notice_is_left_to_people():
    notice = issue()
    Notice.objects.filter(pk=notice.pk).update(attempts=MOST_ATTEMPTS)
    assert not send_next_notice(at=AT)
