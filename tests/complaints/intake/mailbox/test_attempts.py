"""A message whose reading never comes to an end waits for a person after three attempts, and holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings as portal
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from complaints.intake.mailbox.attempts import MOST_ATTEMPTS, process_counted
from complaints.models import Case, CaseFile, CaseText, Mail, MailReading
from complaints.sealed.fingerprints import fingerprint
from complaints.tasks import read_mailbox
from files.locks import Task, only_one
from tests.complaints.cases import AT, make_inspector
from tests.complaints.intake.mailbox.post_office import attach, letter, post_office, taken
from tests.files.samples import picture

LIST = "/can-bo/phan-anh/thu/"
Fate, Why = Mail.Fate, Mail.Why


@contextmanager
def held(message_id: str) -> Iterator[None]:
    """Somebody else's connection holds what reading this message waits for, and patience is short."""
    name = connection.settings_dict["NAME"]
    key = int(fingerprint("message-id", message_id)[:15], 16)
    with psycopg.connect(portal.DATABASE_URL, dbname=name, autocommit=True) as other, connection.cursor() as cursor:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        cursor.execute("SET lock_timeout = '20ms'")
        yield
        cursor.execute("RESET lock_timeout")


def tried(message: bytes) -> Mail | None:
    try:
        return process_counted(raw=message, arrived_at=AT, at=timezone.now())
    except OperationalError:
        return None


@pytest.mark.django_db(transaction=True)
def test_the_fourth_time_it_is_set_aside_for_a_person_who_has_it_read_again(writable, settings, tmp_path) -> None:
    inspector, client = make_inspector(writable.district), Client()
    client.force_login(inspector)
    bad, good = letter(), letter("Cột đèn số 45 hỏng đã hai tuần.")
    raw = bytes(bad).replace(b"\n", b"\r\n")
    with held(bad["Message-ID"]):
        assert [tried(raw) for _time in range(MOST_ATTEMPTS)] == [None] * MOST_ATTEMPTS
        waiting = Mail.objects.get()
        assert (waiting.fate, client.get(f"{LIST}{waiting.pk}/").status_code) == (Fate.WAITING, 404)
        with post_office(tmp_path / "imap.log") as office:
            settings.IMAP_URL = office.url
            office.put(raw, bytes(good))
            read_mailbox()
            assert (Case.objects.count(), office.waiting()) == (1, 0), "the message behind it is taken all the same"
        aside = Mail.objects.set_aside().get()
        assert (aside.fate, aside.why, aside.is_secret, aside.unit) == (
            Fate.ASIDE,
            Why.FAILED,
            True,
            writable.district,
        )
    settings.IMAP_URL = ""
    page = f"{LIST}{aside.pk}/"
    shown = client.get(page).content.decode()
    assert all(words in shown for words in ("Máy đọc ba lần không xong", "Chưa đọc được thư này", "Đọc lại thư này"))
    assert "thuha" not in shown, "the web does not read it either"
    assert client.post(page, {"doing": "lai"})["Location"] == LIST
    assert client.post(page, {"doing": "lai"}).status_code == 404
    read_mailbox()
    assert Case.objects.count() == 2
    aside.refresh_from_db()
    assert (aside.fate, aside.raw, MailReading.objects.filter(mail=aside).count()) == (Fate.IGNORED, None, 1)


@pytest.mark.django_db
def test_a_message_that_was_read_leaves_no_count_behind(writable) -> None:
    assert tried(bytes(letter())).fate == Fate.CASE
    assert Mail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_is_at_the_mailbox_no_other_joins_it(writable, settings) -> None:
    settings.IMAP_URL = "imap://hop:x@127.0.0.1:1/INBOX"
    name = connection.settings_dict["NAME"]
    with psycopg.connect(portal.DATABASE_URL, dbname=name, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [Task.MAILBOX])
        with only_one(Task.MAILBOX) as alone:
            assert not alone
        other.execute("SELECT pg_advisory_unlock(%s)", [Task.MAILBOX])
    with only_one(Task.MAILBOX) as alone:
        assert alone


@pytest.mark.django_db
def test_attached_files_beyond_the_budget_are_named_in_the_case_and_the_others_taken(writable, settings) -> None:
    settings.MAX_UPLOADS, settings.MAX_REQUEST_MEGAPIXELS = 3, 1
    message = letter()
    for name, size in {"1": (40, 30), "2": (1001, 1000), "3": (41, 30), "4": (42, 30)}.items():
        attach(message, picture("PNG", size), f"anh-{name}.png", "image/png")
    case = taken(message).case
    assert [one.stored.name for one in CaseFile.objects.filter(case=case)] == ["anh-1.png", "anh-3.png"]
    note = CaseText.objects.get(case=case, sort="note").text
    assert "“anh-2.png”: cùng các ảnh trước đó vượt quá 1 triệu điểm ảnh" in note
    assert "“anh-4.png”: quá 3 tệp" in note
