"""What a role opens in the administration pages, and when it ends."""

from datetime import date, timedelta
from secrets import token_hex

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from tests.factories import PASSWORD, SINCE, make_unit, make_user

pytestmark = pytest.mark.django_db
TABLES = {
    "units": "units/unit/",
    "calendar": "units/calendarday/",
    "people": "accounts/user/",
    "roles": "accounts/membership/",
    "catalogue": "procedures/procedure/",
    "notices": "notices/notice/",
    "proofs": "reporting/reconciliation/",
}
OPEN, CLOSED = 200, 403


def answers(client: Client, step: str = "") -> dict[str, int]:
    return {name: client.get(f"/quan-tri/{table}{step}").status_code for name, table in TABLES.items()}


def test_an_administrator_keeps_units_people_and_the_catalogue_and_reads_notices_and_proofs(client, city):
    client.force_login(make_user("administrator", city.district))
    assert client.get("/quan-tri/").status_code == OPEN
    assert set(answers(client).values()) == {OPEN}
    only_read = dict.fromkeys(("calendar", "notices", "proofs"), CLOSED)
    assert answers(client, "add/") == dict.fromkeys(TABLES, OPEN) | only_read


def test_an_editor_keeps_the_catalogue_and_reads_the_units(client, city):
    client.force_login(make_user("editor", city.district))
    assert client.get("/quan-tri/").status_code == OPEN
    closed = dict.fromkeys(TABLES, CLOSED)
    assert answers(client) == closed | {"catalogue": OPEN, "units": OPEN, "calendar": OPEN}
    assert answers(client, "add/") == closed | {"catalogue": OPEN}


@pytest.mark.parametrize("role", ["clerk", "specialist", "leader", "official"])
def test_no_other_role_opens_the_administration_pages(client, city, role):
    client.force_login(make_user(role, city.district, is_staff=True))
    assert client.get("/quan-tri/units/unit/").status_code == 302
    assert client.get("/quan-tri/", follow=True).status_code == CLOSED


def test_a_role_opens_nothing_before_its_first_and_after_its_last_day(client, city):
    today = timezone.localdate()
    user = make_user("administrator", city.district, is_staff=True)
    for days in ({"valid_to": today - timedelta(1)}, {"valid_from": today + timedelta(1), "valid_to": None}):
        Membership.objects.update(**days)
        client.force_login(user)
        assert client.get("/quan-tri/units/unit/").status_code == 302
        assert User.objects.get(pk=user.pk).get_all_permissions() == set()
    Membership.objects.update(valid_from=today, valid_to=today)
    assert client.get("/quan-tri/units/unit/").status_code == OPEN


def test_a_blocked_person_may_do_nothing(city):
    user = make_user("administrator", city.district, is_active=False)
    assert not user.has_perm("units.view_unit")
    assert not user.has_module_perms("units")


def test_a_superuser_without_a_role_still_gets_in_to_put_things_right(client):
    client.force_login(User.objects.create_user("cuu-ho", password=PASSWORD, is_superuser=True))
    assert client.get("/can-bo/").headers["Location"] == "/quan-tri/"
    assert client.get("/quan-tri/accounts/membership/add/").status_code == OPEN


def form_of(user: User, **changes: str) -> dict[str, str]:
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    return rows | {"username": user.username, "is_active": "on", "is_superuser": "on"} | changes


def test_an_administrator_can_neither_become_a_superuser_nor_touch_one(client, city):
    administrator = make_user("administrator", city.district)
    client.force_login(administrator)
    page = f"/quan-tri/accounts/user/{administrator.pk}/change/"
    assert client.post(page, form_of(administrator, full_name="Tên Mới")).status_code == 302
    administrator = User.objects.get(pk=administrator.pk)
    assert (administrator.full_name, administrator.is_superuser) == ("Tên Mới", False)

    superuser = User.objects.create_superuser("cuu-ho", password=PASSWORD)
    page = f"/quan-tri/accounts/user/{superuser.pk}"
    assert client.post(f"{page}/change/", form_of(superuser, full_name="Tên Mới")).status_code == CLOSED
    assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == CLOSED
    assert User.objects.get(pk=superuser.pk).check_password(PASSWORD)


def test_an_administrator_adds_a_person_and_gives_the_first_role(client, city):
    client.force_login(make_user("administrator", city.district))
    new = {
        "username": "nguoi-moi",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-unit": city.ward_desk.pk,
        "memberships-0-role": "clerk",
        "memberships-0-valid_from": "01/01/2026",
    }
    assert client.post("/quan-tri/accounts/user/add/", new).status_code == 302
    assert User.objects.get(username="nguoi-moi").has_role("clerk")


def test_the_administration_pages_take_no_password_themselves(client, city):
    user = make_user("administrator", city.district)
    answer = client.post(
        "/quan-tri/login/?next=/quan-tri/units/unit/", {"username": user.username, "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/can-bo/dang-nhap/?next=%2Fquan-tri%2Funits%2Funit%2F"
    assert "_auth_user_id" not in client.session
    signed_in = client.post(answer.headers["Location"], {"login": user.username, "password": PASSWORD})
    assert signed_in.headers["Location"] == "/quan-tri/units/unit/"
    assert client.get("/quan-tri/login/").headers["Location"] == "/quan-tri/"


def test_passwords_are_tried_so_often_and_behind_a_proxy_every_visitor_has_tries_of_their_own(settings):
    settings.NUM_PROXIES = 1
    first, second = f"2001:db8::{token_hex(2)}", f"2001:db8:1::{token_hex(2)}"

    def attempt(address: str) -> int:
        form = {"login": token_hex(8), "password": "sai"}
        fields = {"X-Forwarded-For": f"{token_hex(2)}, {address}"}  # all but the last entry is what the visitor claims
        return Client().post("/can-bo/dang-nhap/", form, headers=fields).status_code

    assert {attempt(first) for _ in range(31)} == {422, 429}
    assert attempt(first) == 429
    assert attempt(second) == 422


def test_a_role_may_be_given_again_after_it_ended_but_not_twice_for_the_same_days():
    unit = make_unit("Một", "ward")
    user = make_user("clerk", unit)
    Membership.objects.update(valid_to=date(2020, 12, 31))
    Membership.objects.create(user=user, unit=unit, role="clerk", valid_from=date(2021, 1, 1))
    Membership.objects.create(user=user, unit=unit, role="leader", valid_from=SINCE)
    twice = Membership(user=user, unit=unit, role="clerk", valid_from=date(2020, 6, 1), valid_to=date(2020, 6, 2))
    with pytest.raises(ValidationError, match="đã giữ vai trò"):
        twice.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()
