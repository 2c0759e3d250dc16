"""What belongs together: cases that say the same, groups and who speaks for them, dossiers; and papers."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from complaints.clock.states import Kind, Outcome
from complaints.duplicates.lookalikes import look_alikes
from complaints.duplicates.shingles import overlap, shingles
from complaints.models import CaseReading, Representative
from complaints.operations.acceptance.actions import transfer_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.acceptance.splitting import split_case
from complaints.operations.answer.actions import answer_case
from complaints.operations.linking.actions import link_cases, link_dossier
from complaints.operations.linking.representatives import Delegate, name_representatives
from complaints.operations.settlement.actions import settle_case
from complaints.operations.settlement.assignment import pass_on, take_over
from complaints.sealed.opening import open_boxes
from tests.complaints.cases import AT, CONTENT, NAME, in_work, make_inspector, received
from tests.factories import City, make_offering, make_procedure, make_user, register
from units.rules import RuleBroken

LATER = AT + timedelta(hours=2)
WORDS = "Đã kiểm tra và cho sửa xong vỉa hè trong tuần này."
GROUP = [Delegate("Trần Văn Một", "0912345678", "Số 1"), Delegate("Lê Thị Hai")]


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def test_texts_are_compared_by_runs_of_three_words_without_accents() -> None:
    assert overlap(shingles("vỉa hè bị đào lên"), shingles("VIA HE BI DAO LEN")) == 1.0
    assert overlap(shingles("một hai ba bốn"), shingles("một hai ba năm sáu")) == 0.5
    assert overlap(shingles(""), shingles("một hai ba")) == 0.0


def test_an_open_case_of_the_same_unit_that_says_nearly_the_same_is_suggested(city: City) -> None:
    first = received(city.ward)
    again = received(city.ward, content=CONTENT.replace("hai tuần", "ba tuần"))
    received(city.other_ward)
    received(city.ward, content="Đèn đường đầu ngõ không sáng từ tối thứ Hai tuần trước.")
    found = look_alikes(again, CONTENT)
    assert [one.code for one in found] == [first.code]
    link_cases(case=again, other=first, sort="duplicate", actor=make_user("clerk", city.ward), at=LATER)
    assert look_alikes(again, CONTENT) == []


def test_a_sealed_case_is_nobodys_look_alike(city: City) -> None:
    make_inspector(city.district)
    sealed, plain = received(city.ward, Kind.DENUNCIATION, channel="post"), received(city.ward)
    assert look_alikes(plain, CONTENT) == []
    assert look_alikes(sealed, CONTENT) == []


def test_a_person_decides_to_link_and_learns_of_nothing_hidden(city: City, client: Client, clerk: User) -> None:
    make_inspector(city.district)
    mine, also = received(city.ward), received(city.ward)
    hidden = received(city.ward, Kind.DENUNCIATION, channel="post")
    page = f"/can-bo/phan-anh/{mine.code}/"
    assert also.code in client.get(page).content.decode()
    shown = [
        client.post(f"{page}viec/lien-ket/", {"other": code, "sort": "duplicate"}).content.decode()
        for code in (hidden.code, "PA.H99-260101-000001")
    ]
    assert all("Không tìm thấy vụ việc này." in one for one in shown)
    assert client.post(f"{page}viec/lien-ket/", {"other": also.code, "sort": "repeat"}).status_code == 302
    assert mine.links.get().other == also
    assert also.links.get().other == mine


def test_a_group_names_who_speaks_for_it(city: City, client: Client, clerk: User) -> None:
    case = received(city.ward, at=timezone.now() - timedelta(minutes=5))
    page = f"/can-bo/phan-anh/{case.code}/"
    form = {"people": "12", "delegates": "Trần Văn Một; 0912345678; Số 1\nLê Thị Hai"}
    assert client.post(f"{page}viec/nhieu-nguoi/", form | {"delegates": "; ;"}).status_code == 422
    assert client.post(f"{page}viec/nhieu-nguoi/", form).status_code == 302
    shown = client.get(page).content.decode()
    assert "12 người" in shown
    assert "Lê Thị Hai" in shown
    case.refresh_from_db()
    assert case.people == 12


def test_representatives_are_at_most_five_and_never_of_a_sealed_case(city: City) -> None:
    case = received(city.ward)
    with pytest.raises(RuleBroken):
        name_representatives(case=case, people=20, delegates=[Delegate(f"Người {n}") for n in range(6)])
    with pytest.raises(RuleBroken):
        name_representatives(case=case, people=1, delegates=GROUP)
    name_representatives(case=case, people=20, delegates=GROUP)
    with pytest.raises(IntegrityError), transaction.atomic():
        Representative.objects.create(case=case, position=6, name="Người thứ sáu")
    inspector = make_inspector(city.district)
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=None, at=LATER)
    assert not Representative.objects.exists()
    shown = open_boxes(case=case, reader=inspector, page="case", at=LATER)
    assert any("Trần Văn Một" in word.text for word in shown.words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Representative.objects.create(case=case, position=1, name="Người lộ")


def test_a_complaint_about_a_dossier_is_shown_on_both_pages_to_whoever_sees_both(
    city: City, client: Client, clerk: User
) -> None:
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=timezone.now())
    case, other = received(city.ward), received(city.other_ward)
    page = f"/can-bo/phan-anh/{case.code}/"
    assert client.post(f"{page}viec/gan-ho-so/", {"dossier": "khong-co"}).status_code == 422
    assert client.post(f"{page}viec/gan-ho-so/", {"dossier": dossier.code}).status_code == 302
    link_dossier(case=other, dossier=dossier)
    assert dossier.code in client.get(page).content.decode()
    shown = client.get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert case.code in shown
    assert other.code not in shown


def test_the_sheet_names_who_takes_it_and_the_letter_what_was_decided(city: City, client: Client, clerk: User) -> None:
    case = in_work(city.ward, Kind.GRIEVANCE)
    page = f"/can-bo/phan-anh/{case.code}/giay/"
    assert client.get(f"{page}tra-loi.pdf").status_code == 404
    pass_on(case=case, to=city.department, reason="Thuộc việc của phòng.", actor=clerk, at=LATER)
    sheet = pdf_text(client.get(f"{page}phieu-chuyen.pdf").content)
    assert "Phòng Thử" in sheet
    assert case.code in sheet
    take_over(case=case, actor=None, at=LATER)
    after = pdf_text(client.get(f"{page}phieu-chuyen.pdf").content)
    assert f"{city.ward.name} chuyển vụ việc trên" in " ".join(after.split()), "whoever sent it, not who has it now"
    done = in_work(city.ward, Kind.GRIEVANCE)
    settle_case(case=done, outcome=Outcome.UPHELD, decision="Hủy quyết định số 12.", actor=None, at=LATER)
    answer_case(case=done, answer=WORDS, actor=None, at=LATER)
    letter = pdf_text(client.get(f"/can-bo/phan-anh/{done.code}/giay/tra-loi.pdf").content)
    assert "Hủy quyết định số 12." in letter
    assert WORDS.split()[0] in letter
    assert NAME in letter
    assert CaseReading.objects.filter(case=done, user=clerk, page="tra-loi").exists()


def test_the_sheet_of_a_sealed_case_never_says_who_speaks(city: City, client: Client) -> None:
    inspector = make_inspector(city.district)
    case = received(city.ward, Kind.DENUNCIATION, channel="post")
    sort_case(case=case, sorting=Sorting(Kind.DENUNCIATION), actor=inspector, at=AT)
    transfer_case(case=case, body="Thanh tra thành phố", reason="Không thuộc thẩm quyền.", actor=inspector, at=LATER)
    client.force_login(inspector)
    sheet = pdf_text(client.get(f"/can-bo/phan-anh/{case.code}/giay/phieu-chuyen.pdf").content)
    assert "Thanh tra thành phố" in sheet
    assert NAME not in sheet
    client.force_login(make_user("leader", city.district))
    assert client.get(f"/can-bo/phan-anh/{case.code}/giay/phieu-chuyen.pdf").status_code == 404


def test_a_wrong_link_is_taken_back_and_that_of_one_letter_stays(city: City, client: Client, clerk: User) -> None:
    at = timezone.now() - timedelta(minutes=5)
    mine, also = received(city.ward, at=at), received(city.ward, at=at)
    link_cases(case=mine, other=also, sort="duplicate", actor=clerk, at=at)
    part = split_case(case=mine, kind=Kind.QUESTION, content="Cho hỏi lệ phí sao y?", actor=clerk, at=at)
    page = f"/can-bo/phan-anh/{mine.code}/viec/bo-lien-ket/"
    assert client.post(page, {"other": part.pk}).status_code == 422
    assert client.post(page, {"other": also.pk}).status_code == 302
    assert [one.other for one in mine.links.all()] == [part]
    assert not also.links.exists()


def test_who_answers_for_the_unit_says_whether_a_complaint_about_a_dossier_proved_right(
    city: City, client: Client, clerk: User
) -> None:
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    case = in_work(city.ward, at=timezone.now() - timedelta(minutes=5))
    link_dossier(case=case, dossier=dossier)
    page = f"/can-bo/phan-anh/{case.code}/viec/xac-minh/"
    assert client.post(page, {"right": dossier.pk}).status_code == 302
    assert not case.about.get().is_confirmed, "no matter for a clerk"
    client.force_login(make_user("leader", city.ward))
    client.post(page, {"right": dossier.pk})
    assert case.about.get().is_confirmed
    assert "Đã xác minh lỗi phục vụ" in client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    client.post(page, {})
    assert not case.about.get().is_confirmed


def test_of_a_dossier_that_an_officer_does_not_see_the_page_tells_the_code_alone(
    city: City, client: Client, clerk: User
) -> None:
    elsewhere = register(make_offering(make_procedure(), city.other_ward), city.other_desk, at=timezone.now())
    case = received(city.ward)
    link_dossier(case=case, dossier=elsewhere)
    page = client.get(f"/can-bo/phan-anh/{case.code}/").content.decode()
    assert elsewhere.code in page
    assert f"/can-bo/ho-so/{elsewhere.code}/" not in page
