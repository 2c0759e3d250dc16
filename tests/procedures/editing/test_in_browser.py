"""A new version of a procedure, from the first word to its publication, as two editors see it."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from procedures.models import ProcedureVersion
from tests.browser import follow
from tests.factories import make_offering, make_procedure, make_process, make_units, make_user
from tests.procedures.national.test_update_catalogue import record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_one_editor_writes_and_another_publishes(open_page, axe, width, theme):
    city = make_units()
    author, second = make_user("editor", city.district), make_user("editor", city.district)
    version = make_procedure("Đăng ký khai sinh")
    make_process(version, ("desk", 4), ("handler", 8), ("desk", 4))
    make_offering(version, city.ward)
    today = timezone.localdate()

    page = open_page("/can-bo/thu-tuc/", user=author.username, width=width, theme=theme)
    looked_at(page, axe, f"list-{width}")
    page.get_by_role("link", name="Đăng ký khai sinh").click()
    page.get_by_role("button", name="Soạn phiên bản mới").click()
    page.get_by_label("Quyết định công bố").fill("12/QĐ-UBND ngày hôm nay")
    page.get_by_label("Ngày ký quyết định").fill(f"{today:%d/%m/%Y}")
    page.get_by_label("Áp dụng từ ngày").fill(f"{today + timedelta(days=7):%d/%m/%Y}")
    page.get_by_label("người dân").check()
    page.get_by_label("Kết quả").fill("Giấy khai sinh")
    page.get_by_label("Cơ quan có thẩm quyền").fill("UBND phường")
    page.get_by_label("Trình tự thực hiện").fill("Nộp hồ sơ\nNhận kết quả")
    page.get_by_label("Thời hạn theo quy định").fill("3")
    page.get_by_role("group", name="Trực tiếp").get_by_label("Nhận qua cách này").check()
    page.get_by_role("button", name="Gửi duyệt").click()
    follow(page.get_by_role("link", name="Thiếu căn cứ pháp lý"))
    looked_at(page, axe, f"wrong-{width}")
    page.get_by_label("Căn cứ pháp lý").fill("Luật Hộ tịch số 60/2014/QH13")
    page.get_by_role("button", name="Gửi duyệt").click()
    follow(page.get_by_role("link", name="Xem dự thảo chờ duyệt"))
    address = page.url

    page = open_page(address, user=second.username, width=width, theme=theme)
    looked_at(page, axe, f"compare-{width}")
    page.get_by_role("button", name="Công bố từ ngày này").click()
    page.get_by_text("Đã công bố.").wait_for()
    page.get_by_text("Ai đã sửa gì").first.click()
    looked_at(page, axe, f"procedure-{width}")
    follow(page.get_by_role("link", name="Xem tất cả thay đổi"))
    looked_at(page, axe, f"changes-{width}")
    page.go_back()
    follow(page.get_by_role("link", name="Thu hồi"))
    looked_at(page, axe, f"call-off-{width}")
    with page.expect_navigation():
        page.get_by_role("link", name="Chất lượng").click()
    looked_at(page, axe, f"quality-{width}")
    page.get_by_role("link", name="Kiểm tra niêm yết").click()
    page.get_by_label("Nơi kiểm tra").select_option(city.ward.slug)
    with page.expect_navigation():
        page.get_by_role("button", name="Bốc danh sách").click()
    looked_at(page, axe, f"check-{width}")
    assert ProcedureVersion.objects.in_force(today + timedelta(days=7)).get().term_amount == 3


@pytest.mark.parametrize(("width", "theme"), [("desk", "dark"), ("phone", "light")])
def test_one_editor_sends_a_file_and_another_applies_it(open_page, axe, tmp_path, width, theme):
    city = make_units()
    author, second = make_user("editor", city.district), make_user("editor", city.district)
    version = make_procedure("Đăng ký khai sinh")
    make_offering(version, city.ward)
    today = timezone.localdate()
    path = tmp_path / "thu-tuc.json"
    path.write_text(json.dumps([record(version.procedure.ref), record("2.000635"), record("9/9")]))

    page = open_page("/can-bo/thu-tuc/", user=author.username, width=width, theme=theme, javascript=False)
    page.get_by_role("link", name="Cập nhật từ tệp").click()
    page.get_by_label("Quyết định công bố").fill("12/QĐ-UBND ngày hôm nay")
    page.get_by_label("Ngày ký quyết định").fill(f"{today:%d/%m/%Y}")
    page.get_by_label("Áp dụng từ ngày").fill(f"{today + timedelta(days=7):%d/%m/%Y}")
    page.get_by_label("Tệp", exact=True).set_input_files(path)
    page.get_by_role("button", name="So với danh mục").click()
    page.get_by_text("1 mới, 1 thay đổi").wait_for()
    address = page.url

    page = open_page("/can-bo/thu-tuc/", user=second.username, width=width, theme=theme)
    with page.expect_navigation():
        page.get_by_role("link", name="Cập nhật từ tệp").click()
    looked_at(page, axe, f"updates-{width}")
    page.get_by_role("button", name="So với danh mục").click()
    follow(page.get_by_role("link", name="Hãy chọn tệp."))
    looked_at(page, axe, f"updates-wrong-{width}")
    page.goto(address)
    looked_at(page, axe, f"update-{width}")
    page.get_by_role("button", name="Áp dụng từ ngày này").click()
    page.get_by_text("Đã áp dụng.").wait_for()
    looked_at(page, axe, f"applied-{width}")
    assert ProcedureVersion.objects.in_force(today + timedelta(days=7)).count() == 2


def looked_at(page, axe, name):
    axe(page)
    page.evaluate("window.scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
