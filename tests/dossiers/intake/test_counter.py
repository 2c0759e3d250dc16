"""What happens around the submit of the registration page: the slip, the next form, several at once, the count."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import BrowserSession
from accounts.sessions.store import SessionStore
from dossiers.intake.desk_statistics import CounterToday, counter_today, read_seconds
from dossiers.intake.draft import read_draft
from dossiers.intake.last_registered import find_unconfirmed
from dossiers.intake.register_several import MOST_AT_ONCE, register_several
from dossiers.models import Dossier, DossierReading
from dossiers.particulars.submission import SubmissionTerms
from dossiers.shortcuts.keys import modifier
from tests.dossiers.intake.test_page import URL, page, typed
from tests.dossiers.slips.slip_samples import pages_of
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
GROUND = "Điều 3 Thông tư 281/2016/TT-BTC"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure("Đăng ký khai sinh", fee_vnd=8000), city.ward)


@pytest.fixture
def clerk(city):
    return make_user("clerk", city.ward_desk, counter="3")


@pytest.fixture
def as_clerk(client, clerk):
    client.force_login(clerk)
    return client


def several(offering, desk, number=3, **fields):
    fields = {
        "request_key": uuid4(),
        "applicant": make_applicant(),
        "papers": [],
        "actor": None,
        "at": MONDAY,
    } | fields
    return register_several(number=number, desk=desk, offering=offering, **fields)


# --- The band of what was taken in last --------------------------------------------------------------------------


def test_the_key_that_registers_pressed_once_more_keeps_the_band_and_its_print(as_clerk, city, offering):
    at_desk = as_clerk.post(URL, typed(offering))["Location"]
    dossier = Dossier.objects.get()
    assert "data-print-slip" in as_clerk.get(at_desk).content.decode()
    empty = {"request_key": str(uuid4()), "desk": city.ward_desk.pk, "kind": "person", "name": " "}
    again = as_clerk.post(URL, empty)
    assert (again.status_code, again["Location"]) == (302, at_desk)
    band = page(as_clerk.get(at_desk)).select_one(".takenin")
    assert dossier.code in band.get_text()
    assert band["data-print-slip"] == f"{dossier.get_absolute_url()}giay-hen/"
    assert Dossier.objects.count() == 1


def test_mistakes_in_the_next_form_leave_the_band_and_print_nothing(as_clerk, offering):
    as_clerk.get(as_clerk.post(URL, typed(offering))["Location"])
    answer = as_clerk.post(URL, typed(offering, request_key=str(uuid4()), name=""))
    band = page(answer).select_one(".takenin")
    assert answer.status_code == 422
    assert Dossier.objects.get().code in band.get_text()
    assert "data-print-slip" not in band.attrs


def test_an_empty_form_with_nothing_taken_in_before_is_judged(as_clerk, offering):
    assert as_clerk.post(URL, {"request_key": str(uuid4()), "name": ""}).status_code == 422


# --- The fee -----------------------------------------------------------------------------------------------------


def test_a_waived_fee_has_its_ground_on_the_page_on_the_slip_and_in_the_register(as_clerk, offering):
    waived = typed(offering, fee_status="waived", waiver_ground="")
    assert page(as_clerk.post(URL, waived)).find(id="id_waiver_ground_error")
    stray = as_clerk.post(URL, typed(offering, waiver_ground=GROUND))
    assert page(stray).find(id="id_fee_status_error")
    as_clerk.post(URL, waived | {"waiver_ground": f" {GROUND} "})
    dossier = Dossier.objects.get()
    assert (dossier.fee_status, dossier.waiver_ground) == ("waived", GROUND)
    slip = as_clerk.get(f"{dossier.get_absolute_url()}giay-hen/")
    assert f"Miễn ({GROUND})" in " ".join("".join(pages_of(slip.content)).split())
    assert GROUND in as_clerk.get(dossier.get_absolute_url()).content.decode()


@pytest.mark.parametrize("change", [{"waiver_ground": ""}, {"fee_status": "later"}, {"counter_seconds": 0}])
def test_no_row_is_waived_without_a_ground_nor_grounded_without_a_waiver(city, offering, change):
    terms = SubmissionTerms(fee_vnd=8000, fee_status="waived", waiver_ground=GROUND)
    dossier = register(offering, city.ward_desk, at=MONDAY, terms=terms)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**change)


# --- After the submit --------------------------------------------------------------------------------------------


def test_the_slip_is_printed_once_however_often_the_page_is_shown(as_clerk, offering):
    form = typed(offering)
    shown = as_clerk.post(URL, form, follow=True)
    assert "frame-src 'self'" in shown["Content-Security-Policy"]
    assert "print-slip" in shown.content.decode()
    refreshed = page(as_clerk.get(URL))
    assert refreshed.find(class_="takenin")
    assert not refreshed.find(attrs={"data-print-slip": True})
    assert not refreshed.find("script", src=lambda src: src and "print-slip" in src)
    again = page(as_clerk.post(URL, form, follow=True))
    assert not again.find(attrs={"data-print-slip": True})
    slip = as_clerk.post(refreshed.find(id="print-slip")["action"])
    assert slip["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in slip["Content-Security-Policy"]
    other = as_clerk.get(Dossier.objects.get().get_absolute_url())
    assert other["X-Frame-Options"] == "DENY"
    assert "frame-src" not in other["Content-Security-Policy"]


def test_what_was_taken_in_is_told_to_nobody_else_nor_for_ever(client, as_clerk, city, offering):
    as_clerk.post(URL, typed(offering), follow=True)
    session = client.session
    session["taken_in"] |= {"at": (timezone.now() - timedelta(minutes=31)).isoformat()}
    session.save()
    assert not page(as_clerk.get(URL)).find(class_="takenin")
    session["taken_in"] |= {"at": timezone.now().isoformat()}
    session.save()
    Dossier.objects.update(registered_by=make_user("clerk", city.ward_desk))
    assert not page(as_clerk.get(URL)).find(class_="takenin")


def test_a_confirmation_whose_answer_was_lost_is_shown_and_printed_by_the_next_page_whenever_that_is(
    client, as_clerk, offering
):
    as_clerk.post(URL, typed(offering))
    session = client.session
    session["taken_in"] |= {"at": (timezone.now() - timedelta(hours=9)).isoformat()}
    session.save()
    band = page(as_clerk.get(URL)).find(class_="takenin")
    assert Dossier.objects.get().code in band.text
    assert band["data-print-slip"]
    assert not page(as_clerk.get(URL)).find(class_="takenin")


def bands(client, clerk, times=2):
    """After a new sign-in: the band of each load of the page."""
    client.logout()
    client.force_login(clerk)
    return [page(client.get(URL)).find(class_="takenin") for _ in range(times)]


def test_a_confirmation_whose_session_ended_is_shown_and_printed_after_the_next_sign_in(client, clerk, city, offering):
    client.force_login(clerk)
    at_desk = client.post(URL, typed(offering, how_many="2"))["Location"]
    codes = list(Dossier.objects.order_by("pk").values_list("code", flat=True))
    other = make_user("clerk", city.ward_desk)
    assert bands(client, other) == [None, None]
    first, second = bands(client, clerk)
    assert all(code in first.text for code in codes)
    assert (bool(first.get("data-print-slip")), second.get("data-print-slip")) == (True, None)
    assert client.post(first["data-print-slip"], {"ma": codes}).status_code == 200
    assert bands(client, clerk) == [None, None], "printed since"
    assert client.get(at_desk).status_code == 200


def test_what_was_shown_and_leaves_nothing_to_print_is_not_shown_after_the_next_sign_in(client, clerk, offering):
    client.force_login(clerk)
    client.post(URL, typed(offering, later=""))
    first, second = bands(client, clerk)
    assert Dossier.objects.get().code in first.text
    assert second
    assert bands(client, clerk) == [None, None]
    assert DossierReading.objects.get(user=clerk).page == "confirmation"


def test_a_confirmation_is_looked_for_once_a_session_and_a_week_back(client, clerk, offering):
    client.force_login(clerk)
    client.post(URL, typed(offering))
    session, desk, now = SessionStore(), Dossier.objects.get().desk, timezone.now()
    with CaptureQueriesContext(connection) as queries:
        find_unconfirmed(session, clerk, desk, now + timedelta(days=8))
        find_unconfirmed(session, clerk, desk, now)
    assert (session["taken_in"], len([one for one in queries if "dossiers_dossier" in one["sql"]])) == ({}, 1)


def test_nothing_is_registered_without_its_confirmation(client, as_clerk, offering):
    def end_session(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "dossiers_dossier"'):
            BrowserSession.objects.all().delete()
        return execute(sql, params, many, context)

    as_clerk.raise_request_exception = False
    form = typed(offering)
    with connection.execute_wrapper(end_session):
        answer = as_clerk.post(URL, form)
    assert answer.status_code == 503
    assert page(answer).find("input", {"name": "name"})["value"] == form["name"]
    assert not Dossier.objects.exists()


def test_one_dossier_more_of_the_same_applicant_begins_with_who_it_is_and_is_recorded(as_clerk, clerk, offering):
    band = page(as_clerk.post(URL, typed(offering), follow=True)).find(class_="takenin")
    dossier = Dossier.objects.get()
    address = band.find("a", accesskey="m")["href"]
    assert dossier.applicant_id not in address
    html = page(as_clerk.get(address))
    shown = {name: html.find(id=f"id_{name}")["value"] for name in ("name", "id_number", "born_on", "phone")}
    assert shown == {
        "name": "Nguyễn Thị Phượng",
        "id_number": "001187004521",
        "born_on": "14/08/1987",
        "phone": dossier.applicant_phone,
    }
    assert html.find(id="id_address").text.strip() == dossier.applicant_address
    assert dossier.code in html.find(id="also").text
    assert [part["id"] for part in html.find_all(autofocus=True)] == ["q"]
    assert DossierReading.objects.filter(dossier=dossier, user=clerk, page="cung-nguoi").count() == 1
    assert page(as_clerk.get(URL)).find(id="id_name").get("value") is None


# --- Several at once ---------------------------------------------------------------------------------------------


def test_several_alike_get_a_code_each_and_one_file_of_slips(as_clerk, offering, client, city):
    form = typed(offering, how_many="3", counter_seconds="31")
    shown = page(as_clerk.post(URL, form, follow=True))
    band, print_slip = shown.find(class_="takenin"), shown.find(id="print-slip")
    codes = list(Dossier.objects.order_by("pk").values_list("code", flat=True))
    assert len(set(codes)) == 3
    assert [code.text for code in band.find_all(class_="code")] == [codes[0], codes[-1]]
    assert list(Dossier.objects.values_list("counter_seconds", flat=True)) == [10, 10, 10]
    as_clerk.post(URL, form)
    assert Dossier.objects.count() == 3
    at_once = {"ma": [field["value"] for field in print_slip.find_all("input", {"name": "ma"})]}
    slips = pages_of(as_clerk.post(print_slip["action"], at_once).content)
    assert [code in slip for code, slip in zip(codes, slips, strict=True)] == [True] * 3
    assert DossierReading.objects.filter(page="receipt").count() == 3
    again = pages_of(as_clerk.post(print_slip["action"], at_once).content)
    assert all("BẢN IN LẠI" in slip for slip in again)
    for wrong in ("", "?ma=x", f"?ma={codes[0]}&ma=x"):
        assert as_clerk.get(f"/can-bo/giay-hen/{wrong}").status_code == 404
    client.force_login(make_user("clerk", city.other_desk))
    assert client.post(print_slip["action"], at_once).status_code == 404


def test_a_used_form_makes_neither_more_nor_fewer_than_it_did(city, offering):
    key = uuid4()
    made = several(offering, city.ward_desk, request_key=key)
    assert several(offering, city.ward_desk, request_key=key) == made
    for number in (1, 2, 4):
        with pytest.raises(RuleBroken, match="đã dùng cho 3 hồ sơ"):
            several(offering, city.ward_desk, number, request_key=key)
    assert Dossier.objects.count() == 3


def test_all_of_several_are_taken_in_or_none(city, offering):
    with pytest.raises(RuleBroken):
        several(offering, city.ward_desk, terms=SubmissionTerms(fee_status="waived"))
    for number in (0, MOST_AT_ONCE + 1):
        with pytest.raises(RuleBroken):
            several(offering, city.ward_desk, number)
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("number", ["0", "21", "2.5", "ba", "-1"])
def test_how_many_is_a_number_from_one_to_twenty(as_clerk, offering, number):
    assert page(as_clerk.post(URL, typed(offering, how_many=number))).find(id="id_how_many_error")


def test_only_accepting_takes_in_several(as_clerk, offering):
    assert page(as_clerk.post(URL, typed(offering, how_many="2", later="1"))).find(id="id_how_many_error")
    assert not Dossier.objects.exists()


# --- The counter's own figures -----------------------------------------------------------------------------------


def test_the_counter_sees_its_own_number_and_average_and_that_of_the_desk(as_clerk, clerk, city, offering):
    at, colleague = timezone.now(), make_user("clerk", city.ward_desk, counter="4")
    for seconds, actor in ((20, clerk), (31, clerk), (None, clerk), (600, colleague)):
        register(offering, city.ward_desk, at=at, actor=actor, seconds=seconds)
    register(offering, city.ward_desk, at=at - timedelta(days=1), actor=clerk, seconds=300)
    assert counter_today(city.ward_desk, clerk, at) == CounterToday(3, 4, 26)
    words = " ".join(page(as_clerk.get(URL)).find(class_="titlebar").text.split())
    assert "Hôm nay quầy 3 đã nhận 3 hồ sơ, trung bình 26 giây · cả bộ phận 4" in words
    assert counter_today(city.ward_desk, make_user("clerk", city.ward_desk), at) == CounterToday(0, 4, None)


@pytest.mark.parametrize(
    ("message", "stored"),
    [
        ("28", 28),
        ("1800", 1800),
        ("1801", None),
        ("0", None),
        ("", None),
        ("-3", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_only_a_time_somebody_can_have_spent_at_the_counter_is_kept(message, stored):
    assert read_seconds(message) == stored


def test_the_measured_time_is_kept_with_the_dossier_and_survives_a_mistake(as_clerk, offering):
    wrong = page(as_clerk.post(URL, typed(offering, name="", counter_seconds="12")))
    assert wrong.find(attrs={"name": "counter_seconds"})["value"] == "12"
    as_clerk.post(URL, typed(offering, counter_seconds="28"))
    as_clerk.post(URL, typed(offering, name="Lê Văn Ổn", id_number="", counter_seconds="nhanh"))
    assert list(Dossier.objects.order_by("pk").values_list("counter_seconds", flat=True)) == [28, None]


# --- Choosing a procedure ----------------------------------------------------------------------------------------


def test_enter_chooses_the_first_match_and_the_usual_one_is_first_among_equals(as_clerk, city, offering):
    at = timezone.now()
    longer = make_offering(make_procedure("Đăng ký lại khai sinh tại nhà"), city.ward)
    make_offering(make_procedure("Đăng ký kết hôn"), city.ward)
    form = {"q": "khai sinh", "step": "first"}
    assert read_draft(QueryDict("q=khai sinh&step=first"), city.ward_desk, at).chosen.offering == offering
    register(longer, city.ward_desk, at=at)
    html = page(as_clerk.post(URL, form))
    assert html.find("input", attrs={"name": "papers_for"})["value"] == str(longer.pk)
    assert longer.procedure.versions.get().name in html.find(class_="slip").text
    other = page(as_clerk.post(URL, form | {"q": "ket hon", "offering": longer.pk, "step": "procedure"}))
    assert "Đăng ký kết hôn" in other.find(class_="slip").text
    stored = page(as_clerk.post(URL, form | {"offering": offering.pk, "step": "procedure"}))
    assert stored.find("input", attrs={"name": "offering", "checked": True})["value"] == str(offering.pk)
    by_code = page(as_clerk.post(URL, {"q": longer.procedure.ref.lower(), "step": "first", "offering": offering.pk}))
    assert by_code.find("input", attrs={"name": "offering", "checked": True})
    nothing = page(as_clerk.post(URL, form | {"q": "zzzz", "offering": offering.pk}))
    assert nothing.find("input", attrs={"name": "offering", "checked": True})["value"] == str(offering.pk)


def test_what_is_only_the_nearest_says_so_and_is_not_chosen_by_enter_alone(as_clerk, city, offering):
    marriage = make_procedure("Đăng ký kết hôn", rest_folded="giay xac nhan tinh trang hon nhan")
    near = make_offering(marriage, city.ward)
    make_offering(make_procedure("Cấp Giấy xác nhận tình trạng hôn nhân", level="district"), city.district)
    for step in ("first", "procedure"):
        html = page(as_clerk.post(URL, {"q": "xac nhan hon nhan", "step": step}))
        assert "gần nhất" in html.find(id="nearest").text
        assert html.find(id=f"offering-{near.pk}")
        assert not html.find("input", attrs={"name": "offering", "checked": True})
    ticked = page(as_clerk.post(URL, {"q": "xac nhan hon nhan", "step": "choose", "offering": near.pk}))
    assert ticked.find("input", attrs={"name": "offering", "checked": True})["value"] == str(near.pk)
    assert not page(as_clerk.post(URL, {"q": "ket hon", "step": "first"})).find(id="nearest")


def test_the_page_asks_the_database_a_constant_and_small_number_of_times(
    as_clerk, clerk, city, offering, django_assert_num_queries
):
    as_clerk.post(URL, {"q": "khai sinh", "step": "find"})  # the index of the catalogue is made once
    as_clerk.get(URL)  # a session looks once for what an ended one left
    for _ in range(3):
        register(offering, city.ward_desk, at=timezone.now(), actor=clerk)
    with django_assert_num_queries(8):
        as_clerk.get(URL)
    form = typed(offering, step="preview", q="khai sinh")
    with django_assert_num_queries(14):
        as_clerk.post(URL, form)
    with django_assert_num_queries(9):
        as_clerk.post(URL, form, headers={"HX-Target": "preview"})


@pytest.mark.parametrize(
    ("step", "target"),
    [
        ("card", "person"),
        ("known", "person"),
        ("find", "pick"),
        ("find", "choose"),
        ("first", "details"),
        ("choose", "details"),
        ("preview", "preview"),
    ],
)
def test_a_step_redraws_its_panels_as_the_whole_page_shows_them(as_clerk, city, offering, step, target):
    form = typed(
        offering,
        step=step,
        q="khai sinh",
        card="001187004521||Nguyễn Thị Phượng|14081987|Nữ|Số 12 phố Bạch Mai|15042021",
    )
    whole = page(as_clerk.post(URL, form))
    panels = page(as_clerk.post(URL, form, headers={"HX-Request": "true", "HX-Target": target}))
    assert not panels.find(["html", "header", "form", "title"])
    drawn = {element["id"] for element in panels.find_all(id=True, recursive=False)}
    assert target in drawn | {"pick"}
    for name in drawn | {target}:
        assert panels.find(id=name).text.split() == whole.find(id=name).text.split()
        assert fields(panels.find(id=name)) == fields(whole.find(id=name))


def fields(panel):
    """Name, value and mark of each field of a panel."""
    return [
        (one["name"], one.get("value"), one.has_attr("checked"))
        for one in panel.find_all(["input", "select"], attrs={"name": True})
    ]


def test_a_step_without_a_known_target_redraws_the_whole_page(as_clerk, offering):
    assert page(as_clerk.post(URL, typed(offering, step="preview"), headers={"HX-Target": "elsewhere"})).find("form")


# --- Keys --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("browser", "held"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "Alt"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Alt + Shift"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:132.0) Gecko/20100101 Firefox/132.0", "Ctrl + Option"),
        ("", "Alt"),
    ],
)
def test_the_page_of_keys_names_what_this_browser_wants_held_down(browser, held):
    assert modifier(browser) == held


def test_no_page_of_staff_has_a_key_twice_and_the_page_of_keys_tells_them_all(as_clerk, client, city, offering):
    as_clerk.post(URL, typed(offering))
    file = Dossier.objects.get().get_absolute_url()
    pages = [URL, file, *(f"/can-bo/{name}/" for name in ("hang-doi", "ban-giao", "thong-bao", "so-theo-doi"))]
    official = make_user("official", city.district)
    leading = ("/dieu-hanh/", "/dieu-hanh/ho-so/", "/dieu-hanh/chang/", "/can-bo/dang-giu/", "/can-bo/lich/", file)
    for person, shown in ((None, pages), (official, leading)):
        if person:
            client.force_login(person)
        listed = {row.kbd.text[-1].lower() for row in page(client.get("/can-bo/phim-tat/")).tbody.find_all("tr")}
        for path in shown:
            html = page(client.get(path))
            keys = [part["accesskey"][0] for part in html.find_all(accesskey=True)]
            assert len(keys) == len(set(keys)), path
            assert set(keys) <= listed, path
            assert html.footer.find("a", href="/can-bo/phim-tat/"), path
