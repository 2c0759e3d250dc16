"""The scanner at every staff page: opening, making a list to hand over, taking over, each without scripts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import Dossier, Slip
from dossiers.operations.handover.actions import hand_over, hand_over_all, send_back, take_over
from dossiers.operations.supplement.actions import Defects, ask_supplement
from dossiers.slips.codes import list_code, list_key
from tests.factories import make_offering, make_procedure, make_process, make_user, register
from units.codes import normalise

pytestmark = pytest.mark.django_db
DEFECTS = Defects(["missing"], "Cần bản chính giấy chứng sinh của cơ sở y tế")
BAR, SEND, TAKE = "/can-bo/quet/", "/can-bo/ban-giao/quet-chuyen/", "/can-bo/ban-giao/quet-nhan/"


@pytest.fixture
def offering(city):
    version = make_procedure()
    make_process(version, ("desk", 8), ("handler", 24), ("desk", 8))
    return make_offering(version, city.ward, handler=city.department)


@pytest.fixture
def new(city, offering):
    return lambda: register(offering, city.ward_desk, at=timezone.now())


@pytest.fixture
def as_clerk(client, city):
    client.force_login(make_user("clerk", city.ward_desk))
    return client


@pytest.fixture
def as_specialist(city):
    client = Client()
    client.force_login(make_user("specialist", city.department))
    return client


def sent(dossier):
    return hand_over(dossier=dossier, leg=0, actor=None, at=timezone.now())


def taken(dossier):
    return take_over(dossier=sent(dossier), leg=1, actor=None, at=timezone.now())


def heard(answer):
    """The tone and the word of a scan."""
    sound = BeautifulSoup(answer.content, "html.parser").select_one("#heard[role=status] [data-sound]")
    return sound["data-sound"], " ".join(sound.get_text().split())


def codes_on(answer):
    return [one.get_text() for one in BeautifulSoup(answer.content, "html.parser").select("#list th .code")]


def scan(client, page, text):
    return client.post(page, {"ma": text})


@pytest.mark.parametrize("text", ["BG-7", " bg-7 ", "BG-999999999"])
def test_the_code_of_a_list_is_read_and_no_code_of_a_dossier_looks_like_it(text):
    assert list_key(text) in {7, 999999999}
    assert normalise(list_code(7)) is None


@pytest.mark.parametrize("text", ["", "BG-", "BG-1x", "BG-1234567890", "BG-260302-0001", "H26.19-260302-0001"])
def test_nothing_else_is_read_as_a_list(text):
    assert list_key(text) is None


# From any page


def test_every_staff_page_has_one_field_that_opens_whatever_of_ours_is_scanned(as_clerk, city, new):
    for path in (
        "/can-bo/hang-doi/",
        "/can-bo/ban-giao/",
        "/can-bo/tiep-nhan/",
        "/can-bo/thong-bao/",
        SEND,
        TAKE,
        BAR,
    ):
        page = BeautifulSoup(as_clerk.get(path).content, "html.parser")
        assert len(page.select("[accesskey=k]")) == 1, path
    dossier = new()
    plain = dossier.code.lower().replace("-", " ")
    for text in (dossier.code, plain, f"https://motcua.example/tra-cuu/{dossier.code}/", f" {dossier.code}\n"):
        assert scan(as_clerk, BAR, text).url == dossier.get_absolute_url()


def test_what_is_not_found_and_what_is_not_ours_get_the_same_words_and_keep_what_was_typed(client, city, new):
    dossier = new()
    client.force_login(make_user("clerk", city.other_desk))
    pages = [scan(client, BAR, text) for text in (dossier.code, "T0.00-260302-0001", "<b>sai</b>", "BG-99")]
    assert [page.status_code for page in pages] == [404] * 4
    shown_text = {
        BeautifulSoup(page.content, "html.parser").select_one("[role=alert] h2").get_text() for page in pages
    }
    assert shown_text == {"Không tìm thấy hồ sơ này trong các hồ sơ của đơn vị."}
    fields = [BeautifulSoup(page.content, "html.parser").select_one("#ma") for page in pages]
    assert [field["value"] for field in fields] == [dossier.code, "T0.00-260302-0001", "<b>sai</b>", "BG-99"]
    assert all(field.has_attr("autofocus") for field in fields)
    assert scan(client, SEND, dossier.code).status_code == 422


def test_whoever_reads_no_files_has_no_field_and_no_page(client, city):
    client.force_login(make_user("editor", city.ward_desk))
    assert client.get(BAR).status_code == 404
    assert b"bar-scan" not in client.get("/can-bo/mat-khau/", follow=True).content


# The list being made


def test_each_scan_adds_a_row_on_top_and_all_of_them_go_with_one_paper(as_clerk, new):
    first, second, third = new(), new(), new()
    assert heard(scan(as_clerk, SEND, first.code)) == ("high", f"Đã thêm {first.code} (1 hồ sơ).")
    with CaptureQueriesContext(connection) as for_two:
        scan(as_clerk, SEND, f"https://motcua.example/tra-cuu/{second.code}/")
    with CaptureQueriesContext(connection) as for_three:
        answer = scan(as_clerk, SEND, third.code)
    assert len(for_two) == len(for_three) <= 26
    assert heard(answer) == ("high", f"Đã thêm {third.code} (3 hồ sơ).")
    assert codes_on(answer) == [third.code, second.code, first.code]
    again = scan(as_clerk, SEND, first.code)
    assert heard(again) == ("low", f"{first.code}: Hồ sơ đã có trong danh sách này.")
    off = as_clerk.post(SEND, {"bo": second.legs.get(position=0).pk}, follow=True)
    assert codes_on(off) == [third.code, first.code]
    done = as_clerk.post(SEND, {"act": "chuyen"}, follow=True)
    assert "Đã chuyển 2 hồ sơ." in done.content.decode()
    assert codes_on(done) == []
    assert {row["code"] for row in Slip.objects.get(form="handover").data["rows"]} == {first.code, third.code}
    assert f"/can-bo/ban-giao/phieu/{Slip.objects.get(form='handover').pk}/" in done.content.decode()
    assert second.legs.get(position=0).in_hand
    empty = as_clerk.post(SEND, {"act": "chuyen"})
    assert heard(empty) == ("low", "Danh sách chưa có hồ sơ nào.")


def test_a_refused_scan_says_why_and_the_list_stays(as_clerk, city, offering, new):
    stored = new()
    scan(as_clerk, SEND, stored.code)
    on_its_way, elsewhere, waiting = sent(new()), taken(new()), taken(new())
    ask_supplement(dossier=waiting, defects=DEFECTS, actor=None, at=timezone.now())
    other = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    back = hand_over(dossier=taken(new()), leg=1, actor=None, at=timezone.now())
    back = take_over(dossier=back, leg=2, actor=None, at=timezone.now())
    whys = {
        on_its_way.code: "Hồ sơ đang trên đường đến Phòng Thử, nơi ấy chưa nhận.",
        elsewhere.code: "mà ở Phòng Thử.",
        waiting.code: "không bàn giao lúc này.",
        other.code: "danh sách đang lập gửi Phòng Thử. Chuyển xong rồi hãy quét lại.",
        back.code: "Đây là chặng cuối: hãy ghi kết quả thay vì chuyển tiếp.",
        "T0.00-260302-0001": "Không tìm thấy hồ sơ này trong các hồ sơ của đơn vị.",
    }
    for code, why in whys.items():
        answer = scan(as_clerk, SEND, code)
        tone, words = heard(answer)
        assert (answer.status_code, tone, words.startswith(f"{code}: "), words.endswith(why)) == (
            422,
            "low",
            True,
            True,
        )
        assert codes_on(answer) == [stored.code]
    assert heard(scan(as_clerk, SEND, "")) == ("low", "—: Không tìm thấy hồ sơ này trong các hồ sơ của đơn vị.")


def test_what_somebody_else_handed_over_meanwhile_leaves_the_list(as_clerk, new):
    mine, gone = new(), new()
    scan(as_clerk, SEND, mine.code)
    scan(as_clerk, SEND, gone.code)
    sent(gone)
    assert codes_on(as_clerk.get(SEND)) == [mine.code]
    as_clerk.post(SEND, {"act": "chuyen"})
    assert Slip.objects.get(form="handover").data["total"] == "1"


def test_the_list_is_the_clerks_own_and_of_one_unit(as_clerk, client, city, new):
    dossier = new()
    scan(as_clerk, SEND, dossier.code)
    colleague = Client()
    colleague.force_login(make_user("clerk", city.ward_desk))
    assert codes_on(colleague.get(SEND)) == []
    assert colleague.get(f"{SEND}?don-vi={city.other_desk.slug}").status_code == 404


# Taking over


def test_the_receiver_takes_over_by_scanning_and_the_wrong_ones_say_why(as_specialist, new):
    first, second, third, fourth, at_desk = (*(sent(new()) for _ in range(4)), new())
    answer = scan(as_specialist, TAKE, first.code)
    assert heard(answer) == ("high", f"Đã nhận {first.code}. Còn 3 hồ sơ đang chuyển tới.")
    with CaptureQueriesContext(connection) as of_three:
        scan(as_specialist, TAKE, third.code)
    with CaptureQueriesContext(connection) as of_two:
        scan(as_specialist, TAKE, fourth.code)
    assert len(of_three) == len(of_two) <= 24
    assert first.legs.get(position=1).in_hand
    tone, words = heard(scan(as_specialist, TAKE, first.code))
    assert (tone, "Phòng Thử đã có hồ sơ này từ" in words) == ("low", True)
    assert heard(scan(as_specialist, TAKE, at_desk.code))[0] == "low"
    assert second.legs.get(position=1).on_its_way


def test_the_bars_of_a_list_take_over_what_is_still_on_its_way_after_a_look(as_clerk, as_specialist, city, new):
    dossiers = [new() for _ in range(4)]
    legs = [dossier.legs.get(position=0) for dossier in dossiers]
    hand_over_all(sender=city.ward_desk, legs=legs, actor=None, at=timezone.now())
    paper = Slip.objects.get(form="handover")
    one, back, *rest = dossiers
    take_over(dossier=one, leg=1, actor=None, at=timezone.now())
    send_back(dossier=back, leg=1, reason="Hồ sơ giấy thiếu trang hai", actor=None, at=timezone.now())
    page = scan(as_specialist, TAKE, list_code(paper.pk))
    assert page.url == f"/can-bo/ban-giao/phieu/{paper.pk}/nhan/" == scan(as_specialist, BAR, f"bg-{paper.pk}").url
    quick = as_specialist.post(TAKE, {"ma": list_code(paper.pk)}, headers={"HX-Request": "true"})
    assert quick.headers["HX-Redirect"] == page.url
    listed = as_specialist.get(page.url).content.decode()
    assert [dossier.code in listed for dossier in dossiers] == [False, False, True, True]
    sent(back)  # goes with another list
    assert not rest[0].legs.get(position=1).in_hand
    assert "Đã nhận 2 hồ sơ." in as_specialist.post(page.url, follow=True).content.decode()
    assert [dossier.legs.get(position=1).in_hand for dossier in rest] == [True, True]
    assert back.legs.get(position=1).on_its_way
    assert "Không còn hồ sơ nào của phiếu này" in as_specialist.get(page.url).content.decode()
    assert "In phiếu bàn giao" in as_clerk.get(page.url).content.decode()
    stranger = Client()
    stranger.force_login(make_user("clerk", city.other_desk))
    assert stranger.get(page.url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_scan_the_same_dossier_at_once_one_gets_it_and_the_other_is_told(city, new):
    dossier = sent(new())
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(make_user("specialist", city.department))

    def take(client):
        try:
            return heard(scan(client, TAKE, dossier.code))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        tones = sorted(pool.map(take, clients))
    assert [tone for tone, _words in tones] == ["high", "low"]
    assert Dossier.objects.get(pk=dossier.pk).events.filter(kind="taken_over").count() == 1
