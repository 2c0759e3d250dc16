"""Who signs out at the provider is signed out here as well; by nobody else's word."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ProviderIdentity, ProviderSession, User
from accounts.provider.actions import unlink_identity
from tests.accounts.provider.stand_in import CLIENT, SUBJECT, StandIn, new_key, published
from tests.accounts.provider.test_sign_in import BACK, at_provider
from tests.accounts.second_factor.codes import give_app, is_in
from tests.factories import PASSWORD, make_units, make_user

pytestmark = pytest.mark.django_db
ENDED, LOGIN, PAGE = "/can-bo/dang-nhap/nha-cung-cap/dang-xuat/", "/can-bo/dang-nhap/", "/can-bo/tiep-nhan/"


@pytest.fixture
def person(provider) -> User:
    person = make_user("clerk", make_units().ward_desk)
    row = {"issuer": provider.issuer, "subject": SUBJECT}
    ProviderIdentity.objects.create(person=person, linked_at=timezone.now(), **row)
    return person


def signed_in(provider: StandIn, sid: str = "") -> Client:
    provider.claims = {"sid": sid} if sid else {}
    client = Client()
    client.get(BACK, at_provider(client, provider))
    assert works(client)
    return client


def works(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def send(token: str):
    return Client(enforce_csrf_checks=True).post(ENDED, {"logout_token": token})


def test_all_that_began_by_the_account_end_and_no_others(person, provider):
    first, second, by_password = signed_in(provider), signed_in(provider), Client()
    by_password.post(LOGIN, {"login": person.username, "password": PASSWORD})
    answer = send(provider.logout_token())
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert [works(client) for client in (first, second, by_password)] == [False, False, True]
    assert not ProviderSession.objects.exists()


def test_a_session_of_the_provider_ends_those_that_began_by_it(person, provider):
    first, second = signed_in(provider, "phien-1"), signed_in(provider, "phien-2")
    assert send(provider.logout_token(sub=None, sid="phien-2")).status_code == 200
    assert [works(client) for client in (first, second)] == [True, False]
    assert send(provider.logout_token(sid="phien-3")).status_code == 200
    assert send(provider.logout_token(sub="somebody else")).status_code == 200
    assert works(first)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://khac.example"},
        {"aud": "another-portal"},
        {"aud": [CLIENT, "another-portal"]},
        {"events": None},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "of an ID token"},
        {"sub": None},
        {"sub": 7},
        {"exp": None},
        {"iat": None},
        {"kind": "JWT"},
        {"kind": None},
    ],
    ids=str,
)
def test_a_word_that_is_not_quite_right_ends_nothing(person, provider, change):
    client = signed_in(provider)
    answer = send(provider.logout_token(**change))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert works(client)


@pytest.mark.parametrize(("issued", "expires"), [(-4, 60), (-4, -2), (9, 11)])
def test_a_word_that_is_old_or_from_the_future_ends_nothing(person, provider, issued, expires):
    client, now = signed_in(provider), int(timezone.now().timestamp())
    assert send(provider.logout_token(iat=now + issued * 60, exp=now + expires * 60)).status_code == 400
    assert works(client)


def test_what_another_signed_or_nobody_ends_nothing(person, provider):
    client, good = signed_in(provider), provider.logout_token()
    for algorithm in ("none", "HS256"):
        provider.algorithm = algorithm
        assert send(provider.logout_token()).status_code == 400
    provider.algorithm = "ES256"
    for token in ("", "x", "a.b.c", good[:-6] + "AAAAAA"):
        assert send(token).status_code == 400
    provider.keys = [published(new_key(), "one")]
    assert send(good).status_code == 400
    assert works(client)


def test_an_id_token_ends_nothing_and_a_logout_token_opens_nothing(person, provider):
    client = signed_in(provider)
    brought = at_provider(Client(), provider)
    provider.codes[brought["code"]]["nonce"] = ""
    now = int(timezone.now().timestamp())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": SUBJECT, "iat": now, "exp": now + 60}
    assert send(provider.signed(claims, {"kid": provider.key_id})).status_code == 400
    assert works(client)
    thief = Client()
    brought = at_provider(thief, provider)
    provider.token = lambda asked: provider.logout_token(nonce=provider.codes[asked["code"]]["nonce"])
    assert thief.get(BACK, brought).status_code == 403
    assert not is_in(thief)


def test_made_up_words_are_limited(person, provider):
    visitor = Client(REMOTE_ADDR="10.0.4.1")
    answers = [visitor.post(ENDED, {"logout_token": "x"}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [400] * 30 + [429]
    provider.is_down = True
    assert send(provider.logout_token()).status_code == 503


def test_unlinking_ends_what_began_by_the_provider(person, provider):
    client = signed_in(provider)
    unlink_identity(person=person, actor=make_user("administrator", person.office), at=timezone.now())
    assert not works(client)


def test_a_session_counts_from_its_last_step_and_for_its_own_person(person, provider):
    give_app(person)
    client = Client()
    client.get(BACK, at_provider(client, provider))
    assert not ProviderSession.objects.exists()
    other = make_user("clerk", person.office)
    assert client.post("/can-bo/dang-xuat/", {"next": LOGIN})["Location"] == LOGIN  # the button for another account
    client.post(LOGIN, {"login": other.username, "password": PASSWORD})
    assert works(client)
    assert not ProviderSession.objects.exists()
    assert client.post("/can-bo/dang-xuat/")["Location"] == "/"


def test_without_a_provider_there_is_no_such_page(settings):
    assert send("x").status_code == 404
