"""The applicant's panel of the registration page: cards, known people, duplicates, foreigners."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.utils import timezone

from dossiers.models import Dossier, DossierReading
from tests.dossiers.intake.test_id_card import PARTS, raw
from tests.dossiers.intake.test_page import URL, typed
from tests.factories import make_applicant, make_offering, make_procedure, make_user, register

pytestmark = pytest.mark.django_db
PERSON = {"name": "Nguyễn Thị Phượng", "id_number": PARTS[0], "phone": "0912345471", "address": "Số 1 phố Huế"}
NOT_CHOSEN = {"offering": ""}
QUERIES = 24


@pytest.fixture
def as_clerk(client, clerk):
    client.force_login(clerk)
    return client


def shown(response):
    return BeautifulSoup(response.content, "html.parser")


def values(html):
    return {
        name: html.find(id=f"id_{name}").get("value", "")
        for name in ("name", "id_number", "born_on", "phone", "email")
    }


def focused(html):
    return [part["id"] for part in html.find_all(autofocus=True)]


def known(offering, city, **person):
    return register(offering, city.ward_desk, at=timezone.now(), applicant=make_applicant(**(PERSON | person)))


def test_the_scanners_enter_presses_the_button_that_reads_the_card_and_never_registers(as_clerk, offering):
    form = shown(as_clerk.get(URL)).main.form
    first = form.find("button", type="submit")
    assert (first["name"], first["value"]) == ("step", "card")
    assert form.find("input", accesskey=True)["id"] == "card"
    as_clerk.post(URL, typed(offering, step="card", card=raw()))
    assert not Dossier.objects.exists()


def test_a_card_fills_what_it_says_and_leaves_the_rest_and_is_shown_nowhere(as_clerk, offering, caplog):
    before = typed(
        offering, step="card", card=raw(), name="Khác", id_number="", born_on="", kind="organisation", phone=""
    )
    response = as_clerk.post(URL, before | {"email": "phuong@example.vn", "note": "gọi sau"})
    html = shown(response)
    assert response.status_code == 200
    assert values(html) == {
        "name": "Nguyễn Thị Phượng",
        "id_number": "001187004521",
        "born_on": "14/08/1987",
        "phone": "",
        "email": "phuong@example.vn",
    }
    assert html.find(id="id_address").text.strip() == PARTS[5]
    assert html.find("input", attrs={"name": "kind", "checked": True})["value"] == "person"
    assert html.find(id="id_note")["value"] == "gọi sau"
    assert "Nguyễn Thị Phượng" in html.find(class_="slip").text
    assert focused(html) == ["id_phone"]
    assert html.find(class_="badge--ok")
    assert html.find(id="card").get("value") is None
    assert "15042021" not in response.content.decode() + caplog.text


def test_with_everything_filled_the_search_for_the_procedure_is_next(as_clerk, offering):
    assert focused(shown(as_clerk.post(URL, typed(offering, step="card", card=raw())))) == ["q"]


def test_a_broken_read_says_so_and_changes_nothing(as_clerk, offering):
    broken = "001187004521|NGUYÊN THI|<b>"
    response = as_clerk.post(URL, typed(offering, step="card", card=broken, name="Lê Văn Ổn"))
    html = shown(response)
    assert html.find(id="card_error").text.strip().endswith("Tắt bộ gõ tiếng Việt rồi quét lại, hoặc nhập tay.")
    assert html.find(id="card")["aria-describedby"] == "card_error"
    assert focused(html) == ["card"]
    assert values(html)["name"] == "Lê Văn Ổn"
    assert "NGUYÊN THI" not in response.content.decode()


def test_enter_elsewhere_without_a_card_chooses_the_procedure_as_before(as_clerk, offering):
    html = shown(as_clerk.post(URL, typed(offering, step="card", card=" ", papers=[], papers_for="")))
    assert len(html.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    assert not html.find(id="card_error")


@pytest.mark.parametrize("card", ["|" * 10_000, "x" * 1_000_000, "\u202e" * 300, "<script>" * 7 + "|" * 6])
def test_hostile_reads_get_the_same_sentence(as_clerk, card):
    response = as_clerk.post(URL, {"step": "card", "card": card})
    assert response.status_code == 200
    assert shown(response).find(id="card_error")
    assert card not in response.content.decode()


def test_only_this_page_may_ask_for_the_camera(as_clerk):
    assert "camera=(self)" in as_clerk.get(URL)["Permissions-Policy"]
    assert "camera=()" in as_clerk.get("/can-bo/hang-doi/")["Permissions-Policy"]


def test_a_known_person_brings_the_telephone_number_along_and_its_reading_is_recorded(as_clerk, clerk, offering, city):
    dossier = known(offering, city)
    html = shown(as_clerk.post(URL, typed(offering, step="card", card=raw(), phone="") | NOT_CHOSEN))
    assert values(html)["phone"] == "0912345471"
    assert html.find(id="id_address").text.strip() == PARTS[5]  # the card knows better
    hint = html.find(id="id_phone_helptext").text
    assert hint == f"Lấy từ hồ sơ ngày {timezone.localdate():%d/%m/%Y}, hãy hỏi lại."
    assert dossier.code in html.find(id="also").text
    assert focused(html) == ["q"]
    as_clerk.post(URL, typed(offering, step="preview"))
    assert list(DossierReading.objects.values_list("dossier", "user", "page")) == [(dossier.pk, clerk.pk, "register")]


def test_the_next_card_does_not_keep_the_telephone_number_of_the_one_before(as_clerk, offering, city):
    known(offering, city)
    other = raw(p0="001090123456", p3="01011990", p4="Nam", p2="TRẦN VĂN LONG")
    sent = typed(offering, step="card", card=other, phone="0912345471", offered_phone="0912345471")
    assert not values(shown(as_clerk.post(URL, sent)))["phone"]
    assert values(shown(as_clerk.post(URL, sent | {"offered_phone": ""})))["phone"] == "0912345471"


def test_a_number_typed_by_hand_offers_what_is_known_on_a_button(as_clerk, offering, city):
    known(offering, city)
    sent = typed(offering, step="preview", phone="", address="") | NOT_CHOSEN
    html = shown(as_clerk.post(URL, sent))
    assert not values(html)["phone"]
    assert html.find(id="also").find("button", value="known")
    filled = shown(as_clerk.post(URL, sent | {"step": "known"}))
    assert (values(filled)["phone"], filled.find(id="id_address").text.strip()) == ("0912345471", "Số 1 phố Huế")
    assert not filled.find(id="also").find("button", value="known")


def test_nobody_learns_of_dossiers_they_may_not_see(client, offering, city):
    dossier = known(offering, city)
    client.force_login(make_user("clerk", city.other_desk))
    html = shown(client.post(URL, typed(offering, step="card", card=raw(), phone="") | NOT_CHOSEN))
    assert not values(html)["phone"]
    assert dossier.code not in html.text
    assert not DossierReading.objects.exists()


def test_the_same_person_for_the_same_procedure_is_asked_about_first(as_clerk, offering, city):
    first = known(offering, city)
    form = typed(offering, fee_vnd="", fee_status="none")
    response = as_clerk.post(URL, form)
    html = shown(response)
    assert response.status_code == 422
    tick = html.find(id="id_duplicate_of")
    assert tick["value"] == str(first.pk)
    assert first.code in html.find(id="id_duplicate_of_error").text
    assert html.find(class_="errors").find("a", href="#id_duplicate_of")
    assert focused(html) == ["id_duplicate_of"]
    assert tick in html.find(id="h1").find_all_previous("input")  # above the fold, before the applicant's fields
    assert values(html)["name"] == form["name"]
    assert as_clerk.post(URL, form | {"duplicate_of": "1" + tick["value"]}).status_code == 422
    made = as_clerk.post(URL, form | {"duplicate_of": tick["value"]})
    assert made.status_code == 302
    assert as_clerk.post(URL, form | {"duplicate_of": tick["value"]})["Location"] == made["Location"]
    assert Dossier.objects.count() == 2


def test_another_procedure_or_somebody_without_a_number_is_no_duplicate(as_clerk, offering, city):
    other = make_offering(make_procedure("Đăng ký kết hôn"), city.ward)
    known(offering, city)
    known(offering, city, id_number="")
    free = {"fee_vnd": "", "fee_status": "none"}
    assert as_clerk.post(URL, typed(other, **free)).status_code == 302
    assert as_clerk.post(URL, typed(offering, id_number="", **free)).status_code == 302
    assert (
        as_clerk.post(
            URL, typed(offering, refuse="1", refusal="Không thuộc thẩm quyền", ground="Điều 15 Luật Cư trú")
        ).status_code
        == 302
    )


@pytest.mark.parametrize(("number", "status"), [("C01X00T47", 302), ("x1234567", 302), ("AB", 422), ("ABCDEFG", 422)])
def test_a_foreigner_shows_a_passport_and_may_say_the_nationality(as_clerk, offering, number, status):
    form = typed(offering, kind="foreigner", id_number=number, nationality="Pháp", fee_vnd="", fee_status="none")
    response = as_clerk.post(URL, form)
    assert response.status_code == status
    if status == 422:
        assert "hộ chiếu" in shown(response).find(id="id_id_number_error").text
        return
    dossier = Dossier.objects.get()
    assert (dossier.applicant_kind, dossier.applicant_id) == ("foreigner", number.upper())
    assert (dossier.applicant_nationality, dossier.applicant_born_on) == ("Pháp", date(1987, 8, 14))
    page = shown(as_clerk.get(f"/can-bo/ho-so/{dossier.code}/")).text
    assert "Số hộ chiếu" in page
    assert "Pháp" in page


def test_what_a_kind_of_applicant_does_not_have_is_not_kept(as_clerk, offering):
    sent = {
        "kind": "organisation",
        "id_number": "0100109106",
        "nationality": "Pháp",
        "fee_vnd": "",
        "fee_status": "none",
    }
    assert as_clerk.post(URL, typed(offering, **sent)).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.applicant_born_on, dossier.applicant_nationality) == (None, "")
    with pytest.raises(IntegrityError, match="dossier_nationality_of_a_foreigner"), transaction.atomic():
        Dossier.objects.update(applicant_nationality="Pháp")


def test_the_page_asks_the_same_few_questions_however_many_dossiers_a_person_has(
    as_clerk, offering, city, django_assert_max_num_queries
):
    sent, counted = typed(offering, step="preview"), []
    for many in (1, 4):
        for _ in range(many):
            known(offering, city)
        as_clerk.post(URL, sent)  # the readings are recorded
        with django_assert_max_num_queries(QUERIES) as asked:
            as_clerk.post(URL, sent)
        counted.append(len(asked))
    assert counted[0] == counted[1]
