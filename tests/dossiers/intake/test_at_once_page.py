"""The registration page of a procedure answered the same day: taken in, finished and handed out by one submit."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from dossiers.clock.states import Status
from dossiers.intake.started_at_desk import read_start, receipt_moment, sign_start
from dossiers.models import Dossier, DossierEvent, Slip
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import hanoi, make_offering, make_procedure, make_user

pytestmark = pytest.mark.django_db
URL = "/can-bo/tiep-nhan/"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure("Chứng thực", term_amount=0, term_unit="same_day", documents=0), city.ward)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def typed(offering, **changes):
    return {
        "request_key": str(uuid4()),
        "kind": "person",
        "name": "Nguyễn Thị Phượng",
        "offering": offering.pk,
        "papers_for": offering.pk,
        "sets": "1",
        "intake": "desk",
        "delivery": "desk",
        "fee_vnd": "",
        "fee_status": "none",
        "number": "15/SCT",
        "dated": timezone.localdate().strftime("%d/%m/%Y"),
        "result_kind": "paper",
        "identity_checked": "on",
        "at_once": "1",
    } | changes


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def opened_before(form, offering, ago):
    """What the page hides in its form when it was drawn that long ago."""
    return {"opened": sign_start(form["request_key"], offering.pk, timezone.now() - ago)}


def test_rule_8_one_submit_takes_in_and_hands_out_and_leaves_a_record_without_a_slip(as_clerk, offering):
    form = typed(offering)
    before = timezone.now() - timedelta(minutes=6)
    answer = as_clerk.post(URL, form | {"opened": sign_start(form["request_key"], offering.pk, before)}, follow=True)
    dossier = Dossier.objects.get()
    band = page(answer).find(class_="takenin")
    assert dossier.code in band.text
    assert "data-print-slip" not in band.attrs
    assert "Đã tiếp nhận lúc" in page(answer).find(class_="toasts").text
    assert (dossier.state, dossier.received_at) == (Status.RETURNED, before)
    assert dossier.finished_at - before >= timedelta(minutes=6)
    assert (dossier.result_record.number, dossier.return_record.receiver_name) == ("15/SCT", "Nguyễn Thị Phượng")
    assert not Slip.objects.exists()
    kinds = [event.kind for event in dossier.events.in_order()]
    assert kinds == ["registered", "started", "finished", "returned"]
    assert_row_is_what_its_events_say(dossier)


def test_a_slip_is_printed_only_for_whoever_asks_for_one(as_clerk, offering):
    band = page(as_clerk.post(URL, typed(offering, print_slip="on"), follow=True)).find(class_="takenin")
    assert band["data-print-slip"] == f"/can-bo/ho-so/{Dossier.objects.get().code}/giay-hen/"


def test_choosing_the_procedure_offers_it_and_keeps_when_the_page_first_did(as_clerk, offering):
    form = typed(offering, step="procedure")
    first = page(as_clerk.post(URL, form))
    assert first.find("button", attrs={"name": "at_once"})
    opened = first.find("input", attrs={"name": "opened"})["value"]
    moment = read_start(opened, form["request_key"], offering.pk)
    assert moment is not None
    assert timezone.now() - moment < timedelta(minutes=1)
    again = page(as_clerk.post(URL, form | {"opened": opened, "number": "16/SCT"}))
    assert again.find("input", attrs={"name": "opened"})["value"] == opened
    assert again.find("input", attrs={"name": "number"})["value"] == "16/SCT"


def test_an_ordinary_procedure_and_another_offices_work_offer_nothing_of_it(as_clerk, city, offering):
    ordinary = make_offering(make_procedure(), city.ward)
    version = make_procedure(term_amount=0, term_unit="same_day", documents=0)
    elsewhere = make_offering(version, city.ward, handler=city.department)
    for one in (ordinary, elsewhere):
        assert not page(as_clerk.post(URL, typed(one, step="procedure"))).find(attrs={"name": "at_once"})
        assert as_clerk.post(URL, typed(one)).status_code == 422
    assert not Dossier.objects.exists()


def test_a_clerk_who_works_for_the_handling_office_gives_its_results_at_once(client, city):
    version = make_procedure(term_amount=0, term_unit="same_day", documents=0)
    offering = make_offering(version, city.ward, handler=city.department)
    clerk = make_user("clerk", city.ward_desk)
    since = clerk.memberships.get().valid_from
    clerk.memberships.create(unit=city.department, role="specialist", valid_from=since)
    client.force_login(clerk)
    assert client.post(URL, typed(offering)).status_code == 302
    assert_row_is_what_its_events_say(Dossier.objects.get())


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"identity_checked": ""}, "identity_checked", "đối chiếu giấy tờ"),
        ({"receiver_name": "Trần Văn Nhận"}, "proxy_paper", "giấy ủy quyền"),
        ({"dated": "31/02/2026"}, "dated", "31/12/2026"),
        ({"dated": "01/01/2020"}, "dated", "từ ngày tiếp nhận"),
        ({"fee_vnd": "8.000", "fee_status": "later"}, "fee_status", "thu phí"),
        ({"name": ""}, "name", "họ và tên"),
    ],
)
def test_what_is_wrong_is_shown_beside_its_field_and_everything_typed_stays(
    as_clerk, offering, change, field, message
):
    form = typed(offering, **change)
    opened = opened_before(form, offering, timedelta(minutes=9))
    answer = as_clerk.post(URL, form | opened)
    drawn = page(answer)
    wrong = drawn.find(attrs={"name": field})
    assert answer.status_code == 422
    assert message in wrong.find_parent(attrs={"data-error": True}).text
    assert drawn.find("input", attrs={"name": "opened"})["value"] == opened["opened"]
    assert drawn.find("input", attrs={"name": "number"})["value"] == "15/SCT"
    assert drawn.find("input", attrs={"name": "dated"})["value"] == form["dated"]
    assert not DossierEvent.objects.exists()


def test_an_opening_that_was_not_ours_or_another_forms_says_nothing(as_clerk, offering):
    at = hanoi(2026, 3, 6, 14)
    signed = sign_start("first", 5, at)
    assert read_start(signed, "first", 5) == at
    for given in ((signed, "second", 5), (signed, "first", 6), (signed[:-1] + "-", "first", 5), ("", "first", 5)):
        assert read_start(*given) is None
    as_clerk.post(URL, typed(offering, opened=sign_start("other form", offering.pk, at)))
    assert timezone.now() - Dossier.objects.get().received_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("opened", "received"),
    [
        (None, hanoi(2026, 3, 6, 14)),
        (hanoi(2026, 3, 6, 13, 50), hanoi(2026, 3, 6, 13, 50)),
        (hanoi(2026, 3, 6, 9), hanoi(2026, 3, 6, 12)),
        (hanoi(2026, 3, 6, 15), hanoi(2026, 3, 6, 14)),
    ],
)
def test_receipt_is_neither_later_than_now_nor_more_than_two_hours_ago(opened, received):
    assert receipt_moment(opened, hanoi(2026, 3, 6, 14)) == received


def test_pressing_twice_serves_once(as_clerk, offering):
    form = typed(offering)
    assert as_clerk.post(URL, form)["Location"] == as_clerk.post(URL, form)["Location"]
    assert Dossier.objects.count() == 1
