"""Codes of an app and recovery codes: right once, in their time, a few tries; what is wrong is said in a sentence."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import AccountEvent, BrowserSession, User
from accounts.second_factor.encryption import CannotDecrypt, decrypt_text, encrypt_text
from accounts.second_factor.limits import accept_code, count_code
from accounts.second_factor.totp import Verdict, judge, use_code
from accounts.sign_in.actions import send_link
from accounts.sign_in.password_links import link_token
from tests.accounts.second_factor.codes import (
    LOGIN,
    PAGES,
    SECOND,
    SEED,
    code_at,
    give_app,
    is_in,
    password_typed,
)
from tests.factories import PASSWORD, hanoi, make_units, make_user

pytestmark = pytest.mark.django_db
NOW = hanoi(2026, 3, 2, 8)
STEP = timedelta(seconds=30)


@pytest.fixture
def person() -> User:
    return make_user("clerk", make_units().ward_desk, email="canbo@motcua.example")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refusal(answer) -> str:
    assert answer.status_code == 422
    return str(answer.context["form"].errors["code"][0])


# --- Setting up ---


def seed_in(page: str) -> str:
    """What is typed where the picture cannot be read: in groups of four."""
    shown = re.search(r'<code class="seed">((?:[A-Z2-7]{4} ?){8})</code>', page)
    assert shown is not None
    return shown[1].replace(" ", "")


def set_up(client: Client) -> list[str]:
    """By the pages, as a person does; returns the recovery codes that are shown."""
    page = client.get(f"{PAGES}ung-dung/").content.decode()
    answer = client.post(f"{PAGES}ung-dung/", {"code": code_at(NOW, seed_in(page))})
    assert answer["Location"] == f"{PAGES}ma-du-phong/"
    return re.findall(r"<code>([\d ]{14})</code>", client.get(answer["Location"]).content.decode())


def signed_in(person: User) -> Client:
    client = Client()
    client.post(LOGIN, {"login": person.username, "password": PASSWORD})
    return client


def confirmed(person: User) -> Client:
    client = signed_in(person)
    client.post("/can-bo/xac-nhan/", {"password": PASSWORD})
    return client


def test_a_person_sets_up_an_app_and_then_signs_in_with_it(person, clock, django_capture_on_commit_callbacks):
    client = confirmed(person)
    with django_capture_on_commit_callbacks(execute=True):
        codes = set_up(client)
    assert list(AccountEvent.objects.values_list("kind", flat=True)) == ["codes_made", "factor_added"]
    assert len(set(codes)) == 10
    assert client.get("/can-bo/tiep-nhan/").status_code == 200
    other = password_typed(person)
    assert not is_in(other)
    assert other.get("/can-bo/tiep-nhan/")["Location"].startswith(LOGIN)
    seed = decrypt_text(Authenticator.objects.get(type="totp").data["secret"])
    clock.shift(timedelta(minutes=5))
    assert other.post(SECOND, {"code": code_at(NOW + timedelta(minutes=5), seed)})["Location"] == "/can-bo/"
    assert is_in(other)


def test_setting_up_and_taking_away_ask_for_the_password_again(person, clock):
    client = signed_in(person)
    clock.shift(timedelta(minutes=6))
    pages = ("ung-dung/", "ma-du-phong/moi/")
    assert {client.get(f"{PAGES}{page}")["Location"].split("?")[0] for page in pages} == {"/can-bo/xac-nhan/"}
    give_app(person)
    for page in ("ung-dung/bo/", "ma-du-phong/moi/"):
        assert client.post(f"{PAGES}{page}")["Location"].startswith("/can-bo/xac-nhan/")
    assert Authenticator.objects.filter(user=person).count() == 2


def test_the_code_of_setting_up_signs_nobody_in_as_well(person, clock):
    client = confirmed(person)
    set_up(client)
    seed = decrypt_text(Authenticator.objects.get(type="totp").data["secret"])
    assert "đã dùng" in refusal(password_typed(person).post(SECOND, {"code": code_at(NOW, seed)}))


def test_recovery_codes_are_shown_once(person, clock):
    client = confirmed(person)
    codes = set_up(client)
    again = client.get(f"{PAGES}ma-du-phong/").content.decode()
    assert not any(code in again for code in codes)
    assert "no-store" in client.get(f"{PAGES}ma-du-phong/")["Cache-Control"]


def test_new_recovery_codes_end_the_old_ones(person, clock):
    old = give_app(person)
    client = Client()
    client.force_login(person)
    client.post("/can-bo/xac-nhan/", {"password": PASSWORD})
    assert client.post(f"{PAGES}ma-du-phong/moi/").status_code == 302
    assert "không đúng" in refusal(password_typed(person).post(SECOND, {"code": old[0]}))


def test_no_seed_is_stored_in_clear(person, clock):
    client = confirmed(person)
    page = client.get(f"{PAGES}ung-dung/").content.decode()
    seed = seed_in(page)
    assert seed not in str([session.get_decoded() for session in BrowserSession.objects.all()])
    assert seed_in(client.get(f"{PAGES}ung-dung/").content.decode()) == seed
    client.post(f"{PAGES}ung-dung/", {"code": code_at(NOW, seed)})
    app, recovery = Authenticator.objects.order_by("-type")
    assert seed not in str(app.data)
    assert decrypt_text(app.data["secret"]) == seed
    assert re.fullmatch("[0-9a-f]{80}", decrypt_text(recovery.data["seed"]))


def test_seeds_are_read_with_the_key_before_and_with_no_other(settings):
    stored, old = encrypt_text(SEED), settings.SECOND_FACTOR_KEYS
    other = "bmV3LWtleS1vZi10ZXN0cy0wMTIzNDU2Nzg5MDEyMzQ="
    settings.SECOND_FACTOR_KEYS = [other, *old]
    assert decrypt_text(stored) == SEED
    settings.SECOND_FACTOR_KEYS = [other]
    with pytest.raises(CannotDecrypt):
        decrypt_text(stored)


def test_second_factors_are_not_in_the_administration_pages(client):
    client.force_login(User.objects.create_superuser("quan-tri", password=PASSWORD))
    assert client.get("/quan-tri/mfa/authenticator/").status_code == 404


# --- Codes of the app ---


def test_a_code_works_once(person, clock):
    give_app(person)
    assert password_typed(person).post(SECOND, {"code": code_at(NOW)}).status_code == 302
    assert "đã dùng" in refusal(password_typed(person).post(SECOND, {"code": code_at(NOW)}))
    clock.shift(STEP)
    assert "đã dùng" in refusal(password_typed(person).post(SECOND, {"code": code_at(NOW)}))
    assert password_typed(person).post(SECOND, {"code": code_at(NOW + STEP)}).status_code == 302


def test_a_used_code_stays_used_while_redis_is_away(person, clock, settings):
    give_app(person)
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    answers = [password_typed(person).post(SECOND, {"code": code_at(NOW)}).status_code for _ in range(2)]
    assert answers == [302, 422]


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_right_in_its_half_minute_and_the_ones_beside_it(steps, is_right):
    assert (judge(SEED, code_at(NOW), NOW - steps * STEP).verdict is Verdict.RIGHT) is is_right


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(10, "chạy nhanh khoảng 10 phút"), (-10, "hết hạn khoảng 10 phút trước"), (-1, "hết hạn khoảng 1 phút")],
)
def test_a_clock_that_is_off_is_said(person, clock, minutes, words):
    give_app(person)
    typed = code_at(NOW, off=timedelta(minutes=minutes, seconds=1))
    client = password_typed(person)
    answer = refusal(client.post(SECOND, {"code": typed}))
    assert words in answer
    assert "giờ tự động" in answer
    assert not is_in(client)


def test_a_code_typed_too_early_is_never_right_again(person, clock):
    give_app(person)
    later = NOW + timedelta(minutes=10)
    password_typed(person).post(SECOND, {"code": code_at(later)})
    clock.move_to(later)
    assert "đã dùng" in refusal(password_typed(person).post(SECOND, {"code": code_at(later)}))
    clock.shift(STEP)
    assert password_typed(person).post(SECOND, {"code": code_at(later + STEP)}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "000000000000000", "١٢٣٤٥٦", "1" * 41])
def test_what_is_no_code_is_refused_beside_the_field(person, clock, typed):
    give_app(person)
    assert refusal(password_typed(person).post(SECOND, {"code": typed}))


def test_codes_may_be_typed_with_blanks(person, clock):
    give_app(person)
    typed = code_at(NOW)
    assert password_typed(person).post(SECOND, {"code": f" {typed[:3]} {typed[3:]} "}).status_code == 302


def test_the_password_alone_opens_nothing(person, clock):
    give_app(person)
    client = password_typed(person)
    for path in ("/can-bo/", "/can-bo/tiep-nhan/", PAGES, "/quan-tri/", "/can-bo/mat-khau/"):
        assert client.get(path).status_code == 302
    assert client.get("/api/v1/ho-so/000.00.00.H26-200101-0001/").status_code in {401, 403, 404}
    assert not is_in(client)


def test_a_new_password_by_a_link_does_not_lead_past_the_second_step(person, clock):
    give_app(person)
    send_link(person=person, actor=person, at=NOW)
    link = f"/can-bo/mat-khau-moi/{person.pk}/{link_token(User.objects.get(pk=person.pk), NOW)}/"
    new = "mat-khau-rieng-cua-toi"
    assert Client().post(link, {"new_password1": new, "new_password2": new}).status_code == 302
    client = Client()
    assert client.post(LOGIN, {"login": person.username, "password": new})["Location"] == SECOND
    assert not is_in(client)


# --- Recovery codes ---


def test_a_recovery_code_works_once_and_a_stolen_one_no_more(person, clock):
    codes = give_app(person)
    assert {len(code) for code in codes} == {12}
    grouped = f"{codes[3][:4]} {codes[3][4:8]}-{codes[3][8:]}"
    assert password_typed(person).post(SECOND, {"code": grouped}).status_code == 302
    thief = password_typed(person, number=9)
    assert "đã dùng rồi" in refusal(thief.post(SECOND, {"code": codes[3]}))
    assert not is_in(thief)
    assert password_typed(person).post(SECOND, {"code": codes[4]}).status_code == 302


def test_a_recovery_code_of_somebody_else_opens_nothing(person, clock):
    give_app(person)
    others = give_app(make_user("clerk", person.office))
    assert "không đúng" in refusal(password_typed(person).post(SECOND, {"code": others[0]}))


# --- How often ---


def test_five_wrong_codes_from_one_place_shut_the_second_step_there(person, clock):
    codes = give_app(person)
    client = password_typed(person)
    assert [client.post(SECOND, {"code": "000000"}).status_code for _ in range(6)] == [422] * 5 + [429]
    for right in (code_at(NOW), codes[0]):
        refused = client.post(SECOND, {"code": right})
        assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 300) == (429, True)
        assert "Xin thử lại từ" in refused.content.decode()
    assert not is_in(client)
    clock.shift(timedelta(minutes=5))
    assert client.post(SECOND, {"code": code_at(NOW + timedelta(minutes=5))}).status_code == 302


def test_many_addresses_are_no_way_around(person):
    refused = 0
    for number in range(40):
        try:
            count_code(person=person, visitor=f"10.0.1.{number}", at=NOW + number * timedelta(minutes=20))
        except Exception:
            refused += 1
    assert refused == 10


def test_a_right_code_does_not_count(person, clock):
    for _ in range(40):
        accept_code(limits=count_code(person=person, visitor="10.0.0.1", at=NOW), at=NOW)


def test_codes_are_also_counted_where_they_are_asked_for_again_and_set_up(person, clock):
    give_app(person)
    client = Client()
    client.force_login(person)
    answers = [client.post("/can-bo/xac-nhan/ma/", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    clock.shift(timedelta(minutes=16))
    typed = code_at(NOW + timedelta(minutes=16))
    assert client.post("/can-bo/xac-nhan/ma/", {"code": typed}).status_code == 302


def test_who_has_no_app_has_no_right_code(person):
    assert use_code(person=person, code="000000", at=NOW)[0].verdict is Verdict.WRONG


def test_who_is_somebody_else_begins_anew(person):
    give_app(person)
    client, other = password_typed(person), make_user("clerk", person.office)
    assert client.get(LOGIN)["Location"] == SECOND
    assert 'name="next" value="/can-bo/dang-nhap/"' in client.get(SECOND).content.decode()
    assert client.post("/can-bo/dang-xuat/", {"next": LOGIN})["Location"] == LOGIN
    client.post(LOGIN, {"login": other.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(other.pk)
