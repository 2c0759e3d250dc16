"""Signing in, where it leads, and that nobody opens an account alone."""

import pytest

from accounts.models import User
from tests.factories import PASSWORD, make_units, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/can-bo/dang-nhap/"


def test_signing_in_leads_to_the_page_of_the_role(client):
    user = make_user("clerk", make_units().ward_desk)
    assert client.get(LOGIN).status_code == 200
    response = client.post(LOGIN, {"login": user.username, "password": PASSWORD}, follow=True)
    assert [step for step, _status in response.redirect_chain] == ["/can-bo/", "/can-bo/tiep-nhan/"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client):
    user = make_user("clerk", make_units().ward_desk)
    shown = []
    for name in (user.username, "khong-co-ai"):
        response = client.post(LOGIN, {"login": name, "password": "sai"})
        assert response.status_code == 422
        shown.append([str(error) for error in response.context["form"].non_field_errors()])
    assert shown[0]
    assert shown[0] == shown[1]


def test_nobody_opens_an_account_alone(client):
    form = {"username": "la", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/can-bo/mo-tai-khoan/", form)
    assert client.get("/can-bo/mo-tai-khoan/").status_code == 200
    assert not User.objects.exists()


def test_a_person_without_a_role_finds_nothing(client):
    client.force_login(User.objects.create_user("khach", password=PASSWORD))
    assert client.get("/can-bo/").status_code == 404


def test_administrators_give_roles_in_the_admin(client):
    city = make_units()
    client.force_login(User.objects.create_superuser("quan-tri", password=PASSWORD))
    staff = make_user("clerk", city.ward_desk)
    assert staff.username in client.get("/quan-tri/accounts/user/").content.decode()
    assert client.get(f"/quan-tri/accounts/user/{staff.pk}/change/").status_code == 200
    form = {"user": staff.pk, "unit": city.ward.pk, "role": "specialist", "valid_from": "01/01/2026"}
    assert client.post("/quan-tri/accounts/membership/add/", form).status_code == 302
    assert User.objects.get(pk=staff.pk).has_role("specialist")


def test_dossiers_are_not_in_the_admin(client):
    client.force_login(User.objects.create_superuser("quan-tri", password=PASSWORD))
    assert client.get("/quan-tri/dossiers/dossier/").status_code == 404
    assert client.get("/quan-tri/notices/notice/add/").status_code == 403


def test_no_page_of_an_account_is_kept_by_the_browser(client):
    client.force_login(make_user("clerk", make_units().ward_desk))
    for page in ("dang-xuat", "mat-khau", "xac-nhan"):
        assert "no-store" in client.get(f"/can-bo/{page}/")["Cache-Control"]
