"""The clerk's registration page."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.utils import timezone

from dossiers.intake.draft import read_draft
from dossiers.models import Dossier
from tests.factories import hanoi, make_offering, make_procedure, make_user, register
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
URL = "/can-bo/tiep-nhan/"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure("Đăng ký khai sinh", fee_vnd=8000), city.ward)


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk, counter="Quầy 3"))
    return client


def typed(offering, **changes):
    papers = offering.procedure.versions.get().documents.values_list("pk", flat=True)
    return {
        "request_key": str(uuid4()),
        "kind": "person",
        "name": "Nguyễn Thị Phượng",
        "id_number": "001 187 004521",
        "born_on": "14/08/1987",
        "address": "Số 12 phố Bạch Mai",
        "phone": "0912 345 471",
        "email": "",
        "offering": offering.pk,
        "papers_for": offering.pk,
        "papers": list(papers),
        "sets": "1",
        "intake": "desk",
        "delivery": "desk",
        "fee_vnd": "8.000",
        "fee_status": "collected",
        "note": "",
    } | changes


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def test_one_submit_registers_offers_the_slip_and_leaves_an_empty_form(as_clerk, offering, city):
    response = as_clerk.post(URL, typed(offering))
    dossier = Dossier.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{URL}?desk={city.ward_desk.slug}"
    assert (dossier.applicant_id, dossier.applicant_folded) == ("001187004521", "nguyen thi phuong")
    assert (dossier.fee_vnd, dossier.fee_status, dossier.documents.count()) == (8000, "collected", 2)
    assert dossier.registered_by.counter == "Quầy 3"

    html = page(as_clerk.get(response["Location"]))
    band = html.find(class_="takenin")
    assert band["role"] == "status"
    assert dossier.code in band.text
    assert "Đăng ký khai sinh" in band.text
    assert "Hẹn trả" in band.text
    assert dossier.applicant_name not in html.main.text
    assert (
        band["data-print-slip"]
        == f"/can-bo/ho-so/{dossier.code}/giay-hen/"
        == html.find(id=band.find(accesskey="i")["form"])["action"]
    )
    assert not html.find(id="id_name").get("value")
    assert [part["id"] for part in html.find_all(autofocus=True)] == ["card"]


def test_a_double_click_registers_once(as_clerk, offering):
    form = typed(offering)
    first, second = as_clerk.post(URL, form), as_clerk.post(URL, form)
    assert first["Location"] == second["Location"]
    assert Dossier.objects.count() == 1


def test_the_next_person_typed_into_a_used_form_is_kept_and_can_be_sent_again(as_clerk, offering):
    form = typed(offering)
    as_clerk.post(URL, form)
    first = Dossier.objects.get()
    other = form | {"name": "Trần Thị Khác", "id_number": "", "note": "gọi sau 5 giờ"}
    response = as_clerk.post(URL, other)
    html = page(response)
    assert response.status_code == 422
    assert f"đã dùng cho hồ sơ {first.code}" in html.find(class_="errors").text
    assert html.find(id="id_name")["value"] == "Trần Thị Khác"
    assert html.find(id="id_note")["value"] == "gọi sau 5 giờ"
    assert len(html.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    fresh = html.find("input", attrs={"name": "request_key"})["value"]
    assert fresh != form["request_key"]
    assert as_clerk.post(URL, other | {"request_key": fresh}).status_code == 302
    assert list(Dossier.objects.order_by("pk").values_list("applicant_name", flat=True)) == [
        first.applicant_name,
        "Trần Thị Khác",
    ]


def test_the_preview_promises_what_the_slip_will_promise(city):
    """Thirty days end on Monday 2 March; twenty working days over Tet would end on 6 March."""
    version = make_procedure(term_amount=30, term_unit="day")
    offering = make_offering(version, city.ward, committed_amount=20, committed_unit="working_day")
    at = hanoi(2026, 1, 30)
    for day in range(16, 21):
        CalendarDay.objects.create(day=date(2026, 2, day), kind="holiday", reason="Tết", source="Thử")
    draft = read_draft(QueryDict(f"offering={offering.pk}"), city.ward_desk, at)
    dossier = register(offering, city.ward_desk, at=at)
    assert draft.due.due_at == dossier.due_at == hanoi(2026, 3, 2, 17)


@pytest.mark.parametrize("phone", ["........", "1234567", "0912 345 471 0912 34", "٠٩١٢٣٤٥٤٧١", "⑴⑴⑴⑴⑴⑴⑴⑴"])
def test_a_telephone_number_has_eight_to_fifteen_digits(as_clerk, offering, phone):
    response = as_clerk.post(URL, typed(offering, phone=phone))
    assert response.status_code == 422
    assert page(response).find(id="id_phone_error")


def test_digits_of_an_east_asian_keyboard_are_digits(as_clerk, offering):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    form = typed(offering, id_number="001187004521".translate(wide), phone="0912345471".translate(wide))
    assert as_clerk.post(URL, form).status_code == 302
    dossier = Dossier.objects.get()
    assert (dossier.applicant_id, dossier.applicant_phone) == ("001187004521", "0912345471")


@pytest.mark.parametrize(
    ("number", "status"), [("0100109106", 302), ("0100109106-001", 302), ("001187004521", 302), ("01001091", 422)]
)
def test_a_tax_code_has_ten_twelve_or_thirteen_digits(as_clerk, offering, number, status):
    response = as_clerk.post(URL, typed(offering, kind="organisation", born_on="", id_number=number))
    assert response.status_code == status
    assert status == 302 or "10, 12 hoặc 13" in page(response).find(id="id_id_number_error").text


@pytest.mark.parametrize("number", ["111111111111", "001999004521", "001399004521"])
def test_a_number_that_no_citizen_can_have_is_refused(as_clerk, offering, number):
    response = as_clerk.post(URL, typed(offering, id_number=number, born_on=""))
    assert response.status_code == 422
    assert page(response).find(id="id_id_number_error")


def test_a_birth_lies_between_1900_and_today(as_clerk, offering):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day, message in ((f"{tomorrow:%d/%m/%Y}", "sau hôm nay"), ("31/12/1899", "từ năm 1900")):
        response = as_clerk.post(URL, typed(offering, id_number="", born_on=day))
        assert response.status_code == 422
        assert message in page(response).find(id="id_born_on_error").text
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert as_clerk.post(URL, typed(offering, id_number="", born_on=today)).status_code == 302


@pytest.mark.parametrize(
    ("fee", "read"),
    [
        ("100.000", 100_000),
        ("100,000", 100_000),
        ("1 000 000", 1_000_000),
        ("8000", 8000),
        ("12,5", None),
        ("1.00", None),
        ("1.000,000", None),
        ("-8000", None),
        (".100", None),
        ("9999999999", None),
    ],
)
def test_points_and_commas_only_part_thousands(as_clerk, offering, fee, read):
    response = as_clerk.post(URL, typed(offering, fee_vnd=fee))
    assert response.status_code == (422 if read is None else 302)
    if read is None:
        assert page(response).find(id="id_fee_vnd_error")
    else:
        assert Dossier.objects.get().fee_vnd == read


@pytest.mark.parametrize("sets", ["", "0", "21", "2.5", "ba"])
def test_the_number_of_sets_is_explained_in_the_portals_own_words(as_clerk, offering, sets):
    response = as_clerk.post(URL, typed(offering, sets=sets))
    assert "Số bộ là số từ 1 đến 20." in page(response).find(id="id_sets_error").text


def test_papers_that_only_some_people_have_start_unticked_and_the_dossier_has_what_was_ticked(as_clerk, offering):
    always, sometimes = offering.procedure.versions.get().documents.order_by("position")
    sometimes.name = "Văn bản ủy quyền (Nếu có)"
    sometimes.save()
    html = page(as_clerk.post(URL, {"offering": offering.pk, "step": "choose"}))
    ticked = [box["value"] for box in html.find_all("input", attrs={"name": "papers", "checked": True})]
    assert ticked == [str(always.pk)]
    as_clerk.post(URL, typed(offering, papers=ticked))
    assert [paper.name for paper in Dossier.objects.get().documents.all()] == [always.name]


def test_the_page_opens_in_the_field_for_the_card_and_after_mistakes_at_their_summary(as_clerk, offering):
    assert [part["id"] for part in page(as_clerk.get(URL)).find_all(autofocus=True)] == ["card"]
    wrong = page(as_clerk.post(URL, typed(offering, name="")))
    assert [part["class"][0] for part in wrong.find_all(autofocus=True)] == ["errors"]


def test_registering_before_the_papers_were_shown_shows_them_and_the_fee_and_says_so(as_clerk, offering):
    form = typed(offering, papers=[], papers_for="", fee_vnd="", fee_status="none")
    response = as_clerk.post(URL, form)
    html = page(response)
    assert response.status_code == 422
    assert "Xin kiểm tra giấy tờ nhận rồi bấm lại." in html.find(class_="errors").text
    assert len(html.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    assert html.find(id="id_fee_vnd")["value"] == "8000"
    assert html.find(id="id_fee_status").find("option", selected=True)["value"] == "collected"
    assert not Dossier.objects.exists()


def test_the_preview_has_the_fee_as_it_is_typed_now(as_clerk, offering):
    def fee(**changes):
        slip = page(as_clerk.post(URL, typed(offering, step="preview", **changes))).find(class_="slip")
        return slip.find("dt", string="Phí, lệ phí").find_next("dd").text

    assert fee() == "8.000 đồng, đã thu"
    assert fee(fee_vnd="12.000", fee_status="later") == "12.000 đồng, thu khi trả kết quả"
    assert fee(fee_status="waived", waiver_ground="Điều 3 Thông tư 1/2026") == "Miễn (Điều 3 Thông tư 1/2026)"
    assert fee(fee_vnd="", fee_status="none") == "Không thu"
    assert fee(fee_vnd="12,5") == "…"


def test_a_chosen_procedure_stands_for_the_list_until_another_is_looked_for(as_clerk, offering, city):
    make_offering(make_procedure("Đăng ký kết hôn"), city.ward)

    def is_settled(**form):
        html = page(as_clerk.post(URL, {"q": "dang ky", "offering": offering.pk} | form))
        assert bool(html.find("button", value="find")) == ("pick--set" in html.find(id="id_offering")["class"])
        return bool(html.find("button", value="find"))

    assert is_settled(step="choose")
    assert is_settled(step="procedure")
    assert not is_settled(step="procedure", papers_for=offering.pk)
    assert not is_settled(step="find", papers_for=offering.pk)


def test_every_page_carries_a_fresh_key(as_clerk, offering):
    keys = {page(as_clerk.get(URL)).find("input", attrs={"name": "request_key"})["value"] for _ in range(2)}
    assert len(keys) == 2


def test_mistakes_are_shown_beside_the_field_and_nothing_typed_is_lost(as_clerk, offering):
    form = typed(offering, name="", born_on="14/08/1990", phone="abc", note="gọi sau 5 giờ", delivery="online")
    response = as_clerk.post(URL, form)
    assert response.status_code == 422
    html = page(response)
    assert html.title.text.startswith("Lỗi:")
    summary = html.find(class_="errors")
    assert {link["href"] for link in summary.find_all("a")} == {"#id_name", "#id_born_on", "#id_phone", "#id_email"}
    assert "Năm sinh không khớp" in html.find(id="id_born_on_error").text
    assert html.find(id="id_born_on")["aria-invalid"] == "true"
    assert html.find(id="id_note")["value"] == "gọi sau 5 giờ"
    assert html.find(id="id_address").text.strip() == "Số 12 phố Bạch Mai"
    assert html.find("input", attrs={"name": "request_key"})["value"] == form["request_key"]
    assert len(html.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    assert not Dossier.objects.exists()


def test_choosing_without_javascript_shows_papers_fee_and_date_and_keeps_the_rest(as_clerk, offering):
    form = {
        "request_key": str(uuid4()),
        "name": "Lê Văn Ổn",
        "q": "khai sinh",
        "offering": offering.pk,
        "step": "procedure",
    }
    response = as_clerk.post(URL, form)
    html = page(response)
    assert response.status_code == 200
    assert html.find(id="id_name")["value"] == "Lê Văn Ổn"
    assert len(html.find_all("input", attrs={"name": "papers", "checked": True})) == 2
    assert html.find("input", attrs={"name": "papers_for"})["value"] == str(offering.pk)
    assert html.find(id="id_fee_vnd")["value"] == "8000"
    assert "Lê Văn Ổn" in html.find(class_="slip").text
    assert html.find(class_="slip").find(class_="due").b.text != "…"
    assert not html.find(class_="errors")
    assert not Dossier.objects.exists()


def test_procedures_are_found_by_words_without_marks(as_clerk, offering, city):
    make_offering(make_procedure("Đăng ký kết hôn"), city.ward)
    html = page(as_clerk.post(URL, {"q": "khai sinh", "step": "find"}))
    assert [label.span.text for label in html.find(id="id_offering").find_all("label")] == ["Đăng ký khai sinh"]


def test_papers_of_a_procedure_that_was_not_shown_are_never_taken_for_granted(as_clerk, offering, city):
    other = make_offering(make_procedure("Đăng ký kết hôn"), city.ward)
    response = as_clerk.post(URL, typed(offering) | {"offering": other.pk})
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_a_term_in_words_asks_for_date_and_reason_on_the_page(as_clerk, city):
    version = make_procedure("Xét tặng", term_amount=None, term_unit="", term_note="Theo từng cấp")
    offering = make_offering(version, city.ward)
    form = typed(offering, fee_vnd="", fee_status="none")
    asked = page(as_clerk.post(URL, form | {"step": "choose"}))
    assert "Theo từng cấp" in asked.find(id="details").text
    refused = as_clerk.post(URL, form)
    assert refused.status_code == 422
    assert "chọn ngày trả" in page(refused).find(id="id_due_on_error").text
    day = timezone.localdate() + timedelta(days=21)
    day += timedelta(days=(7 - day.weekday()) % 7)
    chosen = {"due_on": f"{day:%d/%m/%Y}", "due_reason": "Chờ lịch họp của hội đồng"}
    assert as_clerk.post(URL, form | chosen).status_code == 302
    assert timezone.localtime(Dossier.objects.get().due_at).date() == day


def test_refusing_needs_a_reason_in_words_and_asks_nothing_else(as_clerk, offering):
    form = typed(offering, refuse="1", sets="", fee_vnd="", fee_status="none", papers=[], refusal="")
    given = {"refusal": "Không thuộc thẩm quyền của cơ quan này", "ground": "Điều 15 Nghị định 61/2018/NĐ-CP"}
    for wrong, field in (({"refusal": "KHL"}, "refusal"), ({"refusal": ""}, "refusal"), ({"ground": "K1"}, "ground")):
        response = as_clerk.post(URL, form | given | wrong)
        assert response.status_code == 422
        assert page(response).find(id=f"id_{field}_error")
    band = page(as_clerk.post(URL, form | given, follow=True)).find(class_="takenin")
    dossier = Dossier.objects.get()
    assert dossier.get_status_display() == "Không tiếp nhận"
    assert "Không tiếp nhận" in band.text
    assert band["data-print-slip"].startswith(f"{dossier.get_absolute_url()}phieu/")
    assert "thẩm quyền" in as_clerk.get(dossier.get_absolute_url()).content.decode()


def test_an_open_dossier_of_the_same_person_is_pointed_out(as_clerk, offering):
    as_clerk.post(URL, typed(offering))
    html = page(as_clerk.post(URL, typed(offering, step="preview")))
    assert Dossier.objects.get().code in html.find(id="also").text


def test_only_clerks_register_and_only_at_their_own_desk(client, city, offering):
    assert client.get(URL)["Location"].startswith("/can-bo/dang-nhap/")
    client.force_login(make_user("specialist", city.ward))
    assert client.get(URL).status_code == 404
    client.force_login(make_user("clerk", city.other_desk))
    response = client.post(URL, typed(offering, desk=city.ward_desk.pk))
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_each_role_begins_at_its_own_page(client, city):
    pages = {}
    for role in ("clerk", "specialist", "leader", "official", "administrator"):
        client.force_login(make_user(role, city.ward_desk if role == "clerk" else city.ward))
        pages[role] = client.get("/can-bo/")["Location"]
    assert pages == {
        "clerk": "/can-bo/tiep-nhan/",
        "specialist": "/can-bo/hang-doi/",
        "leader": "/dieu-hanh/",
        "official": "/dieu-hanh/",
        "administrator": "/quan-tri/",
    }
