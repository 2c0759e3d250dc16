"""Who holds what: officials see every open dossier at the unit that answers for it, and slow hand-overs."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.handover.waiting import holdings
from dossiers.models import DossierLeg
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.handover.actions import hand_over
from tests.factories import hanoi, make_offering, make_procedure, make_user, register

pytestmark = pytest.mark.django_db
URL = "/can-bo/dang-giu/"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward, handler=city.department)


def shown(client, role, unit):
    client.force_login(make_user(role, unit))
    return BeautifulSoup(client.get(URL).content, "html.parser").main


def lines(main):
    return {row.th.text.strip(): row.text for row in main.table.find_all("tr")[1:]}


def test_the_counts_by_unit_are_those_of_the_list_of_holders(city, offering):
    at = hanoi(2026, 3, 2)
    first, second, third = (register(offering, city.ward_desk, at=at + timedelta(hours=n)) for n in range(3))
    start_work(dossier=first, actor=None, at=hanoi(2026, 3, 2, 14))
    hand_over(dossier=second, leg=0, actor=None, at=hanoi(2026, 3, 2, 14))
    counted = {one.unit_id: one for one in holdings()}
    assert sum(one.in_hand + one.sent for one in counted.values()) == 3
    desk, department = counted[city.ward_desk.pk], counted[city.department.pk]
    assert (desk.in_hand, desk.sent, desk.first_due_at, desk.unheld) == (1, 1, second.due_at, 0)
    assert (department.in_hand, department.sent, department.first_due_at) == (1, 0, first.due_at)
    assert third.due_at is not None


def test_the_page_says_who_holds_how_many_and_that_nothing_is_in_nobodys_hands(client, city, offering):
    at = timezone.now() - timedelta(days=30)
    register(offering, city.ward_desk, at=at)
    hand_over(dossier=register(offering, city.ward_desk, at=at), leg=0, actor=None, at=at)
    main = shown(client, "official", city.district)
    shown_lines = lines(main)
    assert "1 hồ sơ" in shown_lines[city.ward_desk.name]
    assert "1 đã chuyển, chưa ai nhận" in shown_lines[city.ward_desk.name]
    assert "giữ 1 quá hạn do nơi khác giải quyết" in shown_lines[city.ward_desk.name]
    assert "2 quá hạn" in shown_lines[city.department.name]
    assert "1 đang chuyển tới" in shown_lines[city.department.name]
    assert "Mọi hồ sơ đang mở đều có người giữ, ở 2 nơi." in main.text
    assert [int(title.text.split("(")[1][0]) for title in main.find_all("h2")] == [1, 1]


def test_what_an_office_outside_the_page_has_in_hand_has_a_line_and_the_sum_is_of_all_lines(client, city, offering):
    at = timezone.now() - timedelta(days=1)
    register(offering, city.ward_desk, at=at)
    start_work(dossier=register(offering, city.ward_desk, at=at), actor=None, at=at)
    shown_lines = lines(shown(client, "leader", city.department))
    assert "1 hồ sơ" in shown_lines[city.department.name]
    assert (
        "Ngoài các đơn vị của trang này"
        in shown_lines[next(name for name in shown_lines if city.ward_desk.name in name)]
    )
    assert "2 hồ sơ" in shown_lines["Cộng"]


def test_a_dossier_that_is_in_no_leg_at_all_is_said_aloud(client, city, offering):
    DossierLeg.objects.filter(dossier=register(offering, city.ward_desk, at=timezone.now())).delete()
    assert "1 hồ sơ đang xử lý không ở chặng nào" in shown(client, "official", city.district).text


def test_a_leader_sees_the_own_offices_only_and_a_clerk_nothing(client, city, offering):
    elsewhere = make_offering(make_procedure(), city.other_ward)
    register(offering, city.ward_desk, at=timezone.now())
    register(elsewhere, city.other_desk, at=timezone.now())
    assert list(lines(shown(client, "leader", city.ward)))[:-1] == [city.ward_desk.name]
    client.force_login(make_user("clerk", city.ward_desk))
    assert client.get(URL).status_code == 404


def menu(client, role, unit):
    client.force_login(make_user(role, unit))
    drawn = BeautifulSoup(client.get("/can-bo/thong-bao/").content, "html.parser")
    return [link["href"] for link in drawn.select(".others a")]


def test_the_menu_lists_what_the_person_may_open_and_nothing_else(client, city):
    book, own = "/can-bo/so-theo-doi/", ["/can-bo/phien/", "/can-bo/hai-buoc/"]
    assert menu(client, "clerk", city.ward_desk) == [book, *own]
    assert menu(client, "leader", city.ward) == ["/can-bo/phan-cong/", book, "/can-bo/luot-mo/", *own]
    official = menu(client, "official", city.district)
    assert official == [book, "/can-bo/luot-mo/", "/can-bo/lich/", "/can-bo/sap-xep/", *own]
    assert [client.get(href).status_code for href in official] == [200] * len(official)
