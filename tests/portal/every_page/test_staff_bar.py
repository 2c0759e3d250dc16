"""A link of the staff bar opens for whoever is offered it; a page that is not there is said in the staff layout."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.test import Client

from accounts.models import Membership
from accounts.sessions.store import SessionStore
from tests.factories import City, make_user

pytestmark = pytest.mark.django_db
MISSING = "/can-bo/ho-so/000.00.00.H26-200101-0001/"


def links_of(page: bytes) -> list[str]:
    bar = BeautifulSoup(page, "html.parser").select_one("header.bar")
    assert bar is not None
    return [str(one["href"]) for one in bar.find_all("a")]


@pytest.mark.parametrize("role", Membership.Role.values)
def test_every_link_of_a_roles_bar_opens(client: Client, city: City, role: str) -> None:
    client.force_login(make_user(role, city.ward_desk if role == "clerk" else city.district))
    links = links_of(client.get("/can-bo/phim-tat/").content)
    assert [one for one in links if client.get(one, follow=True).status_code != 200] == []


def test_an_inspector_is_offered_the_inbox_and_the_notices(client: Client, city: City) -> None:
    client.force_login(make_user("inspector", city.district))
    links = links_of(client.get("/can-bo/phan-anh/").content)
    assert {"/can-bo/phan-anh/", "/can-bo/thong-bao/"} <= set(links)
    assert not {"/can-bo/tiep-nhan/", "/can-bo/hang-doi/", "/can-bo/ban-giao/", "/can-bo/tra-cuu/"} & set(links)


@pytest.mark.parametrize("path", [MISSING, "/can-bo/khong-co/", "/dieu-hanh/khong-co/", "/en/can-bo/khong-co/"])
def test_staff_are_shown_in_their_own_layout_that_a_page_is_not_there(client: Client, city: City, path: str) -> None:
    public = client.get("/khong-co/").content.decode()
    client.force_login(make_user("inspector", city.district))
    answer = client.get(path)
    page = answer.content.decode()
    assert (answer.status_code, '<body class="staff">' in page) == (404, True)
    assert '<body class="staff">' not in public
    assert client.get("/khong-co/").content.decode().count('class="mast"') == 1


def test_a_page_of_another_role_and_one_that_never_was_get_the_same_answer(client: Client, city: City) -> None:
    client.force_login(make_user("clerk", city.ward_desk))
    same = {"X-Request-ID": "ref-12345678"}
    pages = [client.get(path, headers=same).content for path in ("/can-bo/phan-anh/luot-xem/", MISSING)]
    others, nothing = (BeautifulSoup(page, "html.parser").select_one("main") for page in pages)
    assert str(others) == str(nothing)


def test_a_page_that_is_not_there_is_told_also_while_the_database_is_away(
    client: Client, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(make_user("clerk", city.ward_desk))
    assert SESSION_KEY in client.session

    def away(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(SessionStore, "load", away)
    answer = client.get("/can-bo/khong-co/")
    assert (answer.status_code, 'class="mast"' in answer.content.decode()) == (404, True)
