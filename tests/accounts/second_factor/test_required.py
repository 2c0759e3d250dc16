"""From a day on nobody of staff works without a second factor; until then every page counts the days."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from tests.accounts.second_factor.codes import LOGIN, PAGES, SECOND, code_at, give_app, is_in, password_typed
from tests.factories import PASSWORD, hanoi, make_units, make_user

pytestmark = pytest.mark.django_db
NOW = hanoi(2026, 3, 2, 8)
DESK = "/can-bo/tiep-nhan/"
CONFIRM = "/can-bo/xac-nhan/"
OF_PROGRAMS = "/api/v1/partner/"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _no_day_for_all(settings):
    settings.SECOND_FACTOR_FROM = None


@pytest.fixture
def person() -> User:
    return make_user("clerk", make_units().ward_desk, email="canbo@motcua.example")


def signed_in(person: User) -> Client:
    client = Client()
    assert client.post(LOGIN, {"login": person.username, "password": PASSWORD}).status_code == 302
    return client


def leads_to_setting_up(client: Client, path: str) -> bool:
    return client.get(path).headers.get("Location") == PAGES


def test_an_account_has_fourteen_days_from_its_first_sign_in(person, clock):
    for day in (0, 1, 13):
        clock.move_to(NOW + timedelta(days=day))
        page = signed_in(person).get(DESK)
        assert page.status_code == 200
        assert f"Còn {14 - day} ngày" in page.content.decode()
    clock.move_to(NOW + timedelta(days=14))
    assert leads_to_setting_up(signed_in(person), DESK)


def test_one_day_for_all_is_counted_from_fourteen_days_before(person, clock, settings):
    settings.SECOND_FACTOR_FROM = NOW.date() + timedelta(days=15)
    assert "để đặt bước thứ hai" not in signed_in(person).get(DESK).content.decode()
    clock.shift(timedelta(days=1))
    assert "Còn 14 ngày" in signed_in(person).get(DESK).content.decode()
    settings.SECOND_FACTOR_FROM = NOW.date()
    assert leads_to_setting_up(signed_in(person), DESK)
    assert leads_to_setting_up(signed_in(make_user("clerk", person.office)), DESK)


def test_it_begins_within_a_session_too_and_nothing_typed_is_lost(person, clock, settings):
    settings.SECOND_FACTOR_FROM = (NOW + timedelta(days=1)).date()
    clock.move_to(hanoi(2026, 3, 2, 23, 59))
    client = signed_in(person)
    page = client.get(DESK)
    owner = re.search(r'name="owner" value="([^"]+)"', page.content.decode())[1]
    clock.move_to(hanoi(2026, 3, 3, 0, 1))
    assert client.post(DESK, {"owner": owner, "name": "Nguyễn Thị Phượng"}).status_code == 302
    assert leads_to_setting_up(client, DESK)
    give_app(person)
    assert "Nguyễn Thị Phượng" in client.get(DESK).content.decode()


def test_a_second_factor_set_up_elsewhere_counts_at_once(person, clock, settings):
    settings.SECOND_FACTOR_FROM = NOW.date()
    client = signed_in(person)
    assert leads_to_setting_up(client, DESK)
    give_app(person)
    assert client.get(DESK).status_code == 200


def test_who_has_one_sees_no_counter(person, clock):
    give_app(person)
    client = password_typed(person)
    client.post(SECOND, {"code": code_at(NOW)})
    assert "để đặt bước thứ hai" not in client.get(DESK).content.decode()


def test_a_session_from_before_is_asked_as_well(person, clock, settings):
    client = signed_in(person)
    session = client.session
    del session["second_factor_from"]
    session.save()
    settings.SECOND_FACTOR_FROM = NOW.date()
    assert leads_to_setting_up(client, DESK)


def test_signing_out_and_public_pages_stay_open(person, clock, settings):
    settings.SECOND_FACTOR_FROM = NOW.date()
    client = signed_in(person)
    for path in ("/", "/tra-cuu/", "/thu-tuc/", PAGES, "/can-bo/dang-xuat/", "/can-bo/xac-nhan/"):
        assert client.get(path).status_code == 200, path
    client.post("/can-bo/dang-xuat/")
    assert not is_in(client)


def test_the_api_says_so_instead_of_leading_anywhere(person, clock, settings):
    settings.SECOND_FACTOR_FROM = NOW.date()
    path = "/api/v1/dossiers/000.00.00.H26-260302-0001/"
    client = signed_in(person)
    answer = client.get(path)
    assert (answer.status_code, "bước thứ hai" in answer.json()["detail"]) == (403, True)
    give_app(person)
    assert client.get(path).status_code == 404


def all_paths() -> list[str]:
    """Every address of the portal, with made-up words where it takes some."""
    values = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}

    def below(patterns, prefix):
        for one in patterns:
            route = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from below(one.url_patterns, route)
            elif isinstance(one, URLPattern):
                yield route

    def filled(route):
        for kind, value in values.items():
            while f"<{kind}:" in route:
                start = route.index(f"<{kind}:")
                route = route[:start] + value + route[route.index(">", start) + 1 :]
        return route

    routes = {filled(route) for route in below(get_resolver().url_patterns, "")}
    return sorted(f"/{route}" for route in routes if not set(route) & set("<^(?\\"))


def test_every_address_that_asks_to_sign_in_leads_to_setting_up(clock, settings):
    """For somebody who holds all roles: no page, no address of an administrator and no API is forgotten."""
    city = make_units()
    person = make_user("administrator", city.district, is_superuser=True)
    for role in ("clerk", "specialist", "leader", "official", "editor", "inspector", "inspection_head"):
        person.memberships.create(role=role, unit=city.district, valid_from=NOW.date() - timedelta(days=9))
    settings.SECOND_FACTOR_FROM = NOW.date()
    client, anybody = Client(), Client()
    client.force_login(person)
    paths = [path for path in all_paths() if not path.startswith(("/en/", PAGES, OF_PROGRAMS))]
    asked = [path for path in paths if asks_to_sign_in(anybody.get(path))]
    assert len(asked) > 70
    assert {DESK, "/can-bo/", "/quan-tri/", "/dieu-hanh/", "/can-bo/phan-anh/", "/can-bo/mat-khau/"} <= set(asked)
    steps = {SECOND, f"{LOGIN}khoa/", CONFIRM, f"{CONFIRM}khoa/", f"{CONFIRM}ma/"}
    assert {path for path in asked if not is_shut(client.get(path))} == steps


def asks_to_sign_in(answer) -> bool:
    leads_to = answer.headers.get("Location", "").partition("?")[0]
    return answer.status_code in {401, 403} or leads_to in {LOGIN, "/quan-tri/login/"}


def is_shut(answer) -> bool:
    return answer.headers.get("Location") == PAGES or answer.status_code == 403
