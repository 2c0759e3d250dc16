import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.search.life_events import events
from reporting.definitions.targets import PUBLISH_FROM
from reporting.rollup.actions import recount_everything
from tests.factories import hanoi
from tests.procedures.conftest import TODAY
from tests.reporting.helpers import dossier, save
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

QUERIES = 6


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "thu-tuc/",
        "thu-tuc/?q=hkd",
        "thu-tuc/?q=zzzz",
        "thu-tuc/1.001193/",
        "hen-ngay/",
        "hen-ngay/?thu-tuc=1.001193",
    ],
)
@pytest.mark.parametrize("language", ["", "en/"])
def test_every_page_opens_in_both_languages(client: Client, language: str, path: str) -> None:
    response = client.get(f"/{language}{path}")
    assert response.status_code == 200
    assert f'<html lang="{language.rstrip("/") or "vi"}"' in response.content.decode()


@pytest.mark.parametrize(
    ("path", "selector", "words"),
    [
        ("thu-tuc/?q=khai+sinh", ".proc h3 a", "khai sinh"),
        ("thu-tuc/?q=khai+sinh", ".facet span", "Phường Bạch Mai"),
        ("thu-tuc/1.001193/", "h1", "Đăng ký khai sinh"),
        ("thu-tuc/1.001193/", ".docs h3", "Tờ khai đăng ký khai sinh"),
        ("thu-tuc/1.001193/", "#day-du dd", "Hộ tịch"),
        ("hen-ngay/?thu-tuc=1.001193", "h2 a", "Đăng ký khai sinh"),
        ("hen-ngay/?so=5&ngay=2026-02-13&gio=09:00", ".days__off span span", "Bộ luật Lao động"),
        ("linh-vuc/ho-tich/", "h1", "Hộ tịch"),
    ],
)
def test_what_the_law_says_in_vietnamese_is_marked_so_on_an_english_page(
    client: Client, path: str, selector: str, words: str
) -> None:
    for prefix in ("/en/", "/"):
        page = BeautifulSoup(client.get(prefix + path).content, "html.parser")
        shown = [text for found in page.select(selector) for text in found.find_all(string=True) if words in text]
        assert shown
        assert {text.find_parent(lang=True)["lang"] for text in shown} == {"vi"}


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("thu-tuc/1.001193/", "h1"),
        ("thu-tuc/1.001193/", "title"),
        ("thu-tuc/?q=khai+sinh", ".proc h3 a"),
        ("thu-tuc/?q=birth+registration", ".proc h3 a"),
        ("thu-tuc/goi-y/?q=khai+sinh", ".suggest a"),
        ("linh-vuc/ho-tich/", ".listed a"),
        ("viec/sinh-con/", ".listed a"),
        ("", "option"),
    ],
)
def test_an_english_page_gives_the_english_name_with_the_official_one_in_brackets(
    client: Client, path: str, selector: str
) -> None:
    texts = {prefix: _texts_at(client, prefix + path, selector) for prefix in ("/en/", "/")}
    assert any("Birth registration (Đăng ký khai sinh)" in text for text in texts["/en/"])
    assert not any("Birth registration" in text for text in texts["/"])


@pytest.mark.parametrize(
    ("path", "selector", "english"),
    [
        ("", "footer p", "Monday to Friday: 8:00–12:00, 13:00–17:00"),
        ("thu-tuc/1.001193/?noi-nop=bach-mai", "aside dd", "Monday to Friday: 8:00–12:00, 13:00–17:00"),
        ("thu-tuc/1.001193/", "#cach-nop td", "Same day"),
        ("thu-tuc/2.000528/", ".facts dd", "Set by the provincial People’s Council"),
        ("hen-ngay/?so=5&ngay=2026-02-13&gio=09:00", ".days__off span", "Lunar New Year’s Eve"),
    ],
)
def test_hours_terms_fees_and_days_off_in_a_usual_form_are_in_english_on_an_english_page(
    client: Client, path: str, selector: str, english: str
) -> None:
    assert any(english in text for text in _texts_at(client, f"/en/{path}", selector))


@pytest.mark.parametrize(
    ("path", "selector", "english"),
    [
        ("linh-vuc/", "h1", "Fields"),
        ("viec/sinh-con/", "aside h2", "Other life events"),
        ("thu-tuc/1.001193/", "#khi-nao button", "Recalculate"),
        ("thu-tuc/?q=khai+sinh&cap=ward", ".meta li", "Where to file: 20 ward offices"),
    ],
)
def test_one_vietnamese_word_has_the_english_of_its_place(
    client: Client, path: str, selector: str, english: str
) -> None:
    assert english in _texts_at(client, f"/en/{path}", selector)


@pytest.mark.parametrize(
    ("path", "selector", "title"),
    [
        ("linh-vuc/", ".listed a", "Civil status (Hộ tịch)"),
        ("linh-vuc/ho-tich/", "h1", "Civil status (Hộ tịch)"),
        ("thu-tuc/1.001193/", "#day-du dd", "Civil status (Hộ tịch)"),
        ("thu-tuc/1.001193/", ".crumbs li", "Civil status"),
        ("thu-tuc/?q=khai+sinh", ".facet .check span", "Civil status"),
        ("viec/sinh-con/", ".listed .muted", "Ward · Civil status"),
        ("thu-tuc/goi-y/?q=khai+sinh", ".suggest small", "Ward · Civil status"),
    ],
)
def test_a_field_has_its_english_name_on_english_pages_and_its_own_on_the_others(
    client: Client, path: str, selector: str, title: str
) -> None:
    assert title in _texts_at(client, f"/en/{path}", selector)
    assert not any("Civil status" in text for text in _texts_at(client, f"/{path}", selector))


def test_fields_are_listed_by_the_alphabet_of_the_page(client: Client) -> None:
    english = [name.casefold() for name in _texts_at(client, "/en/linh-vuc/", ".listed a")]
    assert english == sorted(english)
    assert _texts_at(client, "/linh-vuc/", ".listed a")[0] == "An toàn thực phẩm và dinh dưỡng"


def _texts_at(client: Client, url: str, selector: str) -> list[str]:
    page = BeautifulSoup(client.get(url).content, "html.parser")
    return [" ".join(found.text.split()) for found in page.select(selector)]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/thu-tuc/",
        "/thu-tuc/?q=cap&phi=khong-thu&trang=2",
        "/thu-tuc/1.001193/",
        "/thu-tuc/1.004873/?noi-nop=bach-mai",
        "/hen-ngay/?thu-tuc=1.004873&noi-nop=bach-mai",
    ],
)
def test_pages_take_at_most_six_queries(client: Client, path: str, django_assert_max_num_queries: Any) -> None:
    client.get(path)
    with django_assert_max_num_queries(QUERIES):
        client.get(path)


def test_no_two_choices_of_the_home_page_read_the_same(client: Client) -> None:
    page = BeautifulSoup(client.get("/").content, "html.parser")
    choices = [option.text for option in page.select("select option")]
    assert 1 < len(set(choices)) == len(choices) <= 12


def test_the_home_page_counts_what_is_on_offer(client: Client) -> None:
    text = text_of(client, "/")
    assert "Có 346 thủ tục tại 21 nơi tiếp nhận." in text
    assert "Hồ sơ đến đâu rồi?" in text


def test_every_suggestion_of_the_home_page_finds_something(client: Client) -> None:
    links = set(re.findall(r'href="(/thu-tuc/\?q=[^"]+)"', client.get("/").content.decode()))
    assert len(links) == 4
    for link in links:
        assert "Chưa thấy" not in text_of(client, link)


def test_ten_cards_take_as_many_queries_as_one(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/thu-tuc/")
    for query in ("1.001193", "chung thuc"):
        with django_assert_num_queries(QUERIES - 2):
            client.get("/thu-tuc/", {"q": query})


def test_the_catalogue_says_how_a_query_was_understood(client: Client) -> None:
    assert "cho “hộ kinh doanh” (hiểu từ “ho kinh doanh”)" in text_of(client, "/thu-tuc/?q=ho+kinh+doanh")


def test_a_query_nothing_fits_keeps_what_was_typed(client: Client) -> None:
    text = text_of(client, "/thu-tuc/?q=zzzz+qqqq")
    assert "Chưa thấy thủ tục khớp với “zzzz qqqq”" in text


def test_what_is_typed_is_never_markup(client: Client) -> None:
    page = client.get("/thu-tuc/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_a_filter_can_be_taken_away_by_a_link(client: Client) -> None:
    page = client.get("/thu-tuc/?q=khai+sinh&cap=ward&phi=khong-thu").content.decode()
    assert 'href="?q=khai+sinh&amp;phi=khong-thu#dem"' in page
    assert 'href="?q=khai+sinh&amp;cap=ward#dem"' in page


def test_a_filter_that_does_not_exist_is_ignored_and_said_so(client: Client) -> None:
    text = text_of(client, "/thu-tuc/?cap=moon&linh-vuc=x&phi=y")
    assert "Đã bỏ qua bộ lọc không có: moon, x, y." in text
    assert re.search(r"[1-9]\d* thủ tục", text)
    beside = text_of(client, "/thu-tuc/?cap=ward&cap=moon")
    assert "Đã bỏ qua bộ lọc không có: moon." in beside
    assert "Đã bỏ qua" not in text_of(client, "/thu-tuc/?cap=ward&phi=khong-thu&muc=thong_tin")


def test_a_query_without_letters_or_digits_says_so_and_lists_everything(client: Client) -> None:
    text = text_of(client, "/thu-tuc/?q=%25")
    assert "Chưa hiểu được “%”: hãy gõ chữ hoặc số." in text
    assert "hiểu từ" not in text
    count = ProcedureVersion.objects.on_offer(TODAY).count()
    assert f"{count} thủ tục" in text


def test_a_fee_is_said_alike_on_the_card_and_on_the_page(client: Client) -> None:
    assert "Phí, lệ phí: Miễn nếu đăng ký đúng hạn" in text_of(client, "/thu-tuc/?q=1.001193")
    assert "Phí, lệ phí Miễn nếu đăng ký đúng hạn" in text_of(client, "/thu-tuc/1.001193/")


@pytest.mark.parametrize("asked", ["99999", "x", "0", "-1"])
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/thu-tuc/", "hẹn trả"),
        ("/linh-vuc/ho-tich/", "Đăng ký"),
        ("/thu-tuc/chu-cai/đ/", "Đăng ký"),
        ("/thu-tuc/moi-doi/", "Thủ tục mới đổi"),
    ],
)
def test_a_page_that_is_not_there_says_so_and_shows_the_nearest(
    client: Client, path: str, shown: str, asked: str
) -> None:
    text = text_of(client, f"{path}?trang={asked}", 404)
    assert f"Không có trang {asked}." in text
    assert shown in text


def test_a_link_to_other_results_leads_to_how_many_there_are_and_not_to_the_head_of_the_page(client: Client) -> None:
    page = BeautifulSoup(client.get("/thu-tuc/?q=dang+ky&cap=ward").content, "html.parser")
    assert page.select_one("#dem")
    links = [link["href"] for link in page.select("#ket-qua .chips a, #ket-qua .pages a")]
    assert len(links) > 3
    assert {link.partition("#")[2] for link in links} == {"dem"}


def test_a_code_is_found_in_small_letters_too_and_an_unknown_one_can_be_looked_for(client: Client) -> None:
    answer = client.get("/thu-tuc/hbt-q-038/")
    assert (answer.status_code, answer["Location"]) == (302, "/thu-tuc/HBT-Q-038/")
    missing = client.get("/thu-tuc/9.999999/")
    assert missing.status_code == 404
    assert '<form class="mt2" action="/thu-tuc/" role="search">' in missing.content.decode()


def test_a_card_tells_the_office_s_own_term_where_its_date_follows_from_that(client: Client) -> None:
    place = Offering.objects.in_force(TODAY).get(procedure__ref="HBT-Q-038")
    Offering.objects.filter(pk=place.pk).update(committed_amount=1, committed_unit="working_day")
    assert "3 ngày làm việc; nơi này cam kết 1 ngày làm việc" in text_of(client, "/thu-tuc/?q=HBT-Q-038")


def test_a_list_of_papers_for_an_office_that_does_not_take_the_procedure_in_says_so(client: Client) -> None:
    assert "Nơi này không nhận thủ tục đã chọn" in text_of(client, "/thu-tuc/1.001193/giay-to/?noi-nop=khong-co", 422)


def test_who_may_file_online_is_led_to_the_national_portal(client: Client) -> None:
    link = 'href="https://dichvucong.gov.vn/"'
    assert link in client.get("/thu-tuc/1.001193/").content.decode()
    ProcedureVersion.objects.filter(procedure__ref="1.001193").update(online_level="thong_tin")
    assert link not in client.get("/thu-tuc/1.001193/").content.decode()


def test_a_note_to_a_term_does_not_say_the_term_again(client: Client) -> None:
    assert "Thời hạn Trong ngày nhận sau 15 giờ trả ngày làm việc tiếp theo" in text_of(client, "/thu-tuc/1.001193/")
    assert "Time limit Same day if received after 15:00, the next working day" in text_of(
        client, "/en/thu-tuc/1.001193/"
    )


def test_a_very_long_query_is_read_as_far_as_it_goes(client: Client) -> None:
    text = text_of(client, "/thu-tuc/?q=" + "khai sinh " * 1000)
    assert "chỉ đọc 200 chữ cái đầu" in text
    assert len(text) < 20_000


@pytest.mark.parametrize("query", ["🙂🙂", "a AND (b OR", "khai sinh 👶", "%00x", "'; DROP", "ａｂｃ", "‮khai"])
def test_whatever_is_typed_there_is_a_page(client: Client, query: str) -> None:
    assert client.get("/thu-tuc/", {"q": query}).status_code == 200
    assert client.get("/thu-tuc/goi-y/", {"q": query}).status_code == 200


def test_filters_that_exclude_one_another_offer_to_take_one_away(client: Client) -> None:
    committee = Unit.objects.get(is_tenant=True)
    text = text_of(client, f"/thu-tuc/?cap=ward&noi={committee.slug}")
    assert "Bỏ bớt một bộ lọc" in text
    assert "Bỏ lọc Phường" in text


def test_how_a_query_was_read_can_be_refused(client: Client) -> None:
    page = client.get("/thu-tuc/?q=khia+sinhh").content.decode()
    assert "Hiểu là:" in page
    assert "?q=khia%20sinhh&amp;nguyen-van=1" in page
    assert "Chưa thấy thủ tục khớp với" in text_of(client, "/thu-tuc/?q=khia+sinhh&nguyen-van=1")


def test_a_query_that_means_an_event_leads_to_it(client: Client) -> None:
    assert 'href="/viec/sinh-con/"' in client.get("/thu-tuc/?q=vợ+mới+đẻ").content.decode()
    assert 'href="/viec/sinh-con/"' in client.get("/thu-tuc/goi-y/?q=sinh+con").content.decode()


def test_suggestions_are_links_and_cost_one_query(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/thu-tuc/goi-y/?q=khai")
    with django_assert_max_num_queries(1):
        page = client.get("/thu-tuc/goi-y/?q=khai+sinh").content.decode()
    assert 'href="/thu-tuc/1.001193/"' in page
    assert page.count("<li>") <= 7


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/viec/", "Người thân qua đời"),
        ("/viec/nguoi-than-qua-doi/", "Đăng ký khai tử"),
        ("/linh-vuc/", "Hộ tịch"),
        ("/linh-vuc/ho-tich/", "Đăng ký khai sinh"),
        ("/thu-tuc/chu-cai/", "bắt đầu bằng chữ A"),
        ("/thu-tuc/chu-cai/đ/", "Đăng ký khai sinh"),
        ("/thu-tuc/hay-lam/", "Chưa có hồ sơ nào để đếm."),
        ("/thu-tuc/moi-doi/", "Chưa có thủ tục nào đổi"),
    ],
)
def test_lists_have_addresses_of_their_own(
    client: Client, path: str, message: str, django_assert_max_num_queries: Any
) -> None:
    client.get(path)
    with django_assert_max_num_queries(QUERIES):
        assert message in text_of(client, path)
    assert client.get(f"/en{path}").status_code == 200


@pytest.mark.parametrize("day", [1, 2, 3, 4])
def test_the_most_used_are_those_of_the_last_year_and_none_too_rare_to_be_published(client: Client, day: int) -> None:
    """On the first days of a month what came three days ago lies in a month that is over, which is counted as one."""
    at = hanoi(2026, 12, day)
    counted = {"1.001193": (PUBLISH_FROM + 5, 3), "1.000894": (PUBLISH_FROM, 3), "1.000656": (PUBLISH_FROM - 1, 3)}
    counted["1.004873"] = (PUBLISH_FROM * 9, 400)
    for ref, (received, days_ago) in counted.items():
        offering = Offering.objects.filter(procedure__ref=ref)[0]
        save(*(dossier(offering, received_at=at - timedelta(days=days_ago)) for _ in range(received)))
    recount_everything()
    with time_machine.travel(at):
        page = BeautifulSoup(client.get("/thu-tuc/hay-lam/").content, "html.parser")
    assert [row.a.text for row in page.select(".listed--count li")] == ["Đăng ký khai sinh", "Đăng ký kết hôn"]


@pytest.mark.parametrize("path", ["/viec/khong-co/", "/linh-vuc/khong-co/", "/thu-tuc/chu-cai/zz/"])
def test_a_list_of_nothing_known_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/man-hinh/", "Người thân qua đời"),
        ("/man-hinh/?q=mở+quán", "Đăng ký thành lập hộ kinh doanh"),
        ("/man-hinh/viec/sinh-con/", "Đăng ký khai sinh"),
        ("/man-hinh/thu-tuc/1.001193/", "Tờ khai đăng ký khai sinh"),
    ],
)
def test_the_screen_in_the_hall_leads_from_event_to_papers(
    client: Client, path: str, message: str, django_assert_max_num_queries: Any
) -> None:
    client.get(path)
    with django_assert_max_num_queries(QUERIES):
        assert message in text_of(client, path)
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert all(link["href"].startswith(("/man-hinh/", "/en/man-hinh/")) for link in page.select("a"))
    assert client.get(f"/en{path}").status_code == 200


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("came_from", ["/man-hinh/viec/sinh-con/", "/man-hinh/?q=s%E1%BB%95%20%C4%91%E1%BB%8F%20%26"])
def test_a_procedure_in_the_hall_leads_back_to_the_list_it_was_chosen_from(
    client: Client, came_from: str, language: str
) -> None:
    rows = BeautifulSoup(client.get(language + came_from).content, "html.parser").select(".hall__rows a")
    page = BeautifulSoup(client.get(str(rows[0]["href"])).content, "html.parser")
    back = [str(link["href"]) for link in page.select("main a")]
    assert back == [language + came_from]
    assert not BeautifulSoup(client.get("/man-hinh/thu-tuc/1.001193/").content, "html.parser").select("main a")


@pytest.mark.parametrize("path", ["viec/khong-co/", "thu-tuc/khong-co/"])
def test_the_screen_in_the_hall_knows_nothing_else(client: Client, path: str) -> None:
    assert client.get(f"/man-hinh/{path}").status_code == 404


def test_every_event_leads_only_to_what_is_on_offer(client: Client) -> None:
    for event in events():
        page = client.get(f"/viec/{event.slug}/").content.decode()
        assert all(f'href="/thu-tuc/{ref}/"' in page for ref in event.refs), event.slug


def test_a_verified_code_is_shown_and_an_unverified_one_never(client: Client) -> None:
    assert "Mã thủ tục 1.001193" in text_of(client, "/thu-tuc/1.001193/")
    for procedure in Procedure.objects.filter(code_verified=False).exclude(national_code="")[:10]:
        text = text_of(client, procedure.get_absolute_url())
        assert "Mã quốc gia: đang kiểm chứng." in text
        assert procedure.national_code not in text


def test_a_code_at_two_levels_leads_to_the_search(client: Client) -> None:
    response = client.get("/thu-tuc/2.000815/", follow=True)
    assert response.redirect_chain == [("/thu-tuc/?q=2.000815", 302)]
    assert "2 thủ tục" in response.content.decode()


def test_an_unknown_procedure_is_not_found(client: Client) -> None:
    assert client.get("/thu-tuc/khong-co/").status_code == 404


def test_a_procedure_lists_exactly_its_papers(client: Client) -> None:
    version = ProcedureVersion.objects.get(procedure__ref="1.001193")
    text = text_of(client, "/thu-tuc/1.001193/")
    for paper in version.documents.all():
        assert paper.name in text
    assert "Chỉ xem tại quầy rồi trả lại ngay" in text


def test_only_offices_that_take_it_in_can_be_chosen(client: Client) -> None:
    page = client.get("/thu-tuc/1.001193/").content.decode()
    offered = Offering.objects.in_force(TODAY).filter(procedure__ref="1.001193")
    assert set(re.findall(r'<option value="([a-z-]+)"', page)) == set(offered.values_list("unit__slug", flat=True))


def test_a_procedure_no_office_takes_in_says_so(client: Client) -> None:
    unoffered = Procedure.objects.filter(offerings=None)[0]
    assert "Hiện chưa có nơi nào nhận thủ tục này." in text_of(client, unoffered.get_absolute_url())
