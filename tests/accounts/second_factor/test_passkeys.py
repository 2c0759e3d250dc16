"""Passkeys: as second step, as the only step; what another site, another person or nobody signed opens nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from accounts.models import AccountEvent, User
from tests.accounts.second_factor.authenticator import PRESENT, SoftPasskey
from tests.accounts.second_factor.codes import LOGIN, PAGES, SECOND, give_app, is_in, password_typed
from tests.factories import PASSWORD, make_units, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/can-bo/dang-nhap/khoa/"
ADD = f"{PAGES}khoa/them/"
MADE_UP = ["", "null", "[]", "{}", '"x"', "1", "{", '{"response": []}', '{"id": "x", "rawId": "x", "response": {}}']


def browser(number: int = 0) -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=f"10.0.2.{number}")


@pytest.fixture
def person() -> User:
    return make_user("clerk", make_units().ward_desk, email="canbo@motcua.example")


def confirmed(person: User) -> Client:
    client = browser()
    client.force_login(person)
    client.post("/can-bo/xac-nhan/", {"password": PASSWORD})
    return client


def added(person: User, passkey: SoftPasskey | None = None) -> SoftPasskey:
    client = confirmed(person)
    options = client.get(ADD).context["js_data"]["creation_options"]["publicKey"]
    made, sent = (passkey or SoftPasskey()).create(options)
    answer = client.post(ADD, {"name": "Máy ở quầy", "passwordless": "on", "credential": sent})
    assert answer.status_code == 302
    return made


def asked(client: Client) -> dict:
    return client.get(SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]["publicKey"]


def sign_in(passkey: SoftPasskey, client: Client) -> bool:
    client.post(SIGN_IN, {"credential": passkey.get(asked(client))})
    return is_in(client)


def test_a_passkey_is_added_and_listed_and_recovery_codes_come_with_it(person):
    added(person)
    client = confirmed(person)
    assert "Máy ở quầy" in client.get(PAGES).content.decode()
    assert Authenticator.objects.filter(type="recovery_codes").count() == 1
    assert "factor_added" in AccountEvent.objects.values_list("kind", flat=True)


def test_a_passkey_is_the_only_step_of_signing_in(person):
    passkey, client = added(person), browser()
    assert sign_in(passkey, client)
    assert client.get("/can-bo/tiep-nhan/").status_code == 200


def test_a_passkey_is_the_second_step_after_a_password(person):
    passkey = added(person)
    client = password_typed_on(browser(), person)
    options = client.get(SECOND).context["js_data"]["request_options"]["publicKey"]
    assert client.post(SECOND, {"credential": passkey.get(options)})["Location"] == "/can-bo/"
    assert is_in(client)


def password_typed_on(client: Client, person: User) -> Client:
    assert client.post(LOGIN, {"login": person.username, "password": PASSWORD})["Location"] == SECOND
    return client


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://motcua-hanoi.example"},
        {"origin": "https://localhost.motcua-hanoi.example"},
        {"origin": "http://motcua.example"},
        {"site": "motcua-hanoi.example"},
        {"flags": PRESENT},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"credential_id": b"x" * 32},
    ],
    ids=["another origin", "one that begins like ours", "no TLS", "another site", "no PIN", "another key", "unknown"],
)
def test_what_another_site_or_another_key_signed_opens_nothing(person, change):
    passkey = added(person)
    assert not sign_in(replace(passkey, **change), browser())
    assert sign_in(passkey, browser())


def test_an_answer_works_once_and_for_its_own_question(person):
    passkey, client = added(person), browser()
    sent = passkey.get(asked(client))
    other = browser()
    asked(other)
    other.post(SIGN_IN, {"credential": sent})
    assert not is_in(other)
    client.post(SIGN_IN, {"credential": sent})
    assert is_in(client)
    client.post("/can-bo/dang-xuat/")
    client.post(SIGN_IN, {"credential": sent})
    assert not is_in(client)


def test_a_passkey_does_not_open_the_account_of_another(person):
    passkey = added(person)
    other = make_user("administrator", person.office)
    theirs = added(other)
    assert not sign_in(replace(passkey, handle=theirs.handle), browser())
    client = password_typed_on(browser(), other)
    options = client.get(SECOND).context["js_data"]["request_options"]["publicKey"]
    assert client.post(SECOND, {"credential": passkey.get(options)}).status_code == 422
    assert not is_in(client)


def test_a_closed_account_is_not_opened_by_its_passkey(person):
    passkey = added(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not sign_in(passkey, browser())


@pytest.mark.parametrize("sent", MADE_UP)
def test_what_is_made_up_is_refused_with_a_sentence(person, sent):
    added(person)
    client = browser()
    asked(client)
    answer = client.post(SIGN_IN, {"credential": sent}, follow=True)
    assert (answer.status_code, is_in(client)) == (200, False)
    step = password_typed_on(browser(), person)
    step.get(SECOND)
    assert step.post(SECOND, {"credential": sent}).status_code == 422
    mine = confirmed(person)
    mine.get(ADD)
    assert mine.post(ADD, {"name": "x", "credential": sent}).status_code == 422
    assert mine.post("/can-bo/xac-nhan/khoa/", {"credential": sent}).status_code == 422


def test_bytes_cut_from_a_real_answer_are_refused_as_well(person):
    passkey = added(person)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for value in ("", "AA", "!", 7, None, passkey.handle):
            client = browser()
            sent = json.loads(passkey.get(asked(client)))
            if part == "userHandle" and value == passkey.handle:
                continue
            sent["response"][part] = value
            client.post(SIGN_IN, {"credential": json.dumps(sent)})
            assert not is_in(client), (part, value)


def test_a_wrong_passkey_is_counted_and_a_right_one_is_not(person):
    passkey = added(person)
    for _ in range(35):
        assert sign_in(passkey, browser(1))
    client = browser(2)
    for _ in range(30):
        client.post(SIGN_IN, {"credential": '{"id": "x"}'})
    assert not sign_in(passkey, client)
    assert sign_in(passkey, browser(3))


def test_twenty_wrong_codes_of_somebody_do_not_shut_out_who_has_a_passkey(person):
    passkey = added(person)
    give_app_too = Authenticator.objects.filter(user=person, type="recovery_codes")
    give_app_too.delete()
    give_app(person)
    for number in range(4):
        stranger = password_typed(person, number=number)
        for _ in range(5):
            stranger.post(SECOND, {"code": "000000"})
    assert sign_in(passkey, browser())


def test_a_passkey_is_removed_by_its_owner_alone_after_confirming(person):
    added(person)
    key = Authenticator.objects.get(type="webauthn")
    stranger = confirmed(make_user("clerk", person.office))
    assert stranger.post(f"{PAGES}khoa/{key.pk}/bo/").status_code == 404
    client = browser()
    client.force_login(person)
    assert client.post(f"{PAGES}khoa/{key.pk}/bo/")["Location"].startswith("/can-bo/xac-nhan/")
    client.post("/can-bo/xac-nhan/", {"password": PASSWORD})
    assert client.post(f"{PAGES}khoa/{key.pk}/bo/").status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()


def test_in_the_demo_setting_up_is_shown_and_may_be_skipped(person, settings):
    settings.DEMO, settings.SECOND_FACTOR_FROM = True, None
    client = browser()
    answer = client.post(LOGIN, {"login": person.username, "password": PASSWORD}, follow=True)
    assert [step for step, _ in answer.redirect_chain] == ["/can-bo/", PAGES]
    assert "Bỏ qua bây giờ" in answer.content.decode()
    answer = client.post(f"{PAGES}bo-qua/", follow=True)
    assert [step for step, _ in answer.redirect_chain] == ["/can-bo/", "/can-bo/tiep-nhan/"]
    settings.DEMO = False
    assert client.post(f"{PAGES}bo-qua/").status_code == 404
    assert "Bỏ qua bây giờ" not in client.get(PAGES).content.decode()
