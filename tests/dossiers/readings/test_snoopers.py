"""Who opens thirty dossiers of one family name is found; the ordinary work of a demo's month raises no alarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from dossiers.demo.people import make_person, prepare_words
from dossiers.demo.plan import read_proportions
from dossiers.models import Dossier, DossierReading
from dossiers.readings.concentration import conspicuous_name
from dossiers.readings.weeks import Week, readers_of
from procedures.models import Offering
from tests.factories import City, make_user, register
from units.clock.days import local_day
from units.models import Unit
from units.texts.folding import fold

pytestmark = pytest.mark.django_db
WEEKS, DAYS, CLERKS, SNOOPERS, PLANTED = 4, 5, 5, 20, 30
NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
ENQUIRIES = 6
"""Dossiers a day that a clerk opens for somebody who asks, without doing anything to them."""


@pytest.fixture
def register_of(city: City, offering: Offering) -> dict[int, list[Dossier]]:
    """500 dossiers at each desk, with the names of the demo; and for each name enough to snoop in."""
    first, rng = register(offering, city.ward_desk, at=timezone.now()), Random(20)
    words = prepare_words(read_proportions())
    made = []
    for desk in city.desks:
        names = [make_person(rng, words, desk.name).name for _ in range(500)]
        names += [f"{family} Thị Lan" for family in NAMES for _ in range(PLANTED)]
        made += [_copy(first, desk, name, number) for number, name in enumerate(names)]
    Dossier.objects.bulk_create(made)
    return {desk.pk: list(Dossier.objects.filter(desk=desk).order_by("pk")) for desk in city.desks}


def _copy(first: Dossier, desk: Unit, name: str, number: int) -> Dossier:
    values = {field.attname: getattr(first, field.attname) for field in Dossier._meta.concrete_fields}
    own = {"id": None, "code": f"{desk.slug}-{number}", "request_key": uuid4(), "link_key": uuid4()}
    own |= {"desk_id": desk.pk, "receiving_desk_id": desk.pk, "book_number": number + 100}
    return Dossier(**values | own | {"applicant_name": name, "applicant_folded": fold(name)})


def readings(user: User, desk: Unit, dossiers: Iterable[Dossier], at: datetime) -> list[DossierReading]:
    return [
        DossierReading(
            dossier=one,
            user=user,
            at=at + timedelta(minutes=n),
            page="dossier",
            unit=desk,
            role="clerk",
            ground="task",
        )
        for n, one in enumerate(dossiers)
    ]


@pytest.fixture
def mondays() -> list[datetime]:
    monday = timezone.now() - timedelta(days=local_day(timezone.now()).weekday())
    return [monday - timedelta(weeks=week) for week in range(1, WEEKS + 1)]


@pytest.fixture
def ordinary(city: City, register_of: dict[int, list[Dossier]], mondays: list[datetime]) -> None:
    """Each clerk answers enquiries every working day; once a week about all dossiers of one household."""
    rng, made = Random(7), []
    for desk in city.desks:
        dossiers = register_of[desk.pk]
        by_name = Counter(one.applicant_folded for one in dossiers[:500])
        for clerk in [make_user("clerk", desk) for _ in range(CLERKS)]:
            for monday in mondays:
                for day in range(DAYS):
                    opened = rng.sample(dossiers[:500], ENQUIRIES)
                    made += readings(clerk, desk, opened, monday + timedelta(days=day))
                household = rng.choice(list(by_name))
                family = [one for one in dossiers[:500] if one.applicant_folded == household]
                made += readings(clerk, desk, family[:5], monday)
    DossierReading.objects.bulk_create(made)


def found(city: City, mondays: list[datetime]) -> list[tuple[User, Week]]:
    weeks = [Week.of(local_day(monday)) for monday in mondays]
    units = [desk.pk for desk in city.desks]
    return [(one.user, week) for week in weeks for one in readers_of(units, week) if one.conspicuous]


def test_the_ordinary_month_raises_at_most_one_alarm_an_office(
    city: City, ordinary: None, mondays: list[datetime]
) -> None:
    alarms = Counter(user.office for user, _week in found(city, mondays))
    assert all(number <= 1 for number in alarms.values())


def test_all_of_twenty_planted_snoopers_are_found(
    city: City, ordinary: None, register_of: dict[int, list[Dossier]], mondays: list[datetime]
) -> None:
    planted = set()
    for number in range(SNOOPERS):
        desk, family = city.desks[number % len(city.desks)], NAMES[number % len(NAMES)]
        ordinary_clerks = User.objects.filter(memberships__unit=desk, memberships__role="clerk").order_by("pk")
        snooper = ordinary_clerks[number % CLERKS] if number < CLERKS else make_user("clerk", desk)
        wanted = [one for one in register_of[desk.pk] if one.applicant_name.startswith(f"{family} ")][-PLANTED:]
        monday = mondays[number % WEEKS]
        for day in range(DAYS):
            DossierReading.objects.bulk_create(
                readings(snooper, desk, wanted[day::DAYS], monday + timedelta(days=day, hours=1))
            )
        planted.add((snooper.pk, Week.of(local_day(monday))))
    assert len(planted) == SNOOPERS
    alarms = {(user.pk, week) for user, week in found(city, mondays)}
    assert planted <= alarms
    assert len(alarms - planted) <= len(city.desks)


@pytest.mark.parametrize(
    ("opened", "name"),
    [
        ({}, ""),
        ({"nguyen": 9}, ""),
        ({"nguyen": 30}, "nguyen"),
        ({"nguyen": 12, "tran": 4, "le": 4, "pham": 3, "bui": 2}, ""),
        ({"nguyen": 40, "tran": 6, "le": 5, "pham": 4, "bui": 2}, "nguyen"),
        ({"nguyen": 20, "bui": 12, "tran": 5}, "bui"),
        (
            {"nguyen": 230, "tran": 66, "le": 57, "pham": 43, "phan": 27, "vu": 23, "bui": 12}
            | dict.fromkeys("abcdefghijklmn", 9),
            "",
        ),
    ],
)
def test_a_name_is_conspicuous_when_chance_would_not_give_it(opened: dict[str, int], name: str) -> None:
    assert conspicuous_name(opened) == name
