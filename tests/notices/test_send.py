"""The outbox: what is written is sent once, and what cannot be sent waits."""

import socket

import pytest
from django.core import mail

from notices.actions import MOST_ATTEMPTS, issue_notice, send_next_notice
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


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_every_kind_has_its_words(kind):
    issue(kind=kind, reason="Thiếu giấy chứng sinh", outcome="declined")
    assert send_next_notice(at=AT)
    [sent] = mail.outbox
    assert "H26.19.15-260302-0001" in sent.subject
    assert "{" not in sent.subject + sent.body
    assert "024 3000 0000" in sent.body


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
