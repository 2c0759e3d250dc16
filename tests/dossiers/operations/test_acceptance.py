"""The check at intake. Numbers in names are those of the thirty rules of the field."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db.backends.postgresql.psycopg_any import DateRange

from dossiers.clock.states import Status
from dossiers.intake.submit import (
    Submission,
    refuse_at_desk,
    submit_dossier,
    submit_incomplete,
)
from dossiers.models import Dossier, Slip, SupplementRequest
from dossiers.operations.acceptance.actions import Fee, accept_completed, refuse
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.supplement.actions import Defects
from dossiers.particulars.submission import TakenPaper
from dossiers.slips.issued import issued_data
from notices.models import Notice
from tests.dossiers.intake.test_page import typed
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.factories import (
    SINCE,
    due_set,
    hanoi,
    make_applicant,
    make_offering,
    make_procedure,
    make_user,
    make_version,
    register,
)
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
THURSDAY = hanoi(2026, 3, 5, 14)
DEFECTS = Defects(
    ["missing", "form"],
    "Cần bản chính giấy chứng sinh; tờ khai thiếu mục nơi sinh",
    [{"name": "Giấy chứng sinh", "missing": "original", "note": ""}],
)
REASON, GROUND = "Nơi cư trú không thuộc địa bàn", "Điều 13 Luật Hộ tịch 2014"
URL = "/can-bo/tiep-nhan/"


@pytest.fixture
def handed_in(city, offering):
    papers = [TakenPaper("Giấy tờ 1", originals=1)]
    return Submission(uuid4(), city.ward_desk, offering, make_applicant(email="phuong@example.vn"), papers)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def act(dossier, slug):
    return f"{dossier.get_absolute_url()}viec/{slug}/"


def test_09_a_supplement_before_acceptance_has_no_clock(handed_in):
    dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=MONDAY)
    assert dossier.state is Status.AWAITING_SUPPLEMENT
    assert (dossier.received_at, dossier.due_at, dossier.book_number) == (None, None, None)
    assert_row_is_what_its_events_say(dossier)
    code = dossier.code
    dossier = accept_completed(dossier=dossier, actor=None, at=THURSDAY)
    assert dossier.state is Status.ACCEPTED
    assert (dossier.received_at, dossier.due_at) == (THURSDAY, hanoi(2026, 3, 12, 17))
    assert (dossier.code, dossier.submitted_at, dossier.book_number) == (code, MONDAY, 1)
    assert [event.kind for event in dossier.events.in_order()] == ["submitted", "supplement_asked", "registered"]
    assert_row_is_what_its_events_say(dossier)


def test_one_slip_and_one_notice_name_all_defects_and_the_last_day(handed_in, settings):
    settings.SUPPLEMENT_ANSWER_DAYS = 10
    dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=MONDAY)
    request = SupplementRequest.objects.get()
    assert (request.stage, request.answer_by) == ("intake", hanoi(2026, 3, 16, 17))
    assert (request.reasons, request.papers) == (["missing", "form"], DEFECTS.papers)
    slip = Slip.objects.get(dossier=dossier)
    assert (slip.form, slip.number, slip.version) == ("supplement", 1, 1)
    assert issued_data(slip)["number"].startswith("1/PBS")
    assert len(slip.data["reasons"]) == 2
    assert slip.data["papers"][0]["original"] == "X"
    notice = Notice.objects.get()
    assert (notice.kind, notice.context["text"], notice.email) == ("supplement", DEFECTS.text, "phuong@example.vn")


def test_a_supplement_at_the_counter_needs_a_coded_reason_and_real_words(handed_in):
    for defects, field in (
        (Defects([], DEFECTS.text), "reasons"),
        (Defects(["strange"], DEFECTS.text), "reasons"),
        (Defects(["missing"], "thiếu"), "text"),
    ):
        with pytest.raises(RuleBroken) as broken:
            submit_incomplete(handed_in=handed_in, defects=defects, actor=None, at=MONDAY)
        assert broken.value.field == field
    assert not Dossier.objects.exists()


def test_the_same_key_hands_in_once(handed_in):
    first = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=MONDAY)
    again = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=MONDAY)
    assert first.pk == again.pk
    assert SupplementRequest.objects.count() == Slip.objects.count() == 1


def test_26_acceptance_takes_the_version_in_force_on_its_day(city):
    until, since = DateRange(SINCE, date(2026, 7, 1)), DateRange(date(2026, 7, 1), None)
    old = make_procedure(valid=until)
    new = make_version(old.procedure, term_amount=1, term_unit="working_day", valid=since)
    offering = make_offering(old, city.ward)
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=hanoi(2026, 6, 30))
    assert dossier.version == old
    dossier = accept_completed(dossier=dossier, actor=None, at=hanoi(2026, 7, 1))
    assert (dossier.version, dossier.due_at) == (new, hanoi(2026, 7, 2, 17))
    assert_row_is_what_its_events_say(dossier)


def test_on_acceptance_papers_and_fee_are_as_they_are_then(handed_in):
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    papers = [TakenPaper("Giấy tờ 1", originals=1), TakenPaper("Giấy tờ 2", copies=2)]
    accept_completed(dossier=dossier, papers=papers, fee=Fee(8000, "collected"), actor=None, at=THURSDAY)
    stored = Dossier.objects.get()
    assert list(stored.documents.values_list("name", "originals", "copies")) == [
        ("Giấy tờ 1", 1, 0),
        ("Giấy tờ 2", 0, 2),
    ]
    assert (stored.fee_vnd, stored.fee_status) == (8000, "collected")


def test_a_term_in_words_needs_its_day_on_acceptance(city):
    offering = make_offering(make_procedure(term_amount=None, term_unit="", term_note="Theo từng cấp"), city.ward)
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant())
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    with pytest.raises(RuleBroken) as broken:
        accept_completed(dossier=dossier, actor=None, at=THURSDAY)
    assert broken.value.field == "due_on"
    day = due_set(hanoi(2026, 4, 1, 17))
    dossier = accept_completed(dossier=dossier, due_set=day, actor=None, at=THURSDAY)
    assert dossier.due_at == hanoi(2026, 4, 1, 17)


@pytest.mark.parametrize(("reason", "ground", "field"), [("KHL", GROUND, "reason"), (REASON, "K1", "ground")])
def test_13_a_refusal_needs_its_reason_and_its_legal_ground_in_words(handed_in, reason, ground, field):
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    with pytest.raises(RuleBroken) as broken:
        refuse(dossier=dossier, reason=reason, ground=ground, actor=None, at=THURSDAY)
    assert broken.value.field == field
    assert Dossier.objects.get().state is Status.SUBMITTED
    assert not Slip.objects.exists()


@pytest.mark.parametrize("incomplete", [False, True])
def test_13_refusing_before_acceptance_issues_slip_03_with_its_ground(handed_in, incomplete):
    if incomplete:
        dossier = submit_incomplete(handed_in=handed_in, defects=DEFECTS, actor=None, at=MONDAY)
    else:
        dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    refused = refuse(
        dossier=dossier, reason=REASON, ground=GROUND, papers_back="Giấy chứng sinh", actor=None, at=THURSDAY
    )
    assert (refused.state, refused.finished_at, refused.due_at) == (Status.REFUSED, THURSDAY, None)
    slip = Slip.objects.get(form="refusal")
    assert (slip.data["reason"], slip.data["ground"], slip.data["papers_back"]) == (REASON, GROUND, "Giấy chứng sinh")
    assert Notice.objects.filter(kind="refused").count() == 1
    assert not SupplementRequest.objects.filter(completed_at=None, abandoned_at=None).exists()
    assert_row_is_what_its_events_say(refused)


def test_13_refusing_at_the_desk_issues_slip_03_too(handed_in):
    dossier = refuse_at_desk(handed_in=handed_in, reason=REASON, ground=GROUND, actor=None, at=MONDAY)
    assert Slip.objects.get(dossier=dossier).data["ground"] == GROUND


def test_what_was_accepted_is_neither_accepted_nor_refused_again(city, offering):
    dossier = register(offering, city.ward_desk, at=MONDAY)
    with pytest.raises(RuleBroken):
        refuse(dossier=dossier, reason=REASON, ground=GROUND, actor=None, at=THURSDAY)
    with pytest.raises(RuleBroken):
        accept_completed(dossier=dossier, actor=None, at=THURSDAY)
    start_work(dossier=dossier, actor=None, at=THURSDAY)
    with pytest.raises(RuleBroken):
        refuse(dossier=dossier, reason=REASON, ground=GROUND, actor=None, at=THURSDAY)
    assert not Slip.objects.exists()


def test_the_counter_takes_in_an_incomplete_dossier_in_one_submit(as_clerk, offering):
    paper = offering.procedure.versions.get().documents.first()
    ticked = [one.pk for one in offering.procedure.versions.get().documents.all()]
    form = typed(offering, incomplete="1", papers=ticked, reasons=["missing"], text="Cần bản chính giấy chứng sinh")
    band = page(as_clerk.post(URL, form | {f"paper_{paper.pk}": "original"}, follow=True)).find(class_="takenin")
    dossier = Dossier.objects.get()
    assert dossier.code in band.text
    assert dossier.state is Status.AWAITING_SUPPLEMENT
    assert (dossier.fee_vnd, dossier.fee_status) == (8000, "later")
    assert SupplementRequest.objects.get().papers == [{"name": paper.name, "missing": "original", "note": ""}]
    assert paper.name not in [document.name for document in dossier.documents.all()]
    assert dossier.documents.count() == len(ticked) - 1
    assert "Thời hạn chưa tính" in band.text
    slip = as_clerk.get(band["data-print-slip"])
    assert slip["Content-Type"] == "application/pdf"


def test_an_incomplete_dossier_without_defects_is_sent_back_with_what_was_typed(as_clerk, offering):
    paper = offering.procedure.versions.get().documents.first()
    form = typed(offering, incomplete="1", text="thiếu") | {f"paper_{paper.pk}": "copy"}
    response = as_clerk.post(URL, form)
    html = page(response)
    assert response.status_code == 422
    assert html.title.text.startswith("Lỗi:")
    assert html.find(id="id_text").text.strip() == "thiếu"
    assert html.find(id=f"id_paper_{paper.pk}").find("option", selected=True)["value"] == "copy"
    assert "#id_reasons_0" in {link["href"] for link in html.find(class_="errors").find_all("a")}
    response = as_clerk.post(URL, form | {"reasons": ["copy"]})
    assert response.status_code == 422
    assert "ít nhất 10 chữ cái" in page(response).find(id="id_text_error").text
    assert not Dossier.objects.exists()


def test_what_came_by_post_is_taken_in_and_checked_later(as_clerk, offering):
    as_clerk.post(URL, typed(offering, later="1", intake="post"))
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.intake, dossier.received_at) == (Status.SUBMITTED, "post", None)
    form = page(as_clerk.get(act(dossier, "tiep-nhan")))
    assert len(form.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    papers = list(offering.procedure.versions.get().documents.values_list("pk", flat=True))
    response = as_clerk.post(
        act(dossier, "tiep-nhan"), {"papers": papers, "fee_vnd": "8.000", "fee_status": "collected"}
    )
    assert response.status_code == 302
    dossier.refresh_from_db()
    assert (dossier.state, dossier.fee_status) == (Status.ACCEPTED, "collected")
    assert as_clerk.get(act(dossier, "tiep-nhan")).status_code == 302


def test_a_refusal_on_its_page_says_what_is_missing_beside_the_field(as_clerk, handed_in):
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    response = as_clerk.post(act(dossier, "tu-choi"), {"reason": "KHL", "ground": GROUND})
    assert response.status_code == 422
    assert page(response).find(id="id_reason_error")
    assert page(response).find(id="id_ground")["value"] == GROUND
    assert as_clerk.post(act(dossier, "tu-choi"), {"reason": REASON, "ground": GROUND}).status_code == 302
    assert Dossier.objects.get().state is Status.REFUSED


def test_only_clerks_of_the_desk_accept_and_refuse(client, city, handed_in):
    dossier = submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)
    for role, unit in (("clerk", city.other_desk), ("specialist", city.ward), ("administrator", city.ward)):
        client.force_login(make_user(role, unit))
        for slug in ("tiep-nhan", "tu-choi"):
            assert client.post(act(dossier, slug), {"reason": REASON, "ground": GROUND}).status_code in {404, 409}
    assert Dossier.objects.get().state is Status.SUBMITTED
