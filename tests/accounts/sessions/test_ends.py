"""A session of staff ends when idle, at the latest twelve hours after signing in, and at once where it has to."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent, BrowserSession, Membership, User
from accounts.sessions.devices import device_of
from accounts.sessions.middleware import POLLING
from accounts.sessions.store import BEGAN, end_of
from tests.dossiers.intake.test_page import URL, typed
from tests.factories import PASSWORD, City, hanoi, make_offering, make_procedure, make_user
from tests.portal.test_settings import SERVERS, settings_of

pytestmark = pytest.mark.django_db
LOGIN, SESSIONS, QUEUE = "/can-bo/dang-nhap/", "/can-bo/phien/", "/can-bo/ho-so/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def signed_in(person: User, number: int = 1, **typed: str) -> Client:
    client = Client(REMOTE_ADDR=f"10.0.0.{number}", headers={"user-agent": CHROME})
    answer = client.post(LOGIN, {"login": person.username, "password": PASSWORD} | typed)
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(SESSIONS).status_code == 200


def let_pass(time: timedelta) -> None:
    """As if so much time had passed since every session was used last."""
    for row in BrowserSession.objects.exclude(user=None):
        row.used_at, row.expire_date = row.used_at - time, row.expire_date - time
        row.save()


def began(at: datetime, *, own: bool) -> dict[str, object]:
    return {"at": at.isoformat(), "own": own}


def test_at_a_shared_device_half_an_hour_ends_it_at_ones_own_eight_hours_and_always_twelve() -> None:
    start = hanoi(2026, 3, 2, 8)
    assert end_of(began(start, own=False), used_at=start) == start + 30 * MINUTE
    assert end_of(began(start, own=True), used_at=start + HOUR) == start + 9 * HOUR
    for own in (False, True):
        assert end_of(began(start, own=own), used_at=start + 12 * HOUR - MINUTE) == start + 12 * HOUR


def test_both_times_are_settings(settings) -> None:
    settings.SESSION_IDLE_SHARED, settings.SESSION_COOKIE_AGE = 10 * MINUTE, 3600
    start = hanoi(2026, 3, 2, 8)
    assert end_of(began(start, own=False), used_at=start) == start + 10 * MINUTE
    assert end_of(began(start, own=False), used_at=start + 55 * MINUTE) == start + HOUR


def test_whoever_says_so_at_signing_in_is_alone_at_the_device(clerk: User) -> None:
    signed_in(clerk)
    signed_in(clerk, 2, own_device="on")
    assert list(BrowserSession.objects.order_by("address").values_list("is_own_device", flat=True)) == [False, True]


def test_an_idle_session_is_over_and_one_in_use_goes_on(clerk: User) -> None:
    client = signed_in(clerk)
    let_pass(29 * MINUTE)
    assert is_in(client)
    let_pass(29 * MINUTE)
    assert is_in(client)
    let_pass(30 * MINUTE)
    assert not is_in(client)


def test_no_use_moves_the_absolute_end(clerk: User) -> None:
    client, start = signed_in(clerk, own_device="on"), timezone.now() - 12 * HOUR
    session = client.session
    session[BEGAN] = session[BEGAN] | {"at": start.isoformat()}
    session.save()
    assert BrowserSession.objects.get().expire_date == start + 12 * HOUR
    assert not is_in(client)


def test_pages_that_load_themselves_do_not_count_as_use(clerk: User) -> None:
    client = signed_in(clerk)
    let_pass(20 * MINUTE)
    client.get(QUEUE, headers={"hx-request": "true", "hx-trigger": "rows"})
    let_pass(11 * MINUTE)
    assert not is_in(client)


def test_every_element_that_loads_itself_is_known() -> None:
    ids = set()
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for element in re.findall(r"<[^>]*data-hx-trigger=\"every.*", template.read_text()):
            ids |= set(re.findall(r"<\w+ id=\"([\w-]+)\"", element))
    assert ids == POLLING


def test_a_use_is_written_once_a_minute(clerk: User, django_assert_max_num_queries) -> None:
    client = signed_in(clerk)
    before = BrowserSession.objects.get().used_at
    assert is_in(client)
    assert BrowserSession.objects.get().used_at == before
    let_pass(2 * MINUTE)
    with django_assert_max_num_queries(8):
        assert is_in(client)
    assert BrowserSession.objects.get().used_at > before - MINUTE


def test_what_was_typed_when_it_ended_comes_back(city: City) -> None:
    desk = city.ward_desk
    offering = make_offering(make_procedure(), desk)
    clerk = make_user("clerk", desk)
    client = signed_in(clerk)
    page = client.get(URL).content.decode()
    owner = re.search(r'name="owner" value="([^"]+)"', page)
    assert owner
    let_pass(31 * MINUTE)
    answer = client.post(URL, typed(offering, owner=owner[1], name="Nguyễn Thị Phượng"))
    assert answer["Location"].startswith(LOGIN)
    client.post(answer["Location"], {"login": clerk.username, "password": PASSWORD})
    assert "Nguyễn Thị Phượng" in client.get(URL).content.decode()


def test_a_role_that_ended_stops_the_next_request(clerk: User) -> None:
    client = signed_in(clerk)
    assert client.get("/can-bo/tiep-nhan/").status_code == 200
    Membership.objects.update(valid_from=hanoi(2026, 1, 1).date(), valid_to=timezone.localdate() - timedelta(days=1))
    assert client.get("/can-bo/tiep-nhan/").status_code == 404


def test_a_password_set_anew_ends_all_other_sessions(clerk: User) -> None:
    here, there = signed_in(clerk), signed_in(clerk, 2)
    new = "Cầu Giấy chiều mưa 1987"
    here.post("/can-bo/mat-khau/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(here)
    assert not is_in(there)
    assert BrowserSession.objects.filter(user=clerk).count() == 1


def test_a_session_of_a_person_has_its_times(clerk: User) -> None:
    row = BrowserSession(session_key="x", session_data="", expire_date=timezone.now(), user=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_sessions_of_before_are_gone() -> None:
    assert not Session.objects.exists()


def test_with_https_browsers_let_no_other_host_and_no_plain_page_set_a_cookie(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "COOKIE_PREFIX")
    given = SERVERS | {"ALLOWED_HOSTS": "motcua.example", "HTTPS": "1"}
    assert all(name.startswith("__Host-") for name in settings_of(tmp_path, given, *names).values())
    assert settings_of(tmp_path, given | {"HTTPS": "0"}, "COOKIE_PREFIX") == {"COOKIE_PREFIX": ""}
    for place in ("portal/messages", "units/context", "dossiers/tracking/opened", "complaints/tracking/opened_cases"):
        assert "{settings.COOKIE_PREFIX}" in Path(settings.BASE_DIR, f"{place}.py").read_text()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (CHROME, "Chrome · Windows"),
        (f"{CHROME} Edg/143.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named_for_people(agent: str, name: str) -> None:
    assert device_of(agent) == name


# --- Ending them --------------------------------------------------------------------------------------------------


def test_ones_own_sessions_are_listed_with_device_place_and_last_use(clerk: User, inspector: User) -> None:
    client = signed_in(clerk)
    signed_in(inspector, 77)
    signed_in(clerk, 2)
    page = client.get(SESSIONS).content.decode()
    assert page.count("Chrome · Windows</th>") + page.count('Chrome · Windows<span class="sub">') == 2
    assert "10.0.0.1" in page
    assert "10.0.0.2" in page
    assert "10.0.0.77" not in page
    assert str(client.session.session_key) not in page


def test_one_of_them_or_all_others_can_be_ended(clerk: User) -> None:
    here, there, elsewhere = (signed_in(clerk, n) for n in range(1, 4))
    row = BrowserSession.objects.get(pk=there.session.session_key)
    assert here.post(SESSIONS, {"phien": row.handle}).status_code == 302
    assert [is_in(one) for one in (here, there, elsewhere)] == [True, False, True]
    here.post(SESSIONS)
    assert [is_in(one) for one in (here, elsewhere)] == [True, False]


def test_nobody_ends_a_session_of_somebody_else(clerk: User, inspector: User) -> None:
    client, other = signed_in(clerk), signed_in(inspector, 2)
    row = BrowserSession.objects.get(pk=other.session.session_key)
    assert client.post(SESSIONS, {"phien": row.handle}).status_code == 404
    client.post(SESSIONS)
    assert is_in(other)


def test_the_list_costs_the_same_for_one_and_for_ten(clerk: User, django_assert_num_queries) -> None:
    client = signed_in(clerk)
    client.get(SESSIONS)  # what every page caches
    with django_assert_num_queries(4):
        client.get(SESSIONS)
    for number in range(2, 11):
        signed_in(clerk, number)
    with django_assert_num_queries(4):
        client.get(SESSIONS)


def test_an_administrator_ends_all_of_a_persons_sessions(clerk: User, administrator: User) -> None:
    clients, admin = [signed_in(clerk, n) for n in (1, 2)], Client()
    admin.force_login(administrator)
    page = f"/can-bo/tai-khoan/nguoi/{clerk.pk}/"
    assert "Đang đăng nhập ở 2 nơi." in admin.get(page).content.decode()
    assert admin.post(page, {"act": "phien"}).status_code == 302
    assert [is_in(one) for one in clients] == [False, False]
    assert AccountEvent.objects.get(kind="sessions_ended").actor == administrator


def test_an_account_switched_off_stops_the_next_request_for_good(clerk: User, administrator: User) -> None:
    client, admin = signed_in(clerk), Client()
    admin.force_login(administrator)
    form = {
        "username": clerk.username,
        "full_name": clerk.full_name,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    page = f"/quan-tri/accounts/user/{clerk.pk}/change/"
    assert admin.post(page, form).status_code == 302
    assert not is_in(client)
    assert not BrowserSession.objects.filter(user=clerk).exists()
    User.objects.filter(pk=clerk.pk).update(is_active=True)
    assert not is_in(client)
