"""Who looks up how often: what is right never counts, what is wrong does, and the page says when to come back."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from tests.factories import make_applicant, make_offering, make_procedure, make_units, register
from tests.secrets import secret_of

pytestmark = pytest.mark.django_db
PHONE = "0912345471"
TAIL = PHONE[-4:]


@pytest.fixture
def offering():
    city = make_units()
    offering = make_offering(make_procedure(), city.ward)
    offering.at_desk = city.ward_desk
    return offering


@pytest.fixture
def dossier(offering):
    return made(offering)


def made(offering):
    return register(offering, offering.at_desk, at=timezone.now(), applicant=make_applicant(phone=PHONE))


def url(code):
    return f"/tra-cuu/{code}/"


def visitor(number):
    return Client(REMOTE_ADDR=f"10.{number // 62500}.{number // 250 % 250}.{number % 250}")


def attempt(code, typed, number=0):
    return visitor(number).post(url(code), {"secret": typed}).status_code


def test_twenty_citizens_at_one_address_get_in_and_as_often_as_they_like(offering):
    dossiers = [made(offering) for _ in range(20)]
    assert {attempt(one.code, secret_of(one)) for one in dossiers} == {302}
    assert {attempt(dossiers[0].code, typed) for typed in [secret_of(dossiers[0]), TAIL] * 15} == {302}


def test_the_sixth_wrong_secret_is_not_checked_nor_a_right_one_after_five_wrong(dossier):
    assert [attempt(dossier.code, "XXXXXX") for _ in range(6)] == [404] * 5 + [429]
    assert attempt(dossier.code, secret_of(dossier)) == 429
    assert attempt(dossier.code, secret_of(dossier), number=1) == 302


def test_at_the_edge_a_right_secret_opens_and_leaves_the_last_try_free(dossier):
    assert [attempt(dossier.code, "XXXXXX") for _ in range(4)] == [404] * 4
    assert [attempt(dossier.code, secret_of(dossier)) for _ in range(3)] == [302] * 3
    assert [attempt(dossier.code, "XXXXXX") for _ in range(2)] == [404, 429]


def test_who_fails_at_one_code_may_still_open_another(offering, dossier):
    assert attempt(dossier.code, "XXXXXX") == 404
    for _ in range(6):
        attempt(dossier.code, "XXXXXX")
    other = made(offering)
    assert attempt(other.code, secret_of(other)) == 302


def test_a_code_nobody_has_is_limited_alike(dossier):
    unknown = dossier.code[:-4] + "9999"
    assert [attempt(unknown, "XXXXXX") for _ in range(6)] == [404] * 5 + [429]
    assert [attempt(unknown, "0000", number) for number in range(1, 22)] == [404] * 20 + [429]


def test_after_twenty_wrong_digits_from_anywhere_only_the_secret_opens_it(dossier):
    assert [attempt(dossier.code, "0000", number) for number in range(20)] == [404] * 20
    assert attempt(dossier.code, TAIL, 100) == 429
    page = BeautifulSoup(visitor(100).post(url(dossier.code), {"secret": TAIL}).content, "html.parser")
    assert page.select_one(f"form[action='{url(dossier.code)}'] input[name=secret]")
    assert attempt(dossier.code, secret_of(dossier), 100) == 302


def test_one_telephones_digits_are_tried_at_twenty_codes_a_day_by_one_visitor(offering, dossier):
    codes = [dossier.code[:-4] + f"{number:04d}" for number in range(100, 120)]
    assert {attempt(code, TAIL) for code in codes} == {404}
    assert attempt(dossier.code, TAIL) == 429
    assert attempt(codes[0], TAIL) == 404  # one of the twenty
    assert attempt(dossier.code, TAIL, number=1) == 302
    assert attempt(dossier.code, "0000") == 404
    assert attempt(dossier.code, secret_of(dossier)) == 302


def test_right_digits_are_not_counted_among_the_twenty(offering):
    for one in [made(offering) for _ in range(21)]:
        assert attempt(one.code, TAIL) == 302


def test_sixty_codes_an_hour_are_shown_without_a_secret_and_the_next_says_until_when(dossier):
    unknown = [dossier.code[:-4] + f"{number:04d}" for number in range(100, 160)]
    assert {visitor(0).get(url(code)).status_code for code in unknown} == {404}
    answer = visitor(0).get(url(dossier.code))
    assert answer.status_code == 429
    assert 3000 < int(answer["Retry-After"]) <= 3600
    page = BeautifulSoup(answer.content, "html.parser")
    assert "Xin thử lại từ" in page.select_one(".errors").text
    assert page.find(id="ma")["value"] == dossier.code
    assert page.select_one(f"form[action='{url(dossier.code)}'] input[name=secret]")
    assert attempt(dossier.code, secret_of(dossier)) == 302
    assert visitor(1).get(url(dossier.code)).status_code == 200


def test_beyond_the_limit_nobody_learns_which_codes_there_are(dossier):
    for number in range(60):
        visitor(0).get(url(dossier.code[:-4] + f"{number + 100:04d}"))
    for typed in range(5):
        attempt(dossier.code, f"XXXXX{typed}", 1), attempt(dossier.code[:-4] + "9999", f"XXXXX{typed}", 1)
    pages = []
    for code in (dossier.code, dossier.code[:-4] + "9999"):
        asked, tried = visitor(0).get(url(code)), visitor(1).post(url(code), {"secret": secret_of(dossier)})
        assert (asked.status_code, tried.status_code) == (429, 429)
        mains = [BeautifulSoup(one.content, "html.parser").select_one("main") for one in (asked, tried)]
        for field in (one for page in mains for one in page.find_all("input", attrs={"name": "csrfmiddlewaretoken"})):
            field.decompose()
        pages.append("".join(str(page).replace(code, "CODE") for page in mains))
    assert pages[0] == pages[1]


def test_rating_and_looking_up_count_together(dossier):
    wrong = {"score": "5", "reasons": [], "secret": "XXXXXX", "words": "Chờ lâu"}
    tries = [visitor(0).post(f"/danh-gia/{dossier.code}/", wrong).status_code for _ in range(3)]
    tries += [attempt(dossier.code, "XXXXXX") for _ in range(3)]
    assert tries == [422] * 3 + [404] * 2 + [429]
    answer = visitor(0).post(f"/danh-gia/{dossier.code}/", wrong | {"secret": secret_of(dossier)})
    assert (answer.status_code, answer["Retry-After"] <= "60") == (429, True)
    assert "Chờ lâu" in answer.content.decode()
