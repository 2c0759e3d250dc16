"""What inspectors do with a sealed case, and what the head of inspection sees of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.clock.states import Kind
from complaints.models import Case
from complaints.sealed.opening import open_boxes
from tests.complaints.cases import NAME, make_inspector, received
from tests.factories import City, make_user


@pytest.fixture
def sealed(city: City) -> Case:
    make_inspector(city.district)
    at = timezone.now() - timedelta(minutes=5)
    return received(city.ward, Kind.DENUNCIATION, at=at, channel="counter")


def test_inspectors_and_their_head_begin_the_day_at_their_own_pages(city: City, client: Client) -> None:
    for user, page in (
        (make_inspector(city.district), "/can-bo/phan-anh/"),
        (make_user("inspection_head", city.district), "/can-bo/phan-anh/luot-xem/"),
    ):
        client.force_login(user)
        assert client.get("/can-bo/")["Location"] == page
        assert client.get(page).status_code == 200


def test_a_handler_names_another_inspector_and_ends_one(city: City, client: Client, sealed: Case) -> None:
    first, second = sealed.handlers.get().user, make_inspector(city.other_ward)
    page = f"/can-bo/phan-anh/{sealed.code}/"
    client.force_login(second)
    assert client.get(page).status_code == client.get(f"{page}viec/chi-dinh/").status_code == 404
    client.force_login(first)
    clerk = make_user("clerk", city.district)
    assert client.post(f"{page}viec/chi-dinh/", {"user": clerk.pk, "seen": "1"}).status_code == 422
    assert client.post(f"{page}viec/chi-dinh/", {"user": second.pk, "seen": "1"}).status_code == 302
    client.force_login(second)
    assert NAME in client.get(page).content.decode()
    assert client.post(f"{page}viec/thoi-chi-dinh/", {"user": first.pk, "seen": "2"}).status_code == 302
    client.force_login(first)
    assert client.get(page).status_code == 404


def test_what_is_typed_about_a_sealed_case_is_never_kept_in_a_session(
    city: City, client: Client, sealed: Case
) -> None:
    """A page whose session ended keeps what was typed, as plain words in the database: not here."""
    client.force_login(sealed.handlers.get().user)
    plain = received(city.ward, at=timezone.now() - timedelta(minutes=5))
    clerk = Client()
    clerk.force_login(make_user("clerk", city.ward))
    for who, case, act, secret_text in (
        (client, sealed, "", False),
        (client, sealed, "viec/phan-loai/", False),
        (clerk, plain, "", True),
        (clerk, plain, "viec/phan-loai/", True),
        (clerk, plain, "viec/tach/", False),
    ):
        page = who.get(f"/can-bo/phan-anh/{case.code}/{act}").content.decode()
        assert ('name="owner"' in page) is secret_text, act


def test_the_head_of_inspection_sees_who_opened_what_and_not_what_it_says(
    city: City, client: Client, sealed: Case
) -> None:
    reader, head = sealed.handlers.get().user, make_user("inspection_head", city.district)
    client.force_login(head)
    assert sealed.code not in client.get("/can-bo/phan-anh/luot-xem/").content.decode()
    counts = []
    for more in (1, 3):
        for _ in range(more):
            open_boxes(case=sealed, reader=reader, page="case", at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/can-bo/phan-anh/luot-xem/").content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert page.count(sealed.code) == 4
    assert str(reader) in page
    assert NAME not in page
    assert client.get(f"/can-bo/phan-anh/{sealed.code}/").status_code == 404
    client.force_login(make_user("inspection_head", city.other_ward))
    assert sealed.code not in client.get("/can-bo/phan-anh/luot-xem/").content.decode()


@pytest.mark.parametrize("role", ["clerk", "leader", "official", "administrator", "inspector"])
def test_the_page_of_readings_is_there_for_no_other_role(city: City, client: Client, role: str) -> None:
    client.force_login(make_user(role, city.district))
    assert client.get("/can-bo/phan-anh/luot-xem/").status_code == 404
