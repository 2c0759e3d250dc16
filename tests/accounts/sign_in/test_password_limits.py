"""Passwords are tried so often and no more, whatever address the portal is asked at and whether Redis is there."""

from datetime import timedelta
from typing import ClassVar

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts.limits.attempts import DAY, HOUR, MINUTE, TooManyTries
from accounts.models import AttemptCounter
from accounts.sign_in.password_limits import KNOWN_FOR, accept_password, count_password
from tests.factories import PASSWORD, hanoi, make_units, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/can-bo/dang-nhap/"
START = hanoi(2026, 3, 2, 8)
SECOND = timedelta(seconds=1)


@pytest.fixture
def user():
    return make_user("clerk", make_units().ward_desk)


def visitor(number):
    return Client(REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")


def sign_in(name, password="sai-mat-khau", number=0, **how):  # not a secret
    return visitor(number).post(LOGIN, {"login": name, "password": password}, **how)


def is_let_in(name, at, number=0):
    try:
        count_password(name=name, visitor=f"10.0.0.{number}", at=at)
    except TooManyTries:
        return False
    return True


class CountingHasher(MD5PasswordHasher):
    hashed: ClassVar[list[str]] = []

    def encode(self, password, salt):
        self.hashed.append(password)
        return super().encode(password, salt)


def test_another_host_or_port_does_not_help(user, settings):
    settings.ALLOWED_HOSTS = ["*"]
    answers = [sign_in(user.username, headers={"host": f"cong-{n}.vn:80{n:02d}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert sign_in(user.username, PASSWORD, headers={"host": "localhost:9999"}).status_code == 429


def test_another_spelling_of_the_name_does_not_help(user):
    spellings = [user.username, user.username.upper(), f" {user.username} ", user.username.title()]
    assert [sign_in(name).status_code for name in [*spellings, user.username, user.username]] == [422] * 5 + [429]


def test_it_holds_while_redis_is_away(user, settings):
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert [sign_in(user.username).status_code for _ in range(6)] == [422] * 5 + [429]


def test_at_the_edge_a_right_password_signs_in_and_is_not_counted(user):
    assert [sign_in(user.username).status_code for _ in range(4)] == [422] * 4
    assert [sign_in(user.username, PASSWORD).status_code for _ in range(3)] == [302] * 3
    assert [sign_in(user.username).status_code for _ in range(2)] == [422, 429]
    refused = sign_in(user.username, PASSWORD)
    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 300) == (429, True)
    assert "_auth_user_id" not in refused.client.session


def test_who_is_refused_reads_when_to_come_back_and_whom_to_ask_and_types_no_name_again(user):
    for _ in range(5):
        sign_in(user.username)
    page = sign_in(user.username).content.decode()
    for words in ("Xin thử lại từ", "hỏi người quản trị hệ thống", f'value="{user.username}"'):
        assert words in page
    assert "sai-mat-khau" not in page


@pytest.mark.parametrize("path", [LOGIN, "/can-bo/xac-nhan/"])
def test_a_limit_is_told_as_one_and_not_as_a_field_to_correct(user, path):
    client = visitor(0)
    if path != LOGIN:
        client.force_login(user)
    for _ in range(5):
        sign_in(user.username)
    answer = client.post(path, {"login": user.username, "password": "sai-mat-khau"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 429
    assert page.find(role="alert").h2.text.strip() == "Đã thử quá nhiều lần"
    assert page.find(role="alert").p.text.startswith("Từ địa chỉ mạng này")
    assert not page.select(".error:not([hidden])")
    assert page.title.text.strip().startswith("Lỗi:")


def test_five_wrong_passwords_of_a_stranger_do_not_lock_the_owner_out(user):
    assert [sign_in(user.username, number=7).status_code for _ in range(6)] == [422] * 5 + [429]
    assert sign_in(user.username, PASSWORD).status_code == 302


def test_strangers_shut_a_name_to_strangers_alone_and_say_so_to_its_owner(user):
    assert sign_in(user.username, PASSWORD).status_code == 302
    assert [sign_in(user.username, number=10 + n).status_code for n in range(51)] == [422] * 50 + [429]
    elsewhere = sign_in(user.username, PASSWORD, number=9)
    assert elsewhere.status_code == 429
    assert "từ nơi khác" in elsewhere.content.decode()
    assert sign_in(user.username, PASSWORD).status_code == 302


def test_a_name_nobody_has_is_answered_alike(user):
    shown = []
    for name in (user.username, "khong-co-ai"):
        answers = [sign_in(name, number=20) for _ in range(6)] + [sign_in(name, number=30 + n) for n in range(46)]
        assert [one.status_code for one in answers] == [422] * 5 + [429] + [422] * 45 + [429]
        shown.append([str(one.context["form"].non_field_errors()) + one.context.get("limit", "") for one in answers])
    assert shown[0] == shown[1]


def test_beyond_a_limit_no_password_is_hashed(user, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher", *settings.PASSWORD_HASHERS]
    for name in (user.username, "khong-co-ai"):
        for _ in range(5):
            sign_in(name)
        CountingHasher.hashed.clear()
        assert sign_in(name, PASSWORD).status_code == 429
        assert CountingHasher.hashed == []


def test_a_wrong_password_at_a_page_that_asks_again_counts_too(user):
    client = visitor(0)
    client.force_login(user)
    answers = [client.post("/can-bo/xac-nhan/", {"password": "sai-mat-khau"}) for _ in range(6)]
    assert [one.status_code for one in answers] == [422] * 5 + [429]
    assert sign_in(user.username, PASSWORD).status_code == 429


def test_everybody_of_an_office_signs_in_at_eight_from_one_address(user):
    ward = user.office
    others = [make_user("clerk", ward) for _ in range(32)]
    assert {sign_in(one.username, PASSWORD).status_code for one in [user, *others]} == {302}


def test_a_visitor_waits_five_minutes_and_after_twenty_a_day():
    assert [is_let_in("a", START + n * SECOND) for n in range(6)] == [True] * 5 + [False]
    assert not is_let_in("a", START + 5 * MINUTE - SECOND)
    assert [is_let_in("a", START + 5 * n * MINUTE) for n in range(1, 17)] == [True] * 15 + [False]
    assert is_let_in("a", START + DAY)


def test_a_visitor_tries_thirty_names_in_ten_minutes_and_three_hundred_a_day():
    assert [is_let_in(f"ten-{n}", START) for n in range(31)] == [True] * 30 + [False]
    assert is_let_in("ten-31", START + 10 * MINUTE)
    counted = AttemptCounter.objects.order_by("-forget_at").count()
    assert counted == 30 * 2 + 2 + 1
    for n in range(1, 30):
        assert is_let_in(f"muon-{n}", START + n * 10 * MINUTE)


def test_a_name_is_open_again_an_hour_later():
    assert [is_let_in("a", START, number) for number in range(51)] == [True] * 50 + [False]
    assert not is_let_in("a", START + HOUR - SECOND, 200)
    assert is_let_in("a", START + HOUR, 200)


def test_where_a_person_signed_in_is_known_for_thirty_days():
    limits = count_password(name="A", visitor="10.0.0.1", at=START)
    accept_password(limits=limits, name="A", visitor="10.0.0.1", at=START)
    for at in (START, START + KNOWN_FOR - SECOND, START + KNOWN_FOR):
        assert all(is_let_in("a", at, number) for number in range(100, 150))
        assert is_let_in("a", at, 1) is (at < START + KNOWN_FOR)
        assert not is_let_in("a", at, 2)
        AttemptCounter.objects.filter(forget_at__lt=at + 2 * DAY).delete()
