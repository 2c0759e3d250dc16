"""The two pages about the portal say what it does: whoever changes one changes the other."""

from __future__ import annotations

import re
from http.cookies import Morsel
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from complaints.clock.states import Kind
from complaints.models import Call, Case, CaseText, Mail, Reporter, SealedBox
from dossiers.models import Dossier, DossierReading, Follower, Rating, Scan
from procedures.models import Offering
from tests.complaints.cases import NAME, received
from tests.dossiers.slips.slip_samples import GOLDEN
from tests.factories import PASSWORD, make_user, register
from tests.public_pages import FRAGMENTS, PUBLIC_PAGES
from tests.secrets import secret_of
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

ACCESSIBILITY, DATA = "/kha-nang-tiep-can/", "/du-lieu-ca-nhan/"
BOTH = [ACCESSIBILITY, DATA]
WHOLE_PAGES = [path for name, path in PUBLIC_PAGES.items() if name not in FRAGMENTS]
STAFF_COOKIES = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name}
YEAR = 364 * 24 * 60 * 60


def soup(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path, follow=True).content, "html.parser")


@pytest.fixture(scope="module")
def pages(catalogue: str, django_db_blocker: DjangoDbBlocker) -> dict[str, BeautifulSoup]:
    """Every type of public page by its address, in both languages: asked for once, as the tests only read them."""
    asked: dict[str, BeautifulSoup] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        for language in ("", "/en"):
            cache.clear()  # no address asks so often that it would be refused
            asked |= {f"{language}{path}": soup(Client(), f"{language}{path}") for path in PUBLIC_PAGES.values()}
        transaction.set_rollback(True)
    return asked


@pytest.fixture
def ward() -> Unit:
    call_command("load_case_rules", verbosity=0)
    return Unit.objects.get(slug="bach-mai")


@pytest.fixture
def dossier(ward: Unit) -> Dossier:
    offering = Offering.objects.filter(unit=ward).order_by("pk").first()
    assert offering is not None
    return register(offering, ward.desk, at=timezone.now())


# --- Both pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (ACCESSIBILITY, "Khả năng tiếp cận"),
        (f"/en{ACCESSIBILITY}", "Accessibility"),
        (DATA, "Bảo vệ dữ liệu cá nhân"),
        (f"/en{DATA}", "Protection of personal data"),
    ],
)
def test_each_answers_in_both_languages_and_its_contents_lead_somewhere(
    client: Client, path: str, heading: str
) -> None:
    page = soup(client, path)
    assert [title.text for title in page.find_all("h1")] == [heading]
    leads = {str(link["href"])[1:] for link in page.select("main aside a")}
    assert leads == {title["id"] for title in page.select("main section h2")}
    assert page.select("link[rel=canonical]")[0]["href"] == f"http://testserver{path}"
    named = {link["hreflang"] for link in page.select("link[rel=alternate][hreflang]")}
    assert named == {"vi", "en", "x-default"}


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_foot_of_every_public_page_leads_to_both(pages: dict[str, BeautifulSoup], language: str) -> None:
    footed = {path: pages[f"{language}{path}"].select_one(".foot") for path in WHOLE_PAGES}
    lost = [
        path
        for path, foot in footed.items()
        if foot and {f"{language}{one}" for one in BOTH} - {link.get("href") for link in foot.find_all("a")}
    ]
    assert not lost
    assert sum(foot is not None for foot in footed.values()) > 30  # screens of the hall have none


def test_search_engines_are_told_of_both_in_both_languages(client: Client) -> None:
    text = client.get("/sitemap-about.xml").content.decode()
    for path in BOTH:
        assert f"<loc>http://testserver{path}</loc>" in text
        assert f"<loc>http://testserver/en{path}</loc>" in text


@pytest.mark.parametrize("path", BOTH)
def test_whoever_has_a_page_is_not_sent_it_again(client: Client, path: str) -> None:
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    assert not first.cookies
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.usefixtures("ward")
def test_what_to_choose_when_asking_is_among_the_choices(client: Client) -> None:
    for path in BOTH:
        choices = soup(client, str(soup(client, path).select("main a.btn")[0]["href"]))
        assert not choices.select("#viec .note")
        assert choices.select("#viec .event")


# --- What the page on personal data says -------------------------------------------------------------------------


def cookies_named(client: Client) -> set[str]:
    page = soup(client, DATA)
    return {code.text for code in page.select("section[aria-labelledby=cookie] dt code")}


def cookies_of_citizens(dossier: Dossier, case: Case) -> dict[str, Morsel[str]]:
    """All that a visitor is given who opens every type of page and does everything that opens something."""
    browser, given = Client(), {}
    for path in PUBLIC_PAGES.values():
        given |= browser.get(path, follow=True).cookies
        given |= browser.get(f"/en{path}", follow=True).cookies
    browser.cookies.clear()
    given |= browser.post("/giao-dien/", {"theme": "dark"}).cookies
    given |= browser.get(f"/tra-cuu/{dossier.code}/").cookies
    given |= browser.post(f"/tra-cuu/{dossier.code}/", {"secret": secret_of(dossier)}).cookies
    given |= browser.get(f"/danh-gia/{dossier.code}/").cookies
    given |= browser.post(f"/phan-anh/{case.code}/", {"ma-tra-cuu": secret_of(case)}).cookies
    given |= browser.get(f"/phan-anh/{case.code}/").cookies
    return given


def test_it_names_every_cookie_that_is_set_and_no_other(client: Client, ward: Unit, dossier: Dossier) -> None:
    given = cookies_of_citizens(dossier, received(ward, Kind.FIELD_REPORT))
    assert set(given) == cookies_named(client) - STAFF_COOKIES
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in given.values())
    assert {name: cookie["max-age"] for name, cookie in given.items()} == {
        "theme": 365 * 24 * 60 * 60,
        "csrftoken": YEAR,
        "tra_cuu": "",
        "phan_anh": 30 * 60,
    }


def test_staff_get_the_one_for_their_session_when_they_sign_in(client: Client, ward: Unit) -> None:
    make_user("clerk", ward.desk, username="thuha")
    answer = client.post("/can-bo/dang-nhap/", {"login": "thuha", "password": PASSWORD})
    assert set(answer.cookies) <= cookies_named(client)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""  # until the browser is closed
    assert 0 < client.session.get_expiry_age() <= 12 * 60 * 60
    assert cookies_named(client) >= STAFF_COOKIES


def test_no_public_page_loads_anything_from_elsewhere(client: Client, pages: dict[str, BeautifulSoup]) -> None:
    loaded = set()
    for path in PUBLIC_PAGES.values():
        page = pages[path]
        loaded |= {one["src"] for one in page.select("[src]")} | {one["href"] for one in page.select("link[rel=icon]")}
        loaded |= {one["href"] for one in page.select("link[rel=stylesheet]")}
    assert loaded
    assert all(str(address).startswith("/static/") for address in loaded)
    allowed = client.get(DATA)["Content-Security-Policy"]
    assert not re.search(r"https?:|\*", allowed)
    assert "default-src 'none'" in allowed


def test_what_it_says_of_days_and_minutes_is_what_is_done(client: Client) -> None:
    text = " ".join(soup(client, f"/en{DATA}").get_text().split())
    for words in (
        "Deleted after 2 days",
        "Its content is deleted after 30 days",
        "the 10 dossiers opened last",
        "appointments you opened: 30 minutes",
        "12 hours at most",
        "fewer than 5 dossiers",
        "Deleted after 25 hours at most",
        "25 hours at most after a wrong password, 30 days after a right one",
    ):
        assert words in text
    assert settings.CELERY_BEAT_SCHEDULE["forget-lookups"]["schedule"].hour == set(range(24))


def test_what_it_says_is_never_deleted_has_no_task_that_deletes_it() -> None:
    forgetting = {name for name in settings.CELERY_BEAT_SCHEDULE if name.startswith("forget")}
    assert forgetting == {
        *("forget-mail", "forget-lookups", "forget-followers"),  # told on the page
        *("forget-unused-forms", "forget-orphaned-files", "forget-sessions"),  # hold nothing of a citizen in force
    }


def test_administering_the_software_opens_no_file_of_a_citizen() -> None:
    pages = set(admin.site._registry)
    assert not pages & {Dossier, Scan, Follower, Rating, Case, Reporter, CaseText, SealedBox, Mail, Call}
    made = make_user("administrator", Unit.objects.get(is_tenant=True))
    assert not Dossier.objects.visible_to(made).query.is_empty()  # it is asked, and by their roles
    assert not Dossier.objects.visible_to(made).exists()


def test_nothing_leads_from_a_rating_to_a_dossier() -> None:
    related = {one.related_model for one in Rating._meta.get_fields() if one.is_relation}
    assert related == {Unit}


def test_opening_a_file_is_recorded_and_a_list_of_work_is_not(client: Client, ward: Unit, dossier: Dossier) -> None:
    client.force_login(make_user("specialist", ward))
    assert dossier.applicant_name in client.get("/can-bo/hang-doi/?pham-vi=unit").content.decode()
    assert not DossierReading.objects.filter(dossier=dossier).exists()
    client.get(f"/can-bo/ho-so/{dossier.code}/")
    assert DossierReading.objects.filter(dossier=dossier).count() == 1


def test_other_programs_read_no_words_and_no_person_of_a_report(client: Client, ward: Unit) -> None:
    case = received(ward, Kind.FIELD_REPORT)
    text = client.get("/open311/v2/requests.json").content.decode()
    assert case.code not in text  # nobody has looked at it yet
    assert NAME not in text


# --- What the page on accessibility says -------------------------------------------------------------------------


def test_pages_for_citizens_have_no_access_keys_and_begin_with_a_link_to_their_content(
    pages: dict[str, BeautifulSoup],
) -> None:
    for path in WHOLE_PAGES:
        page = pages[path]
        assert not page.select("[accesskey]"), path
        first = page.body.find("a") if page.body else None
        assert page.select_one(".hall") or (first and first["href"] == "#main"), path


@pytest.mark.parametrize(("paper", "has_structure"), [("receipt", True), ("refusal", True), ("register", False)])
def test_slips_have_the_structure_for_screen_readers_and_registers_do_not(paper: str, has_structure: bool) -> None:
    assert (b"/StructTreeRoot" in GOLDEN[paper]()) is has_structure


def test_no_paper_claims_to_have_been_checked_for_screen_readers() -> None:
    made: Any = GOLDEN["receipt"]()
    assert b"pdfuaid" not in made
