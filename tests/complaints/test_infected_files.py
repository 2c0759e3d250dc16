"""The antivirus sees sealed scans, and messages before they are handed out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from complaints.clock.states import Kind
from complaints.models import MailReading, SealedBox
from complaints.sealed.encryption import decrypt_bytes
from complaints.sealed.files import store_sealed_scan
from complaints.tasks import clean_uploads
from files.models import FileState
from tests.complaints.cases import AT, make_inspector, received
from tests.complaints.intake.mailbox.post_office import page_only, taken
from tests.factories import City, make_user
from tests.files.antivirus.small_clamd import EICAR, SmallClamd, small_clamd
from tests.files.samples import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def clamd(settings) -> Iterator[SmallClamd]:
    with small_clamd() as clamd:
        settings.CLAMD_ADDRESS = clamd.address
        yield clamd


def test_a_sealed_scan_is_scanned_as_well(clamd: SmallClamd, writable: City) -> None:
    infected = pdf() + b"%" + EICAR
    make_inspector(writable.district)
    case = received(writable.district, Kind.DENUNCIATION)
    store_sealed_scan(case, infected, state=FileState.CHECKING, at=AT, author=None)
    clean_uploads()
    box = SealedBox.objects.get(what="scan")
    assert (box.state, decrypt_bytes(box.box), clamd.scanned) == (FileState.UNFIT, b"", [infected])


def test_a_message_as_it_came_is_not_handed_out_with_what_it_carries(clamd: SmallClamd, writable: City) -> None:
    message = page_only()
    message.make_mixed()
    message.add_attachment(EICAR.decode(), filename="hoa don.txt")
    bad, good, client = taken(message), taken(page_only(Message_ID="<tot@example.test>")), Client()
    client.force_login(make_user("clerk", writable.district))
    refused = client.get(f"/can-bo/phan-anh/thu/{bad.pk}/nguyen-ban/")
    assert (refused.status_code, EICAR in refused.content) == (422, False)
    assert f"“thu-{bad.pk}.eml”: phần mềm diệt vi-rút nhận ra mã độc" in refused.content.decode()
    assert client.get(f"/can-bo/phan-anh/thu/{good.pk}/nguyen-ban/").status_code == 200
    assert MailReading.objects.count() == 2
