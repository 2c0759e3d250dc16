"""Mail by a real SMTP server: what the server says decides, and a lost answer never makes a second letter."""

import threading

import pytest
from django.db import connection
from django.test import override_settings

from notices.models import LEASE, Delivery, Notice
from notices.sending.actions import send_again, send_next_notice
from tests.notices.sending.test_outbox import AT, CODE, issue

pytestmark = pytest.mark.django_db


def stored():
    return Notice.objects.get()


@override_settings(PORTAL_URL="https://motcua.example", DEFAULT_FROM_EMAIL="Một cửa <mot-cua@example.vn>")
def test_a_letter_arrives_word_for_word(post):
    issue(kind="refused", reason=".\n.ẩn\r\nhết", stop_url="/dung/", stop_by_post=True)
    assert send_next_notice(at=AT)
    [letter] = post.letters
    assert letter["Subject"].strip() == f"Hồ sơ {CODE} không được tiếp nhận"
    assert (letter["To"], letter["From"]) == ("phuong@example.vn", "Một cửa <mot-cua@example.vn>")
    assert letter["Message-ID"] == f"<notice-{stored().pk}-20260302020000@motcua.example>"
    assert (letter["Content-Language"], letter["Auto-Submitted"]) == ("vi", "auto-generated")
    assert letter["List-Unsubscribe"] == "<https://motcua.example/dung/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Lý do: .\r\n.ẩn\r\nhết\r\n" in letter.get_content()
    assert stored().sent_at == AT


@pytest.mark.parametrize(
    ("step", "message", "state"),
    [
        ("RCPT", "550 nobody of that name", Delivery.GIVEN_UP),
        ("RCPT", "450 come back later", Delivery.WAITING),
        ("250", "554 looks like spam", Delivery.GIVEN_UP),
        ("250", "451 disk full", Delivery.WAITING),
    ],
)
def test_what_the_server_says_for_good_is_not_tried_again(post, step, message, state):
    issue()
    post.answers = {step: message}
    assert send_next_notice(at=AT)
    assert (stored().delivery(AT + LEASE), stored().last_error) == (state, f"SMTP {message[:3]}")
    assert not send_next_notice(at=AT)


def test_an_address_that_is_none_is_refused_before_anybody_is_asked(post):
    Notice.objects.filter(pk=issue().pk).update(email="no address@@")
    assert send_next_notice(at=AT)
    assert (stored().delivery(AT), post.letters) == (Delivery.GIVEN_UP, [])


def test_a_letter_taken_without_an_answer_is_sent_again_by_a_person_only(post):
    issue()
    post.answers = {"break off": ""}
    assert send_next_notice(at=AT)
    assert (len(post.letters), stored().last_error) == (1, "SMTPServerDisconnected")
    assert not send_next_notice(at=AT + LEASE)
    assert stored().delivery(AT + LEASE) is Delivery.UNSURE

    post.answers = {}
    assert send_again(notices=[stored().pk], at=AT + LEASE)
    assert send_next_notice(at=AT + LEASE)
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert stored().delivery(AT + LEASE) is Delivery.SENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_row_twice_even_when_the_first_is_slower_than_its_lease(post):
    issue()
    post.hold = {"phuong@example.vn": "DATA"}

    def slow_worker():
        send_next_notice(at=AT)
        connection.close()

    first = threading.Thread(target=slow_worker)
    first.start()
    post.wait_until_held()
    assert not send_next_notice(at=AT)
    post.hold = {}
    assert send_next_notice(at=AT + LEASE)
    post.let_go()
    first.join()
    assert len(post.letters) == 1
    assert (stored().sent_at, stored().attempts) == (AT + LEASE, 2)
