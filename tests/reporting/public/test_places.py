"""Where to go: every desk with its hours, who is on duty, and how it keeps its promises."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from dossiers.models import Rating
from reporting.definitions.on_time import Counts
from reporting.public.places import places_with_figures
from reporting.rollup.actions import recount_everything
from tests.factories import City, make_desk, make_unit, make_units
from tests.reporting.helpers import dossier, offer, save
from units.clock.days import local_day
from units.models import CalendarDay, DutyPost, Unit, UnitKind

pytestmark = pytest.mark.django_db
PLACES = "/don-vi/"


def resolve(unit: Unit, many: int, *, late: int = 0) -> None:
    offering, at = offer(unit), timezone.localtime(timezone.now() - timedelta(days=40)).replace(hour=12)
    dues = [at + timedelta(hours=-1 if number < late else 1) for number in range(many)]
    save(*(dossier(offering, due_at=due, finished_at=at) for due in dues))


def rate(desk: Unit, handler: Unit, *scores: int) -> None:
    month = local_day(timezone.now()).replace(day=1)
    Rating.objects.bulk_create(Rating(month=month, desk=desk, handler=handler, score=score) for score in scores)


def page_of(client: Client, path: str) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_every_desk_is_listed_with_a_telephone_and_a_page_of_its_own(client: Client, city: City) -> None:
    cards = page_of(client, PLACES).select("main li.card")
    assert [card.h2.text for card in cards] == [desk.name for desk in sorted(city.desks, key=lambda desk: desk.name)]
    for card in cards:
        assert card.select_one("a[href^='tel:']")
        assert page_of(client, card.h2.a["href"]).h1.text == card.h2.text


def test_a_desk_answers_for_the_offices_it_serves_and_not_for_those_with_a_desk_of_their_own(city: City) -> None:
    resolve(city.department, 8, late=1)
    resolve(city.district, 6)
    resolve(city.ward, 5, late=2)
    recount_everything()
    counts = {one.place.desk.pk: one.counts for one in places_with_figures(at=timezone.now())}
    assert counts[city.district_desk.pk] == Counts(received=14, on_time=13, late=1)
    assert counts[city.ward_desk.pk] == Counts(received=5, on_time=3, late=2)
    assert counts[city.other_desk.pk] == Counts()


def test_a_place_says_who_is_on_duty_how_it_does_and_when_it_is_closed(client: Client, city: City) -> None:
    DutyPost.objects.create(desk=city.ward_desk, title="Cán bộ tiếp nhận", fields="Hộ tịch", counter=2)
    CalendarDay.objects.create(
        day=local_day(timezone.now()) + timedelta(days=8), kind="holiday", reason="Lễ", source="Luật"
    )
    resolve(city.ward, 200, late=1)
    recount_everything()
    rate(city.ward_desk, city.ward, 5, 5, 4, 3, 1)
    page = page_of(client, f"{PLACES}{city.ward_desk.slug}/").main
    cells = page.select_one("tbody tr").find_all(["th", "td"])
    assert [cell.get_text(" ") for cell in cells] == ["Cán bộ tiếp nhận Hộ tịch", "2", "–"]
    text = " ".join(page.text.split())
    assert "99,5% 199 trong 200 hồ sơ đã giải quyết" in text
    assert "60% 3 trong 5 lượt đánh giá" in text.replace("60,0%", "60%")
    assert "Nghỉ lễ" in text


def test_fewer_than_five_ratings_or_dossiers_are_not_published(client: Client, city: City) -> None:
    resolve(city.ward, 4)
    recount_everything()
    rate(city.ward_desk, city.ward, 5, 1, 1, 1)
    text = page_of(client, f"{PLACES}{city.ward_desk.slug}/").main.text
    assert "Chưa đủ hồ sơ để công bố" in text
    assert "Chưa đủ 5 lượt đánh giá để công bố" in text


def test_a_place_that_is_no_desk_in_force_is_not_found(client: Client, city: City) -> None:
    Unit.objects.filter(pk=city.other_desk.pk).update(valid_to=date(2020, 1, 1))
    for slug in (city.other_ward.slug, city.other_desk.slug, "khong-co"):
        assert client.get(f"{PLACES}{slug}/").status_code == 404


def test_the_address_of_an_office_leads_to_its_desk(client: Client, city: City) -> None:
    answer = client.get(f"{PLACES}{city.ward.slug}/")
    assert (answer.status_code, answer["Location"]) == (302, f"{PLACES}{city.ward_desk.slug}/")


def test_the_pages_take_no_more_queries_for_more_desks(client: Client, city: City) -> None:
    def queries() -> tuple[int, int]:
        counted = []
        for path in (PLACES, f"{PLACES}{city.ward_desk.slug}/"):
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counted.append(len(asked))
        return counted[0], counted[1]

    queries()
    few = queries()
    for number in range(10):
        make_desk(make_unit(f"Phường {number}", UnitKind.WARD, city.district), f"X{number}")
    assert queries() == few
    assert max(few) <= 8


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_the_pages_are_accessible_and_never_wider_than_the_screen(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: str, theme: str
) -> None:
    city = make_units()
    DutyPost.objects.create(desk=city.ward_desk, title="Cán bộ tiếp nhận", fields="Hộ tịch", counter=2)
    for path in (PLACES, reverse("reporting:place", args=[city.ward_desk.slug]), "/danh-gia/"):
        page = open_page(path, width=width, theme=theme)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
