"""The digest by e-mail: once for each period, in working hours, for whoever leads, and easily stopped."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from notices.models import Notice
from notices.sending.actions import send_next_notice
from reporting.digests.actions import send_digests, subscribe
from reporting.models import DailyTally, DigestSubscription
from tests.databases import travel_to
from tests.factories import hanoi, make_user
from tests.reporting.helpers import dossier, offer, save
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
TUESDAY, NEXT_MONDAY = hanoi(2026, 11, 17, 10), hanoi(2026, 11, 23, 8, 30)


@pytest.fixture
def leader(city):
    return make_user(Membership.Role.LEADER, city.ward, email="lanhdao@example.vn")


def asked(user, every="week", language="vi"):
    return subscribe(user=user, every=every, language=language, at=TUESDAY)


def letters():
    return Notice.objects.filter(kind=Notice.Kind.DIGEST)


def test_a_week_is_told_once_after_it_is_over_when_the_office_opens(city, leader):
    """The ward's own figures only: 3 of 4 on time; one overdue now."""
    DailyTally.objects.create(unit=city.ward, day=date(2026, 11, 18), received=7, early=1, on_time=2, late=1)
    DailyTally.objects.create(unit=city.other_ward, day=date(2026, 11, 18), received=50)
    DailyTally.objects.create(unit=city.ward, day=date(2026, 11, 23), received=9)
    save(dossier(offer(city.ward), received_at=hanoi(2026, 11, 9), due_at=hanoi(2026, 11, 16, 17)))
    assert asked(leader) == asked(leader)
    for too_early in (TUESDAY, hanoi(2026, 11, 20, 16), hanoi(2026, 11, 22, 10), hanoi(2026, 11, 23, 6)):
        send_digests(at=too_early)
    assert not letters().exists()
    for _again in range(2):
        send_digests(at=NEXT_MONDAY)
    (letter,) = letters()
    assert (letter.email, letter.is_new) == (leader.email, False)
    assert send_next_notice(at=NEXT_MONDAY)
    sent = mail.outbox[-1]
    assert sent.subject == "Số liệu tuần 16/11 đến 22/11/2026: Phường Thử Nhất"
    assert "giải quyết đúng hạn 75% hồ sơ (3 trên 4); mục tiêu 98%." in sent.body.replace("75,0%", "75%")
    for line in (
        "- Đã tiếp nhận: 7",
        "- Giải quyết trễ hạn: 1",
        "Lúc này còn 1 hồ sơ quá hạn.",
        "3 ngày làm việc tới: 0",
    ):
        assert line in sent.body
    assert "Nguyễn Thị Phượng" not in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    send_digests(at=hanoi(2026, 11, 30, 9))
    assert letters().count() == 2


def test_a_month_is_shown_in_the_language_it_was_asked_for_in(leader):
    asked(leader, "month", "en")
    send_digests(at=hanoi(2026, 11, 30, 9))
    assert not letters().exists()
    send_digests(at=hanoi(2026, 12, 1, 9))
    assert send_next_notice(at=hanoi(2026, 12, 1, 9))
    assert "Phường Thử Nhất resolved no dossier." in mail.outbox[-1].body
    assert "/en/dieu-hanh/" in mail.outbox[-1].body


def test_the_letters_end_with_the_role_and_need_an_address(leader, city):
    asked(leader)
    Membership.objects.filter(user=leader).update(valid_to=date(2026, 11, 20))
    with travel_to(NEXT_MONDAY):
        send_digests(at=NEXT_MONDAY)
    assert not letters().exists()
    assert not DigestSubscription.objects.active().exists()
    with pytest.raises(RuleBroken):
        asked(make_user(Membership.Role.OFFICIAL, city.district))


def test_one_press_in_the_letter_stops_it_without_signing_in(client, leader):
    subscription = asked(leader)
    send_digests(at=NEXT_MONDAY)
    path = urlsplit(letters().get().context["stop_url"]).path
    assert client.get(path).status_code == 200  # mail servers look at links too
    assert DigestSubscription.objects.active().exists()
    for _again in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not DigestSubscription.objects.active().exists()
    forged = reverse("reporting:stop_digest", args=[f"{subscription.pk}.forged"])
    assert client.post(forged).status_code == 404


def test_the_page_begins_and_ends_it_and_the_inbox_shows_what_was_sent(client, leader):
    client.force_login(leader)
    page = reverse("reporting:digests")
    assert client.post(page, {"nhan": "week"}).status_code == 302
    assert "Đang nhận" in client.get(page).content.decode()
    DigestSubscription.objects.update(created_at=TUESDAY)
    send_digests(at=NEXT_MONDAY)
    assert client.get(reverse("dossiers:notices")).status_code == 200
    client.post(page, {"ngung": "week"})
    assert not DigestSubscription.objects.active().exists()
    leader.email = ""
    leader.save()
    assert client.post(page, {"nhan": "month"}).status_code == 422
