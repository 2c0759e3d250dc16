"""Needs that no procedure answers are told whom they belong to, and never where the catalogue answers them."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse

from procedures.search.elsewhere import meant_need, needs
from tests.procedures.search.asked import read_asked


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("làm lại căn cước công dân bị mất", "công an"),
        ("lam cccd cho con", "công an"),
        ("xin hộ chiếu", "công an"),
        ("đăng ký xe máy", "công an"),
        ("cà vẹt xe", "công an"),
        ("đổi bằng lái xe ô tô hết hạn", "công an"),
        ("lý lịch tư pháp số 2", "công an"),
        ("ly hon don phuong", "Tòa án"),
        ("thành lập công ty tnhh một thành viên", "Sở Tài chính"),
        ("mã số thuế cá nhân", "cơ quan thuế"),
        ("thuế đất", "cơ quan thuế"),
        ("bảo hiểm thất nghiệp", "dịch vụ việc làm"),
        ("rút bhxh một lần", "bảo hiểm xã hội"),
        ("nộp phạt giao thông ở đâu", "cảnh sát giao thông"),
        ("bị mất ví", "Công an phường"),
    ],
)
def test_a_need_of_another_office_names_that_office(query: str, who: str) -> None:
    need = meant_need(query)
    assert need is not None
    assert who in need.answer
    assert not need.link


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("tra cứu hồ sơ", "dossiers:track"),
        ("hồ sơ của tôi đến đâu rồi", "dossiers:track"),
        ("hàng xóm hát karaoke ồn", "complaints:choose"),
        ("đường trước nhà có ổ gà", "complaints:choose"),
        ("khiếu nại", "complaints:choose"),
        ("số điện thoại phường", "reporting:places"),
        ("giờ làm việc", "reporting:places"),
        ("khi nào có kết quả", "procedures:result_date"),
        ("bao giờ lấy được", "procedures:result_date"),
    ],
)
def test_what_the_portal_does_itself_leads_to_its_page(query: str, page: str) -> None:
    need = meant_need(query)
    assert need is not None
    assert need.link == page


@pytest.mark.parametrize(
    "query",
    [
        *("photo công chứng căn cước", "dịch bằng lái xe", "hộ chiếu photo có dấu", "mua bán xe máy", "cho thuê đất"),
        *("ghi chú ly hôn ở nước ngoài", "thẻ bảo hiểm y tế cho trẻ dưới 6 tuổi", "mở quán karaoke", "thue dat", ""),
    ],
)
def test_a_need_is_not_read_into_a_longer_one_or_into_bare_letters(query: str) -> None:
    assert meant_need(query) is None


def test_nothing_the_catalogue_answers_is_sent_elsewhere() -> None:
    for asked in [row for part in read_asked() for row in part]:
        need = meant_need(asked.query)
        assert need is None or need.link, asked.query


def test_every_need_is_shown_in_both_languages_and_every_page_is_there() -> None:
    for need in needs():
        assert need.answer
        assert need.answer_en
        assert not need.link or reverse(need.link)


def _page(client: Client, path: str) -> Tag:
    return BeautifulSoup(client.get(path).content, "html.parser")


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
class TestPages:
    def test_the_search_says_it_above_what_it_finds(self, client: Client) -> None:
        text = _page(client, "/thu-tuc/?q=ly+hôn").select_one("#ket-qua").get_text()  # type: ignore[union-attr]
        assert text.index("Tòa án nhân dân") < text.index("Thủ tục có chữ giống nhất ở đây") < text.index("Sổ hộ tịch")

    @pytest.mark.parametrize("path", ["/thu-tuc/", "/thu-tuc/goi-y/", "/man-hinh/"])
    def test_search_suggestions_and_the_screen_in_the_hall_say_it(self, client: Client, path: str) -> None:
        assert "quản lý xuất nhập cảnh" in _page(client, f"{path}?q=hộ+chiếu").get_text()

    def test_the_english_pages_say_it_in_english(self, client: Client) -> None:
        for query, message in [("divorce", "People's Court"), ("driving+license", "Driving licences are issued")]:
            assert message in _page(client, f"/en/thu-tuc/?q={query}").get_text()

    def test_the_portals_own_page_is_a_link(self, client: Client) -> None:
        for path in ("/thu-tuc/", "/thu-tuc/goi-y/"):
            assert _page(client, f"{path}?q=tra+cứu+hồ+sơ").select(f'a[href="{reverse("dossiers:track")}"]')

    @pytest.mark.parametrize("path", ["/thu-tuc/", "/man-hinh/"])
    def test_where_nothing_fits_a_few_usual_procedures_are_offered(self, client: Client, path: str) -> None:
        page = _page(client, f"{path}?q=zzzzqqq")
        assert "Nhiều người làm" in page.get_text()
        names = [row.get_text() for row in page.select(".listed a, .hall__rows b")]
        assert len(names) == 3
        assert "Đăng ký khai sinh" in names

    def test_the_screen_in_the_hall_says_closest_only_of_what_is_not_exact(self, client: Client) -> None:
        assert "Thủ tục khớp với “khai sinh”" in _page(client, "/man-hinh/?q=khai+sinh").get_text()
        assert "Gần nhất với" in _page(client, "/man-hinh/?q=khai+sinh+bằng+tên+lửa").get_text()
