"""Staff sign in by an identity provider; what it, a stranger or a mistake sends wrong lets nobody in."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.checks import check_provider
from accounts.models import ProviderIdentity, User
from accounts.provider.refusals import SENTENCES, Reason
from tests.accounts.provider.stand_in import CLIENT, SUBJECT, StandIn, new_key, published
from tests.accounts.second_factor.codes import PAGES, SECOND, code_at, give_app, is_in
from tests.factories import PASSWORD, make_units, make_user

pytestmark = pytest.mark.django_db
BEGIN, BACK, LOGIN = "/can-bo/dang-nhap/nha-cung-cap/", "/can-bo/dang-nhap/nha-cung-cap/xong/", "/can-bo/dang-nhap/"
MINUTE = 60


@pytest.fixture
def person(provider) -> User:
    person = make_user("clerk", make_units().ward_desk)
    ProviderIdentity.objects.create(person=person, issuer=provider.issuer, subject=SUBJECT, linked_at=timezone.now())
    return person


def at_provider(client: Client, provider: StandIn, page: str = "") -> dict[str, str]:
    """The person has pressed the button and has signed in there; what the browser brings back."""
    answer = client.get(BEGIN, {"next": page} if page else {})
    assert answer["Location"].startswith(f"{provider.issuer}/authorize?")
    return provider.authorize(answer["Location"])


def sign_in(provider: StandIn, client: Client | None = None, page: str = ""):
    client = client or Client()
    return client, client.get(BACK, at_provider(client, provider, page))


def assert_refused(answer, reason: Reason) -> None:
    assert answer.status_code == (503 if reason is Reason.AWAY else 403)
    assert str(SENTENCES[reason]) in answer.content.decode()


# --- Signing in ---


def test_the_login_page_leads_to_the_provider_where_there_is_one(provider, settings):
    page = Client().get(f"{LOGIN}?next=/can-bo/tra-cuu/").content.decode()
    assert "Đăng nhập bằng Tài khoản công vụ" in page
    assert f'{BEGIN}?next=/can-bo/tra-cuu/"' in page
    settings.OIDC_ISSUER = ""
    assert BEGIN not in Client().get(LOGIN).content.decode()
    assert [Client().get(address).status_code for address in (BEGIN, BACK)] == [404, 404]


def test_a_linked_person_signs_in_and_comes_to_the_page_they_wanted(person, provider):
    client, answer = sign_in(provider, page="/can-bo/tra-cuu/")
    assert answer["Location"] == "/can-bo/tra-cuu/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_to_another_site_nobody_is_led(person, provider):
    _, answer = sign_in(provider, page="https://motcua-hanoi.example/")
    assert answer["Location"] == "/can-bo/"


def test_each_attempt_has_its_own_proofs_and_asks_who_is_there(provider, settings):
    settings.OIDC_ACR = ["hai-buoc", "the"]
    asked = [parse_qs(urlsplit(Client().get(BEGIN)["Location"]).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) == 43  # 256 bits
    fixed = {
        "response_type": ["code"],
        "scope": ["openid"],
        "code_challenge_method": ["S256"],
        "prompt": ["login"],
        "acr_values": ["hai-buoc the"],
    }
    assert {name: asked[0][name] for name in fixed} == fixed


def test_an_unlinked_account_is_refused_and_named_and_makes_nobody(person, provider):
    ProviderIdentity.objects.update(subject="another")
    _, answer = sign_in(provider)
    assert_refused(answer, Reason.UNKNOWN)
    assert SUBJECT in answer.content.decode()
    assert User.objects.count() == 1


def test_the_same_subject_at_another_provider_is_somebody_else(person, provider):
    ProviderIdentity.objects.update(issuer="https://khac.example")
    assert_refused(sign_in(provider)[1], Reason.UNKNOWN)


def test_a_closed_account_is_not_opened(person, provider):
    User.objects.update(is_active=False)
    client, answer = sign_in(provider)
    assert (answer["Location"], is_in(client)) == ("/can-bo/ngung/", False)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"OIDC_ISSUER": ""}, []),
        ({"OIDC_ISSUER": "http://dangnhap.example"}, ["accounts.E021"]),
        ({"OIDC_CLIENT_SECRET": ""}, ["accounts.E022"]),
    ],
    ids=str,
)
def test_without_tls_or_a_client_nothing_starts(provider, settings, given, found):
    for name, value in given.items():
        setattr(settings, name, value)
    assert [fault.id for fault in check_provider(None)] == found


# --- The second step ---


def test_without_a_strength_the_portal_asks_for_its_own_second_step(person, provider, settings):
    give_app(person)
    client, answer = sign_in(provider)
    assert (answer["Location"], is_in(client)) == (SECOND, False)
    client.post(SECOND, {"code": code_at(timezone.now())})
    assert is_in(client)
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    other, _ = sign_in(provider)
    assert not is_in(other)


def test_who_has_no_second_factor_is_led_to_set_it_up(person, provider, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    client, _ = sign_in(provider)
    assert client.get("/can-bo/tiep-nhan/")["Location"] == PAGES


def test_the_strength_that_is_asked_for_stands_for_both_steps(person, provider, settings):
    settings.OIDC_ACR, settings.SECOND_FACTOR_FROM = ["hai-buoc"], timezone.localdate()
    provider.claims["acr"] = "hai-buoc"
    client, _ = sign_in(provider)
    assert client.get("/can-bo/tiep-nhan/").status_code == 200
    give_app(person)
    other, _ = sign_in(provider)
    assert other.get("/can-bo/tiep-nhan/").status_code == 200
    by_password = Client()
    answer = by_password.post(LOGIN, {"login": person.username, "password": PASSWORD})
    assert answer["Location"] == SECOND


@pytest.mark.parametrize("given", [None, "mat-khau", "", ["hai-buoc"], "hai-buoc the"])
def test_a_strength_that_is_missing_or_too_low_is_refused(person, provider, settings, given):
    settings.OIDC_ACR = ["hai-buoc"]
    provider.claims["acr"] = given
    client, answer = sign_in(provider)
    assert_refused(answer, Reason.STRENGTH)
    assert not is_in(client)


# --- What is refused ---


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://khac.example"}, Reason.ISSUER),
        ({"iss": None}, Reason.ISSUER),
        ({"aud": "another-portal"}, Reason.AUDIENCE),
        ({"aud": [CLIENT, "another-portal"]}, Reason.AUDIENCE),
        ({"aud": None}, Reason.AUDIENCE),
        ({"nonce": "of another attempt"}, Reason.NONCE),
        ({"nonce": None}, Reason.NONCE),
        ({"exp": None}, Reason.MALFORMED),
        ({"iat": None}, Reason.MALFORMED),
        ({"exp": True}, Reason.MALFORMED),
        ({"sub": None}, Reason.MALFORMED),
        ({"sub": ""}, Reason.MALFORMED),
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_or_missing_is_refused(person, provider, claims, reason):
    provider.claims = claims
    client, answer = sign_in(provider)
    assert_refused(answer, reason)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("name", "seconds", "reason"),
    [
        ("exp", -2 * MINUTE, Reason.EXPIRED),
        ("iat", 10 * MINUTE, Reason.FUTURE),
        ("nbf", 10 * MINUTE, Reason.FUTURE),
        ("auth_time", -10 * MINUTE, Reason.OLD),
    ],
)
def test_a_time_that_is_wrong_is_refused(person, provider, name, seconds, reason):
    provider.claims = {name: timezone.now().timestamp() + seconds}
    assert_refused(sign_in(provider)[1], reason)
    provider.claims = {name: timezone.now().timestamp() + seconds / 60}
    assert is_in(sign_in(provider)[0])


def test_a_signature_by_another_key_is_refused(person, provider):
    provider.keys = [published(new_key(), "one")]
    assert_refused(sign_in(provider)[1], Reason.SIGNATURE)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_signature_that_anybody_could_make_is_refused(person, provider, algorithm):
    provider.algorithm = algorithm
    assert_refused(sign_in(provider)[1], Reason.SIGNATURE)


def test_a_new_key_works_as_soon_as_it_is_published_and_not_before(person, provider):
    old = published(provider.key, "one")
    provider.key, provider.key_id, provider.keys = new_key(), "two", [old]
    assert_refused(sign_in(provider)[1], Reason.KEY)
    provider.keys = [old, published(provider.key, "two")]
    assert is_in(sign_in(provider)[0])


def test_what_did_not_begin_in_this_browser_is_refused(person, provider):
    brought = at_provider(Client(), provider)
    other = Client()
    assert_refused(other.get(BACK, brought), Reason.STATE)
    at_provider(other, provider)
    assert_refused(other.get(BACK, brought), Reason.STATE)
    assert_refused(other.get(BACK), Reason.STATE)
    assert not is_in(other)


def test_an_attempt_can_be_used_once(person, provider):
    client = Client()
    brought = at_provider(client, provider)
    client.get(BACK, brought)
    client.post("/can-bo/dang-xuat/")
    assert_refused(client.get(BACK, brought), Reason.STATE)


def test_a_code_works_once(person, provider):
    client, other = Client(), Client()
    brought = at_provider(client, provider)
    stolen = at_provider(other, provider) | {"code": brought["code"]}
    client.get(BACK, brought)
    assert_refused(other.get(BACK, stolen), Reason.CODE)


def test_a_stolen_code_does_not_fit_the_proof_of_another_browser(person, provider):
    brought, thief = at_provider(Client(), provider), Client()
    stolen = at_provider(thief, provider) | {"code": brought["code"]}
    assert_refused(thief.get(BACK, stolen), Reason.CODE)
    assert not is_in(thief)


def test_an_attempt_ends_after_ten_minutes(person, provider):
    client = Client()
    brought = at_provider(client, provider)
    session = client.session
    session["provider_attempt"] |= {"at": (timezone.now() - timedelta(minutes=11)).isoformat()}
    session.save()
    assert_refused(client.get(BACK, brought), Reason.STATE)


@pytest.mark.parametrize(
    ("brought", "reason"),
    [
        ({"error": "access_denied"}, Reason.CANCELLED),
        ({"error": "<script>"}, Reason.DENIED),
        ({}, Reason.DENIED),
        ({"code": "made up"}, Reason.CODE),
        ({"code": "x", "iss": "https://khac.example"}, Reason.ISSUER),
    ],
    ids=str,
)
def test_what_the_browser_brings_back_without_a_good_code_is_refused(person, provider, brought, reason):
    client = Client()
    state = at_provider(client, provider)["state"]
    assert_refused(client.get(BACK, {"state": state} | brought), reason)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://khac.example"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"jwks_uri": 7},
    ],
    ids=str,
)
def test_metadata_of_somebody_else_leads_nowhere(provider, metadata):
    provider.metadata = metadata
    assert_refused(Client().get(BEGIN), Reason.METADATA)


def test_while_the_provider_is_away_passwords_still_work(person, provider):
    client = Client()
    brought = at_provider(client, provider)
    provider.is_down = True
    assert_refused(client.get(BACK, brought), Reason.AWAY)
    assert_refused(client.get(BEGIN), Reason.AWAY)
    client.post(LOGIN, {"login": person.username, "password": PASSWORD})
    assert is_in(client)


def test_a_provider_that_nobody_answers_for_is_away(settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:1"
    assert_refused(Client().get(BEGIN), Reason.AWAY)


def test_attempts_without_arriving_are_limited_and_arriving_is_not(person, provider):
    for _ in range(35):
        assert is_in(sign_in(provider)[0])
    answers = [Client(REMOTE_ADDR="10.0.3.1").get(BEGIN) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [302] * 30 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_refusal_is_logged_without_saying_who(person, provider, caplog):
    ProviderIdentity.objects.update(subject="another")
    sign_in(provider)
    assert "provider_sign_in_refused" in caplog.text
    assert SUBJECT not in caplog.text


# --- Signing out ---


def test_signing_out_ends_both_sessions(person, provider):
    client, _ = sign_in(provider)
    answer = client.post("/can-bo/dang-xuat/")
    assert not is_in(client)
    address = urlsplit(answer.context["address"])
    asked = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.issuer}/end"
    assert asked["client_id"] == [CLIENT]
    assert asked["post_logout_redirect_uri"] == ["http://testserver/can-bo/dang-nhap/"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert f'content="0;url={answer.context["address"].replace("&", "&amp;")}"' in answer.content.decode()


def test_without_a_session_at_the_provider_signing_out_leads_to_the_front_page(person, provider):
    client = Client()
    client.post(LOGIN, {"login": person.username, "password": PASSWORD})
    assert client.post("/can-bo/dang-xuat/")["Location"] == "/"
    provider.metadata = {"end_session_endpoint": None}
    client, _ = sign_in(provider)
    assert client.post("/can-bo/dang-xuat/")["Location"] == "/"
