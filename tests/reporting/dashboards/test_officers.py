"""What each officer has in hand is for the head of these officers, and for nobody else."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from dossiers.operations.assignment.actions import assign
from reporting.dashboards.officers.figures import headed_by
from tests.factories import make_offering, make_procedure, make_user, register
from tests.reporting.helpers import held
from units.models import Unit

pytestmark = pytest.mark.django_db

Role = Membership.Role
ADDRESS = "reporting:officers"


@pytest.fixture
def head(city):
    return make_user(Role.LEADER, city.ward)


def at_ward(city, person, at=None):
    """A dossier in the hands of the ward's desk, given to `person`."""
    at = at or timezone.now() - timedelta(minutes=1)
    one = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=at)
    if person:
        assign(dossier=one, leg=0, person=person, actor=None, at=timezone.now())
    return one


def test_the_head_of_somebody_leads_the_nearest_unit_at_or_above_it(city, head):
    now = timezone.now()
    above = make_user(Role.LEADER, city.district)
    assert set(headed_by(head, now)) == {city.ward, city.ward_desk}
    assert set(headed_by(above, now)) == set(Unit.objects.all()) - {city.ward, city.ward_desk}
    assert headed_by(make_user(Role.OFFICIAL, city.district), now) == []


@pytest.mark.parametrize(("role", "place"), [(Role.OFFICIAL, "district"), (Role.CLERK, "ward_desk")])
def test_neither_officials_nor_officers_see_it(client, city, role, place):
    clerk = make_user(Role.CLERK, city.ward_desk)
    at_ward(city, clerk)
    client.force_login(make_user(role, getattr(city, place)))
    assert client.get(reverse(ADDRESS)).status_code == 404
    asked = {"tinh-trang": "dang-lam", "can-bo": clerk.pk}
    assert client.get(reverse("reporting:dossiers"), asked).status_code == 404


def test_the_head_of_another_unit_sees_no_officer_of_this_one(client, city):
    clerk = make_user(Role.CLERK, city.ward_desk, full_name="Đỗ Thị Riêng")
    at_ward(city, clerk)
    client.force_login(make_user(Role.LEADER, city.other_ward))
    assert "Đỗ Thị Riêng" not in client.get(reverse(ADDRESS)).content.decode()
    for key in (clerk.pk, "0", "abc", "9" * 30):
        assert client.get(reverse("reporting:dossiers"), {"can-bo": key}).status_code == 404


def test_each_line_leads_to_as_many_rows(client, city, head, django_assert_max_num_queries):
    busy, idle = (make_user(Role.CLERK, city.ward_desk, full_name=name) for name in ("Lê Bận", "Lê Rảnh"))
    stranger = make_user(Role.SPECIALIST, city.district, full_name="Lê Khác")
    for person in (busy, busy, stranger, None):
        at_ward(city, person)
    at_ward(city, busy, at=timezone.now() - timedelta(days=30))
    client.force_login(head)
    client.get(reverse(ADDRESS))
    with django_assert_max_num_queries(12):
        page = BeautifulSoup(client.get(reverse(ADDRESS)).content, "html.parser")
    rows = {
        row.th.get_text(): [" ".join(cell.get_text().split(":")[-1].split()) for cell in row.select("td.num")]
        for row in page.select("main tbody tr")
    }
    assert rows["Lê Bận"] == ["3", "0 và 1 do nơi khác giải quyết", "1", "0", "0"]
    assert rows["Lê Rảnh"] == ["0"] * 5
    assert rows["Cộng"] == ["5", "0 và 1 do nơi khác giải quyết", "1", "0", "0"]
    assert rows["Chưa giao cho ai"][0] == rows["Cán bộ đơn vị khác"][0] == "1"
    assert "Lê Khác" not in page.get_text()
    for link in page.select("main td a"):
        listed = held(client.get(link["href"]))
        assert re.findall(r"\d+", link.get_text().split(":")[-1]) == [str(listed)], link["href"]
    assert idle.full_name in rows
