"""The receipt slip of a registered dossier: every field of the official form."""

import pytest
from django.urls import reverse
from django.utils import translation

from dossiers.models import Dossier, Slip
from dossiers.particulars.submission import SubmissionTerms, TakenPaper
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.pdf import Form, slip_pdf
from dossiers.slips.receipt import receipt_data
from tests.dossiers.slips.slip_samples import pages_of
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_units, make_user, register

pytestmark = pytest.mark.django_db
ADDRESS = "https://motcua.example/tra-cuu/X/"


@pytest.fixture
def dossier():
    city = make_units()
    offering = make_offering(
        make_procedure("Đăng ký hộ kinh doanh"), city.ward, committed_amount=3, committed_unit="working_day"
    )
    applicant = make_applicant(
        name="Nguyễn #Phượng *[Ẵ]*", id_number="001187004521", address="Phố Huế", email="phuong@example.vn"
    )
    made = register(
        offering,
        city.ward_desk,
        at=hanoi(2026, 3, 2, 10, 32),
        applicant=applicant,
        papers=[TakenPaper("Giấy đề nghị", originals=1), TakenPaper("Căn cước", copies=2)],
        terms=SubmissionTerms(fee_vnd=100_000, fee_status=Dossier.FeeStatus.LATER, sets=2),
        actor=make_user("clerk", city.ward_desk, full_name="Trần Thu Hà"),
    )
    return Dossier.objects.get(pk=made.pk)


def test_the_slip_has_every_field_of_the_form(dossier):
    data = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS)
    assert data["code"] == dossier.code
    assert data["applicant"] == "Nguyễn #Phượng *[Ẵ]*"
    assert (data["id_number"], data["address"], data["email"]) == ("001187004521", "Phố Huế", "phuong@example.vn")
    assert data["request"] == "Đăng ký hộ kinh doanh"
    assert data["documents"] == [
        {"name": "Giấy đề nghị", "originals": "1", "copies": "", "number": "1"},
        {"name": "Căn cước", "originals": "", "copies": "2", "number": "2"},
    ]
    assert data["sets"] == "2"
    assert data["term"] == "5 ngày làm việc, cơ quan cam kết 3 ngày làm việc"
    assert data["received"] == "10:32 Thứ Hai, 02/03/2026"
    assert data["due"] == "17:00 Thứ Năm, 05/03/2026"
    assert data["fee"] == "100.000 đồng, thu khi trả kết quả"
    assert "secret" not in data
    assert data["officer"] == "Trần Thu Hà"
    assert data["delivery"] == f"Tại quầy này · {dossier.desk.name}"
    assert data["book"] == "quyển số 2026, số thứ tự 1"
    assert (data["number"], data["version"], data["day"]) == ("", 1, [2026, 3, 2])
    assert data["hotline"] == dossier.desk.telephone
    assert all(data[key] for key in ("agency", "office", "desk", "place_and_date", "delivery", "look_up_address"))


def test_the_slip_is_vietnamese_whatever_language_the_page_was_in(dossier):
    shown = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS)
    with translation.override("en"):
        assert receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS) == shown


def test_the_term_on_the_slip_is_the_one_of_acceptance_whatever_is_offered_later(dossier):
    dossier.offering.committed_amount = 1
    dossier.offering.statutory_amount, dossier.offering.statutory_unit = 2, "working_day"
    dossier.offering.save()
    data = receipt_data(_stored(dossier), dossier.events.all(), dossier.documents.all(), ADDRESS)
    assert data["term"] == "5 ngày làm việc, cơ quan cam kết 3 ngày làm việc"


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [("post", "Qua bưu chính · Phố Huế"), ("online", "Bản điện tử · phuong@example.vn")],
)
def test_the_slip_says_where_a_result_is_sent(dossier, delivery, expected):
    Dossier.objects.filter(pk=dossier.pk).update(delivery=delivery)
    data = receipt_data(_stored(dossier), dossier.events.all(), dossier.documents.all(), ADDRESS)
    assert data["delivery"] == expected


def _stored(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def test_the_slip_of_a_registered_dossier_shows_what_was_typed_and_no_more(dossier):
    (page,) = pages_of(
        slip_pdf(Form.RECEIPT, receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS))
    )
    assert f"Mã hồ sơ: {dossier.code} Người nộp: Nguyễn #Phượng *[Ẵ]* Số căn cước" in page
    assert "17:00 Thứ Năm, 05/03/2026" in page
    assert "Số:" not in page  # a receipt is known by the code of its dossier until one of its copies is numbered


def test_a_corrected_receipt_names_its_number_its_version_and_who_issued_it(dossier):
    issue = Issue(hanoi(2026, 3, 3, 8), "Lê Văn Nam", number=7, version=2)
    data = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS, issue)
    (page,) = pages_of(slip_pdf(Form.RECEIPT, data))
    assert "Số: 7/PTN-" in page
    assert "ngày 3 tháng 3 năm 2026" in page
    assert "Thời gian nhận hồ sơ: 10:32 Thứ Hai, 02/03/2026" in page
    assert "Người tiếp nhận hồ sơ (Ký, ghi rõ họ tên) Lê Văn Nam" in page
    assert page.endswith("Phiên bản 2 · Trang 1 / 1")


def test_whoever_prints_an_issued_slip_gets_the_address_to_follow_it_and_the_second_time_a_copy(dossier, client):
    clerk = make_user("clerk", dossier.desk)
    slip = issue_slip(
        dossier=dossier,
        form=Slip.Form.RECEIPT,
        data=receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ""),
        unit=dossier.desk,
        actor=clerk,
        at=hanoi(2026, 3, 3, 8),
    )
    client.force_login(clerk)
    with translation.override("en"):
        answers = [client.get(reverse("dossiers:slip", args=[dossier.code, slip.pk])) for _ in range(2)]
    first, second = (pages_of(answer.content)[0] for answer in answers)
    assert f"http://testserver/tra-cuu/{dossier.code}/" in first.replace(" ", "")
    assert "Số: 1/PTN-" in first
    assert ["BẢN IN LẠI" in page for page in (first, second)] == [False, True]
