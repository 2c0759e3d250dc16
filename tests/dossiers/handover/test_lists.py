"""Hand-overs between units: both lists, refusal, alarms, the paper that goes along, and who may do what."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError, connection
from django.utils import timezone

from dossiers.clock.states import Status
from dossiers.handover.waiting import handover_alarms, late_transfers, to_send, to_take
from dossiers.models import Dossier, DossierEvent, Slip
from dossiers.operations.handover.actions import hand_over, hand_over_all, send_back, take_over
from tests.databases import as_owner
from tests.dossiers.operations.test_handover import assert_rows_are_what_the_events_say
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_unit,
    make_units,
    make_user,
    register,
)
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9)
TEN = hanoi(2026, 3, 2, 10)
PAGE = "/can-bo/ban-giao/"


@pytest.fixture
def offering(city):
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    return make_offering(version, city.ward, handler=city.department)


@pytest.fixture
def dossier(city, offering):
    return register(offering, city.ward_desk, at=MONDAY)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


@pytest.fixture
def as_specialist(client, city):
    client.force_login(make_user("specialist", city.department))
    return client


def sent(dossier, at=TEN):
    return hand_over(dossier=dossier, leg=0, actor=None, at=at)


def legs_on(page):
    return [box["value"] for box in BeautifulSoup(page.content, "html.parser").select("input[name=leg]")]


@pytest.mark.parametrize("sent_at", [hanoi(2026, 3, 3, 8), hanoi(2026, 3, 3, 8, 1), hanoi(2026, 3, 3, 17)])
def test_a_desk_has_one_hour_to_hand_over_by_in_the_list_and_in_the_log(client, city, offering, sent_at):
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 16, 31))  # eight planned hours end at 16:31
    [waiting] = to_send(city.ward_desk, sent_at)
    assert waiting.by == hanoi(2026, 3, 3, 8)
    hand_over(dossier=dossier, leg=0, actor=None, at=sent_at)
    client.force_login(make_user("clerk", city.ward_desk))
    log = client.get(dossier.get_absolute_url()).content.decode()
    assert (f"Phần việc của {city.ward_desk.name} xong sau hạn 08:00" in log) == waiting.is_late
    assert "xong sau hạn 16:31" not in log


def test_the_button_of_the_queue_names_who_receives_it(as_clerk, city, dossier):
    page = BeautifulSoup(as_clerk.get("/can-bo/hang-doi/?nhom=tat-ca").content, "html.parser")
    button = page.find(id=f"viec-{dossier.code}")
    assert f"đến {city.department.name}" in button.get_text()


def test_the_first_acceptance_begins_the_work_and_the_sender_holds_it_until_then(city, dossier):
    assert (sent(dossier).state, sent_holder(dossier)) == (Status.ACCEPTED, city.ward_desk.pk)
    taken = take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 2, 11))
    assert (taken.state, taken.holder_id) == (Status.IN_PROCESS, city.department.pk)
    assert_rows_are_what_the_events_say(dossier)


def sent_holder(dossier):
    return Dossier.objects.values_list("holder_id", flat=True).get(pk=dossier.pk)


def test_a_refused_hand_over_is_with_the_sender_again_and_says_why(city, dossier):
    sent(dossier)
    with pytest.raises(RuleBroken) as broken:
        send_back(dossier=dossier, leg=1, reason="x", actor=None, at=hanoi(2026, 3, 2, 11))
    assert broken.value.field == "reason"
    send_back(dossier=dossier, leg=1, reason="Hồ sơ giấy thiếu trang hai", actor=None, at=hanoi(2026, 3, 2, 11))
    assert dossier.legs.get(position=0).in_hand
    assert not dossier.legs.on_the_way().exists()
    event = DossierEvent.objects.get(dossier=dossier, kind="sent_back")
    assert (event.unit_id, event.reason) == (city.department.pk, "Hồ sơ giấy thiếu trang hai")
    assert_rows_are_what_the_events_say(dossier)
    sent(dossier, hanoi(2026, 3, 2, 14))
    assert dossier.legs.get(position=1).handed_over_at == hanoi(2026, 3, 2, 14)


@pytest.mark.parametrize("leg", [1, 2, 7])
def test_what_is_not_in_hand_is_not_handed_over(dossier, leg):
    with pytest.raises(RuleBroken, match="không còn ở đơn vị này"):
        hand_over(dossier=dossier, leg=leg, actor=None, at=MONDAY)
    with pytest.raises(RuleBroken, match="chờ nhận"):
        take_over(dossier=dossier, leg=leg, actor=None, at=MONDAY)
    assert dossier.events.count() == 1


def test_the_last_leg_ends_with_the_result_and_not_with_a_hand_over(dossier):
    sent(dossier)
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 2, 11))
    hand_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 4, 9))
    take_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 3, 4, 10))
    with pytest.raises(RuleBroken, match="chặng cuối"):
        hand_over(dossier=dossier, leg=2, actor=None, at=hanoi(2026, 3, 4, 11))


def test_it_may_go_to_another_unit_than_planned_that_exists_on_that_day(city, dossier):
    gone = make_unit("Phòng Cũ", "department", city.district, valid_to=hanoi(2026, 1, 1).date())
    with pytest.raises(RuleBroken) as broken:
        hand_over(dossier=dossier, leg=0, unit=gone, actor=None, at=MONDAY)
    assert broken.value.field == "unit"
    hand_over(dossier=dossier, leg=0, unit=city.other_ward, actor=None, at=MONDAY)
    assert dossier.legs.on_the_way().get().unit_id == city.other_ward.pk
    assert_rows_are_what_the_events_say(dossier)


def test_of_many_those_that_cannot_go_say_why_and_keep_no_other_back(city, offering, dossier):
    other = register(offering, city.ward_desk, at=MONDAY)
    legs = [row.leg for row in to_send(city.ward_desk, MONDAY)]
    sent(other)
    moved = hand_over_all(sender=city.ward_desk, legs=legs, actor=None, at=hanoi(2026, 3, 2, 11))
    assert [one.code for one in moved.done] == [dossier.code]
    assert [(one.code, "không còn" in one.why) for one in moved.failed] == [(other.code, True)]


def test_the_paper_that_goes_along_is_issued_with_the_moves_or_nothing_moves(city, offering, dossier):
    """The second list cannot be written: the dossiers of the first have not left either."""
    at = hanoi(2026, 3, 2, 11)
    elsewhere = make_offering(make_procedure(), city.ward, handler=city.other_ward)
    register(elsewhere, city.ward_desk, at=MONDAY)
    legs = [row.leg for row in to_send(city.ward_desk, MONDAY)]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION only_one_list() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no paper' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER only_one_list BEFORE INSERT ON dossiers_slip FOR EACH ROW WHEN (NEW.number > 1)
            EXECUTE FUNCTION only_one_list()
        """)
    with pytest.raises(OperationalError, match="no paper"):
        hand_over_all(sender=city.ward_desk, legs=legs, actor=None, at=at)
    assert not Slip.objects.exists()
    assert not DossierEvent.objects.filter(kind="handed_over").exists()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER only_one_list ON dossiers_slip")
    hand_over_all(sender=city.ward_desk, legs=legs, actor=None, at=at)
    receivers = {city.department.name, city.other_ward.name}
    assert {slip.data["receiver"].partition(",")[0] for slip in Slip.objects.all()} == receivers


def test_a_hand_over_nobody_took_over_within_four_working_hours_alarms_both_sides(city, dossier):
    sent(dossier, hanoi(2026, 3, 2, 14))
    assert handover_alarms(hanoi(2026, 3, 2, 23)) == []
    assert handover_alarms(hanoi(2026, 3, 3, 9)) == []
    (alarm,) = handover_alarms(hanoi(2026, 3, 3, 9, 1))
    assert (alarm.leg.unit, alarm.other, alarm.by) == (city.department, city.ward_desk, hanoi(2026, 3, 3, 9))
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 3, 9, 2))
    assert handover_alarms(hanoi(2026, 3, 3, 12)) == []


def test_what_the_desk_has_not_sent_on_by_the_hour_of_the_law_is_named(city, offering, dossier):
    late = register(offering, city.ward_desk, at=hanoi(2026, 3, 2, 15, 30))
    assert late_transfers(hanoi(2026, 3, 2, 17)) == []
    assert [row.leg.dossier for row in late_transfers(hanoi(2026, 3, 2, 17, 1))] == [dossier]
    assert [row.leg.dossier for row in late_transfers(hanoi(2026, 3, 3, 8, 1))] == [dossier, late]
    sent(dossier, hanoi(2026, 3, 3, 8, 2))
    assert [row.leg.dossier for row in late_transfers(hanoi(2026, 3, 3, 8, 3))] == [late]


@pytest.mark.django_db(transaction=True)
def test_two_people_taking_over_at_once_take_it_over_once():
    city = make_units()
    version = make_procedure()
    dossier = register(make_offering(version, city.ward, handler=city.department), city.ward_desk, at=MONDAY)
    sent(dossier)

    def take(_):
        try:
            take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 2, 11))
        except RuleBroken:
            return "refused"
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == ["refused", "refused", "refused", "taken"]
    assert dossier.events.filter(kind="taken_over").count() == 1


# Pages


def test_a_clerk_sends_what_is_ticked_and_what_is_scanned_with_one_paper_for_the_receiver(as_clerk, city, offering):
    now = timezone.now()
    ticked, scanned, stored = (register(offering, city.ward_desk, at=now) for _ in range(3))
    leg = str(ticked.legs.get(position=0).pk)
    form = {"act": "chuyen", "leg": [leg], "di-codes": f"{scanned.code.lower()}\n"}
    answer = as_clerk.post(PAGE, form, follow=True)
    assert "Đã chuyển 2 hồ sơ." in answer.content.decode()
    assert {row.leg.dossier for row in to_take(city.department, now)} == {ticked, scanned}
    assert [row.leg.dossier for row in to_send(city.ward_desk, now)] == [stored]
    slip = Slip.objects.get(form="handover")
    assert (slip.unit, slip.data["total"], slip.dossier) == (city.ward_desk, "2", None)
    assert f"Phiếu {slip.number} gửi {city.department.name}" in answer.content.decode()
    paper = as_clerk.get(f"{PAGE}phieu/{slip.pk}/")
    assert paper.content.startswith(b"%PDF")


def test_what_cannot_be_sent_is_named_with_why_and_nothing_typed_is_lost(as_clerk, city, offering):
    known = register(offering, city.ward_desk, at=timezone.now())
    strange = "T1.01-260302-0001"
    answer = as_clerk.post(PAGE, {"act": "chuyen", "di-codes": f"{known.code}\n{strange}"})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert strange in page.select_one("[role=alert]").text
    assert known.code not in page.select_one("[role=alert]").text
    assert known.legs.on_the_way().exists()


def test_nothing_chosen_is_shown_beside_the_field(as_clerk, city, dossier):
    answer = as_clerk.post(PAGE, {"act": "chuyen"})
    assert answer.status_code == 422
    assert "đánh dấu hoặc quét" in BeautifulSoup(answer.content, "html.parser").select_one(".field[data-error]").text


def test_the_receiver_takes_over_or_says_why_not(as_specialist, city, offering):
    taken, refused = (register(offering, city.ward_desk, at=timezone.now()) for _ in range(2))
    for dossier in (taken, refused):
        sent(dossier, timezone.now())
    keys = {dossier: str(dossier.legs.get(position=1).pk) for dossier in (taken, refused)}
    assert sorted(legs_on(as_specialist.get(PAGE))) == sorted(keys.values())
    as_specialist.post(PAGE, {"act": "nhan", "leg": [keys[taken]]})
    assert taken.legs.get(position=1).in_hand
    assert as_specialist.post(PAGE, {"act": "khong-nhan", "leg": [keys[refused]]}).status_code == 422
    assert refused.legs.get(position=1).on_its_way
    reason = {"den-reason": "Hồ sơ giấy thiếu trang hai"}
    assert as_specialist.post(PAGE, {"act": "khong-nhan", "leg": [keys[refused]]} | reason).status_code == 302
    assert refused.legs.get(position=0).in_hand


def test_another_unit_is_not_found_and_neither_is_its_paper(as_clerk, client, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    assert as_clerk.get(f"{PAGE}?don-vi={city.other_desk.slug}").status_code == 404
    form = {"act": "chuyen", "leg": [row.leg.pk for row in to_send(city.ward_desk, timezone.now())]}
    as_clerk.post(PAGE, form)
    slip = Slip.objects.get(form="handover")
    assert as_clerk.get(f"{PAGE}phieu/{slip.pk}/").content.startswith(b"%PDF")
    assert [reading.page for reading in dossier.readings.all()] == ["slip handover"]
    client.force_login(make_user("clerk", city.other_desk))
    assert client.get(f"{PAGE}phieu/{slip.pk}/").status_code == 404


def test_a_leg_of_another_unit_is_not_moved_by_its_number(client, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    client.force_login(make_user("clerk", city.other_desk))
    assert client.post(PAGE, {"act": "chuyen", "leg": [dossier.legs.get(position=0).pk]}).status_code == 422
    assert not dossier.legs.on_the_way().exists()


def test_the_page_asks_the_database_as_often_for_twenty_rows_as_for_two(
    as_clerk, city, offering, django_assert_max_num_queries
):
    for wanted in (2, 20):
        while Dossier.objects.count() < wanted:
            register(offering, city.ward_desk, at=timezone.now())
        as_clerk.get(PAGE)
        with django_assert_max_num_queries(12) as asked:
            assert len(legs_on(as_clerk.get(PAGE))) == wanted
    assert asked.captured_queries


def test_who_is_about_to_get_a_dossier_sees_it_in_the_queue_and_takes_it_over_from_its_page(client, city, offering):
    agency = make_unit("Sở Thử", "agency")
    version = make_procedure()
    make_process(version, ("desk", 8), (agency, 16), ("desk", 8))
    dossier = register(make_offering(version, city.ward), city.ward_desk, at=timezone.now())
    client.force_login(make_user("specialist", agency))
    url = dossier.get_absolute_url()
    assert dossier.code not in client.get("/can-bo/hang-doi/").content.decode()
    sent(dossier, timezone.now())
    assert dossier.code in client.get("/can-bo/hang-doi/").content.decode()
    assert "Nhận bàn giao" in client.get(url).content.decode()
    assert client.post(f"{url}viec/nhan-ban-giao/").status_code == 302
    assert dossier.legs.get(position=1).in_hand
    assert client.post(f"{url}viec/chuyen/").status_code == 302
    assert dossier.legs.on_the_way().get().unit_id == city.ward_desk.pk
    client.force_login(make_user("specialist", city.other_ward))
    assert client.get(url).status_code == 404
    assert client.post(f"{url}viec/chuyen/").status_code == 404


def test_who_sends_back_is_told_to_name_nobody_since_the_applicant_may_read_it(as_specialist, dossier):
    sent(dossier)
    page = BeautifulSoup(as_specialist.get(f"{dossier.get_absolute_url()}viec/khong-nhan/").content, "html.parser")
    assert "Không ghi họ tên hay số giấy tờ" in page.find(id="id_reason_helptext").text


def test_a_control_sheet_is_issued_with_a_line_for_each_leg(as_clerk, city, dossier):
    sent(dossier)
    take_over(dossier=dossier, leg=1, actor=None, at=hanoi(2026, 3, 2, 11))
    assert as_clerk.post(f"{dossier.get_absolute_url()}viec/phieu-kiem-soat/").status_code == 302
    slip = Slip.objects.get(dossier=dossier, form="control")
    assert [line["unit"] for line in slip.data["legs"]] == [
        city.ward_desk.name,
        city.department.name,
        city.ward_desk.name,
    ]


def test_who_does_not_take_it_over_is_led_back_to_the_queue_and_sees_it_no_more(client, city):
    agency = make_unit("Sở Thử", "agency")
    version = make_procedure(term_amount=10)
    make_process(version, ("desk", 8), (agency, 16), ("handler", 16), ("desk", 8))
    dossier = register(make_offering(version, city.ward), city.ward_desk, at=timezone.now())
    hand_over(dossier=dossier, leg=0, actor=None, at=timezone.now())
    client.force_login(make_user("specialist", agency))
    url = dossier.get_absolute_url()
    refused = client.post(f"{url}viec/khong-nhan/", {"reason": "Hồ sơ giấy thiếu trang hai"})
    assert (refused.status_code, refused.headers["Location"]) == (302, "/can-bo/hang-doi/")
    assert client.get(url).status_code == 404
