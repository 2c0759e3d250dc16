"""Handing the result out: to whom, against what, and what goes back with it."""

import pytest
from django.utils import timezone

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier, ReturnRecord
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.operations.pauses.actions import ask_withdrawal, close_withdrawal
from dossiers.particulars.submission import SubmissionTerms
from tests.factories import (
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_user,
    register,
)
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
LATER = SubmissionTerms(fee_vnd=100_000, fee_status="later")


def done(city, at=MONDAY, **more):
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=at, **more)
    start_work(dossier=dossier, actor=None, at=at)
    return finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=at)


def receiver(**change):
    applicant = {"name": "Nguyễn Thị Phượng", "method": "desk", "id_number": "001187004521", "identity_checked": True}
    return Receiver(**(applicant | change))


def given(dossier, at=MONDAY, **change):
    return return_result(dossier=dossier, receiver=receiver(**change), actor=None, at=at)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "receiver_name"),
        ({"method": ""}, "method"),
        ({"identity_checked": False}, "identity_checked"),
        ({"name": "Trần Văn Long"}, "proxy_paper"),
        ({"name": "Trần Văn Long", "proxy_paper": "Giấy ủy quyền 12", "id_number": ""}, "receiver_id"),
        ({"method": "post"}, "post_number"),
        ({"fee_collected": False}, "fee_collected"),
    ],
)
def test_rule_24_a_result_goes_out_only_to_a_checked_receiver_with_the_fee_paid(city, change, field):
    dossier = done(city, terms=LATER)
    with pytest.raises(RuleBroken) as broken:
        given(dossier, **({"fee_collected": True} | change))
    assert broken.value.field == field
    stored = Dossier.objects.get(pk=dossier.pk)
    assert (stored.state, stored.fee_status) == (Status.DONE, "later")
    assert not ReturnRecord.objects.exists()


def test_a_fee_due_on_return_is_then_collected(city):
    dossier = given(done(city, terms=LATER), fee_collected=True)
    assert (dossier.state, Dossier.objects.get(pk=dossier.pk).fee_status) == (Status.RETURNED, "collected")


def test_a_proxy_is_kept_with_the_paper_and_the_originals_handed_back(city):
    given(
        done(city),
        name="Trần Văn Long",
        id_number="001090123456",
        proxy_paper="Giấy ủy quyền số 12",
        originals="Sổ hộ khẩu, 1 bản",
    )
    record = ReturnRecord.objects.get()
    assert (record.receiver_name, record.receiver_id) == ("Trần Văn Long", "001090123456")
    assert (record.proxy_paper, record.originals, record.identity_checked) == (
        "Giấy ủy quyền số 12",
        "Sổ hộ khẩu, 1 bản",
        True,
    )


@pytest.mark.parametrize("name", ["nguyễn thị phượng", "NGUYEN THI PHUONG", " Nguyễn  Thị Phượng "])
def test_the_applicant_is_known_however_the_name_is_typed(city, name):
    assert given(done(city), name=name).state is Status.RETURNED


def test_an_organisation_sends_somebody_with_a_letter(city):
    firm = make_applicant(name="Công ty Hoa Sen", kind="organisation", id_number="0101234567")
    dossier = done(city, applicant=firm)
    with pytest.raises(RuleBroken) as broken:
        given(dossier)
    assert broken.value.field == "proxy_paper"
    assert given(dossier, proxy_paper="Giấy giới thiệu 08").state is Status.RETURNED


def test_what_goes_by_post_needs_its_number_and_nobody_at_the_desk(city):
    given(done(city), method="post", identity_checked=False, post_number="EA123456789VN")
    assert ReturnRecord.objects.get().post_number == "EA123456789VN"


def test_whoever_withdrew_owes_no_fee(city):
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=MONDAY, terms=LATER)
    ask_withdrawal(dossier=dossier, reason="Không còn nhu cầu làm nữa", actor=None, at=MONDAY)
    close_withdrawal(
        dossier=dossier, consequences="Chưa thu phí, lệ phí.", papers_back="Tờ khai", actor=None, at=MONDAY
    )
    given(dossier)
    assert Dossier.objects.get(pk=dossier.pk).fee_status == "later"


# On the page


def test_the_page_begins_with_the_applicant_and_asks_for_the_fee_only_where_it_is_due(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    owing, paid = done(city, timezone.now(), terms=LATER), done(city, timezone.now())
    text = client.get(f"/can-bo/ho-so/{owing.code}/viec/tra-ket-qua/").content.decode()
    assert 'value="Nguyễn Thị Phượng"' in text
    assert "fee_collected" in text
    assert "fee_collected" not in client.get(f"/can-bo/ho-so/{paid.code}/viec/tra-ket-qua/").content.decode()


def test_the_papers_listed_on_withdrawal_are_there_to_be_handed_back(client, city):
    clerk = make_user("clerk", city.ward_desk)
    client.force_login(clerk)
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=timezone.now())
    url = f"/can-bo/ho-so/{dossier.code}/viec/"
    assert client.post(f"{url}xin-rut/", {"reason": "Không còn nhu cầu làm nữa"}).status_code == 302
    assert "Tờ khai" in client.get(f"{url}dong-ho-so-rut/").content.decode()
    typed = {"papers_back": "Tờ khai và bản vẽ", "consequences": "Chưa thu phí, lệ phí."}
    assert client.post(f"{url}dong-ho-so-rut/", typed).status_code == 302
    assert "Tờ khai và bản vẽ" in client.get(f"{url}tra-giay-to/").content.decode()
    assert client.post(f"{url}tra-giay-to/", {"receiver_name": "", "method": "desk"}).status_code == 422
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert "Việc tiếp theo: Trả giấy tờ" in page
    assert "Chờ trả giấy tờ" in page
    assert "Trả kết quả</button>" not in page
    assert 'answer__date mt">Kết thúc, không có kết quả' in page
    assert client.post(f"{url}tra-ket-qua/").status_code == 409
    assert dossier.events.filter(kind="finished").get().unit == city.ward_desk
    typed = {"receiver_name": "Nguyễn Thị Phượng", "method": "desk", "identity_checked": "on"}
    assert client.post(f"{url}tra-giay-to/", typed).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state is Status.RETURNED


def test_a_clerk_of_another_desk_hands_nothing_out(client, city):
    client.force_login(make_user("clerk", city.other_desk))
    dossier = done(city, timezone.now())
    answer = client.post(f"/can-bo/ho-so/{dossier.code}/viec/tra-ket-qua/", {"receiver_name": "Lan", "method": "desk"})
    assert answer.status_code == 404
    assert Dossier.objects.get(pk=dossier.pk).state is Status.DONE
