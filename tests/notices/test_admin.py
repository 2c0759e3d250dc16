"""What an administrator sees of the outbox, and what they may do: have a dead letter sent again, on record."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from notices.models import Delivery, Notice
from tests.factories import make_unit, make_user
from tests.notices.sending.test_outbox import issue

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/notices/notice/"


@pytest.fixture
def office():
    return make_unit("Quận Thử", "district")


@pytest.fixture
def dead():
    """A notice that could not be sent, and one that waits."""
    issue(email="b@example.vn")
    notice = issue()
    Notice.objects.filter(pk=notice.pk).update(given_up_at=notice.created_at, attempts=10, last_error="SMTP 550")
    return notice


def send_again(client, *notices):
    chosen = {"action": "send_again", "_selected_action": [one.pk for one in notices]}
    return client.post(LIST, chosen, follow=True)


def test_an_administrator_is_told_of_dead_letters_and_has_them_sent_again_on_record(client, office, dead):
    issue(kind="done")
    Notice.objects.filter(kind="done").update(sending_since=dead.created_at)
    person = make_user("administrator", office)
    client.force_login(person)
    start = BeautifulSoup(client.get("/quan-tri/").content, "html.parser")
    links = {link.text.strip(): link["href"] for link in start.select(".messagelist a")}
    assert links == {
        "Thông báo không gửi được: 1": f"{LIST}?delivery=given_up",
        "Thông báo không rõ đã gửi: 1": f"{LIST}?delivery=unsure",
    }
    rows = BeautifulSoup(client.get(f"{LIST}?delivery=given_up").content, "html.parser").select(
        "#result_list tbody tr"
    )
    assert len(rows) == 1
    assert "SMTP 550" in rows[0].text
    assert "phuong@example.vn" not in rows[0].text

    answer = send_again(client, *Notice.objects.exclude(kind="done")).content.decode()
    assert "Số thông báo được gửi lại: 1." in answer
    assert "Số thông báo không cần gửi lại: 1." in answer
    dead.refresh_from_db()
    assert (dead.delivery(timezone.now()), dead.attempts) == (Delivery.WAITING, 0)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (person, str(dead.pk), "Gửi lại.")
    assert client.get(f"{LIST}{dead.pk}/change/").status_code == 200


def test_nobody_else_sees_or_sends_any(client, office, dead):
    client.force_login(make_user("editor", office))
    assert "không gửi được" not in client.get("/quan-tri/").content.decode()
    assert send_again(client, dead).status_code == 403
    assert Notice.objects.given_up().count() == 1
