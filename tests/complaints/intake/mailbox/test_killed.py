"""A real worker, killed with -9 when it has filed a message and is about to delete it: one case, one letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from complaints.models import Case, Mail
from complaints.tasks import read_mailbox
from notices.models import Notice
from portal.embedded.processes import kill_session
from tests.complaints.intake.mailbox.post_office import Line, letter, post_office
from tests.factories import City
from tests.workers import WORKER, celery

pytestmark = pytest.mark.django_db(transaction=True)
OWN_QUEUE = "mail"


def test_a_worker_killed_between_filing_and_deleting_files_it_once(city: City, settings, tmp_path: Path) -> None:
    with post_office(tmp_path / "imap.log") as office:
        office.put(bytes(letter()))
        line = Line(office, b"STORE")
        own = (*WORKER, "-Q", OWN_QUEUE, "-n", f"{OWN_QUEUE}@%h")
        with celery(own, tmp_path / "worker.log", {"IMAP_URL": line.url}) as process:
            read_mailbox.apply_async(queue=OWN_QUEUE)
            assert line.dead.wait(40), "the worker never came so far"
            kill_session(process)
        line.close()
        assert (Case.objects.count(), office.waiting()) == (1, 1)
        settings.IMAP_URL = office.url
        read_mailbox()
        assert (Case.objects.count(), Mail.objects.count(), Notice.objects.count()) == (1, 1, 1)
        assert office.waiting() == 0
