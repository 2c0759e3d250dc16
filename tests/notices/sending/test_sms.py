"""SMS by a real HTTP gateway: one part, no accents, no names; a gateway that fails, hangs or lies loses nothing."""

from datetime import timedelta

import pytest

from notices.issuing.actions import issue_notice, issue_notices
from notices.models import LEASE, Delivery, Notice
from notices.sending.actions import send_next_notice
from notices.sending.messages import message_of
from notices.sending.reach import BY_SMS, Reach, applicant_reach
from notices.sending.sms_text import parts
from tests.notices.gateway import JSON
from tests.notices.sending.test_outbox import AMOUNT, AT, BY_SMS_TOO, CODE, FACTS, issue

pytestmark = pytest.mark.django_db
PHONE = "+84912345678"
LONGEST_CODE = "000.00.00.G22.H26-260921-896048"


def stored():
    return Notice.objects.get()


def issue_sms(kind="done", **context):
    return issue(email="", phone=PHONE, kind=kind, **context)


def test_an_sms_says_what_happened_when_and_where_to_look(gateway, settings):
    settings.PORTAL_URL = "https://motcua.example"
    notice = issue_sms(track_url="/tra-cuu/")
    assert send_next_notice(at=AT)
    [(headers, body)] = gateway.asked
    text = f"Ho so {CODE} co ket qua ngay 02/03/2026. Mang giay hen den nhan. Tra cuu: https://motcua.example/tra-cuu/"
    assert body == {"from": "MOTCUA", "to": PHONE, "text": text}
    assert headers["Authorization"] == "Bearer token-of-the-test"
    assert headers["Idempotency-Key"] == f"notice-{notice.pk}-20260302020000"
    assert stored().sent_at == AT


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_to_citizens_fits_one_part_without_a_name(settings, language):
    settings.PORTAL_URL = "https://motcua.haibatrung.hanoi.gov.vn"
    for kind in BY_SMS_TOO:
        context = FACTS | AMOUNT | {"track_url": "/tra-cuu/", "due_at": FACTS["answer_at"]}
        notice = Notice(
            subject=LONGEST_CODE, kind=kind, phone=PHONE, language=language, context=context, created_at=AT
        )
        text = message_of(notice, at=AT, before_handing_over=lambda: None).text
        assert text.isascii()
        assert LONGEST_CODE in text
        assert "2026" in text or kind.startswith("case_")  # a case is told without its day
        assert text.endswith("/tra-cuu/")
        assert parts(text) == 1, (len(text), text)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_digits_that_confirm_a_number_fit_one_part_and_do_not_wait_for_the_morning(gateway, language):
    night = AT.replace(hour=19)  # two in the morning in Hanoi
    context = {"digits": "042137", "telephone": "024 3000 0000"}
    fields = {"subject": LONGEST_CODE, "kind": "follow_digits", "email": "", "phone": PHONE, "context": context}
    issue_notice(**fields, language=language, at=night)
    assert send_next_notice(at=night)
    [(_headers, body)] = gateway.asked
    assert "042137" in body["text"]
    assert LONGEST_CODE in body["text"]
    assert parts(body["text"]) == 1


def test_a_follower_by_sms_can_stop_by_a_link_within_two_parts(settings):
    settings.PORTAL_URL = "https://motcua.haibatrung.hanoi.gov.vn"
    links = {"track_url": "/tra-cuu/", "stop_url": f"/theo-doi/{'1.' + 'x' * 43}/ngung/"}
    notice = Notice(subject=LONGEST_CODE, kind="done", phone=PHONE, context=FACTS | links, created_at=AT)
    text = message_of(notice, at=AT, before_handing_over=lambda: None).text
    assert "/ngung/" in text
    assert parts(text) == 2


@pytest.mark.parametrize(
    ("status", "headers", "state", "pause"),
    [
        (500, {}, Delivery.WAITING, timedelta(minutes=1)),
        (503, {"Retry_After": "600"}, Delivery.WAITING, timedelta(minutes=10)),
        (429, {"Retry_After": "Mon, 02 Mar 2026 03:00:00 GMT"}, Delivery.WAITING, timedelta(hours=1)),
        (429, {"Retry_After": "1"}, Delivery.WAITING, timedelta(minutes=1)),
        (408, {}, Delivery.WAITING, timedelta(minutes=1)),
        (400, {}, Delivery.GIVEN_UP, None),
        (401, {}, Delivery.GIVEN_UP, None),
        (302, {"Location": "/elsewhere"}, Delivery.GIVEN_UP, None),
    ],
)
def test_what_passes_is_tried_again_and_what_stays_is_given_up(gateway, status, headers, state, pause):
    issue_sms()
    gateway.says(status, b'{"error": "no"}', **headers)
    assert send_next_notice(at=AT)
    row = stored()
    assert (row.delivery(AT), row.last_error, len(gateway.asked)) == (state, f"HTTP {status}", 1)
    assert pause is None or row.next_try_at == AT + pause


@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_a_gateway_that_hangs_or_drips_is_left_in_good_time_and_asked_again_by_the_same_key(gateway, manner, settings):
    settings.SMS_READ_SECONDS, settings.SMS_TOTAL_SECONDS = 0.2, 0.6
    issue_sms()
    gateway.manner = manner
    assert send_next_notice(at=AT)
    assert (stored().delivery(AT), stored().last_error) == (
        Delivery.WAITING,
        "ReadTimeout" if manner == "hang" else "Timeout",
    )
    gateway.manner = ""
    settings.SMS_READ_SECONDS, settings.SMS_TOTAL_SECONDS = 10, 20
    assert send_next_notice(at=AT + timedelta(minutes=1))
    assert stored().delivery(AT) is Delivery.SENT
    first, second = (headers["Idempotency-Key"] for headers, _body in gateway.asked)
    assert first == second


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"error": "no credit"}', JSON),
        (b'{"id": "m-1", "error": "no credit"}', JSON),
        (b'{"id": 7}', JSON),
        (b'{"id": ""}', JSON),
        (b'["id"]', JSON),
        (b"null", JSON),
        (b"[" * 9_000, JSON),
        (b"\xff\xfe", JSON),
        (b"", JSON),
        (b'{"id": "m-1"}', "text/html"),
        (b"<html>Welcome</html>", "text/html; charset=utf-8"),
        (b'{"id": "m-1", "x": "' + b"x" * 10_000_000 + b'"}', JSON),
    ],
)
def test_a_success_that_does_not_read_like_one_is_shown_to_a_person(gateway, body, content_type):
    issue_sms()
    gateway.says(200, body, content_type)
    assert send_next_notice(at=AT)
    assert stored().last_error == "HTTP 200, answer not understood"
    assert stored().delivery(AT + LEASE) is Delivery.UNSURE
    assert not send_next_notice(at=AT + LEASE)


def test_a_gateway_nobody_listens_at_is_tried_again(gateway, settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/send"
    issue_sms()
    assert send_next_notice(at=AT)
    assert (stored().delivery(AT), stored().last_error) == (Delivery.WAITING, "ConnectError")


def test_without_a_gateway_the_demo_writes_files_and_others_a_dead_letter(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.SMS_TO_FILES = True
    issue_sms(track_url="/tra-cuu/")
    assert send_next_notice(at=AT)
    [file] = settings.EMAIL_FILE_PATH.iterdir()
    assert file.read_text().startswith(f"{PHONE}\n\nHo so {CODE} co ket qua")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    settings.SMS_TO_FILES = False
    other = issue_sms()
    assert send_next_notice(at=AT)
    other.refresh_from_db()
    assert (other.delivery(AT), other.last_error) == (Delivery.GIVEN_UP, "NoGateway")


def test_many_at_once_may_go_by_sms_as_well(gateway):
    issue_notices(notices=[(CODE, "recalendared", "", PHONE, {"due_at": FACTS["answer_at"]})], at=AT)
    assert send_next_notice(at=AT)
    [(_headers, body)] = gateway.asked
    assert body["text"].startswith(f"Ho so {CODE} doi ngay hen do doi lich. Hen tra 17:00 16/03/2026.")


def test_an_applicant_without_mail_hears_by_sms_what_asks_them_to_act(settings):
    settings.SMS_GATEWAY_URL = "https://sms.example/"
    assert applicant_reach("done", email="", telephone="0912 345 678") == Reach("", PHONE)
    assert applicant_reach("done", email="a@example.vn", telephone="0912 345 678") == Reach("a@example.vn", "")
    assert applicant_reach("done", email="", telephone="024 3971 0000") == Reach("", "")
    assert applicant_reach("registered", email="", telephone="0912 345 678") == Reach("", "")
    assert set(BY_SMS_TOO) > BY_SMS
    settings.SMS_GATEWAY_URL = ""
    assert applicant_reach("done", email="", telephone="0912 345 678") == Reach("", "")
