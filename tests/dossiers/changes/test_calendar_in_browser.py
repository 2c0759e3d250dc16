"""A holiday announced late, as the two who decide it see it: on a desk screen and a telephone, in light and dark."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from dossiers.changes.calendar.recalculation import WorkerCache, recalculate_next_batch
from dossiers.models import Dossier
from tests.browser import follow
from tests.factories import make_offering, make_procedure, make_units, make_user, register
from units.clock.working_calendar import WorkingCalendar
from units.models import CalendarDay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("desk", "light"), ("phone", "dark")]


def recalculate_all():
    cache, at = WorkerCache(), timezone.now() + timedelta(minutes=1)
    while recalculate_next_batch(cache=cache, at=at):
        pass


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_two_people_move_the_dates_and_take_it_back(open_page, axe, width, theme):
    city = make_units()
    CalendarDay.objects.create(day="2026-01-01", kind="holiday", reason="Tết", source="BLLĐ")
    author, official = make_user("administrator", city.district), make_user("official", city.district)
    offering = make_offering(make_procedure("Đăng ký khai sinh", term_amount=10), city.ward, handler=city.department)
    dossiers = [register(offering, city.ward_desk, at=timezone.now() - timedelta(minutes=5)) for _ in range(3)]
    day = WorkingCalendar().nth_working_day(timezone.localdate(), 3)

    page = open_page("/can-bo/lich/", user=author.username, width=width, theme=theme)
    looked_at(page, axe, f"calendar-empty-{width}")
    page.get_by_role("link", name="Soạn thay đổi").click()
    page.get_by_label("Nội dung thay đổi").fill("Nghỉ bão số 3")
    page.get_by_label("Văn bản").fill("Công điện 12 ngày hôm nay")
    follow(page.get_by_role("button", name="Lưu và tính thử"))
    looked_at(page, axe, f"calendar-errors-{width}")
    page.get_by_label("Ngày", exact=True).fill(f"{day:%d/%m/%Y}")
    page.get_by_label("Loại ngày").select_option("holiday")
    page.get_by_label("Lý do").fill("Bão lớn")
    follow(page.get_by_role("button", name="Lưu và tính thử"))
    page.get_by_text("Đang tính thử").wait_for()
    recalculate_all()
    page.get_by_text("3 hồ sơ sẽ đổi hẹn").wait_for()  # the page asks again by itself
    looked_at(page, axe, f"calendar-preview-{width}")
    follow(page.get_by_role("button", name="Gửi duyệt"))
    recalculate_all()
    address = page.url

    page = open_page(address, user=official.username, width=width, theme=theme, javascript=False)
    follow(page.get_by_role("button", name="Duyệt và công bố"))
    recalculate_all()
    page.reload()
    page.get_by_text("Đã đổi hẹn 3 hồ sơ").wait_for()
    assert {Dossier.objects.get(pk=one.pk).due_at > one.due_at for one in dossiers} == {True}
    follow(page.get_by_role("button", name="Hoàn tác"))
    recalculate_all()
    page.reload()
    page.get_by_text("Đã hoàn lại 3 hồ sơ").wait_for()
    assert [Dossier.objects.get(pk=one.pk).due_at for one in dossiers] == [one.due_at for one in dossiers]


def looked_at(page, axe, name):
    axe(page)
    page.evaluate("window.scrollTo(0, 0)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
