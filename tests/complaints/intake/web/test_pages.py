"""Speaking to an office on the web, over HTTP: what anybody may send, and what comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from complaints.intake.web.forms import NewCaseForm
from complaints.models import Case, CaseDossier, CaseFile, CaseText, Category, Reporter, SealedBox
from complaints.registration.choices import offices
from complaints.tasks import clean_uploads
from complaints.texts.sanitising import MOST_MARKS, sanitised
from tests.complaints.cases import make_inspector
from tests.factories import City, hanoi, make_offering, make_procedure, register
from tests.files.samples import picture_bomb
from tests.secrets import shows_secret

WORDS = "Ổ gà lớn trước số nhà 12, xe máy ngã hai lần trong tuần."
NAMED = {"name": "Trần Thị Ngọc Hạnh", "phone": "0987654399", "address": "Số 7 ngõ Vân Hồ"}
POTHOLE, PETITION, GRIEVANCE, DENUNCIATION = "ho-ga-o-ga", "quy-dinh", "quyet-dinh-hanh-chinh", "vi-pham"


def filled_in(**more: Any) -> dict[str, Any]:
    return {"request_key": str(uuid4()), "content": WORDS, "people": "1", "language": "vi", "doing": "send"} | more


def post(client: Client, about: str, **more: Any) -> Any:
    return client.post(f"/phan-anh/gui/{about}/", filled_in(**more))


def photo() -> bytes:
    made, stored = Image.new("RGB", (40, 30), "red"), BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CAMERA-OF-A-PERSON"
    made.save(stored, "JPEG", exif=exif)
    return stored.getvalue()


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_what_is_typed_leaves_what_fits_with_or_without_accents_in_two_queries(
    city: City, client: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(3):
        page = client.get("/phan-anh/?q=den duong").content.decode()
    assert "Đèn đường hỏng" in page
    assert "Tiếng ồn" not in page
    nothing = client.get("/phan-anh/?q=zzzz").content.decode()
    assert "Không thấy việc nào như vậy" in nothing
    assert "Tiếng ồn" in nothing


def test_from_the_page_of_a_dossier_its_code_goes_along_to_the_form(city: City, client: Client) -> None:
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 7, 20))
    at = f"/phan-anh/?ho-so={dossier.code}"
    assert f'href="{at}"' in client.get(f"/tra-cuu/{dossier.code}/").content.decode()
    way = f"/phan-anh/gui/tre-ho-so/?ho-so={dossier.code}"
    assert f'href="{way}"' in client.get(f"{at}&q=tre").content.decode()
    field = BeautifulSoup(client.get(way).content, "html.parser").find("input", {"name": "dossier"})
    assert field["value"] == dossier.code
    hostile = client.get('/phan-anh/?ho-so="><script>').content.decode()
    assert "&quot;&gt;" not in hostile
    assert '"><script>' not in hostile
    assert "Về hồ sơ" not in hostile


def code_in(answer) -> str:
    (code,) = re.findall(r'answer__date code">(PA[^<]+)<', answer.content.decode())
    return str(code)


def test_a_report_from_the_street_needs_no_name_and_gives_a_code_and_a_secret(city: City, client: Client) -> None:
    page = client.post(f"/phan-anh/gui/{POTHOLE}/", filled_in(doing="review", place="12 Vân Hồ")).content.decode()
    assert WORDS in page
    assert not Case.objects.exists()
    answer = post(client, POTHOLE, place="12 Vân Hồ", latitude="21.01234", longitude="105.85", unit=city.ward.slug)
    case = Case.objects.get()
    assert (case.kind, case.unit, case.is_anonymous, str(case.latitude)) == (
        "field_report",
        city.ward,
        True,
        "21.01234",
    )
    shown, again = answer.content.decode(), client.get(f"/phan-anh/{case.code}/da-gui/").content.decode()
    assert case.code in shown
    assert case.code in again
    assert (shows_secret(shown, case), shows_secret(again, case)) == (True, False)
    assert "Lấy mã mới" in again
    assert Client().get(f"/phan-anh/{case.code}/da-gui/").status_code == 404


def test_the_last_button_pressed_twice_makes_one_case_and_other_words_another(
    city: City, client: Client, uploads: Path
) -> None:
    sent = filled_in(uploads=upload(photo(), "a.jpg"))
    first = client.post(f"/phan-anh/gui/{POTHOLE}/", sent)
    sent["uploads"] = upload(photo(), "a.jpg")
    again = client.post(f"/phan-anh/gui/{POTHOLE}/", sent)
    assert code_in(again) == code_in(first)
    assert not shows_secret(again.content.decode(), Case.objects.get())
    assert CaseFile.objects.count() == 1
    del sent["uploads"]
    assert code_in(client.post(f"/phan-anh/gui/{POTHOLE}/", sent | {"content": WORDS + " Thêm."})) != code_in(first)


def test_a_petition_is_asked_for_who_sends_it_and_nothing_typed_is_lost(city: City, client: Client) -> None:
    answer = post(client, PETITION)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "loại này không nhận nặc danh" in page
    assert WORDS in page
    assert post(client, PETITION, **NAMED).status_code == 201
    assert Reporter.objects.get().name == NAMED["name"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "ít nhất 10 chữ cái"),
        ("🚧🚧🚧 !!!", "ít nhất 10 chữ cái"),
        ("dài lắm " * 12_500, "Nội dung dài quá 20000 chữ"),
    ],
)
def test_words_that_say_nothing_or_too_much_are_answered_beside_the_field(
    city: City, client: Client, content: str, sentence: str
) -> None:
    answer = post(client, POTHOLE, content=content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_html_is_shown_as_typed_and_heaps_of_marks_are_cleared(city: City, client: Client) -> None:
    answer = post(client, POTHOLE, content="<script>alert(1)</script> đường đầy rác \u202e 👍 Z" + "\u0335" * 200)
    case = Case.objects.get()
    text = CaseText.objects.get(case=case).text
    assert text.count("\u0335") == MOST_MARKS
    assert "👍" in text
    assert "\u202e" not in text
    page = client.get(f"/phan-anh/{case.code}/").content.decode()
    assert answer.status_code == 201
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_taming_composes_and_keeps_vietnamese() -> None:
    assert sanitised("e\u0302\u0301\r\nb\x07") == "ế\nb"


def test_the_place_a_photo_was_taken_is_not_kept_and_a_bomb_is_refused(
    city: City, client: Client, uploads: Path, django_capture_on_commit_callbacks: Any
) -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", compression=8) as archive:
        archive.writestr("0", b"0" * 5_000_000)
    refused = post(client, POTHOLE, uploads=upload(bomb.getvalue(), "anh.jpg"))
    assert refused.status_code == 422
    assert "hãy chọn lại các tệp" in refused.content.decode()
    assert not Case.objects.exists()
    post(client, POTHOLE, uploads=upload(photo(), "anh.jpg"))
    assert CaseFile.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        clean_uploads()
    text = b"".join(one.read_bytes() for one in uploads.rglob("*") if one.is_file())
    assert text
    assert b"CAMERA-OF-A-PERSON" not in text


def test_pictures_that_would_unfold_too_far_are_refused_by_their_heads_and_the_words_stay(
    city: City, client: Client, uploads: Path
) -> None:
    drawing = picture_bomb(7_000)  # whoever decoded one would find it broken
    refused = post(client, POTHOLE, uploads=[upload(drawing, f"{n}.png") for n in range(3)])
    page = BeautifulSoup(refused.content, "html.parser")
    text = page.find(id="id_uploads_error").text
    assert (refused.status_code, "“2.png”: cùng các ảnh trước đó vượt quá 120 triệu" in text) == (422, True)
    assert "“1.png”" not in text
    assert page.find("input", {"name": "content"})["value"] == WORDS
    assert not Case.objects.exists()


def test_six_files_are_one_too_many(city: City, client: Client, uploads: Path) -> None:
    answer = post(client, POTHOLE, uploads=[upload(photo(), f"{n}.jpg") for n in range(6)])
    assert answer.status_code == 422
    assert "Nhiều nhất 5 tệp" in answer.content.decode()


def test_information_about_a_violation_is_sealed_with_its_files(city: City, client: Client, uploads: Path) -> None:
    make_inspector(city.district)
    answer = post(client, DENUNCIATION, uploads=upload(photo(), "don.jpg"), place="Chỗ này", **NAMED)
    case = Case.objects.get()
    assert answer.status_code == 201
    assert (case.kind, case.is_sealed, case.place) == ("denunciation_info", True, "")
    assert set(SealedBox.objects.values_list("what", flat=True)) == {"reporter", "content", "scan"}
    assert not CaseText.objects.exists()
    assert not [one for one in uploads.rglob("*") if one.is_file()]
    page = client.get(f"/phan-anh/{case.code}/").content.decode()
    assert "Mới nhận" in page
    assert WORDS not in page
    assert city.district.name not in re.sub(r"(?s)<footer.*", "", page).partition("<main")[2]


def test_guidance_comes_before_a_grievance_and_a_denunciation(city: City, client: Client) -> None:
    assert "chỉ được thụ lý khi gửi bằng đơn" in client.get("/phan-anh/to-cao/").content.decode()
    assert "chữ ký hoặc điểm chỉ" in client.get("/phan-anh/khieu-nai/").content.decode()


def test_an_act_in_the_future_is_refused_and_one_long_ago_only_remarked(city: City, client: Client) -> None:
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    refused = post(client, GRIEVANCE, acted_on=tomorrow, **NAMED)
    assert refused.status_code == 422
    assert "không thể sau hôm nay" in refused.content.decode()
    asked = post(client, GRIEVANCE, acted_on="01/02/2024", doing="review", **NAMED)
    assert asked.status_code == 200
    assert "quá thời hiệu" in asked.content.decode()
    assert post(client, GRIEVANCE, acted_on="01/02/2024", **NAMED).status_code == 201


def test_a_dossier_is_linked_where_there_is_one_and_nobody_learns_whether(city: City, client: Client) -> None:
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    known = post(client, POTHOLE, dossier=dossier.code.lower())
    unknown = post(client, POTHOLE, dossier="H99.99-260101-0001")
    assert known.status_code == unknown.status_code == 201
    assert CaseDossier.objects.get().dossier == dossier


def test_what_only_a_program_fills_in_is_refused(city: City, client: Client) -> None:
    answer = post(client, POTHOLE, website="https://spam.example")
    assert answer.status_code == 422
    assert "spam.example" not in answer.content.decode()
    assert not Case.objects.exists()


def test_the_sixth_report_within_a_minute_waits_with_everything_still_there(city: City, client: Client) -> None:
    for number in range(5):
        assert post(client, POTHOLE, content=f"{WORDS} {number}").status_code == 201
    answer = post(client, POTHOLE)
    assert answer.status_code == 429
    assert WORDS in answer.content.decode()
    assert Case.objects.count() == 5


def test_the_form_asks_for_the_devices_place_only_where_a_place_is_of_use(city: City, client: Client) -> None:
    assert "geolocation=(self)" in client.get(f"/phan-anh/gui/{POTHOLE}/").headers["Permissions-Policy"]
    assert "geolocation=()" in client.get(f"/phan-anh/gui/{DENUNCIATION}/").headers["Permissions-Policy"]
    assert client.get("/phan-anh/gui/khong-co/").status_code == 404


def test_a_dossier_code_that_nothing_has_is_told_to_the_office_and_not_to_the_sender(
    city: City, client: Client
) -> None:
    page = post(client, PETITION, **NAMED, dossier="H26.99-260101-9999", doing="review").content.decode()
    assert "không có hồ sơ" not in page.lower()
    post(client, PETITION, **NAMED, dossier="H26.99-260101-9999")
    assert not CaseDossier.objects.exists()
    assert "H26.99-260101-9999" in CaseText.objects.get(sort="note").text


def test_who_denounces_under_another_name_is_offered_the_sealed_way_with_all_they_typed(
    city: City, client: Client
) -> None:
    make_inspector(city.district)
    fields = filled_in(**NAMED, content="Cán bộ quầy 2 đòi phong bì một triệu đồng.", doing="review")
    page = client.post("/phan-anh/gui/thai-do/", fields).content.decode()
    assert f'formaction="/phan-anh/gui/{DENUNCIATION}/"' in page
    form = client.post(f"/phan-anh/gui/{DENUNCIATION}/", fields | {"doing": "edit"}).content.decode()
    assert "đòi phong bì một triệu đồng" in form
    assert NAMED["name"] in form
    plain = client.post("/phan-anh/gui/thai-do/", filled_in(**NAMED, doing="review")).content.decode()
    assert "formaction" not in plain


def test_rule_28_the_ninetieth_day_gives_way_to_a_day_off(city: City) -> None:
    category = Category.objects.get(code=GRIEVANCE)
    for day, past in ((hanoi(2026, 6, 1), 0), (hanoi(2026, 6, 2), 90)):
        typed = filled_in(**NAMED, acted_on="02/03/2026")
        form = NewCaseForm(typed, category=category, offices=offices(day.date()), at=day)
        assert form.is_valid()
        assert form.past_limitation() == past


def test_the_headings_of_what_it_is_about_are_english_on_an_english_page(city: City, client: Client) -> None:
    page = client.get("/en/phan-anh/").content.decode()
    assert "Streets and public works" in page
    assert "Đường phố, hạ tầng" not in page
