"""Somebody hands in for the applicant: by which paper, on which pages, and who collects."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.clock.states import Outcome
from dossiers.intake.submit import Submission, submit_dossier
from dossiers.models import Dossier, ProxyRecord
from dossiers.operations.correction.actions import correct_proxy
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.particulars.proxies import Proxy, proxy_of
from dossiers.slips.receipt import receipt_data
from tests.dossiers.intake.test_page import URL, typed
from tests.factories import make_applicant, make_offering, make_procedure, make_user, register
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
LONG = Proxy("Trần Văn Long", "001090123456", "authorisation", date(2026, 3, 1), "12")
TYPED = {
    "proxy_name": "Trần Văn Long",
    "proxy_id": "001 090 123456",
    "authority": "authorisation",
    "authority_number": "12",
    "authority_dated": "01/03/2026",
    "fee_vnd": "",
    "fee_status": "none",
}
REASON = "Ghi nhầm người nộp thay"


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def taken_in(offering, city, **fields):
    return register(offering, city.ward_desk, at=timezone.now(), **({"proxy": LONG} | fields))


def text_of(response):
    return BeautifulSoup(response.content, "html.parser")


def receipt(dossier):
    return receipt_data(dossier, dossier.events.in_order(), dossier.documents.all(), "")


def test_a_proxy_is_kept_shown_to_staff_and_printed_beside_the_owner(as_clerk, offering):
    response = as_clerk.post(URL, typed(offering, **TYPED))
    assert response.status_code == 302
    dossier = Dossier.objects.get()
    assert proxy_of(dossier) == LONG
    page = text_of(as_clerk.get(f"/can-bo/ho-so/{dossier.code}/")).text
    assert "Trần Văn Long, 001090123456" in page
    assert "Giấy ủy quyền số 12 ngày 01/03/2026" in page
    printed = receipt(dossier)
    assert printed["proxy"] == "Trần Văn Long"
    assert printed["proxy_words"] == ("Trần Văn Long, số giấy tờ 001090123456, Giấy ủy quyền số 12 ngày 01/03/2026")
    assert as_clerk.get(f"/can-bo/ho-so/{dossier.code}/giay-hen/").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"proxy_name": ""}, "proxy_name"),
        ({"proxy_id": ""}, "proxy_id"),
        ({"proxy_id": "12"}, "proxy_id"),
        ({"proxy_id": "001187004521"}, "proxy_id"),
        ({"authority": ""}, "authority"),
        ({"authority": "wish"}, "authority"),
        ({"authority_dated": ""}, "authority_dated"),
        ({"authority_dated": "32/01/2026"}, "authority_dated"),
        ({"authority_dated": f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}"}, "authority_dated"),
    ],
)
def test_a_proxy_is_whole_or_the_missing_part_is_named_and_the_rest_kept(as_clerk, offering, change, field):
    response = as_clerk.post(URL, typed(offering, **TYPED) | change)
    html = text_of(response)
    assert response.status_code == 422
    assert html.find(id=f"id_{field}_error")
    assert html.find(class_="errors").find("a", href=f"#id_{field}")
    assert html.find(id="id_proxy_name").find_parent("details").has_attr("open")
    assert html.find(id="id_authority_number")["value"] == "12"
    assert not Dossier.objects.exists()


def test_a_paper_without_a_number_and_no_proxy_at_all_are_both_fine(as_clerk, offering):
    assert as_clerk.post(URL, typed(offering, **TYPED) | {"authority_number": ""}).status_code == 302
    assert Dossier.objects.get().proxy_record.paper_words == "Giấy ủy quyền ngày 01/03/2026"
    closed = text_of(as_clerk.get(URL)).find(id="id_proxy_name").find_parent("details")
    assert not closed.has_attr("open")


@pytest.mark.parametrize("missing", ["name", "id_number", "paper", "paper_dated"])
def test_the_database_keeps_no_half_of_a_proxy(offering, city, missing):
    dossier = taken_in(offering, city)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProxyRecord.objects.filter(dossier=dossier).update(**{missing: None if missing == "paper_dated" else ""})
    with pytest.raises(IntegrityError), transaction.atomic():
        ProxyRecord.objects.create(
            dossier=dossier, name="A", id_number="1", paper="contract", paper_dated=LONG.paper_dated
        )


def test_a_dossier_handed_in_unchecked_keeps_its_proxy_as_well(offering, city):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant(), proxy=LONG)
    assert proxy_of(submit_dossier(handed_in=handed_in, actor=None, at=timezone.now())) == LONG


def test_whoever_handed_in_is_offered_as_the_receiver(as_clerk, offering, city):
    dossier = start_work(dossier=taken_in(offering, city), actor=None, at=timezone.now())
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=timezone.now())
    address = f"/can-bo/ho-so/{dossier.code}/viec/tra-ket-qua/"
    html = text_of(as_clerk.get(address))
    names = ("receiver_name", "receiver_id", "proxy_paper", "method")
    offered = {name: html.find(id=f"id_{name}").get("value", "") for name in names}
    assert offered["receiver_name"] == "Trần Văn Long"
    assert "Nguyễn Thị Phượng" in html.find(id="id_receiver_name_helptext").text
    seen = html.find("input", attrs={"name": "seen"})["value"]
    done = as_clerk.post(address, offered | {"method": "desk", "identity_checked": "on", "seen": seen})
    assert done.status_code == 302
    returned = Dossier.objects.get().return_record
    assert (returned.receiver_id, returned.proxy_paper) == (LONG.id_number, "Giấy ủy quyền số 12 ngày 01/03/2026")


def test_a_result_given_at_once_goes_to_whoever_handed_in(as_clerk, city):
    same_day = make_offering(make_procedure(term_amount=0, term_unit="same_day"), city.ward)
    sent = typed(same_day, **TYPED) | {"at_once": "1", "result_kind": "paper", "identity_checked": "on"}
    assert as_clerk.post(URL, sent).status_code == 302
    assert Dossier.objects.get().return_record.receiver_name == "Trần Văn Long"


def test_a_proxy_taken_down_wrongly_is_corrected_with_a_new_receipt(as_clerk, offering, city):
    dossier = taken_in(offering, city)
    address = f"/can-bo/ho-so/{dossier.code}/viec/nguoi-nop-thay/"
    html = text_of(as_clerk.get(address))
    assert html.find(id="id_proxy_name")["value"] == "Trần Văn Long"
    seen = {"seen": html.find("input", attrs={"name": "seen"})["value"], "reason": REASON}
    unchanged = {name: value for name, value in TYPED.items() if name.startswith(("proxy", "authority"))}
    assert as_clerk.post(address, unchanged | seen).status_code == 422
    assert as_clerk.post(address, unchanged | seen | {"proxy_name": "Trần Văn Lộc"}).status_code == 302
    old, new = dossier.slips.order_by("version")
    assert (old.data["proxy"], new.data["proxy"], old.replaced_at is None) == ("Trần Văn Long", "Trần Văn Lộc", False)

    corrected = correct_proxy(dossier=Dossier.objects.get(), proxy=None, reason=REASON, actor=None, at=timezone.now())
    assert proxy_of(corrected) is None
    assert "proxy" not in dossier.slips.get(version=3).data
    with pytest.raises(RuleBroken):
        correct_proxy(dossier=corrected, proxy=None, reason=REASON, actor=None, at=timezone.now())
