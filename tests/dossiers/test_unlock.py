"""What opens a dossier to its owner; whoever guesses gets the same words after the same work, and not often."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.citizens.secret import ends, hashed, new_secret, tail_in
from accounts.citizens.secret import opens as is_secret
from tests.dossiers.tracking.test_pages import body, url
from tests.factories import make_applicant, register

PHONE = "+84 (91) 234-54.71"


@pytest.fixture
def dossier(city, offering):
    return register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone=PHONE))


def visitor(number):
    return Client(REMOTE_ADDR=f"10.1.{number // 250}.{number % 250}")


def opens(client, dossier, typed):
    client.post(url(dossier.code), {"secret": typed})
    return "Nhật ký xử lý" in client.get(url(dossier.code)).content.decode()


def test_a_secret_and_four_digits_are_distinguished_however_they_are_typed():
    assert is_secret(" ７２b-cgh", "X", hashed("72BCGH", "X"))
    assert not is_secret("72BCGH", "Y", hashed("72BCGH", "X"))
    assert not is_secret("", "X", None)
    assert ends(" 54 71 ", PHONE)
    assert ends("５４７１", PHONE)
    for phone in ("", "5471", "0912345472", None):
        assert not ends("5471", phone)
    assert not ends("----", "")
    assert tail_in("0 0 0 ０") == "0000"
    assert not any(tail_in(typed) for typed in ("", "547", "54711", "5a71", new_secret()))


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
        with django_assert_num_queries(8) as queries:  # were the digits tried, the counters, the try, the secret
            answer = client.post(url(code), {"secret": "0000"})
        assert answer.status_code == 404
        bodies.append(body(answer))
        asked.append([re.sub(r"'[^']*'", "?", query["sql"]) for query in queries.captured_queries])
    assert len(set(bodies)) == 1
    shown = [[sql for sql in one if "SAVEPOINT" not in sql] for one in asked]
    assert shown[0] == shown[1] == shown[2]
