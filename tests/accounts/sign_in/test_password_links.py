"""A password is set by its owner: by a link that goes to their own address and opens once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent, User
from accounts.sign_in.actions import send_link
from accounts.sign_in.password_links import is_open, link_token
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.factories import PASSWORD, make_units, make_user
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
NEW = "mat-khau-rieng-cua-toi"


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", make_units().district)


@pytest.fixture
def person() -> User:
    return make_user("clerk", make_units().ward_desk, email="canbo@motcua.example")


def sent_link(at: datetime) -> str:
    """The path in the last letter."""
    while send_next_notice(at=at):
        pass
    found = re.search(r"https?://[^/]+(/can-bo/mat-khau-moi/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def set_by(link: str, password: str = NEW) -> int:
    return Client().post(link, {"new_password1": password, "new_password2": password}).status_code


def test_the_link_goes_to_the_person_and_sets_a_password_once(administrator: User, person: User) -> None:
    at = timezone.now()
    send_link(person=person, actor=administrator, at=at)
    link = sent_link(at)
    assert mail.outbox[-1].to == [person.email]
    assert Client().get(link).status_code == 200
    assert set_by(link, "ngan") == 422
    assert set_by(link) == 302
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert Client().get(link).status_code == set_by(link, PASSWORD) == 404
    kinds = AccountEvent.objects.values_list("kind", "actor")
    assert list(kinds) == [("password_set", person.pk), ("link_sent", administrator.pk)]


def test_nothing_stored_or_shown_to_an_administrator_is_the_link(administrator: User, person: User, client) -> None:
    at = timezone.now()
    send_link(person=person, actor=administrator, at=at)
    token = sent_link(at).rstrip("/").rpartition("/")[2]
    client.force_login(administrator)
    notice = Notice.objects.get(kind="password_link")
    assert token not in str(notice.context)
    for page in (
        f"/can-bo/tai-khoan/nguoi/{person.pk}/",
        "/can-bo/tai-khoan/so/",
        f"/quan-tri/notices/notice/{notice.pk}/change/",
    ):
        assert token not in client.get(page).content.decode()


def test_a_link_ends_after_a_day_by_a_newer_one_and_by_every_change(administrator: User, person: User) -> None:
    at = timezone.now()

    def fresh_link() -> tuple[User, str]:
        send_link(person=person, actor=administrator, at=at)
        found = User.objects.get(pk=person.pk)
        return found, link_token(found, at)

    found, token = fresh_link()
    assert is_open(found, token, at)
    assert not is_open(found, token, at + timedelta(hours=24))
    assert not is_open(found, "0" * 64, at)
    ends = (
        {"password": "x"},
        {"last_login": at},
        {"email": "khac@motcua.example"},
        {"is_active": False},
        {"link_sent_at": at + timedelta(minutes=1)},
    )
    for change in ends:
        stored = {name: getattr(found, name) for name in change}
        User.objects.filter(pk=person.pk).update(**change)
        assert not is_open(User.objects.get(pk=person.pk), token, at + timedelta(minutes=2)), change
        User.objects.filter(pk=person.pk).update(**stored)


def test_without_an_address_no_link_is_sent_and_the_page_says_what_to_do(administrator: User, client) -> None:
    person = make_user("clerk", make_units().ward_desk)
    with pytest.raises(RuleBroken, match="chưa có địa chỉ thư"):
        send_link(person=person, actor=administrator, at=timezone.now())
    client.force_login(administrator)
    page = f"/can-bo/tai-khoan/nguoi/{person.pk}/"
    assert "chưa có địa chỉ thư" in client.get(page).content.decode()
    assert client.post(page, {"act": "lien-ket"}).status_code == 422


def test_a_person_is_added_without_a_password_and_gets_a_link(administrator: User, client) -> None:
    client.force_login(administrator)
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    new = {"username": "nguoi-moi", "email": "moi@motcua.example", "password1": NEW, "password2": NEW}
    assert client.post("/quan-tri/accounts/user/add/", rows | new).status_code == 302
    person = User.objects.get(username="nguoi-moi")
    assert not person.has_usable_password()
    assert set_by(sent_link(timezone.now())) == 302
    assert Client().login(username="nguoi-moi", password=NEW)


def test_a_password_one_changes_oneself_is_in_the_ledger(person: User, client) -> None:
    client.force_login(person)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/can-bo/mat-khau/", form).status_code == 302
    event = AccountEvent.objects.get()
    assert (event.kind, event.actor) == ("password_changed", person)


def test_the_page_of_the_link_names_the_account_and_says_what_is_wrong_beside_the_field(administrator, person) -> None:
    at = timezone.now()
    send_link(person=person, actor=administrator, at=at)
    link = sent_link(at)
    assert f'value="{person.username}" autocomplete="username" readonly' in Client().get(link).content.decode()
    short = Client().post(link, {"new_password1": "ngan", "new_password2": "ngan"}).context["form"]
    assert list(short.errors) == ["new_password1"]
    unlike = Client().post(link, {"new_password1": NEW, "new_password2": PASSWORD}).context["form"]
    assert list(unlike.errors) == ["new_password2"]


def test_no_other_page_changes_a_password_past_the_ledger(administrator: User, client) -> None:
    client.force_login(administrator)
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    for page in ("password_change/", "password_change/done/"):
        assert client.post(f"/quan-tri/{page}", form)["Location"] == "/can-bo/mat-khau/"
    assert Client().login(username=administrator.username, password=PASSWORD)
