"""Files of a case between their arrival and their cleaning, and where they prove to be unfit: the case stays."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from complaints.models import Case, SealedBox
from complaints.sealed.encryption import decrypt_bytes
from complaints.sealed.opening import open_boxes
from complaints.tasks import clean_uploads
from files.locks import Task
from tests.complaints.cases import make_inspector
from tests.complaints.intake.web.test_pages import DENUNCIATION, NAMED, POTHOLE, photo, post, upload
from tests.factories import City, hanoi, make_user
from tests.files.samples import picture

pytestmark = pytest.mark.django_db
HALF = picture(size=(400, 300))[:-500]
"""Its head is that of a whole photograph."""


def test_staff_see_that_files_are_checked_then_read_them_or_why_not(city: City, client: Client, uploads: Path) -> None:
    assert post(client, POTHOLE, uploads=[upload(photo(), "ngõ.jpg"), upload(HALF, "hỏng.jpg")]).status_code == 201
    case = Case.objects.get()
    staff = Client()
    staff.force_login(make_user("leader", case.unit))
    pages = [f"{case.get_absolute_url()}tep/{one.pk}/" for one in case.files.order_by("pk")]
    shown = staff.get(case.get_absolute_url()).content.decode()
    assert shown.count("đang kiểm tra, một lát nữa mới mở được") == 2
    assert [staff.get(page).status_code for page in pages] == [404, 404]
    clean_uploads()
    shown = staff.get(case.get_absolute_url()).content.decode()
    assert "không mở được nên đã bỏ: tệp hỏng hoặc chưa tải lên hết" in shown
    assert (pages[0] in shown, pages[1] in shown) == (True, False)
    assert [staff.get(page).status_code for page in pages] == [200, 404]
    text = client.get(f"/phan-anh/{case.code}/").content.decode()
    assert "Kèm 2 tệp. 1 tệp hỏng hoặc không mở được nên đã bỏ" in text


def test_scans_of_a_denunciation_are_cleaned_within_their_boxes(city: City, client: Client, uploads: Path) -> None:
    inspector = make_inspector(city.district)
    post(client, DENUNCIATION, uploads=[upload(photo(), "don.jpg"), upload(HALF, "hỏng.jpg")], **NAMED)
    case = Case.objects.get()
    staff = Client()
    staff.force_login(inspector)
    pages = [f"{case.get_absolute_url()}ban-quet/{box.pk}/" for box in case.boxes.filter(what="scan").order_by("pk")]
    assert [staff.get(page).status_code for page in pages] == [404, 404]
    assert staff.get(case.get_absolute_url()).content.decode().count("đang kiểm tra") == 2
    clean_uploads()
    assert [staff.get(page).status_code for page in pages] == [200, 404]
    assert b"CAMERA-OF-A-PERSON" not in staff.get(pages[0]).content
    scans = open_boxes(case=case, reader=inspector, page="case", at=hanoi(2026, 12, 3)).scans
    assert [bool(one.hindrance) for one in scans] == [False, True]
    assert decrypt_bytes(SealedBox.objects.get(pk=scans[1].key).box) == b""
    assert not [one for one in uploads.rglob("*") if one.is_file()]


@pytest.mark.django_db(transaction=True)
def test_one_process_cleans_at_a_time(city: City, client: Client, uploads: Path) -> None:
    post(client, POTHOLE, uploads=upload(photo(), "ngõ.jpg"))
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.DATABASE_URL, dbname=name, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [Task.CLEANING])
        clean_uploads()
        assert Case.objects.get().files.get().stored.state == "checking"
        other.execute("SELECT pg_advisory_unlock(%s)", [Task.CLEANING])
    clean_uploads()
    assert Case.objects.get().files.get().stored.state == "clean"
