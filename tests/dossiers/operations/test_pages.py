"""One page and one address for every act: who may, what is judged, and what happens when somebody was faster."""

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.test import Client
from django.utils import timezone

from dossiers.clock.states import Status
from dossiers.models import Dossier, DossierReading
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.registry import OPERATIONS
from dossiers.operations.supplement.actions import Defects, ask_supplement
from tests.factories import (
    hanoi,
    make_offering,
    make_procedure,
    make_process,
    make_user,
    register,
)

pytestmark = pytest.mark.django_db

STOPPED = {
    "body": "Tòa án nhân dân",
    "document": "12/QĐ-TA",
    "dated": "2026-03-03",
    "reason": "Có tranh chấp đang được tòa án thụ lý",
    "consequences": "Chưa thu tiền của người nộp",
}


def test_no_browser_offers_the_next_person_what_was_typed_for_the_last_and_money_is_typed_on_digits():
    written = [
        (act.slug, name, field.widget.attrs)
        for act in OPERATIONS.values()
        for name, field in act.form.base_fields.items()
        if isinstance(field.widget, forms.TextInput | forms.Textarea)
    ]
    assert {(slug, name) for slug, name, attrs in written if attrs.get("autocomplete") != "off"} == set()
    money = [attrs.get("inputmode") for _slug, name, attrs in written if name in {"amount", "fee_vnd"}]
    assert money
    assert set(money) == {"numeric"}


@pytest.fixture
def dossier(city) -> Dossier:
    made = register(
        make_offering(make_procedure(), city.ward, handler=city.department), city.ward_desk, at=hanoi(2026, 3, 2)
    )
    return start_work(dossier=made, actor=None, at=hanoi(2026, 3, 2, 10))


@pytest.fixture
def specialist(client: Client, city):
    user = make_user("specialist", city.department)
    client.force_login(user)
    return user


def page(dossier: Dossier, slug: str = "dung") -> str:
    return f"/can-bo/ho-so/{dossier.code}/viec/{slug}/"


def seen(dossier: Dossier) -> int:
    return dossier.events.count()


def test_a_form_is_begun_in_its_first_field_and_its_errors_are_read_first(client: Client, dossier, specialist):
    opened = BeautifulSoup(client.get(page(dossier)).content, "html.parser")
    assert [one["name"] for one in opened.select("[autofocus]")] == ["body"]
    refused = client.post(page(dossier), {"seen": seen(dossier)})
    assert [one["role"] for one in BeautifulSoup(refused.content, "html.parser").select("[autofocus]")] == ["alert"]


def test_the_dossiers_page_offers_what_this_person_can_do_now(client: Client, dossier, specialist):
    shown = client.get(dossier.get_absolute_url()).content.decode()
    assert page(dossier, "dung") in shown
    assert page(dossier, "giai-quyet-tiep") not in shown


def test_an_act_has_a_page_with_its_form_and_opening_it_is_recorded(client: Client, dossier, specialist):
    answer = client.get(page(dossier))
    assert answer.status_code == 200
    assert f'name="seen" value="{seen(dossier)}"' in answer.content.decode()
    assert DossierReading.objects.filter(dossier=dossier, user=specialist, page="dung").exists()


def test_doing_an_act_moves_the_dossier_and_returns_to_it(client: Client, dossier, specialist):
    answer = client.post(page(dossier), STOPPED | {"seen": seen(dossier)})
    assert answer.status_code == 302
    assert answer["Location"] == dossier.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.state is Status.STOPPED


def test_a_form_that_cannot_be_acted_upon_comes_back_with_what_was_typed(client: Client, dossier, specialist):
    answer = client.post(page(dossier), STOPPED | {"reason": "", "seen": seen(dossier)})
    assert answer.status_code == 422
    assert STOPPED["consequences"] in answer.content.decode()
    dossier.refresh_from_db()
    assert dossier.state is Status.IN_PROCESS


def test_when_somebody_else_was_faster_nothing_is_done_and_nothing_typed_is_lost(client: Client, dossier, specialist):
    before = seen(dossier)
    ask_supplement(
        dossier=dossier,
        defects=Defects(reasons=["missing"], text="Thiếu giấy khai sinh bản chính"),
        actor=None,
        at=hanoi(2026, 3, 3),
    )
    answer = client.post(page(dossier), STOPPED | {"seen": before})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Yêu cầu bổ sung giấy tờ" in text
    assert STOPPED["reason"] in text
    assert f'name="seen" value="{seen(dossier)}"' in text
    dossier.refresh_from_db()
    assert dossier.state is Status.AWAITING_SUPPLEMENT


def test_a_double_click_does_it_once(client: Client, dossier, specialist):
    typed = STOPPED | {"seen": seen(dossier)}
    answers = [client.post(page(dossier), typed).status_code for _ in range(2)]
    assert answers == [302, 409]
    assert dossier.events.filter(kind="stopped").count() == 1


def test_an_act_that_does_not_exist_is_not_found(client: Client, dossier, specialist):
    assert client.get(page(dossier, "khong-co-viec-nay")).status_code == 404
    assert client.post(page(dossier, "khong-co-viec-nay"), {"seen": seen(dossier)}).status_code == 404
    assert client.post(f"/api/v1/dossiers/{dossier.code}/acts/khong-co-viec-nay/").status_code == 404


NOT_NOW = "Việc này không làm được nữa: hồ sơ đang ở tình trạng “Đang giải quyết”, tại "


def test_the_page_of_an_act_that_is_not_for_now_leads_back_to_the_file_and_says_so(client, dossier, specialist):
    answer = client.get(page(dossier, "giai-quyet-tiep"), follow=True)
    assert answer.redirect_chain == [(dossier.get_absolute_url(), 302)]
    assert NOT_NOW in answer.content.decode()


def test_an_act_that_is_not_for_now_says_so_and_gives_back_what_was_typed(client: Client, dossier, specialist):
    typed = {"reason": "Tòa án đã giải quyết xong", "seen": seen(dossier)}
    answer = client.post(page(dossier, "giai-quyet-tiep"), typed)
    text = BeautifulSoup(answer.content, "html.parser").main
    assert answer.status_code == 409
    assert NOT_NOW in text.text
    assert typed["reason"] in text.text
    assert not text.find("form")
    assert text.find("a", href=dossier.get_absolute_url())
    assert dossier.events.count() == typed["seen"]


def test_a_machine_gets_the_same_sentence_where_an_act_is_not_for_now(client: Client, dossier, specialist):
    answer = client.post(f"/api/v1/dossiers/{dossier.code}/acts/giai-quyet-tiep/", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (409, f"{NOT_NOW}{dossier.holder.name}.")


@pytest.mark.parametrize("slug", OPERATIONS)
def test_every_act_can_be_refused_to_whoever_only_reads_the_file(client: Client, dossier, city, slug):
    client.force_login(make_user("official", city.district))
    assert client.post(page(dossier, slug), {"reason": "Đã ghi rõ lý do ở đây"}).status_code == 409
    assert dossier.events.count() == 2


def heading(client: Client, dossier: Dossier) -> str:
    found = BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser").find(id="next-act")
    return found.text if found else ""


def test_the_desk_first_sends_a_fresh_dossier_on_and_the_office_then_finishes_it(client: Client, city):
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    fresh = register(offering, city.ward_desk, at=timezone.now())
    clerk, officer = make_user("clerk", city.ward_desk), make_user("specialist", city.department)
    client.force_login(clerk)
    assert heading(client, fresh) == "Việc tiếp theo: Chuyển hồ sơ"
    assert client.post(page(fresh, "chuyen")).status_code == 302
    assert heading(client, fresh) == ""
    client.force_login(officer)
    assert heading(client, fresh) == "Việc tiếp theo: Nhận bàn giao"
    assert client.post(page(fresh, "nhan-ban-giao")).status_code == 302
    assert heading(client, fresh) == "Việc tiếp theo: Có kết quả"


def test_where_the_leader_still_follows_sending_on_comes_before_the_result(client: Client, city):
    version = make_procedure()
    make_process(version, ("desk", 4), ("handler", 8), ("leader", 4), ("desk", 4))
    made = register(make_offering(version, city.ward), city.ward_desk, at=timezone.now())
    start_work(dossier=made, actor=None, at=timezone.now())
    client.force_login(make_user("specialist", city.ward))
    assert heading(client, made) == "Việc tiếp theo: Chuyển hồ sơ"
    passed = f"không qua bước: Lãnh đạo {city.ward.name}"
    assert passed in client.get(page(made, "co-ket-qua")).content.decode()
    assert client.post(page(made, "chuyen")).status_code == 302
    assert heading(client, made) == "Việc tiếp theo: Có kết quả"
    assert passed not in client.get(page(made, "co-ket-qua")).content.decode()


def test_a_new_date_leads_the_page_and_the_first_one_stays_readable(client: Client, dossier, specialist):
    first = f"{timezone.localtime(dossier.due_at):%d/%m/%Y}"
    Dossier.objects.filter(pk=dossier.pk).update(new_due_at=hanoi(2026, 4, 2, 16))
    card = BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser").find(class_="answer")
    assert card.find(class_="answer__date").text.startswith("Hẹn lại 16:00")
    assert "02/04/2026" in card.find(class_="answer__date").text
    assert first in card.s.text
    assert card.s.parent.text.startswith("Hẹn đầu")


def test_a_card_that_waits_has_the_colour_of_its_badge(client: Client, dossier, specialist):
    client.post(page(dossier), STOPPED)
    assert 'class="answer answer--neutral"' in client.get(dossier.get_absolute_url()).content.decode()


def test_the_header_names_the_office_of_whoever_reads_not_the_desk_of_the_file(
    client: Client, dossier, specialist, city
):
    for address in (dossier.get_absolute_url(), page(dossier)):
        who = BeautifulSoup(client.get(address).content, "html.parser").find(class_="who")
        assert city.department.name in who.text
        assert city.ward_desk.name not in who.text


def test_the_acts_of_another_unit_do_not_exist(client: Client, dossier, city):
    client.force_login(make_user("specialist", city.other_ward))
    assert client.get(page(dossier)).status_code == 404
    assert client.post(page(dossier), STOPPED).status_code == 404
    assert client.post(f"/api/v1/dossiers/{dossier.code}/acts/dung/", STOPPED).status_code in {403, 404}


def test_machines_do_the_same_acts_under_the_same_rules(client: Client, dossier, specialist):
    address = f"/api/v1/dossiers/{dossier.code}/"
    assert "dung" in client.get(address).json()["acts"]
    assert DossierReading.objects.filter(dossier=dossier, user=specialist, page="api").count() == 1
    wrong = client.post(f"{address}acts/dung/", STOPPED | {"reason": ""}, content_type="application/json")
    assert wrong.status_code == 400
    assert "reason" in wrong.json()
    done = client.post(f"{address}acts/dung/", STOPPED, content_type="application/json")
    assert (done.status_code, done.json()["status"]) == (200, Status.STOPPED)
    stale = client.post(f"{address}acts/dung/", STOPPED | {"seen": 1}, content_type="application/json")
    assert stale.status_code == 409
    assert [event["kind"] for event in stale.json()["since"]] == ["started", "stopped"]


def test_no_proxy_and_no_browser_stores_what_the_api_says_of_a_dossier(client: Client, dossier, specialist):
    address = f"/api/v1/dossiers/{dossier.code}/"
    for answer in (client.get(address), client.post(f"{address}acts/giai-quyet-tiep/", {})):
        assert "no-store" in answer["Cache-Control"]


def test_the_api_of_dossiers_is_closed_to_whoever_is_not_signed_in(client: Client, dossier):
    assert client.get(f"/api/v1/dossiers/{dossier.code}/").status_code == 403
