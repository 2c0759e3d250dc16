"""Correcting what the counter took down wrongly: the paper changes, the code and the receipt do not."""

from dataclasses import replace
from uuid import uuid4

import pytest

from dossiers.clock.states import Outcome, Status
from dossiers.intake.submit import Submission, submit_dossier
from dossiers.models import Dossier, DossierEvent, Slip
from dossiers.operations.acceptance.actions import accept_completed
from dossiers.operations.correction.actions import applicant_of, correct_particulars, correct_procedure
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.supplement.actions import Defects, Override, ask_supplement
from dossiers.particulars.submission import TakenPaper
from notices.models import Notice
from notices.sending.actions import send_next_notice
from procedures.models import ProcedureVersion
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.dossiers.operations.test_acceptance import act, page
from tests.factories import (
    due_set,
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
TUESDAY = hanoi(2026, 3, 3)
REASON = "Ghi nhầm khi nhập tại quầy"


@pytest.fixture
def other(city):
    return make_offering(make_procedure("Đăng ký khai tử", term_amount=3), city.ward)


@pytest.fixture
def dossier(city, offering):
    """Accepted on Monday 2 March with five working days, due on Monday 9 March."""
    applicant = make_applicant(name="Nguyễn Thị Phượng", email="phuong@example.vn")
    return register(offering, city.ward_desk, at=MONDAY, applicant=applicant)


def corrected(dossier, at=TUESDAY, reason=REASON, papers=None, **changes):
    applicant = replace(applicant_of(dossier), **changes)
    correct_particulars(dossier=dossier, applicant=applicant, papers=papers, reason=reason, actor=None, at=at)
    return Dossier.objects.get(pk=dossier.pk)


def moved(dossier, offering, at=TUESDAY, reason=REASON, **more):
    correct_procedure(dossier=dossier, offering=offering, reason=reason, actor=None, at=at, **more)
    return Dossier.objects.get(pk=dossier.pk)


def unchanging(dossier):
    return (dossier.code, dossier.secret_hash, dossier.book_year, dossier.book_number, dossier.received_at)


def test_wrong_particulars_are_put_right_on_a_new_version_of_the_receipt(dossier):
    right = corrected(dossier, name="Nguyễn Thị Phụng", phone="0912345472")
    assert (right.applicant_name, right.applicant_folded) == ("Nguyễn Thị Phụng", "nguyen thi phung")
    assert unchanging(right) == unchanging(dossier)
    assert (right.due_at, right.state) == (dossier.due_at, Status.ACCEPTED)
    first, second = Slip.objects.filter(dossier=dossier, form="receipt").order_by("version")
    assert (first.version, first.replaced_at, first.issued_at) == (1, TUESDAY, MONDAY)
    assert (second.version, second.replaced_at, second.number) == (2, None, first.number)
    assert (first.data["applicant"], second.data["applicant"]) == ("Nguyễn Thị Phượng", "Nguyễn Thị Phụng")
    assert (first.data["code"], first.data["book"]) == (second.data["code"], second.data["book"])
    assert_row_is_what_its_events_say(right)


def test_events_name_the_corrected_fields_and_never_what_they_said(dossier):
    corrected(dossier, name="Nguyễn Thị Phụng", phone="0912345472")
    event = dossier.events.in_order().last()
    assert (event.kind, event.data["fields"], event.reason) == ("corrected", ["name", "phone"], REASON)
    text = str(list(DossierEvent.objects.values_list("data", "reason")))
    assert "Ph" not in text
    assert "0912345472" not in text


def test_every_further_correction_adds_a_version(dossier):
    corrected(dossier, name="Nguyễn Thị Phụng")
    corrected(dossier, at=hanoi(2026, 3, 4), address="Số 12 phố Bạch Mai")
    versions = Slip.objects.filter(form="receipt").order_by("version").values_list("version", "replaced_at")
    assert list(versions) == [(1, TUESDAY), (2, hanoi(2026, 3, 4)), (3, None)]


def test_papers_are_corrected_as_well(dossier):
    corrected(dossier, papers=[TakenPaper("Tờ khai", originals=2), TakenPaper("Căn cước", copies=1)])
    assert list(dossier.documents.values_list("name", "originals", "copies")) == [
        ("Tờ khai", 2, 0),
        ("Căn cước", 0, 1),
    ]
    assert dossier.events.in_order().last().data["fields"] == ["papers"]


def test_a_correction_needs_a_reason_and_a_change(dossier):
    for reason in ("", "sai", "K1"):
        with pytest.raises(RuleBroken) as broken:
            corrected(dossier, reason=reason, name="Nguyễn Thị Phụng")
        assert broken.value.field == "reason"
    with pytest.raises(RuleBroken, match="Chưa có gì thay đổi"):
        corrected(dossier)
    with pytest.raises(RuleBroken) as broken:
        corrected(dossier, name=" ")
    assert broken.value.field == "name"
    assert not Slip.objects.exists()
    assert dossier.events.count() == 1


def test_the_right_procedure_counts_from_the_original_receipt(dossier, other):
    right = moved(dossier, other)
    assert (right.offering, right.procedure, right.version.name) == (other, other.procedure, "Đăng ký khai tử")
    assert right.due_at == hanoi(2026, 3, 5, 17)
    assert unchanging(right) == unchanging(dossier)
    assert Dossier.objects.get().derivation["earlier"][0]["why"] == "correction"
    first, second = Slip.objects.filter(form="receipt").order_by("version")
    assert "09/03/2026" in first.data["due"]
    assert "05/03/2026" in second.data["due"]
    assert (first.data["term"], second.data["term"]) == ("5 ngày làm việc", "3 ngày làm việc")
    assert_row_is_what_its_events_say(right)


def test_the_legs_follow_the_right_procedure(dossier, city):
    at_department = make_offering(make_procedure("Đăng ký đất đai", term_amount=8), city.ward, handler=city.department)
    right = moved(dossier, at_department)
    assert right.handler == city.department
    assert [leg.unit_id for leg in right.legs.all()] == [city.ward_desk.pk, city.department.pk, city.ward_desk.pk]
    done = start_work(dossier=right, actor=None, at=hanoi(2026, 3, 4))
    assert (done.holder, done.due_at) == (city.department, hanoi(2026, 3, 12, 17))
    assert_row_is_what_its_events_say(done)


def test_a_procedure_of_the_same_handling_unit_is_changed_while_that_unit_works(dossier, other):
    start_work(dossier=dossier, actor=None, at=MONDAY)
    right = moved(dossier, other)
    assert (right.state, right.due_at) == (Status.IN_PROCESS, hanoi(2026, 3, 5, 17))
    finished = finish_dossier(dossier=right, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 4))
    assert_row_is_what_its_events_say(finished)


def test_a_procedure_of_another_unit_is_not_changed_while_this_one_works(dossier, city):
    elsewhere = make_offering(make_procedure("Đăng ký đất đai"), city.ward, handler=city.department)
    start_work(dossier=dossier, actor=None, at=MONDAY)
    with pytest.raises(RuleBroken, match="chuyển về nơi nhận"):
        moved(dossier, elsewhere)
    assert Dossier.objects.get().offering == dossier.offering
    assert not Slip.objects.exists()


def test_only_another_procedure_of_the_same_desk_is_taken(dossier, city, offering):
    elsewhere = make_offering(make_procedure("Đăng ký kết hôn"), city.other_ward)
    for wrong in (elsewhere, offering):
        with pytest.raises(RuleBroken) as broken:
            moved(dossier, wrong)
        assert broken.value.field == "offering"
    assert dossier.events.count() == 1


def test_a_correction_while_the_clock_rests_keeps_the_rest(dossier, other):
    start_work(dossier=dossier, actor=None, at=MONDAY)
    ask_supplement(dossier=dossier, defects=Defects(["missing"], "Cần bản chính giấy tờ"), actor=None, at=TUESDAY)
    right = moved(dossier, other, at=hanoi(2026, 3, 4))
    assert (right.state, right.due_at) == (Status.AWAITING_SUPPLEMENT, hanoi(2026, 3, 5, 17))
    assert_row_is_what_its_events_say(right)


def test_before_acceptance_the_procedure_changes_without_a_clock_or_a_receipt(city, offering, other):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    right = moved(dossier, other)
    assert (right.offering, right.due_at, right.state) == (other, None, Status.SUBMITTED)
    assert not Slip.objects.exists()
    accepted = accept_completed(dossier=right, actor=None, at=TUESDAY)
    assert accepted.due_at == hanoi(2026, 3, 6, 17)
    assert_row_is_what_its_events_say(accepted)


def test_a_term_in_words_needs_its_day(dossier, city):
    version = make_procedure("Xét tặng", term_amount=None, term_unit="", term_note="Theo từng cấp")
    in_words = make_offering(version, city.ward)
    with pytest.raises(RuleBroken) as broken:
        moved(dossier, in_words)
    assert broken.value.field == "due_on"
    right = moved(dossier, in_words, due_set=due_set(hanoi(2026, 4, 1, 17)))
    assert right.due_at == hanoi(2026, 4, 1, 17)
    assert_row_is_what_its_events_say(right)


def test_what_is_finished_is_not_corrected_any_more(dossier, other):
    start_work(dossier=dossier, actor=None, at=MONDAY)
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=TUESDAY)
    with pytest.raises(RuleBroken, match="Đã có kết quả"):
        corrected(dossier, at=hanoi(2026, 3, 4), name="Nguyễn Thị Phụng")
    with pytest.raises(RuleBroken):
        moved(dossier, other, at=hanoi(2026, 3, 4))
    assert not Slip.objects.exists()
    assert Dossier.objects.get().applicant_name == "Nguyễn Thị Phượng"


def test_a_correction_is_told_to_the_applicant(dossier, mailoutbox):
    corrected(dossier, name="Nguyễn Thị Phụng")
    assert Notice.objects.get(kind="corrected").subject == dossier.code
    while send_next_notice(at=hanoi(2026, 3, 4)):
        pass
    assert mailoutbox[-1].subject == f"Hồ sơ {dossier.code} đã được đính chính"
    assert "Phụng" not in mailoutbox[-1].body


def test_a_correction_survives_a_supplement_with_an_override(dossier, city, other):
    """The receipt then has a version for each date that was ever promised."""
    leader = make_user("leader", city.ward)
    start_work(dossier=dossier, actor=None, at=MONDAY)
    moved(dossier, other)
    defects, override = Defects(["missing"], "Cần bản chính giấy tờ"), Override("Điều 9 Luật Hộ tịch 2014", leader)
    ask_supplement(dossier=dossier, defects=defects, override=override, actor=None, at=hanoi(2026, 3, 4))
    assert Slip.objects.filter(form="receipt").count() == 2
    assert_row_is_what_its_events_say(dossier)


def test_the_clerk_corrects_on_the_page_and_keeps_what_was_not_wrong(client, dossier, city):
    client.force_login(make_user("clerk", city.ward_desk))
    form = page(client.get(act(dossier, "dinh-chinh")))
    sent = {field["name"]: field.get("value", "") for field in form.main.find_all("input", type=["text", "email"])}
    sent |= {"kind": "person", "address": "", "reason": REASON, "name": "Nguyễn Thị Phụng"}
    wrong = client.post(act(dossier, "dinh-chinh"), sent | {"phone": "abc"})
    assert wrong.status_code == 422
    assert page(wrong).find(id="id_phone_error")
    assert client.post(act(dossier, "dinh-chinh"), sent).status_code == 302
    right = Dossier.objects.get()
    assert (right.applicant_name, right.applicant_phone) == ("Nguyễn Thị Phụng", "0912345471")
    assert dossier.documents.count() == 1


def test_the_clerk_chooses_the_right_procedure_on_the_page(client, dossier, city, other):
    client.force_login(make_user("clerk", city.ward_desk))
    options = page(client.get(act(dossier, "doi-thu-tuc"))).find(id="id_offering").find_all("option")
    assert [option.text for option in options] == ["…", "Đăng ký khai tử"]
    url = act(dossier, "doi-thu-tuc")
    assert client.post(url, {"offering": dossier.offering_id, "reason": REASON}).status_code == 422
    assert client.post(url, {"offering": other.pk, "reason": "K"}).status_code == 422
    assert client.post(url, {"offering": other.pk, "reason": REASON}).status_code == 302
    assert Dossier.objects.get().version == ProcedureVersion.objects.get(procedure=other.procedure)


def test_nobody_else_corrects(client, dossier, city):
    for role, unit in (("clerk", city.other_desk), ("specialist", city.ward), ("leader", city.ward)):
        client.force_login(make_user(role, unit))
        for slug in ("dinh-chinh", "doi-thu-tuc"):
            assert client.get(act(dossier, slug)).status_code in {302, 404}
            assert client.post(act(dossier, slug), {}).status_code in {404, 409}
