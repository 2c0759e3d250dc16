"""From a unit down to its dossiers: every number on the way leads to a list that holds as many."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from reporting.rollup.actions import recount_everything
from tests.factories import hanoi, make_units, make_user
from tests.reporting.helpers import dossier, held, offer, save

PAGE = "reporting:procedures"


@pytest.fixture
def city(db):
    """Two procedures of one field at the ward, one of another field at the department, all in March 2026."""
    city = make_units()
    birth, death, house = (
        offer(unit, field=field)
        for unit, field in ((city.ward, "ho-tich"), (city.ward, "ho-tich"), (city.department, "xay-dung"))
    )
    due = hanoi(2026, 3, 10, 17)
    save(
        *(dossier(birth, due_at=due, finished_at=due + timedelta(hours=n)) for n in (-48, -1, 1)),
        dossier(death, due_at=due, finished_at=due + timedelta(days=2)),
        dossier(death, due_at=hanoi(2026, 3, 20, 17)),
        *(dossier(house, due_at=due, finished_at=due) for _ in range(2)),
        dossier(birth, due_at=hanoi(2026, 4, 10, 17), finished_at=hanoi(2026, 4, 9, 17)),
    )
    recount_everything()
    return city


def soup_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return BeautifulSoup(response.content, "html.parser")


def number_in(link: Tag) -> int:
    return int(link.get_text().split()[-1].replace(".", ""))


@pytest.mark.parametrize("until", ["", "&tinh-den=2026-03-11"])
def test_unit_field_procedure_dossiers_each_number_leads_to_as_many(client, city, until):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    overview = soup_of(client, f"{reverse('reporting:overview')}?ky=2026-03{until}")
    ward = soup_of(client, overview.select_one(f"a[href*='don-vi={city.ward.slug}&pham-vi=rieng']")["href"])
    (field,) = ward.select("table.hb tbody a[href*='thu-tuc/?linh-vuc']")
    assert field.get_text() == "ho-tich"
    page = soup_of(client, field["href"])
    assert page.h1.get_text(strip=True) == "ho-tich"
    rows = page.select("table tbody:first-of-type tr")
    counts = [[int(cell.get_text().split()[-1]) for cell in row.select("td")[:4]] for row in rows]
    assert counts == ([[3, 3, 1, 1], [1, 0, 0, 0]] if until else [[3, 3, 1, 1], [2, 1, 0, 1]])
    links = page.select("table a[href*='tinh-trang=']")
    assert len(links) == (5 if until else 7)
    for link in links:
        listed = client.get(link["href"])
        assert held(listed) == number_in(link), link["href"]
    first = listed.context["rows"][0].dossier
    assert reverse("dossiers:dossier", args=[first.code]) in listed.content.decode()  # where its legs stand
    resolved = ward.select_one("table.hb a[href*='tinh-trang=da-tra'][href*='linh-vuc']")
    assert number_in(resolved) == sum(row[1] for row in counts)


def test_a_leader_sees_the_procedures_of_the_own_unit_only_and_asks_for_no_other(client, city):
    client.force_login(make_user(Membership.Role.LEADER, city.ward))
    rows = client.get(reverse(PAGE), {"ky": "2026-03"}).context["rows"]
    assert [row.counts.resolved for row in rows] == [3, 1]
    assert client.get(reverse(PAGE), {"don-vi": city.department.slug}).status_code == 404
    client.force_login(make_user(Membership.Role.CLERK, city.ward))
    assert client.get(reverse(PAGE)).status_code == 404


def test_a_field_that_does_not_exist_is_shown_beside_the_field(client, city):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    response = client.get(reverse(PAGE), {"linh-vuc": "khong-co"})
    assert response.status_code == 422
    assert "id_linh-vuc_error" in response.content.decode()


def test_the_page_costs_the_same_few_queries_at_any_size_in_english_too(client, city, django_assert_max_num_queries):
    client.force_login(make_user(Membership.Role.OFFICIAL, city.district))
    address, now = f"/en{reverse(PAGE)}", timezone.now()
    save(dossier(offer(city.ward, field="ho-tich"), due_at=now, finished_at=now))
    recount_everything()
    client.get(address)
    with django_assert_max_num_queries(12) as small:
        assert "By procedure" in client.get(address).content.decode()
    save(*(dossier(offer(city.ward, field=f"so-{n}"), due_at=now, finished_at=now) for n in range(8)))
    recount_everything()
    with django_assert_max_num_queries(12) as large:
        client.get(address)
    assert len(large) == len(small)
