"""A real worker, killed with -9 while a real mail server has its letter half: exactly one letter arrives."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from notices.models import LEASE, Delivery, Notice
from notices.sending.actions import send_next_notice
from notices.tasks import send_notices
from portal.embedded.processes import kill_session
from tests.notices.sending.test_outbox import issue
from tests.workers import WORKER, celery

pytestmark = pytest.mark.django_db(transaction=True)
OWN_QUEUE = "letters"


@contextmanager
def own_worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT")
    env = {name: str(getattr(settings, name)) for name in names}
    with celery((*WORKER, "--concurrency=2", "-Q", OWN_QUEUE, "-n", f"{OWN_QUEUE}@%h"), log, env) as process:
        yield process


def send_all(at: datetime) -> int:
    """How many rows were tried."""
    tries = 0
    while send_next_notice(at=at):
        tries += 1
    return tries


def test_a_worker_killed_in_mid_send_makes_neither_a_lost_letter_nor_a_second_one(post, tmp_path):
    before, after = "before@example.vn", "after@example.vn"
    post.hold = {before: "DATA", after: "250"}  # one is not taken yet, of the other only the answer is missing
    for address in post.hold:
        issue(email=address)
    with own_worker(tmp_path / "worker.log") as process:
        for _child in post.hold:
            send_notices.apply_async(queue=OWN_QUEUE)
            post.wait_until_held()
        kill_session(process)
    post.let_go()
    assert [letter["To"] for letter in post.letters] == [after]

    now = timezone.now()
    assert send_all(now) == 0  # the rows are still the dead one's
    assert send_all(now + LEASE) == 1
    assert [letter["To"] for letter in post.letters] == [after, before]
    states = {one.email: one.delivery(now + LEASE) for one in Notice.objects.all()}
    assert states == {before: Delivery.SENT, after: Delivery.UNSURE}  # a person decides about the second
