"""What everybody may see: numbers with what they are shares of; no person, no small number."""

from datetime import timedelta

from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from reporting.definitions.on_time import Rate
from reporting.definitions.periods import Month
from reporting.public.figures import home_figures, public_figures
from reporting.rollup.actions import recount_everything
from tests.factories import hanoi
from tests.reporting.helpers import dossier, offer, save

NOW = hanoi(2026, 11, 23, 10)
TENTH = hanoi(2026, 11, 10)


def resolve(unit, many, *, late=0, at=TENTH):
    offering = offer(unit)
    dues = [at + timedelta(hours=-1 if n < late else 1) for n in range(many)]
    save(*(dossier(offering, due_at=due, finished_at=at) for due in dues))
    recount_everything()


def test_units_are_listed_over_twelve_months_with_ranks_only_where_there_is_enough(city):
    resolve(city.ward, 20, late=1)
    resolve(city.ward, 20, late=1, at=hanoi(2025, 12, 1))
    resolve(city.other_ward, 10)
    shown = public_figures(at=NOW)
    assert [(row.unit, row.rank, row.rate) for row in shown.units] == [
        (city.ward, 1, Rate(38, 40)),
        (city.other_ward, None, Rate(10, 10)),
    ]
    assert shown.counts.rate == Rate(29, 30)
    assert shown.year.rate == Rate(48, 50)


def test_what_lies_before_the_twelve_months_does_not_count(city):
    resolve(city.ward, 40, at=hanoi(2025, 11, 30))
    assert public_figures(at=NOW).units == []


def test_fewer_than_five_dossiers_are_not_published(city, client):
    resolve(city.ward, 4, at=timezone.now())
    resolve(city.department, 3, at=timezone.now())
    resolve(city.other_ward, 5, at=timezone.now())
    content = client.get(reverse("reporting:public")).content.decode()
    assert city.other_ward.name in content
    assert city.ward.name not in content
    assert city.department.name not in content
    assert "7 trong 7 hồ sơ" in content
    assert public_figures(at=timezone.now()).withheld == 2


def test_what_is_left_of_the_total_never_tells_the_figure_of_one_unit(city):
    resolve(city.ward, 4)
    resolve(city.other_ward, 9, late=1)
    resolve(city.department, 40)
    shown = public_figures(at=NOW)
    assert [row.unit for row in shown.units] == [city.department]
    assert (shown.withheld, shown.others.rate) == (2, Rate(12, 13))


def test_two_units_with_too_few_together_take_the_next_smallest_along(city):
    resolve(city.ward, 1)
    resolve(city.other_ward, 2)
    resolve(city.department, 6)
    resolve(city.district, 40)
    shown = public_figures(at=NOW)
    assert [row.unit for row in shown.units] == [city.district]
    assert (shown.withheld, shown.others.rate) == (3, Rate(9, 9))


def test_units_with_too_few_even_together_are_not_summed(city):
    resolve(city.ward, 1)
    resolve(city.other_ward, 2)
    shown = public_figures(at=NOW)
    assert (shown.units, shown.withheld, shown.others.resolved) == ([], 2, 0)


def test_nothing_is_withheld_where_every_unit_has_enough(city):
    resolve(city.ward, 5)
    resolve(city.other_ward, 6)
    assert (len(public_figures(at=NOW).units), public_figures(at=NOW).withheld) == (2, 0)


def test_the_page_is_open_to_all_and_names_nobody(city, client):
    resolve(city.ward, 40, late=1, at=timezone.now())
    response = client.get(reverse("reporting:public"))
    text = BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)
    assert response.status_code == 200
    assert "39 trong 40 hồ sơ" in text
    assert "97,5%" in text
    assert "Nguyễn" not in text
    assert client.get("/en/so-lieu/").status_code == 200


def test_the_page_is_there_before_anything_was_counted(client, db):
    assert "chưa có hồ sơ nào giải quyết xong" in client.get(reverse("reporting:public")).content.decode()


def test_the_page_costs_the_same_few_queries_at_any_size(city, client, django_assert_max_num_queries):
    resolve(city.ward, 40, at=timezone.now())
    client.get(reverse("reporting:public"))  # the frame of the page is read once a minute
    with django_assert_max_num_queries(6) as few:
        client.get(reverse("reporting:public"))
    for unit in (city.other_ward, city.department, city.district):
        resolve(unit, 40, at=timezone.now())
    with django_assert_max_num_queries(6) as many:
        client.get(reverse("reporting:public"))
    assert len(few) == len(many)


def test_the_front_page_has_this_months_figures(city, django_assert_num_queries):
    resolve(city.ward, 10, late=1)
    with django_assert_num_queries(1):
        shown = home_figures(at=NOW)
    assert (shown.month, shown.rate, shown.early, shown.updated_at) == (Month(2026, 11), Rate(9, 10), Rate(0, 10), NOW)


def test_on_the_first_morning_of_a_month_the_front_page_has_the_last_months_figures(city):
    resolve(city.ward, 10)
    assert home_figures(at=hanoi(2026, 12, 1, 8)).month == Month(2026, 11)
    assert home_figures(at=hanoi(2027, 1, 1, 8)) is None


def test_the_front_page_prints_the_share_with_what_it_is_a_share_of(city, client):
    assert "Chúng tôi giữ hẹn thế nào" not in client.get("/").content.decode()
    resolve(city.ward, 10, late=1, at=timezone.now())
    text = BeautifulSoup(client.get("/").content, "html.parser").get_text(" ", strip=True)
    assert "90,0% 9 trong 10 hồ sơ đã giải quyết" in text
