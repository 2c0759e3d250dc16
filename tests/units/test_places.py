from collections.abc import Callable
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page

from tests.units.seed import at
from tests.units.test_tree import unit
from units.models import OpeningHours
from units.opening import places

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded() -> None:
    call_command("load_units", verbosity=0, stdout=StringIO())


@pytest.mark.parametrize(
    ("moment", "slug", "closes", "opens"),
    [
        ("2026-03-09 09:00", "mot-cua-bach-mai", "2026-03-09 12:00", None),
        ("2026-03-09 12:30", "mot-cua-bach-mai", None, "2026-03-09 13:00"),
        ("2026-03-07 09:00", "mot-cua-bach-mai", None, "2026-03-09 08:00"),
        ("2026-03-07 09:00", "mot-cua-hai-ba-trung", "2026-03-07 12:00", None),
        ("2026-02-16 09:00", "mot-cua-bach-mai", None, "2026-02-23 08:00"),
        ("2026-01-10 09:00", "mot-cua-bach-mai", "2026-01-10 12:00", None),
    ],
)
def test_a_place_says_until_when_it_is_open_or_when_it_opens(
    seeded: None, moment: str, slug: str, closes: str | None, opens: str | None
) -> None:
    place = next(place for place in places(at(moment)) if place.desk.slug == slug)
    assert place.closes_at == (at(closes) if closes else None)
    assert place.opens_at == (at(opens) if opens else None)
    assert place.is_open is bool(closes)


def test_weekdays_of_equal_hours_share_a_line(seeded: None) -> None:
    district = places(at("2026-03-09 09:00"))[0]
    Weekday = OpeningHours.Weekday
    assert [(line.first, line.last) for line in district.lines] == [
        (Weekday.MONDAY, Weekday.FRIDAY),
        (Weekday.SATURDAY, Weekday.SATURDAY),
    ]


def test_the_page_lists_every_desk_with_a_telephone_to_call(seeded: None, client: Client) -> None:
    page = BeautifulSoup(client.get(reverse("units:units")).content, "html.parser")
    cards = page.select("main li.card")
    assert len(cards) == 21
    assert cards[0].h2.text == "Một cửa quận Hai Bà Trưng"
    assert all(card.select_one("a[href^='tel:']") for card in cards)


def test_the_page_takes_no_more_queries_for_more_desks(client: Client) -> None:
    unit("first", code="desk")
    client.get(reverse("units:units"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("units:units"))
    for number in range(10):
        unit(f"desk-{number}", code="desk")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("units:units"))
    assert len(many) == len(few) <= 6


@pytest.mark.parametrize(
    "model", ["unit", "unitkind", "unitidentifier", "unitsuccessor", "calendarday", "calendaryear", "openinghours",
              "codetemplate", "daycounter"]
)  # fmt: skip
def test_administrators_can_search_every_reference_table(admin_client: Client, model: str) -> None:
    unit("2026-office")
    address = reverse(f"admin:units_{model}_changelist")
    assert admin_client.get(address, {"q": "2026"}).status_code == 200
    added = admin_client.get(reverse(f"admin:units_{model}_add")).status_code
    assert added == (403 if model in ("calendarday", "daycounter") else 200)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_the_page_is_accessible_and_never_wider_than_the_screen(
    seeded: None, open_page: Callable[..., Page], axe: Callable[[Page], None], width: str, theme: str
) -> None:
    page = open_page(reverse("units:units"), width=width, theme=theme)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
