"""The receipt slip: every field of the official form, as an archivable A5 page."""

import re
import time
import zlib

import pytest
from django.utils import translation

from dossiers.actions import Paper, Terms
from dossiers.models import Dossier
from dossiers.slips import receipt_data, receipt_pdf
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
        papers=[Paper("Giấy đề nghị", originals=1), Paper("Căn cước", copies=2)],
        terms=Terms(fee_vnd=100_000, fee_status=Dossier.FeeStatus.LATER, sets=2),
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
    assert data["secret"] == dossier.secret
    assert data["clerk"] == "Trần Thu Hà"
    assert data["delivery"] == f"Tại quầy này · {dossier.desk.name}"
    assert data["hotline"] == dossier.desk.telephone
    assert all(data[key] for key in ("agency", "office", "desk", "place_and_date", "delivery", "look_up_address"))


def test_the_slip_is_vietnamese_whatever_language_the_page_was_in(dossier):
    told = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS)
    with translation.override("en"):
        assert receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS) == told


def test_the_term_on_the_slip_is_the_one_of_acceptance_whatever_is_offered_later(dossier):
    dossier.offering.committed_amount = 1
    dossier.offering.statutory_amount, dossier.offering.statutory_unit = 2, "working_day"
    dossier.offering.save()
    data = receipt_data(_stored(dossier), dossier.events.all(), dossier.documents.all(), ADDRESS)
    assert data["term"] == "5 ngày làm việc, cơ quan cam kết 3 ngày làm việc"


@pytest.mark.parametrize(
    ("delivery", "told"),
    [("post", "Qua bưu chính · Phố Huế"), ("online", "Bản điện tử · phuong@example.vn")],
)
def test_the_slip_says_where_a_result_is_sent(dossier, delivery, told):
    Dossier.objects.filter(pk=dossier.pk).update(delivery=delivery)
    data = receipt_data(_stored(dossier), dossier.events.all(), dossier.documents.all(), ADDRESS)
    assert data["delivery"] == told


def _stored(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def test_the_slip_is_one_archivable_a5_page_whatever_was_typed(dossier):
    made = receipt_pdf(receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS))
    assert made.startswith(b"%PDF-")
    assert b"pdfaid:part>2<" in made or b"pdfaid:part>2<" in _unpacked(made)
    assert len(re.findall(rb"/Type\s*/Page\b", made + _unpacked(made))) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", made + _unpacked(made)).groups())
    assert (round(width), round(height)) == (420, 595)


def test_a_long_list_of_papers_runs_on_to_a_second_page(dossier):
    data = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS)
    data["documents"] = data["documents"] * 25
    made = receipt_pdf(data)
    assert len(re.findall(rb"/Type\s*/Page\b", made + _unpacked(made))) > 1


def test_a_slip_takes_at_most_a_tenth_of_a_second(dossier):
    data = receipt_data(dossier, dossier.events.all(), dossier.documents.all(), ADDRESS)
    receipt_pdf(data)  # fonts are read once

    def timed() -> float:
        start = time.perf_counter()
        receipt_pdf(data)
        return time.perf_counter() - start

    assert min(timed() for _ in range(5)) < 0.1


def _unpacked(pdf: bytes) -> bytes:
    """The compressed object streams, unpacked."""
    found = b""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(stream)
        except zlib.error:
            continue
    return found
