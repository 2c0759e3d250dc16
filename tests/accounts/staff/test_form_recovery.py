"""Nothing typed is lost when a session ends: it comes back to its writer, once, and to nobody else."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.sessions.store import SessionStore
from accounts.staff.form_recovery import owner_of, recover_form, sign_owner, store_form
from dossiers.changes.calendar.actions import ChangedDay, draft_change
from dossiers.clock.states import Outcome
from dossiers.models import Dossier, DossierLeg
from dossiers.operations.finishing.actions import finish_dossier, start_work
from tests.dossiers.intake.test_page import URL, typed
from tests.factories import PASSWORD, hanoi, make_offering, make_procedure, make_user, register
from units.models import CalendarDay, CalendarDraftDay

pytestmark = pytest.mark.django_db
LOGIN = "/can-bo/dang-nhap/"
NOON = hanoi(2026, 3, 2, 12)


@pytest.fixture
def offering(city):
    return make_offering(make_procedure("Đăng ký khai sinh", fee_vnd=8000), city.ward)


@pytest.fixture
def clerk(city):
    return make_user("clerk", city.ward_desk)


@pytest.fixture
def browser():
    """A client that is asked for CSRF tokens like a real one."""
    return Client(enforce_csrf_checks=True)


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def sign_in(browser, user, back=""):
    token = page(browser.get(LOGIN)).find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]
    form = {"login": user.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    return browser.post(f"{LOGIN}?next={back}" if back else LOGIN, form)


def filled(browser, offering, **changes):
    """The form as the signed-in person sees it, filled in."""
    html = page(browser.get(URL))
    hidden = {name: html.main.find(attrs={"name": name})["value"] for name in ("csrfmiddlewaretoken", "owner")}
    return typed(offering, note="gọi sau 5 giờ", papers=[], counter_seconds="90", **hidden, **changes)


def end_session(browser):
    SessionStore(browser.cookies["sessionid"].value).delete()


def assert_everything_is_back(html):
    assert html.find(id="id_name")["value"] == "Nguyễn Thị Phượng"
    assert html.find(id="id_id_number")["value"] == "001 187 004521"
    assert html.find(id="id_note")["value"] == "gọi sau 5 giờ"
    assert not html.find_all("input", attrs={"name": "papers", "checked": True})
    assert "Đăng ký khai sinh" in html.find(class_="slip").text
    assert not html.find(attrs={"name": "counter_seconds"})["value"]
    assert "còn nguyên" in html.find(class_="toasts").text


@pytest.mark.parametrize("cookies", ["the server forgot the session", "the browser forgot its cookies"])
def test_a_submit_after_the_session_ended_comes_back_whole_after_signing_in(browser, clerk, offering, cookies):
    sign_in(browser, clerk)
    form = filled(browser, offering)
    end_session(browser)
    if cookies == "the browser forgot its cookies":
        browser.cookies.clear()
    turned = browser.post(URL, form)
    assert turned["Location"] == f"{LOGIN}?next={URL}"
    assert "còn nguyên" in page(browser.get(turned["Location"])).find(class_="toasts").text
    back = sign_in(browser, clerk, URL)
    assert back["Location"] == URL
    html = page(browser.get(URL))
    assert_everything_is_back(html)
    assert not Dossier.objects.exists()
    token = html.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]
    assert browser.post(URL, form | {"csrfmiddlewaretoken": token}).status_code == 302
    assert Dossier.objects.get().counter_seconds == 90
    assert not page(browser.get(URL)).find(id="id_name").get("value")


def test_whoever_signed_in_anew_in_another_window_only_presses_again(browser, clerk, offering):
    sign_in(browser, clerk)
    form = filled(browser, offering)
    end_session(browser)
    sign_in(browser, clerk)
    turned = browser.post(URL, form)
    assert turned["Location"] == URL
    assert_everything_is_back(page(browser.get(URL)))


def test_a_preview_after_the_session_ended_leads_the_whole_page_to_signing_in(browser, clerk, offering):
    sign_in(browser, clerk)
    form = filled(browser, offering, step="preview")
    end_session(browser)
    assert browser.post(URL, form, headers={"HX-Request": "true"})["HX-Redirect"] == f"{LOGIN}?next={URL}"
    sign_in(browser, clerk, URL)
    assert_everything_is_back(page(browser.get(URL)))


def test_another_person_never_sees_it(browser, clerk, city, offering):
    sign_in(browser, clerk)
    form = filled(browser, offering)
    end_session(browser)
    browser.post(URL, form)
    sign_in(browser, make_user("clerk", city.ward_desk), URL)
    html = page(browser.get(URL))
    assert not html.find(id="id_name").get("value")
    assert "kept" not in SessionStore(browser.cookies["sessionid"].value).load()
    assert browser.post(URL, form).status_code == 403  # typed by the first, sent by the second


def test_a_form_that_does_not_say_whose_it_is_is_a_forgery_as_ever(browser, clerk, offering):
    sign_in(browser, clerk)
    form = filled(browser, offering)
    for forged in (form | {"owner": ""}, form | {"owner": f"{clerk.pk}:x"}):
        assert browser.post(URL, forged | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
        assert "kept" not in SessionStore(browser.cookies["sessionid"].value).load()


def test_an_act_on_a_dossier_comes_back_as_well(browser, clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    address = f"{dossier.get_absolute_url()}viec/xin-rut/"
    sign_in(browser, clerk)
    hidden = page(browser.get(address)).main.find_all("input", type="hidden")
    form = {field["name"]: field["value"] for field in hidden} | {"reason": "Người nộp đổi ý, muốn làm lại"}
    end_session(browser)
    assert browser.post(address, form)["Location"] == f"{LOGIN}?next={address}"
    sign_in(browser, clerk, address)
    html = page(browser.get(address))
    assert "Người nộp đổi ý, muốn làm lại" in str(html.find(attrs={"name": "reason"}))
    assert dossier.events.count() == 1


def test_a_note_and_a_hand_out_come_back_as_well(browser, clerk, city, offering):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    start_work(dossier=dossier, actor=None, at=timezone.now())
    finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=timezone.now())
    asked = {
        f"{dossier.get_absolute_url()}ghi-chu/": ("note-text", dossier.get_absolute_url()),
        f"/can-bo/tra-ket-qua/{dossier.code}/": ("receiver_name", f"/can-bo/tra-ket-qua/{dossier.code}/"),
    }
    for address, (name, shown_at) in asked.items():
        sign_in(browser, clerk)
        field = page(browser.get(shown_at)).main.find(attrs={"name": name})
        hidden = field.find_parent("form").find_all("input", type="hidden")
        form = {field["name"]: field["value"] for field in hidden} | {name: "Trần Thị Bưởi, em gái"}
        end_session(browser)
        assert browser.post(address, form)["Location"] == f"{LOGIN}?next={address}"
        assert sign_in(browser, clerk, address)["Location"] == address
        back = browser.get(address)
        assert back.status_code == 200
        assert "Trần Thị Bưởi, em gái" in str(page(back).main.find(attrs={"name": name}))
        assert "Trần Thị Bưởi, em gái" not in str(page(browser.get(address)).main)
        end_session(browser)
    assert not dossier.staff_notes.exists()


def sent_after_the_end(browser, user, shown_at, field, **typed):
    """What stands on the page after its form, with `field` in it, was sent when the session had ended, and then the
    person signed in again."""
    sign_in(browser, user)
    html = page(browser.get(shown_at))
    asked = html.main.find(attrs={"name": field}).find_parent("form")
    address = asked.get("action") or shown_at
    form = {one["name"]: one["value"] for one in asked.find_all("input", type="hidden")} | typed
    end_session(browser)
    assert browser.post(address, form)["Location"] == f"{LOGIN}?next={address}"
    assert sign_in(browser, user, address)["Location"] == address
    back = browser.get(address)
    assert back.status_code == 200
    return page(back)


def value_of(html, name):
    *_others, field = html.main.find_all(attrs={"name": name})
    if field.name == "select":
        return field.find("option", selected=True)["value"]
    return field.get("value") or field.text.strip()


def test_what_was_looked_for_comes_back(browser, clerk, city, offering):
    register(offering, city.ward_desk, at=timezone.now())
    typed = {"q": "nguyễn thị phượng", "desk": city.ward_desk.slug, "since": "2026-03-01"}
    html = sent_after_the_end(browser, clerk, "/can-bo/tra-cuu/", "q", **typed)
    assert {name: value_of(html, name) for name in typed} == typed


def test_what_was_ticked_and_scanned_for_a_hand_over_comes_back(browser, clerk, city, offering):
    codes = [register(offering, city.ward_desk, at=timezone.now()).code for _ in range(2)]
    leg = DossierLeg.objects.get(dossier__code=codes[0], position=0)
    typed = {"leg": str(leg.pk), "di-codes": codes[1], "act": "chuyen"}
    html = sent_after_the_end(browser, clerk, "/can-bo/ban-giao/", "di-codes", **typed)
    assert [box["value"] for box in html.main.find_all("input", attrs={"name": "leg", "checked": True})] == [
        str(leg.pk)
    ]
    assert value_of(html, "di-codes") == codes[1]
    assert not DossierLeg.objects.on_the_way().exists()


def test_what_was_ticked_in_the_queue_comes_back_on_the_same_page_of_it(browser, clerk, city, offering):
    other, ticked = (register(offering, city.ward_desk, at=timezone.now()) for _ in range(2))
    sign_in(browser, clerk)
    address = "/can-bo/hang-doi/?the=tat-ca"
    form = page(browser.get(address)).select_one("form.chosen")
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    end_session(browser)
    assert browser.post(address, {"viec": "chuyen", "hs": [ticked.code], **hidden}).status_code == 302
    assert sign_in(browser, clerk, back=quote(address)).url == address
    back = page(browser.get(address))
    assert [one["value"] for one in back.select("input[name=hs][checked]")] == [ticked.code]
    assert back.find(id=f"hs-{other.code}")


def test_who_was_to_get_which_work_comes_back(browser, city, offering):
    leader, officer = make_user("leader", city.department), make_user("specialist", city.department)
    handled = make_offering(make_procedure("Cấp phép"), city.ward, handler=city.department)
    for _ in range(3):
        start_work(dossier=register(handled, city.ward_desk, at=timezone.now()), actor=None, at=timezone.now())
    legs = [str(key) for key in DossierLeg.objects.in_hand().filter(unit=city.department).values_list("pk", flat=True)]
    typed = {"giao-legs": legs[:2], "giao-person": str(officer.pk), "act": "giao"}
    html = sent_after_the_end(browser, leader, "/can-bo/phan-cong/", "giao-person", **typed)
    boxes = html.main.find_all("input", attrs={"name": "giao-legs", "checked": True})
    assert {box["value"] for box in boxes} == set(legs[:2])
    assert value_of(html, "giao-person") == str(officer.pk)


def test_a_change_of_the_calendar_comes_back(browser, city):
    keeper = make_user("administrator", city.district)
    typed = {"title": "Nghỉ bù", "source": "Công văn 1", "day": "2029-05-02", "reason": "Nghỉ lễ"}
    html = sent_after_the_end(browser, keeper, "/can-bo/lich/moi/", "title", **typed)
    assert {name: value_of(html, name) for name in typed} == typed


def test_a_day_more_of_a_change_of_the_calendar_comes_back(browser, city):
    keeper = make_user("administrator", city.district)
    line = ChangedDay(date(2029, 5, 2), CalendarDraftDay.Change.ADD, CalendarDay.Kind.HOLIDAY, "Nghỉ lễ")
    draft = draft_change(title="Nghỉ bù", source="Công văn 1", first=line, author=keeper, at=timezone.now())
    typed = {"day": "2029-05-03", "reason": "Thêm một ngày"}
    html = sent_after_the_end(browser, keeper, f"/can-bo/lich/{draft.pk}/", "reason", **typed)
    assert {name: value_of(html, name) for name in typed} == typed
    assert draft.days.count() == 1


def test_chosen_files_do_not_come_back_and_the_pages_say_so(browser, clerk, city, offering, uploads):
    dossier = register(offering, city.ward_desk, at=timezone.now())
    upload = SimpleUploadedFile("don.pdf", b"%PDF-1.7")
    html = sent_after_the_end(
        browser, clerk, f"{dossier.get_absolute_url()}ban-quet/", "uploads", paper="giay-to:Tờ khai", uploads=upload
    )
    assert value_of(html, "paper") == "giay-to:Tờ khai"
    assert "hãy chọn lại tệp" in html.find(class_="toasts").text
    assert not dossier.scans.exists()


def test_signing_in_anew_leads_to_the_page_that_the_form_or_the_scan_stood_on(browser, clerk, city):
    sign_in(browser, clerk)
    end_session(browser)
    closing, scanning = f"/can-bo/so-theo-doi/{city.ward_desk.slug}/2025/khoa/", "/can-bo/ban-giao/quet-nhan/"
    token = page(browser.get(LOGIN)).find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]

    def sent(address, referer, **headers):
        form = {"csrfmiddlewaretoken": token}
        return browser.post(address, form, headers={"Referer": referer, **headers})

    assert sent(closing, "http://testserver/can-bo/so-theo-doi/")["Location"] == f"{LOGIN}?next=/can-bo/so-theo-doi/"
    scanned = sent(scanning, f"http://testserver{scanning}?don-vi=x", **{"HX-Request": "true"})
    assert scanned["HX-Redirect"] == f"{LOGIN}?next={scanning}%3Fdon-vi%3Dx"
    for elsewhere in ("", "https://example.org/can-bo/"):
        assert sent(scanning, elsewhere)["Location"] == f"{LOGIN}?next={scanning}"


def test_it_is_kept_half_an_hour_for_its_writer_and_its_page_and_shown_once():
    session, words = SessionStore(), QueryDict("name=Phượng&papers=1&papers=2&note=%00x&csrfmiddlewaretoken=t&owner=o")

    def store():
        store_form(session, 7, URL, words, NOON)

    store()
    assert recover_form(session, 7, "/can-bo/hang-doi/", NOON) is None
    found, had_files = recover_form(session, 7, URL, NOON + timedelta(minutes=29))
    assert not had_files
    assert dict(found.lists()) == {"name": ["Phượng"], "papers": ["1", "2"], "note": ["x"]}
    assert recover_form(session, 7, URL, NOON) is None
    store()
    assert recover_form(session, 8, "/can-bo/hang-doi/", NOON) is None
    assert recover_form(session, 7, URL, NOON) is None
    store()
    assert recover_form(session, 7, URL, NOON + timedelta(minutes=30)) is None


def test_whose_form_it_is_cannot_be_made_up():
    assert owner_of({"owner": sign_owner(7)}) == 7
    assert [owner_of(forged) for forged in ({}, {"owner": "7"}, {"owner": sign_owner(7).replace("7", "8", 1)})] == [
        None
    ] * 3
