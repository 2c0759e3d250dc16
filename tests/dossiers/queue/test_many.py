"""One act on many rows of the queue, the filters in its address, and what happens when two clerks do the same."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from dossiers.clock.states import Status
from dossiers.models import Dossier, Slip
from dossiers.operations.assignment.actions import assign
from dossiers.operations.finishing.actions import start_work
from tests.dossiers.intake.test_register import in_threads
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = pytest.mark.django_db
QUEUE = "/can-bo/hang-doi/"


@pytest.fixture
def offering(city):
    """Taken in at the ward, done by the department."""
    return make_offering(make_procedure(), city.ward, handler=city.department)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def taken_in(offering, city, how_many=1, **fields):
    at = timezone.now() - timedelta(hours=1)
    return [register(offering, city.ward_desk, at=at, **fields) for _ in range(how_many)]


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def codes(response):
    return {a.text for a in page(response).select("th a.code")}


def post(client, act, *dossiers, **more):
    return client.post(QUEUE, {"viec": act, "hs": [dossier.code for dossier in dossiers]} | more)


def test_the_ticked_are_handed_over_with_one_paper_and_pressing_twice_changes_nothing(as_clerk, city, offering):
    first, second, other = taken_in(offering, city, 3)
    assert post(as_clerk, "chuyen", first, second)["Location"] == QUEUE
    (paper,) = Slip.objects.filter(form=Slip.Form.HANDOVER)
    assert {row["code"] for row in paper.data["rows"]} == {first.code, second.code}
    shown = page(as_clerk.get(QUEUE))
    assert "Đã chuyển 2 hồ sơ." in shown.find(class_="toasts").text
    assert shown.find("a", href=f"/can-bo/ban-giao/phieu/{paper.pk}/")
    again = post(as_clerk, "chuyen", first, other)
    assert again.status_code == 422
    failed = page(again).find(class_="note--warn").text
    assert first.code in failed
    assert other.code not in failed
    assert "Việc gần nhất: " in failed
    assert other.legs.get(position=1).on_its_way
    assert first.events.count() == 2


def test_what_somebody_else_moved_first_is_told_and_the_rest_is_done(client, city):
    offering = make_offering(make_procedure(), city.ward)
    faster, slower = make_user("clerk", city.ward_desk), make_user("clerk", city.ward)
    moved, free = taken_in(offering, city, 2)
    start_work(dossier=moved, actor=faster, at=timezone.now())
    client.force_login(slower)
    text = page(post(client, "bat-dau", moved, free)).find(class_="note--warn").text
    assert f"{moved.code}" in text
    assert f"Bắt đầu giải quyết, {faster}" in text
    assert Dossier.objects.get(pk=free.pk).state is Status.IN_PROCESS


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_one_row_at_the_same_moment_one_does_and_the_other_is_told():
    city = make_units()
    (dossier,) = taken_in(make_offering(make_procedure(), city.ward, handler=city.department), city)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(make_user("clerk", city.ward_desk))
    together = Barrier(2)

    def send(client):
        together.wait()
        return post(client, "chuyen", dossier)

    answers = in_threads(2, [partial(send, client) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    (refused,) = (answer for answer in answers if answer.status_code == 422)
    text = page(refused).find(class_="note--warn").text
    assert dossier.code in text
    assert "Việc gần nhất: " in text
    assert [event.kind for event in dossier.events.in_order()].count("handed_over") == 1
    assert Slip.objects.filter(form=Slip.Form.HANDOVER).count() == 1


def test_the_receiver_takes_over_what_is_ticked_or_one_row_by_its_own_button(client, city, offering):
    dossiers = taken_in(offering, city, 3)
    client.force_login(make_user("clerk", city.ward_desk))
    post(client, "chuyen", *dossiers)
    client.force_login(make_user("specialist", city.department))
    assert page(client.get(QUEUE)).find("button", value=f"nhan:{dossiers[0].code}")
    assert client.post(QUEUE, {"viec": f"nhan:{dossiers[0].code}"}).status_code == 302
    assert post(client, "nhan", *dossiers[1:]).status_code == 302
    assert {one.state for one in Dossier.objects.all()} == {Status.IN_PROCESS}


def test_a_leader_gives_work_out_and_nobody_else_can(client, city):
    offering = make_offering(make_procedure(), city.ward)
    (dossier,) = taken_in(offering, city)
    officer, stranger = make_user("clerk", city.ward_desk), make_user("clerk", city.other_desk)
    client.force_login(make_user("leader", city.ward))
    assert post(client, "giao", dossier).status_code == 422
    assert post(client, "giao", dossier, **{"giao-cho": stranger.pk}).status_code == 422
    assert post(client, "giao", dossier, **{"giao-cho": officer.pk}).status_code == 302
    assert Dossier.objects.get().assignee == officer
    assert codes(client.get(f"{QUEUE}?nguoi={officer.pk}")) == {dossier.code}
    assert codes(client.get(f"{QUEUE}?nguoi=chua-giao")) == set()
    client.force_login(officer)
    assert post(client, "giao", dossier, **{"giao-cho": "chua-giao"}).status_code == 422
    assert Dossier.objects.get().assignee == officer
    assert codes(client.get(f"{QUEUE}?pham-vi=toi")) == {dossier.code}


def test_what_is_not_in_the_list_nothing_ticked_and_unknown_acts_change_nothing(as_clerk, city):
    elsewhere = register(make_offering(make_procedure(), city.other_ward), city.other_desk, at=timezone.now())
    text = page(post(as_clerk, "bat-dau", elsewhere)).find(class_="note--warn").text
    assert "Không có trong danh sách của đơn vị." in text
    assert "Hãy đánh dấu ít nhất một hồ sơ." in post(as_clerk, "chuyen").content.decode()
    assert post(as_clerk, "xoa", elsewhere).status_code == 404
    assert elsewhere.events.count() == 1


def test_filters_stand_in_the_address_and_nonsense_never_breaks_the_page(as_clerk, city, offering):
    (dossier,) = taken_in(offering, city)
    ref, held = dossier.procedure.ref, city.ward_desk.slug
    for secret_text in (
        f"thu-tuc={ref}",
        f"noi-giu={held}",
        "kenh=desk",
        "linh-vuc=thu-nghiem",
        "pham-vi=quay",
        "nguoi=chua-giao",
    ):
        assert codes(as_clerk.get(f"{QUEUE}?{secret_text}")) == {dossier.code}, secret_text
    for ignored in ("nhom=xyz", "pham-vi=%F0%9F%92%A9", "kenh='--", "trang=99999999999", "trang=-3"):
        assert codes(as_clerk.get(f"{QUEUE}?{ignored}")) == {dossier.code}, ignored
    for nothing in (
        "thu-tuc=x",
        "noi-giu=%3Cb%3E",
        "nguoi=99999999999999999999",
        "nguoi=²",
        "pham-vi=toi",
        "kenh=post",
    ):
        answer = as_clerk.get(f"{QUEUE}?{nothing}")
        assert (answer.status_code, codes(answer)) == (200, set()), nothing
        assert "Không có hồ sơ nào ở đây." in answer.content.decode()


def test_a_role_taken_away_counts_at_the_next_page(client, city, offering):
    (dossier,) = taken_in(offering, city)
    clerk = make_user("clerk", city.ward_desk)
    client.force_login(clerk)
    assert codes(client.get(QUEUE)) == {dossier.code}
    clerk.memberships.update(unit=city.other_desk)
    assert codes(client.get(QUEUE)) == set()
    clerk.memberships.all().delete()
    assert client.get(QUEUE).status_code == 404


def test_a_deputy_sees_the_work_of_the_absent_one(client, city, offering):
    (dossier,) = taken_in(offering, city)
    absent, deputy = make_user("clerk", city.ward), make_user("clerk", city.other_desk)
    today = timezone.localdate()
    absent.delegations_given.create(
        to_user=deputy, unit=city.ward_desk, valid_from=today, valid_to=today, reason="Nghỉ ốm"
    )
    client.force_login(deputy)
    assert codes(client.get(QUEUE)) == {dossier.code}


def test_rows_say_whom_they_were_given_to_only_by_their_filter(as_clerk, city):
    offering = make_offering(make_procedure(), city.ward)
    (dossier,) = taken_in(offering, city)
    officer = make_user("clerk", city.ward_desk)
    assign(dossier=dossier, leg=0, person=officer, actor=None, at=timezone.now())
    options = {o["value"]: o.text for o in page(as_clerk.get(QUEUE)).find(id="nguoi").find_all("option")}
    assert options == {"": "Mọi người", "chua-giao": "Chưa giao cho ai", str(officer.pk): officer.full_name}
