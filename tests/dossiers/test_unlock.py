"""What opens a dossier to its owner; whoever guesses gets the same words after the same work, and not often."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from dossiers.actions import forget_lookups, may_try_phone
from dossiers.actions.lookups import PHONE_TRIES_PER_DAY
from dossiers.models import LookupTry, PhoneTry, local_day
from dossiers.secret import ends, is_right, is_tail, new_secret
from tests.dossiers.test_track import body, url
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_units, register

PHONE = "+84 (91) 234-54.71"


@pytest.fixture
def city():
    return make_units()


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward)


@pytest.fixture
def dossier(city, offering):
    return register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone=PHONE))


def visitor(number):
    return Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}")


def opens(client, dossier, typed):
    client.post(url(dossier.code), {"secret": typed})
    return "Nhật ký xử lý" in client.get(url(dossier.code)).content.decode()


def test_a_secret_and_four_digits_are_told_apart_however_they_are_typed():
    assert is_right(" ７２b cgh", "72BCGH")
    assert not is_right("", None)
    assert not is_right("------", None)
    assert ends(" 54 71 ", PHONE)
    assert ends("５４７１", PHONE)
    for phone in ("", "5471", "0912345472", None):
        assert not ends("5471", phone)
    assert not ends("----", "")
    assert is_tail("0 0 0 0")
    assert not any(is_tail(typed) for typed in ("", "547", "54711", "5a71", new_secret()))


@pytest.mark.django_db
def test_the_last_four_digits_of_the_applicants_telephone_open_it(dossier):
    assert opens(visitor(1), dossier, "5471")
    assert not opens(visitor(2), dossier, "5472")


@pytest.mark.django_db
def test_wrong_digits_get_the_answer_of_a_code_nobody_has(dossier, city, offering, django_assert_num_queries):
    without = register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone=""))
    codes = (dossier.code, without.code, dossier.code[:-4] + "9999")
    bodies, asked = [], []
    visitor(9).get("/tra-cuu/")  # the frame of the page is read once a minute
    for number, code in enumerate(codes):
        client = visitor(number)
        with django_assert_num_queries(3) as queries:  # the visitor's try, the secret, the code's try
            answer = client.post(url(code), {"secret": "0000"})
        assert answer.status_code == 404
        bodies.append(body(answer))
        asked.append([re.sub(r"'[^']*'", "?", query["sql"]) for query in queries.captured_queries])
    assert len(set(bodies)) == 1
    assert asked[0][1:] == asked[1][1:] == asked[2][1:]


@pytest.mark.django_db
def test_a_secret_tried_twenty_times_is_refused_after_the_fifth(client, dossier):
    answers = [client.post(url(dossier.code), {"secret": f"BCGH{n:02d}"}).status_code for n in range(20)]
    assert answers == [404] * 5 + [429] * 15
    assert client.post(url(dossier.code), {"secret": dossier.secret}).status_code == 429
    assert opens(visitor(1), dossier, dossier.secret)


@pytest.mark.django_db
def test_after_twenty_guesses_a_day_from_anywhere_only_the_secret_opens_it(dossier):
    for number in range(PHONE_TRIES_PER_DAY):
        assert not opens(visitor(number), dossier, "0000")
    assert not opens(visitor(100), dossier, "5471")
    assert opens(visitor(101), dossier, dossier.secret)
    assert PhoneTry.objects.get().times == PHONE_TRIES_PER_DAY


@pytest.mark.django_db
def test_the_next_day_guesses_count_anew_and_yesterdays_are_forgotten():
    today = local_day(hanoi(2026, 3, 2))
    assert [may_try_phone(code="A", on=today) for _ in range(21)] == [True] * 20 + [False]
    assert may_try_phone(code="B", on=today)
    tomorrow = today + timedelta(days=1)
    assert may_try_phone(code="A", on=tomorrow)
    LookupTry.objects.create(visitor="v", times=[], last_at=hanoi(2026, 3, 2))
    assert forget_lookups(before=hanoi(2026, 3, 3), today=tomorrow) == 1
    assert PhoneTry.objects.get().day == tomorrow
    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneTry.objects.create(code="A", day=tomorrow, times=1)
