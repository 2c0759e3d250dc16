"""The inbox of staff: what each was told, what is new, and the day's work of a unit."""

import pytest
from bs4 import BeautifulSoup

from dossiers.operations.handover.actions import hand_over
from notices.models import Notice
from tests.dossiers.reminders.test_reminders import DUE, at_the_department, handed_to_the_department
from tests.factories import (
    hanoi,
    make_applicant,
    make_user,
    register,
)
from tests.notices.sending.test_outbox import TO_STAFF

pytestmark = pytest.mark.django_db
INBOX = "/can-bo/thong-bao/"
AT = hanoi(2026, 3, 9)


@pytest.fixture
def specialist(city):
    return make_user("specialist", city.department)


def add_notice(person, kind="due_soon", code="T1.01-260302-0001", **fields):
    facts = {"procedure": "Đăng ký thử nghiệm", "unit": "Phòng Thử", "until_at": DUE.isoformat()}
    fields = {"created_at": AT, "context": facts} | fields
    return Notice.objects.create(kind=kind, subject=code, recipient=person, **fields)


def page(client, user, address=INBOX):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_a_notice_is_read_by_the_person_it_is_for_and_nobody_else(client, city, specialist):
    add_notice(specialist)
    shown = page(client, specialist)
    assert "T1.01-260302-0001" in shown.main.text
    assert "17:00 Thứ Hai, 09/03/2026" in shown.main.text
    assert "T1.01-260302-0001" not in page(client, make_user("specialist", city.department)).main.text


def test_the_frame_of_every_staff_page_says_how_many_are_new(client, specialist, django_capture_on_commit_callbacks):
    for _ in range(3):
        add_notice(specialist)
    add_notice(specialist, seen_at=AT)
    shown = page(client, specialist, "/can-bo/hang-doi/").header
    assert [tab.text.split()[2] for tab in shown.select("[aria-label$='(3) chưa xem']")] == ["(3)"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(INBOX, {"tat-ca": "1"})
    assert not page(client, specialist, "/can-bo/hang-doi/").header.select("[aria-label$='chưa xem']")


def test_what_is_ticked_is_seen_and_nobody_sees_for_another(client, city, specialist):
    first, second = add_notice(specialist), add_notice(specialist)
    another = add_notice(make_user("specialist", city.department))
    client.force_login(specialist)
    answer = client.post(INBOX, {"notice": [first.pk, another.pk, "x", "9" * 30]})
    assert (answer.status_code, answer["Location"]) == (302, INBOX)
    seen = {one.pk for one in Notice.objects.exclude(seen_at=None)}
    assert seen == {first.pk}
    client.post(INBOX, {"tat-ca": "1"})
    assert {one.pk for one in Notice.objects.exclude(seen_at=None)} == {first.pk, second.pk}


def test_only_new_ones_can_be_asked_for(client, specialist):
    add_notice(specialist, code="T1.01-260302-0001", seen_at=AT)
    add_notice(specialist, code="T1.01-260302-0002")
    shown = page(client, specialist, f"{INBOX}?nhom=chua-xem").main.text
    assert "0002" in shown
    assert "0001" not in shown


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_every_kind_for_staff_can_be_shown(client, specialist, kind):
    add_notice(specialist, kind=kind)
    assert str(Notice.Kind(kind).label) in page(client, specialist).main.text


def test_a_units_morning_is_read_by_all_who_work_there_and_by_its_head_but_not_next_door(client, city):
    facts = {"unit": city.ward_desk.name, "day_at": AT.isoformat()}
    counts = {"due_today": 4, "overdue": 0, "on_the_way": 0, "waiting": 0}
    add_notice(None, kind="morning", code="", unit=city.ward_desk, context=facts | counts)
    for user in (make_user("clerk", city.ward_desk), make_user("leader", city.ward)):
        assert "Đến hạn 4" in page(client, user).main.text
    for user in (make_user("clerk", city.other_desk), make_user("official", city.district)):
        assert "Đến hạn 4" not in page(client, user).main.text


def test_the_day_of_a_unit_lists_its_rows_without_the_applicants(client, city, specialist):
    offering = at_the_department(city)
    applicant = make_applicant(name="Nguyễn Thị Phượng")
    late = handed_to_the_department(register(offering, city.ward_desk, at=hanoi(2026, 3, 2), applicant=applicant))
    coming = register(offering, city.ward_desk, at=hanoi(2026, 3, 2), applicant=applicant)
    hand_over(dossier=coming, leg=0, actor=None, at=AT)
    shown = page(client, specialist, f"{INBOX}{city.department.slug}/")
    late_rows, slow_rows, _today, on_the_way, _waiting = shown.main.find_all("section")
    assert late.code in late_rows.text
    assert late.code in slow_rows.text
    assert coming.code in on_the_way.text
    assert "Phượng" not in shown.main.text


def test_the_day_of_a_unit_is_nobody_elses_business(client, city):
    client.force_login(make_user("clerk", city.other_desk))
    assert client.get(f"{INBOX}{city.department.slug}/").status_code == 404
    assert client.get(f"{INBOX}khong-co/").status_code == 404


def test_who_has_no_part_in_dossiers_has_no_inbox_and_strangers_sign_in_first(client, city):
    assert client.get(INBOX).status_code == 302
    client.force_login(make_user("editor", city.district))
    assert client.get(INBOX).status_code == 404


def test_fifty_notices_cost_as_many_queries_as_one(client, specialist, django_assert_max_num_queries):
    client.force_login(specialist)
    add_notice(specialist)
    client.get(INBOX)  # how many are new is counted once a minute
    with django_assert_max_num_queries(8) as one:
        client.get(INBOX)
    for _ in range(49):
        add_notice(specialist)
    with django_assert_max_num_queries(8) as fifty:
        client.get(INBOX)
    assert len(one) == len(fifty)
