"""No address of staff shows who an applicant is without recording it, for any role; the rest is declared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from dossiers.clock.states import Outcome
from dossiers.models import DossierReading, Slip
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.registry import OPERATIONS
from dossiers.readings.declared import DECLARED
from procedures.models import Offering
from tests.complaints.sealed.crawling import Route, everything_in, routes
from tests.factories import City, make_applicant, make_user, register

pytestmark = pytest.mark.django_db
PLANTED = {"name": "Đặng Thị Bích Huệ", "id_number": "001187004521", "phone": "0912345471"}
STAFF = ("can-bo/", "dieu-hanh/", "api/v1/dossiers/")


@pytest.fixture
def values(city: City, offering: Offering) -> dict[str, list[str]]:
    """An open dossier and one whose result waits, with the arguments of their addresses."""
    at = timezone.now()
    made = [register(offering, city.ward_desk, at=at, applicant=make_applicant(**PLANTED)) for _ in range(2)]
    start_work(dossier=made[1], actor=None, at=at)
    finish_dossier(dossier=made[1], outcome=Outcome.GRANTED, actor=None, at=at)
    slips = [str(pk) for pk in Slip.objects.values_list("pk", flat=True)]
    return {
        "code": [one.code for one in made],
        "pk": slips[:2] or ["1"],
        "desk": [city.ward_desk.slug],
        "year": [str(timezone.localdate().year)],
        "part": ["1"],
        "dossiers:operation:slug": list(OPERATIONS)[::4],
        "dossiers_api:operation:slug": ["bat-dau"],
        "slug": [city.ward_desk.slug],
    }


def staff_routes() -> Iterator[Route]:
    return (one for one in routes() if one.route.startswith(STAFF) and "dang-xuat" not in one.route)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_who_is_shown_is_recorded_or_declared(role: str, city: City, values: dict[str, list[str]]) -> None:
    place = {"clerk": city.ward_desk, "specialist": city.ward, "leader": city.ward}.get(role, city.district)
    unrecorded, shown, client = set(), 0, Client()
    client.force_login(make_user(role, place))
    for route in staff_routes():
        for path in route.paths(values):
            before = DossierReading.objects.count()
            answer = client.get(path)
            if not any(one in everything_in(answer) for one in PLANTED.values()):
                continue
            shown += 1
            if DossierReading.objects.count() == before and route.name not in DECLARED:
                unrecorded.add(route.name)
    assert unrecorded == set()
    assert (shown > 0) == (role in {"clerk", "specialist", "leader", "official"})


@pytest.mark.parametrize("typed", PLANTED.values())
def test_a_search_that_shows_somebody_is_recorded(typed: str, city: City, values: dict[str, list[str]]) -> None:
    client = Client()
    client.force_login(make_user("clerk", city.ward_desk))
    found = client.post("/can-bo/tra-cuu/", {"q": typed}, follow=True)
    assert PLANTED["name"] in everything_in(found)
    assert DossierReading.objects.filter(page="search").count() == 2


def test_the_page_on_personal_data_lists_what_is_declared(client: Client) -> None:
    page = client.get("/du-lieu-ca-nhan/").content.decode()
    assert [name for name, label in DECLARED.items() if str(label) not in page] == []
