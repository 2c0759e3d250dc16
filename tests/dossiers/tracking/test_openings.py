"""The citizen's page of who opened the dossier, beside the rows of the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, User
from dossiers.models import Dossier, DossierReading, Slip
from dossiers.operations.registry import OPERATIONS
from dossiers.tracking.openings.purposes import MACHINE_PAGES, purpose_of
from procedures.models import Offering
from tests.factories import City, make_applicant, make_user, register
from tests.secrets import secret_of

pytestmark = pytest.mark.django_db
PHONE = "0912345471"
NAME = "Trần Thu Hà"


@pytest.fixture
def dossier(city: City, offering: Offering) -> Dossier:
    return register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone=PHONE))


@pytest.fixture
def owner(dossier: Dossier) -> Client:
    return unlocked(dossier, secret_of(dossier))


def unlocked(dossier: Dossier, typed: str) -> Client:
    browser = Client()
    browser.post(f"/tra-cuu/{dossier.code}/", {"secret": typed})
    return browser


def url(dossier: Dossier, ending: str = "ai-da-mo/") -> str:
    return f"/tra-cuu/{dossier.code}/{ending}"


def as_staff(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(browser: Client, address: str) -> list[tuple[str, ...]]:
    """Each line of the page: time, purpose, office with function."""
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    return [(row.time["datetime"], row.b.text, row.p.text) for row in page.select(".time li")]


def in_ledger(dossier: Dossier) -> list[tuple[str, ...]]:
    rows = DossierReading.objects.filter(dossier=dossier).order_by("-at", "-pk").select_related("unit")
    return [
        (timezone.localtime(row.at).isoformat(), purpose_of(row.page), f"{row.unit.name} · {row.get_role_display()}")
        for row in rows
        if row.unit
    ]


def test_the_page_shows_every_row_of_the_ledger_with_office_function_and_purpose(
    city: City, dossier: Dossier, owner: Client
) -> None:
    clerk = as_staff(make_user("clerk", city.ward_desk, full_name=NAME))
    specialist = as_staff(make_user("specialist", city.ward))
    leader = as_staff(make_user("leader", city.ward))
    for client, path in (
        (clerk, dossier.get_absolute_url()),
        (clerk, f"{dossier.get_absolute_url()}giay-hen/"),
        (specialist, f"{dossier.get_absolute_url()}viec/bat-dau/"),
        (leader, dossier.get_absolute_url()),
    ):
        assert client.get(path).status_code == 200
    found = clerk.post("/can-bo/tra-cuu/", {"q": dossier.applicant_name}, follow=True)
    assert dossier.code in found.content.decode()
    rows = shown(owner, url(dossier))
    seconds = [(at[:19], purpose, place) for at, purpose, place in in_ledger(dossier)]
    assert [(at[:19], purpose, place) for at, purpose, place in rows] == seconds
    assert [(purpose, place.partition(" · ")[2]) for _at, purpose, place in rows] == [
        ("Tìm trong sổ hồ sơ, và hồ sơ này có trong kết quả", "Cán bộ một cửa"),
        ("Xem toàn bộ hồ sơ", "Lãnh đạo đơn vị"),
        ("Mở trang để làm việc: Bắt đầu giải quyết", "Chuyên viên"),
        ("Xem bản giấy hẹn đã in", "Cán bộ một cửa"),
        ("Xem toàn bộ hồ sơ", "Cán bộ một cửa"),
    ]
    assert NAME not in owner.get(url(dossier)).content.decode()


def test_json_holds_the_same_rows_and_leads_to_the_next_page(city: City, dossier: Dossier, owner: Client) -> None:
    clerk, at = make_user("clerk", city.ward_desk, full_name=NAME), timezone.now()
    DossierReading.objects.bulk_create(
        DossierReading(
            dossier=dossier, user=clerk, at=at - timedelta(hours=n), page="dossier", unit=city.ward_desk, role="clerk"
        )
        for n in range(45)
    )
    page, seen = url(dossier, "ai-da-mo.json"), []
    while page:
        answer = owner.get(page)
        assert "no-store" in answer["Cache-Control"]
        assert NAME not in answer.content.decode()
        found = answer.json()
        seen += found["usage"]
        page = found["next"] and found["next"].removeprefix("http://testserver")
    assert found["count"] == len(seen) == 45
    assert seen[0]["receiver"] == {"office": city.ward_desk.name, "function": "Cán bộ một cửa"}
    times = [parse_datetime(one["logtime"]) for one in seen]
    assert times == list(DossierReading.objects.order_by("-at").values_list("at", flat=True))
    assert len(shown(owner, f"{url(dossier)}?trang=3")) == 5


def test_exports_and_api_clients_stand_apart_from_people(city: City, dossier: Dossier, owner: Client) -> None:
    clerk = as_staff(make_user("clerk", city.ward_desk))
    assert clerk.get(f"/api/v1/dossiers/{dossier.code}/").status_code == 200
    year = timezone.localdate().year
    assert clerk.get(f"/can-bo/so-theo-doi/{city.ward_desk.slug}/{year}/so.xlsx").status_code == 200
    assert clerk.get(dossier.get_absolute_url()).status_code == 200
    assert [row[1] for row in shown(owner, url(dossier))] == ["Xem toàn bộ hồ sơ"]
    assert {row[1] for row in shown(owner, f"{url(dossier)}?xem=may")} == {purpose_of(page) for page in MACHINE_PAGES}
    assert owner.get(f"{url(dossier, 'ai-da-mo.json')}?xem=may").json()["count"] == 2


def test_only_the_secret_opens_the_page(dossier: Dossier, owner: Client) -> None:
    assert "Ai đã mở hồ sơ của tôi" in owner.get(f"/tra-cuu/{dossier.code}/").content.decode()
    for stranger in (Client(), unlocked(dossier, PHONE[-4:])):
        assert "Ai đã mở hồ sơ của tôi" not in stranger.get(f"/tra-cuu/{dossier.code}/").content.decode()
        assert stranger.get(url(dossier))["Location"] == f"/tra-cuu/{dossier.code}/"
        assert stranger.get(url(dossier, "ai-da-mo.json")).status_code == 404
    assert Client().get("/tra-cuu/KHONG-CO/ai-da-mo.json").status_code == 404
    Dossier.objects.filter(pk=dossier.pk).update(link_key="6ecd8c99-4036-403d-bf84-cf8400f67836")
    assert owner.get(url(dossier)).status_code == 302


def test_a_reading_recorded_before_office_and_function_were_says_so(
    city: City, dossier: Dossier, owner: Client
) -> None:
    DossierReading.objects.create(
        dossier=dossier, user=make_user("clerk", city.ward_desk), at=timezone.now(), page="dossier"
    )
    assert [row[2] for row in shown(owner, url(dossier))] == ["Lượt cũ: đơn vị và chức năng không được ghi."]


def test_the_narrowest_role_over_the_dossiers_offices_is_recorded(city: City, dossier: Dossier) -> None:
    user = make_user("official", city.district)
    Membership.objects.create(user=user, unit=city.other_desk, role="clerk", valid_from=timezone.localdate())
    Membership.objects.create(user=user, unit=city.ward_desk, role="clerk", valid_from=timezone.localdate())
    as_staff(user).get(dossier.get_absolute_url())
    row = DossierReading.objects.get()
    assert (row.unit, row.role) == (city.ward_desk, "clerk")


def test_an_office_without_a_function_is_refused_by_the_database(city: City, dossier: Dossier) -> None:
    reader = make_user("clerk", city.ward_desk)
    with pytest.raises(IntegrityError, match="reading_has_office_and_role"), transaction.atomic():
        DossierReading.objects.create(
            dossier=dossier, user=reader, at=timezone.now(), page="dossier", unit=city.ward_desk
        )


def test_every_operation_and_slip_has_a_sentence_of_its_own() -> None:
    pages = [*OPERATIONS, *(f"slip {form}" for form in Slip.Form), "scan 12", "dossier", "search", "hotline"]
    sentences = [purpose_of(page) for page in pages]
    assert len(set(sentences)) == len(pages)
    assert "Việc khác" not in sentences


@pytest.mark.parametrize("rows", [1, 19])
def test_the_page_asks_the_same_however_many_rows(
    rows: int, city: City, dossier: Dossier, owner: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clerk = make_user("clerk", city.ward_desk)
    DossierReading.objects.bulk_create(
        DossierReading(
            dossier=dossier, user=clerk, at=timezone.now(), page="scan 1", unit=city.ward_desk, role="clerk"
        )
        for _ in range(rows)
    )
    with django_assert_num_queries(5):
        owner.get(url(dossier))
