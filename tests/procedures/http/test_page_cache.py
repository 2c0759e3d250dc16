"""Public pages are kept for everybody, and no longer than they hold."""

from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from procedures.http import page_cache
from procedures.http.page_cache import AsOfNow
from procedures.models import ProcedureVersion, Step
from procedures.pages.procedure import procedure_at
from units.clock.working_calendar import OFFICE_TIME
from units.models import CalendarDay, Unit

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


def test_what_is_wrong_is_not_kept(client: Client) -> None:
    assert client.get("/thu-tuc/khong-co/").status_code == 404
    assert client.get(f"{PATH}?ngay=x").status_code == 422
    assert not page_cache._kept.pages


def test_a_page_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    plain, packed = client.get(PATH), client.get(PATH, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert "Accept-Encoding" in packed["Vary"]


# A page that says when a result would be there is another one every minute, and drawn for all that tell the same.

FRIDAY = [time(8), time(11, 29), time(11, 30), time(15), time(15, 1), time(17, 1)]
MOMENTS = [
    *(datetime.combine(date(2026, 11, 27), hour, OFFICE_TIME) for hour in FRIDAY),
    *(datetime(2026, 11, 28, hour, 0, tzinfo=OFFICE_TIME) for hour in (8, 16)),
]


def _refs_of_every_unit_of_terms() -> list[str]:
    kinds = ProcedureVersion.objects.in_force(MOMENTS[0].date()).order_by("term_unit", "pk").distinct("term_unit")
    return list(kinds.values_list("procedure__ref", flat=True))


def test_a_page_read_at_another_minute_is_the_one_that_would_be_drawn_then(rf: RequestFactory) -> None:
    outcomes = set()
    for path in [*(f"/thu-tuc/{ref}/" for ref in _refs_of_every_unit_of_terms()), f"{PATH}?noi-nop=bach-mai"]:
        request, ref = rf.get(path), path.split("/")[2]
        pages = [(at, procedure_at(request, ref, at)) for at in MOMENTS]
        for (_at, page), (at, other) in product(pages, pages):
            assert isinstance(page, AsOfNow)
            holds = page.drawing.says(at) == page.drawing.told
            outcomes.add((holds, page.drawing.read_at(at) == other.content))
    assert outcomes == {(True, True), (False, False)}


def _let_minutes_pass() -> None:
    """As if the pages kept were of another minute of this hour, with other text for its hour."""
    state = page_cache._kept.state
    assert state
    page_cache._kept.state = state._replace(minute=state.minute.replace(minute=(state.minute.minute + 30) % 60))
    for page in page_cache._kept.pages.values():
        page.packed.clear()
        page.packed[""] = b"as read then"


def test_a_minute_later_nothing_but_the_hour_is_made_anew(client: Client, django_assert_num_queries: Any) -> None:
    first = client.get(PATH)
    _let_minutes_pass()
    with django_assert_num_queries(1):
        again = client.get(PATH)
    assert f"<b>{timezone.localtime():%H:%M} " in again.content.decode()
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert {"Accept", "Accept-Encoding", "Cookie", "Accept-Language"} >= set(again["Vary"].split(", "))


def test_what_somebody_changed_is_on_the_page_of_the_next_minute(client: Client) -> None:
    client.get(PATH)
    _let_minutes_pass()
    Step.objects.filter(version__procedure__ref=REF, position=1).update(text="Một bước vừa sửa")
    assert "Một bước vừa sửa" in client.get(PATH).content.decode()


def test_the_telephone_at_the_head_of_a_page_is_the_desks_of_now(client: Client) -> None:
    client.get(PATH)
    Unit.objects.desks().filter(parent__is_tenant=True).update(telephone="024 3333 4444")
    page = client.get(PATH).content.decode()
    assert 'href="tel:02433334444"' in page


def test_the_day_and_hour_of_an_address_stay_as_asked(client: Client) -> None:
    asked = f"{PATH}?ngay=2026-11-27&gio=09:41"
    client.get(asked)
    _let_minutes_pass()
    page = client.get(asked).content.decode()
    assert 'value="09:41"' in page
    assert "<b>09:41 Thứ Sáu, 27/11/2026</b>" in page


def test_no_more_drawings_are_kept_than_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_PAGES", 2)
    for n in range(3):
        client.get(f"{PATH}?truong-hop={n}")
        _let_minutes_pass()
    client.get(PATH)
    assert len(page_cache._kept.earlier) == 2


# Whatever a Host header or an address says, the room for pages is bounded, and those that many read stay.


def test_odd_ports_and_unknown_questions_and_themes_fill_no_cache(client: Client, settings: Any) -> None:
    settings.PAGES_TRUSTED_FOR = 60
    plain = client.get(PATH)
    for port in range(3001, 3031):
        odd = Client(headers={"host": f"testserver:{port}"}).get(PATH)
        assert odd.content == plain.content, "no page prints an odd port"
        client.get(f"{PATH}?x{port}=1")
        client.cookies["theme"] = f"t{port}"
        client.get(PATH)
    assert len(page_cache._kept.pages) == 1


def test_known_questions_push_out_only_each_other(client: Client, settings: Any, monkeypatch: Any) -> None:
    settings.PAGES_TRUSTED_FOR = 60
    monkeypatch.setattr(page_cache, "MOST_ASKED", 3)
    client.get(PATH)
    for hour in range(8, 16):
        client.get(f"{PATH}?ngay=2026-12-01&gio={hour:02}:00")
    asked = [key[0] for key in page_cache._kept.pages]
    assert asked == ["", *(f"ngay=2026-12-01&gio={hour}:00" for hour in (13, 14, 15))]


def test_a_host_that_only_a_pattern_allows_is_served_and_not_kept(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".example.test"]
    assert Client(headers={"host": "x1.example.test"}).get(PATH).status_code == 200
    assert not page_cache._kept.pages
