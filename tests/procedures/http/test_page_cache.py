"""Public pages are cached for everybody, and only as long as they are right."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.models import ProcedureVersion, Step
from tests.databases import travel_to
from units.models import CalendarDay, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF = "1.001193"
PATH = f"/thu-tuc/{REF}/"


def cached_pages() -> int:
    return len(caches["pages"]._cache)  # type: ignore[attr-defined]


def test_a_cached_page_is_served_without_asking_the_database(
    client: Client, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.PAGES_TRUSTED_FOR = 60
    first = client.get(PATH)
    with django_assert_num_queries(0):
        assert client.get(PATH).content == first.content


def test_a_changed_row_of_any_kind_is_on_the_next_page(client: Client) -> None:
    client.get(PATH)
    Step.objects.filter(version__procedure__ref=REF, position=1).update(text="Một bước vừa sửa")
    assert "Một bước vừa sửa" in client.get(PATH).content.decode()
    ProcedureVersion.objects.filter(procedure__ref=REF).update(name="Tên vừa sửa")
    assert "Tên vừa sửa" in client.get(PATH).content.decode()


def test_a_day_off_that_is_announced_moves_the_promise_of_a_cached_page(client: Client) -> None:
    path, tomorrow = "/thu-tuc/1.004884/", timezone.localdate() + timedelta(days=1)
    before = client.get(path).content
    days = [
        CalendarDay(day=tomorrow + timedelta(days=n), kind="holiday", reason="Nghỉ", source="x") for n in range(40)
    ]
    CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    assert client.get(path).content != before


def test_pages_differ_by_theme_and_language_and_place(client: Client) -> None:
    plain = client.get(PATH).content
    client.cookies["theme"] = "dark"
    assert b'data-theme="dark"' in client.get(PATH).content
    assert b'<html lang="en"' in client.get(f"/en{PATH}").content
    del client.cookies["theme"]
    assert client.get(PATH).content == plain
    assert client.get(f"{PATH}?noi-nop=bach-mai").content != plain


def test_a_cached_page_sets_no_cookie_and_holds_no_token(client: Client) -> None:
    for answer in (client.get(PATH), client.get(PATH)):
        assert not answer.cookies
        assert b"csrfmiddlewaretoken" not in answer.content


def test_whoever_is_signed_in_gets_a_page_of_their_own(client: Client) -> None:
    client.get(PATH)
    client.force_login(User.objects.create(username="someone"))
    assert "ETag" not in client.get(PATH)


@pytest.mark.parametrize("header", ["if-none-match", "if-modified-since"])
def test_whoever_has_the_page_is_not_sent_it_again(client: Client, header: str) -> None:
    first = client.get(PATH)
    has = {"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]}[header]
    again = client.get(PATH, headers={header: has})
    assert (again.status_code, again.content) == (304, b"")


BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        ("text/html;q=0.5, text/turtle;q=0.9", "text/turtle"),
        ("text/turtle, text/html;q=0.1", "text/turtle"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("application/json;q=0.2, text/html", "text/html"),
    ],
)
def test_whoever_prefers_linked_data_changes_nothing_for_those_who_want_the_page(
    client: Client, accepted: str, kind: str
) -> None:
    def answered(accept: str) -> str:
        return client.get(PATH, headers={"accept": accept})["Content-Type"].partition(";")[0]

    assert answered(accepted) == kind
    assert [answered(BROWSER), answered("*/*"), answered(accepted), answered(BROWSER)] == [
        *("text/html", "text/html"),
        *(kind, "text/html"),
    ]


def test_an_error_page_is_not_cached(client: Client) -> None:
    assert client.get("/thu-tuc/khong-co/").status_code == 404
    assert client.get(f"{PATH}?ngay=x").status_code == 422
    assert cached_pages() == 0


def test_a_page_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    plain, packed = client.get(PATH), client.get(PATH, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert "Accept-Encoding" in packed["Vary"]


# A page says when a result would be ready if filed now, so it is another one every minute.


def test_a_minute_later_the_page_says_so(client: Client) -> None:
    first = client.get(PATH)
    with travel_to(timezone.now() + timedelta(minutes=1)):
        again = client.get(PATH)
        assert f"<b>{timezone.localtime():%H:%M} " in again.content.decode()
    assert again["ETag"] != first["ETag"]
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert {"Accept", "Accept-Encoding", "Cookie", "Accept-Language"} >= set(again["Vary"].split(", "))


def test_the_telephone_at_the_head_of_a_page_is_the_desks_of_now(client: Client) -> None:
    client.get(PATH)
    Unit.objects.desks().filter(parent__is_tenant=True).update(telephone="024 3333 4444")
    page = client.get(PATH).content.decode()
    assert 'href="tel:02433334444"' in page


def test_the_day_and_hour_of_an_address_stay_as_asked(client: Client) -> None:
    asked = f"{PATH}?ngay=2026-11-27&gio=09:41"
    client.get(asked)
    with travel_to(timezone.now() + timedelta(minutes=1)):
        page = client.get(asked).content.decode()
    assert 'value="09:41"' in page
    assert "<b>09:41 Thứ Sáu, 27/11/2026</b>" in page


# Whatever a Host header, a cookie or an address says, the room for pages is bounded.


def test_odd_ports_and_questions_and_themes_fill_no_cache(client: Client) -> None:
    plain = client.get(PATH)
    for port in range(3001, 3031):
        odd = Client(headers={"host": f"testserver:{port}"}).get(PATH)
        assert odd.content == plain.content, "no page prints an odd port"
        client.get(f"{PATH}?x{port}=1")
        client.get(f"{PATH}?ngay=2026-12-01&gio=08:{port % 60:02}")
        client.cookies["theme"] = f"t{port}"
        client.get(PATH)
    assert cached_pages() == 1


def test_a_host_that_only_a_pattern_allows_is_served_and_not_cached(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".example.test"]
    assert Client(headers={"host": "x1.example.test"}).get(PATH).status_code == 200
    assert cached_pages() == 0
