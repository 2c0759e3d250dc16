"""What opens a dossier: a secret that only its paper holds, what it opened and what ends that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.citizens.row_secrets import give_secret
from accounts.citizens.secret import ALPHABET, LENGTH, hashed, opens
from dossiers.models import Dossier, DossierReading, Follower, Slip
from dossiers.operations.correction.actions import correct_particulars
from dossiers.particulars.submission import Applicant
from tests.dossiers.slips.slip_samples import lines_of
from tests.factories import make_applicant, make_offering, make_procedure, make_units, make_user, register
from tests.secrets import KNOWN, secret_of

pytestmark = pytest.mark.django_db
PHONE = "0912345471"


@pytest.fixture
def city():
    return make_units()


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward)


@pytest.fixture
def dossier(city, offering) -> Dossier:
    return register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(phone=PHONE))


@pytest.fixture
def at_desk(city) -> Client:
    client = Client()
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def url(dossier: Dossier, rest: str = "") -> str:
    return f"/tra-cuu/{dossier.code}/{rest}"


def receipt(dossier: Dossier) -> str:
    return f"{dossier.get_absolute_url()}giay-hen/"


def secret_on(answer) -> str | None:
    text = "".join(" ".join(lines_of(answer.content)).split())
    found = re.search(rf"\):([{ALPHABET}]{{{LENGTH}}})", text)
    return found[1] if found else None


def opened(dossier: Dossier, typed: str) -> Client:
    browser = Client()
    browser.post(url(dossier), {"secret": typed})
    return browser


def shows_history(browser: Client, dossier: Dossier) -> bool:
    return "Nhật ký xử lý" in browser.get(url(dossier)).content.decode()


# --- On paper ----------------------------------------------------------------------------------------------------


def test_the_first_print_gives_the_secret_and_a_reprint_ends_it_and_says_so(at_desk, dossier):
    assert dossier.secret_hash is None
    first = at_desk.post(receipt(dossier))
    secret = secret_on(first)
    assert secret
    assert shows_history(opened(dossier, secret), dossier)
    assert "BẢN IN LẠI" not in " ".join(lines_of(first.content))
    assert "mã in trước, các liên kết" in at_desk.get(dossier.get_absolute_url()).content.decode()
    again = at_desk.post(receipt(dossier))
    text = " ".join(lines_of(again.content))
    assert "BẢN IN LẠI" in text
    assert "mã in trước đây hết hiệu lực" in text
    assert secret_on(again) not in {None, secret}
    assert not shows_history(opened(dossier, secret), dossier)
    assert shows_history(opened(dossier, secret_on(again) or ""), dossier)


def test_looking_at_a_receipt_shows_no_secret_and_ends_none(at_desk, dossier):
    secret = secret_on(at_desk.post(receipt(dossier)))
    for _ in range(2):
        answer = at_desk.get(receipt(dossier))
        assert secret_on(answer) is None
        assert "KHÔNG CÓ MÃ TRA CỨU" in " ".join(lines_of(answer.content))
    assert shows_history(opened(dossier, secret or ""), dossier)
    assert set(DossierReading.objects.values_list("page", flat=True)) == {"receipt", "receipt shown"}


def test_only_the_desk_that_serves_the_dossier_gives_a_new_secret(city, dossier):
    secret = secret_of(dossier)
    for role in ("specialist", "leader"):
        client = Client()
        client.force_login(make_user(role, city.ward))
        assert client.get(receipt(dossier)).status_code == 200
        assert client.post(receipt(dossier)).status_code == 404
        assert "In lại giấy hẹn" not in client.get(dossier.get_absolute_url()).content.decode()
    assert shows_history(opened(dossier, secret), dossier)


def test_a_stored_receipt_holds_no_secret_and_the_database_refuses_one(at_desk, dossier):
    right = Applicant(name="Nguyễn Thị Phụng", phone=PHONE, id_number=dossier.applicant_id)
    correct_particulars(
        dossier=dossier, applicant=right, papers=None, reason="Gõ sai tên người nộp", actor=None, at=timezone.now()
    )
    slips = list(Slip.objects.filter(dossier=dossier))
    assert len(slips) == 2
    assert not any("secret" in slip.data for slip in slips)
    newest = slips[-1]
    assert secret_on(at_desk.get(f"{dossier.get_absolute_url()}phieu/{newest.pk}/")) is None
    assert secret_on(at_desk.post(receipt(dossier)))
    newest.pk, newest.form, newest.data = None, "apology", {"secret": KNOWN}
    with pytest.raises(IntegrityError, match="slip_holds_no_secret"), transaction.atomic():
        newest.save(force_insert=True)


def test_no_table_holds_the_secret_of_a_printed_slip(at_desk, dossier):
    secret = secret_on(at_desk.post(receipt(dossier)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT 1 FROM "{table}" AS one WHERE one::text LIKE %s LIMIT 1', [f"%{secret}%"])
            found += [table] * len(cursor.fetchall())
    assert found == []


def test_the_column_takes_nothing_but_a_hash(dossier):
    with pytest.raises(IntegrityError, match="dossier_secret_is_hashed"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(secret_hash=b"BCGHKM")


# --- Typed -------------------------------------------------------------------------------------------------------


def test_an_old_secret_of_six_signs_still_opens(dossier):
    Dossier.objects.filter(pk=dossier.pk).update(secret_hash=hashed("72BCGH", dossier.code))
    assert shows_history(opened(dossier, "72b cgh"), dossier)


def test_a_mistyped_secret_is_no_failed_try_and_betrays_no_code(dossier):
    secret_of(dossier)
    wrong = KNOWN[:-1] + next(sign for sign in ALPHABET if sign != KNOWN[-1])
    browser, unknown = Client(), f"{dossier.code[:-4]}9999"
    answers = [browser.post(f"/tra-cuu/{code}/", {"secret": wrong}) for code in [dossier.code] * 6 + [unknown]]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {answer.content.decode().replace(dossier.code, "").replace(unknown, "") for answer in answers[-2:]}
    assert len({re.sub(r'value="[^"]{64}"', "", body) for body in bodies}) == 1
    assert browser.post(url(dossier), {"secret": KNOWN}).status_code == 302
    rated = Client().post(f"/danh-gia/{dossier.code}/", {"score": "5", "secret": wrong})
    assert (rated.status_code, "gõ sai một chữ" in rated.content.decode()) == (422, True)


# --- What it opened, and what ends that --------------------------------------------------------------------------


def test_a_new_secret_ends_open_browsers_feeds_and_calendar_links(dossier):
    browser = opened(dossier, secret_of(dossier))
    feed, calendar = (
        link["href"]
        for link in BeautifulSoup(browser.get(url(dossier)).content, "html.parser").select("#theo-doi .links a")[::-1]
    )
    assert [browser.get(path).status_code for path in (feed, calendar)] == [200, 200]
    give_secret(row=dossier)
    assert not shows_history(browser, dossier)
    assert [browser.get(path).status_code for path in (feed, calendar)] == [404, 404]
    assert browser.post(url(dossier, "theo-doi/"), {"address": "a@example.vn"}).status_code == 302
    assert not Follower.objects.exists()


def test_the_digits_of_the_telephone_show_and_do_nothing_else(dossier):
    secret, browser = secret_of(dossier), opened(dossier, PHONE[-4:])
    page = BeautifulSoup(browser.get(url(dossier)).content, "html.parser")
    assert "Nhật ký xử lý" in page.text
    assert page.select("#theo-doi, link[type='application/atom+xml'], form[action$='doi-ma/']") == []
    assert page.find(id="secret")
    for path, typed in (("theo-doi/", {"address": "a@example.vn"}), ("doi-ma/", {"stop": "on"})):
        assert browser.post(url(dossier, path), typed)["Location"] == url(dossier)
    assert not Follower.objects.exists()
    assert 'name="secret"' in browser.get(f"/danh-gia/{dossier.code}/").content.decode()
    assert shows_history(opened(dossier, secret), dossier)


def test_the_owner_renews_the_secret_sees_it_once_and_stops_all_messages(dossier):
    at = timezone.now()
    other = Follower.objects.create(
        dossier=dossier, email="x@example.vn", created_at=at, asked_at=at, confirmed_at=at - timedelta(0)
    )
    stranger, owner = opened(dossier, secret_of(dossier)), opened(dossier, KNOWN)
    answer = owner.post(url(dossier, "doi-ma/"), {"stop": "on"})
    assert "no-store" in answer["Cache-Control"]
    secret = BeautifulSoup(answer.content, "html.parser").select_one(".answer__date").text
    dossier.refresh_from_db()
    assert opens(secret, dossier.code, dossier.secret_hash)
    assert shows_history(owner, dossier)
    assert not shows_history(stranger, dossier)
    assert not shows_history(opened(dossier, KNOWN), dossier)
    assert owner.get(url(dossier, "doi-ma/"))["Location"] == url(dossier)
    other.refresh_from_db()
    assert other.stopped_at
    assert secret.replace(" ", "") not in owner.get(url(dossier)).content.decode().replace(" ", "")
