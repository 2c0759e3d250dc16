"""Public pages are kept for everybody, and no longer than they hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from procedures.models import ProcedureVersion, Step
from procedures.views import kept
from units.models import CalendarDay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

REF = "1.001193"
PATH = f"/thu-tuc/{REF}/"


def test_a_page_that_was_made_is_given_without_asking_the_database(
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


def test_a_day_off_that_is_announced_moves_the_promise_of_a_kept_page(client: Client) -> None:
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


def test_a_kept_page_sets_no_cookie_and_holds_no_token(client: Client) -> None:
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


def test_what_is_wrong_is_not_kept(client: Client) -> None:
    assert client.get("/thu-tuc/khong-co/").status_code == 404
    assert client.get(f"{PATH}?ngay=x").status_code == 422
    assert not kept._kept.pages


def test_a_page_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    plain, packed = client.get(PATH), client.get(PATH, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert "Accept-Encoding" in packed["Vary"]
