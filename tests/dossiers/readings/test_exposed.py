"""Whose dossiers an account, a session or an address read, and the letters about it."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dossiers.models import Dossier, DossierReading
from procedures.models import Offering
from tests.dossiers.slips.slip_samples import lines_of
from tests.factories import City, make_applicant, make_user, register

pytestmark = pytest.mark.django_db
THIEF, OFFICE = "203.0.113.7", "192.0.2.10"


@pytest.fixture
def dossiers(city: City, offering: Offering) -> list[Dossier]:
    names = ("Đặng Thị Bích Huệ", "=Lê Văn Nam", "Trần An")
    people = [make_applicant(name=name, phone="0912345471", address="Số 12 ngõ Tự Do") for name in names]
    return [register(offering, city.ward_desk, at=timezone.now(), applicant=person) for person in people]


def opening(user: User, dossier: Dossier, address: str) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.force_login(user)
    assert client.get(dossier.get_absolute_url()).status_code == 200
    return client


def listed(**options: object) -> str:
    out, now = StringIO(), timezone.localtime()
    times = {
        "since": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "until": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    call_command("list_exposed", stdout=out, **(times | options))
    return out.getvalue().strip()


def test_an_account_a_session_or_an_address_leads_to_the_dossiers_it_read(
    city: City, clerk: User, dossiers: list[Dossier]
) -> None:
    stolen = opening(clerk, dossiers[0], THIEF)
    stolen.get(dossiers[1].get_absolute_url())
    opening(clerk, dossiers[2], OFFICE)
    opening(make_user("clerk", city.ward_desk), dossiers[2], THIEF)
    assert listed(account=clerk.username) == "3 dossiers in 3 readings"
    assert listed(session=stolen.session.session_key) == "2 dossiers in 2 readings"
    assert listed(address=THIEF) == "3 dossiers in 3 readings"
    assert listed(account=clerk.username, address=THIEF) == "2 dossiers in 2 readings"
    assert listed(address=THIEF, until="2020-01-01T00:00") == "0 dossiers in 0 readings"
    row = DossierReading.objects.first()
    assert row is not None
    assert THIEF.encode() not in bytes(row.address_hash or b"")


def test_the_list_and_the_letters_name_each_applicant_once(
    clerk: User, dossiers: list[Dossier], tmp_path: Path
) -> None:
    client = opening(clerk, dossiers[0], THIEF)
    client.get(f"{dossiers[0].get_absolute_url()}giay-hen/")
    client.get(dossiers[1].get_absolute_url())
    files = {"list": tmp_path / "list.csv", "letters": tmp_path / "letters.pdf"}
    listed(address=THIEF, reason="Mật khẩu của một cán bộ bị lấy cắp.", **files)
    rows = list(csv.DictReader(files["list"].read_text("utf-8-sig").splitlines()))
    assert [(row["code"], row["name"], row["readings"]) for row in rows] == [
        (dossiers[0].code, dossiers[0].applicant_name, "2"),
        (dossiers[1].code, "'=Lê Văn Nam", "1"),
    ]
    text = " ".join(lines_of(files["letters"].read_bytes()))
    for dossier in dossiers[:2]:
        assert dossier.code in text
        assert dossier.applicant_name in text
    assert dossiers[2].code not in text
    assert "Mật khẩu của một cán bộ bị lấy cắp." in text
    assert text.count("XEM TRÁI PHÉP") == 2


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "Give --account"),
        ({"account": "a", "since": "yesterday"}, "is no time"),
        ({"account": "a", "since": "2026-13-45T00:00"}, "is no time"),
        ({"account": "a", "letters": Path("x.pdf")}, "need --reason"),
    ],
)
def test_a_command_that_says_too_little_is_refused(options: dict[str, object], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        listed(**options)
