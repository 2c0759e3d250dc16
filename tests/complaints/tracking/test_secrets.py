"""What opens a case: a secret that only its paper or one page holds, what it opened, and what ends that."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.citizens.row_secrets import give_secret
from accounts.citizens.secret import ALPHABET, hashed
from complaints.models import Case, CaseReading
from notices.models import Notice
from tests.complaints.cases import received
from tests.factories import City, make_user
from tests.secrets import KNOWN, secret_of, shows_secret

pytestmark = pytest.mark.django_db


def url(case: Case, rest: str = "") -> str:
    return f"/phan-anh/{case.code}/{rest}"


def opened(case: Case, typed: str) -> Client:
    browser = Client()
    browser.post(url(case), {"ma-tra-cuu": typed})
    return browser


def is_open(browser: Client, case: Case) -> bool:
    return "Tình trạng" in browser.get(url(case)).content.decode()


def test_no_table_holds_the_secret_of_a_case(city: City) -> None:
    case = received(city.ward)
    secret = case.fresh_secret
    assert is_open(opened(case, secret), case)
    assert Notice.objects.filter(subject=case.code).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            sql = f'SELECT 1 FROM "{table}" AS one WHERE one::text LIKE %s OR one::text LIKE %s LIMIT 1'
            cursor.execute(sql, [f"%{secret}%", f"%{secret.replace(' ', '')}%"])
            found += [table] * len(cursor.fetchall())
    assert found == []


def test_the_column_takes_nothing_but_a_hash(city: City) -> None:
    case = received(city.ward)
    with pytest.raises(IntegrityError, match="case_secret_is_hashed"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(secret_hash=b"BCGHKM")


def test_an_old_secret_of_six_signs_still_opens_and_a_mistyped_new_one_is_no_failed_try(city: City) -> None:
    case = received(city.ward)
    Case.objects.filter(pk=case.pk).update(secret_hash=hashed("72BCGH", case.code))
    assert is_open(opened(case, "72b cgh"), case)
    browser = Client()
    wrong = KNOWN[:-1] + next(sign for sign in ALPHABET if sign != KNOWN[-1])
    answers = [browser.post(f"/phan-anh/{code}/", {"ma-tra-cuu": wrong}) for code in [case.code] * 6 + ["PA.H26-1"]]
    assert all("gõ sai một chữ" in answer.content.decode() for answer in answers)
    assert browser.post(url(case), {"ma-tra-cuu": "72BCGH"}).status_code == 302


def test_the_reporter_renews_the_secret_which_ends_all_that_the_old_one_opened(city: City) -> None:
    case = received(city.ward)
    link = Notice.objects.get(subject=case.code).context["track_url"]
    stranger, owner = opened(case, secret_of(case)), opened(case, KNOWN)
    answer = owner.post(url(case, "doi-ma/"))
    assert "no-store" in answer["Cache-Control"]
    secret = BeautifulSoup(answer.content, "html.parser").select_one(".answer__date").text
    assert is_open(owner, case)
    assert not is_open(stranger, case)
    assert not is_open(opened(case, KNOWN), case)
    assert is_open(opened(case, secret), case)
    assert Client().get(link).status_code == 404
    assert owner.get(url(case, "doi-ma/"))["Location"] == url(case)
    assert Client().post(url(case, "doi-ma/"))["Location"] == url(case)
    assert not shows_secret(owner.get(url(case)).content.decode(), case)


def test_a_forged_or_old_cookie_opens_nothing(city: City) -> None:
    case = received(city.ward)
    browser = opened(case, secret_of(case))
    give_secret(row=case)
    assert not is_open(browser, case)
    browser.cookies["phan_anh"] = f"{case.code}~{'0' * 32}"
    assert not is_open(browser, case)


def test_who_works_on_a_case_prints_a_slip_with_a_new_secret_and_nobody_else(city: City, client: Client) -> None:
    case = received(city.ward)
    before, slip = secret_of(case), f"/can-bo/phan-anh/{case.code}/phieu-tra-cuu/"
    client.force_login(make_user("specialist", city.other_ward))
    assert client.post(slip).status_code == 404
    assert is_open(opened(case, before), case)
    client.force_login(make_user("specialist", city.ward))
    assert slip in client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    answer = client.post(slip)
    assert (answer["Content-Type"], client.get(slip).status_code) == ("application/pdf", 405)
    assert not is_open(opened(case, before), case)
    assert CaseReading.objects.filter(case=case, page="phieu-tra-cuu").count() == 1
