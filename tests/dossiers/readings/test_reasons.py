"""Who has no task on a dossier gives a reason first; heads read who opened what without one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from dossiers.clock.states import Outcome
from dossiers.models import Dossier, DossierReading, ReadingReason
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.readings.ground import Ground, ground_of
from procedures.models import Offering
from tests.factories import City, make_applicant, make_user, register
from units.clock.days import local_day

pytestmark = pytest.mark.django_db
WHY = {"kind": "applicant", "words": ""}


@pytest.fixture
def closed(city: City, offering: Offering) -> Dossier:
    """Its result was handed out: nobody has a task on it."""
    return close(register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant()))


def close(dossier: Dossier) -> Dossier:
    now = timezone.now()
    start_work(dossier=dossier, actor=None, at=now)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=now)
    receiver = Receiver(name=dossier.applicant_name, method="desk", identity_checked=True)
    return return_result(dossier=dossier, receiver=receiver, actor=None, at=now)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_reason_is_asked_once_a_day_and_then_the_page_opens(clerk: User, closed: Dossier) -> None:
    client, page = signed_in(clerk), closed.get_absolute_url()
    asked = client.get(f"{page}?x=1")
    assert asked["Location"] == f"{page}ly-do/?sau={page.replace('/', '%2F')}%3Fx%3D1"
    form = client.get(asked["Location"])
    assert closed.applicant_name not in form.content.decode()
    assert not DossierReading.objects.exists()
    sau = BeautifulSoup(form.content, "html.parser").find("input", {"name": "sau"})
    assert sau is not None
    answer = client.post(f"{page}ly-do/", WHY | {"sau": sau["value"]})
    assert answer["Location"] == f"{page}?x=1"
    for _ in range(2):
        assert client.get(page).status_code == 200
    assert set(DossierReading.objects.values_list("ground", flat=True)) == {Ground.NONE}
    client.post(f"{page}ly-do/", WHY)
    assert ReadingReason.objects.count() == 1


def test_yesterdays_reason_is_not_todays(clerk: User, closed: Dossier) -> None:
    before = timezone.now() - timedelta(days=1)
    ReadingReason.objects.create(dossier=closed, user=clerk, day=local_day(before), at=before, kind="applicant")
    assert signed_in(clerk).get(closed.get_absolute_url()).status_code == 302


def test_papers_ask_as_well_and_lead_back_to_themselves(clerk: User, closed: Dossier) -> None:
    client, paper = signed_in(clerk), f"{closed.get_absolute_url()}giay-hen/"
    answer = client.get(paper)
    assert answer.status_code == 302
    assert client.post(answer["Location"], WHY)["Location"] == paper
    assert client.get(paper)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("typed", [{}, {"kind": "other", "words": ""}, {"kind": "other", "words": "abc"}])
def test_a_reason_without_words_is_refused_beside_its_field_and_nothing_is_lost(
    typed: dict[str, str], clerk: User, closed: Dossier
) -> None:
    client = signed_in(clerk)
    answer = client.post(f"{closed.get_absolute_url()}ly-do/", typed | {"sau": "/can-bo/ho-so/x/"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert page.select_one("[data-error]")
    kept = page.find("input", {"name": "sau"})
    assert kept is not None
    assert kept["value"] == "/can-bo/ho-so/x/"
    assert client.get(closed.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "\\\\evil.example"])
def test_the_form_leads_to_no_other_site(target: str, clerk: User, closed: Dossier) -> None:
    answer = signed_in(clerk).post(f"{closed.get_absolute_url()}ly-do/", WHY | {"sau": target})
    assert answer["Location"] == closed.get_absolute_url()


def test_a_dossier_of_others_stays_unknown(city: City, closed: Dossier) -> None:
    stranger = signed_in(make_user("clerk", city.other_desk))
    assert stranger.get(f"{closed.get_absolute_url()}ly-do/").status_code == 404


def test_who_has_a_task_and_who_supervises_are_not_asked(city: City, offering: Offering, clerk: User) -> None:
    dossier = register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(), actor=clerk)
    specialist, leader = make_user("specialist", city.ward), make_user("leader", city.ward)
    assert [ground_of(user, dossier) for user in (clerk, specialist, leader)] == [
        Ground.TASK,
        Ground.TASK,
        Ground.OVERSIGHT,
    ]
    start_work(dossier=dossier, actor=specialist, at=timezone.now())
    done = close_started(dossier)
    other = make_user("specialist", city.ward)
    assert [ground_of(user, done) for user in (clerk, specialist, leader, other)] == [
        Ground.TASK,
        Ground.TASK,
        Ground.OVERSIGHT,
        Ground.NONE,
    ]


def close_started(dossier: Dossier) -> Dossier:
    now = timezone.now()
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=now)
    receiver = Receiver(name=dossier.applicant_name, method="desk", identity_checked=True)
    return return_result(dossier=dossier, receiver=receiver, actor=None, at=now)


def test_reasons_are_only_added_to(clerk: User, closed: Dossier) -> None:
    signed_in(clerk).post(f"{closed.get_absolute_url()}ly-do/", WHY)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingReason.objects.update(kind="complaint")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReadingReason.objects.all().delete()
    with pytest.raises(IntegrityError, match="reading_reason_has_its_words"), transaction.atomic():
        ReadingReason.objects.create(
            dossier=closed, user=clerk, day="2020-01-01", at=timezone.now(), kind="other", words=""
        )


def test_the_head_reads_who_opened_what_and_why(city: City, clerk: User, closed: Dossier) -> None:
    client = signed_in(clerk)
    client.post(f"{closed.get_absolute_url()}ly-do/", {"kind": "colleague", "words": "Chị Lan nghỉ ốm"})
    client.get(closed.get_absolute_url())
    page = signed_in(make_user("leader", city.ward)).get("/can-bo/luot-mo/").content.decode()
    assert str(clerk) in page
    assert closed.code in page
    assert "Làm giúp hoặc làm thay đồng nghiệp: Chị Lan nghỉ ốm" in page
    assert str(clerk) not in signed_in(make_user("leader", city.other_ward)).get("/can-bo/luot-mo/").content.decode()
    assert client.get("/can-bo/luot-mo/").status_code == 404
    earlier = signed_in(make_user("official", city.district)).get("/can-bo/luot-mo/?tuan=2020-01-01")
    assert (earlier.status_code, str(clerk) in earlier.content.decode()) == (200, False)


@pytest.mark.parametrize("number", [1, 6])
def test_the_heads_page_asks_the_same_however_many_readers(
    number: int, city: City, closed: Dossier, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    head, now = signed_in(make_user("leader", city.ward)), timezone.now()
    for _ in range(number):
        reader = make_user("clerk", city.ward_desk)
        DossierReading.objects.create(
            dossier=closed, user=reader, at=now, page="dossier", unit=city.ward_desk, role="clerk", ground="none"
        )
    head.get("/can-bo/luot-mo/")
    with django_assert_num_queries(6):
        head.get("/can-bo/luot-mo/")
