"""Whoever gives out accounts reads nothing of what is sealed."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from complaints.clock.states import Kind
from tests.complaints.cases import make_inspector, received
from tests.factories import City, make_user

pytestmark = pytest.mark.django_db
USERS = "/quan-tri/accounts/user/"
NEW = "mot-mat-khau-moi"


def test_an_administrator_alone_never_opens_a_sealed_denunciation(client: Client, city: City) -> None:
    """By the inspector's password, by a role for oneself, by a link to one's own address."""
    inspector = make_inspector(city.district)
    administrator = make_user("administrator", city.district, email="quantri@motcua.example")
    case = received(city.ward, Kind.DENUNCIATION, channel="counter")
    client.force_login(administrator)
    client.post(f"{USERS}{inspector.pk}/password/", {"password1": NEW, "password2": NEW, "usable_password": "true"})
    role = {"user": administrator.pk, "unit": city.district.pk, "role": "inspector", "valid_from": "01/01/2026"}
    client.post("/quan-tri/accounts/membership/add/", role)
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    account = {"username": inspector.username, "email": administrator.email, "is_active": "on"}
    client.post(f"{USERS}{inspector.pk}/change/", rows | account)
    client.post(f"/can-bo/tai-khoan/nguoi/{inspector.pk}/", {"act": "lien-ket"})
    assert client.get(case.get_absolute_url()).status_code == 404
    stored = User.objects.get(pk=inspector.pk)
    assert (stored.password, stored.email) == (inspector.password, inspector.email)
    thief = Client()
    thief.post("/can-bo/dang-nhap/", {"login": inspector.username, "password": NEW})
    assert thief.get(case.get_absolute_url()).status_code != 200
