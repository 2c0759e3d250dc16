"""The page of the offices in a real browser: reached from the overview, with and without scripts, and by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reporting.rollup.actions import recount_everything
from tests.browser import follow
from tests.factories import make_offering, make_procedure, make_units, make_user, register
from tests.reporting.rollup.test_legs import finished, moved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme", "javascript"), [("phone", "dark", True), ("desk", "light", False)])
def test_an_official_goes_from_the_overview_to_the_offices_and_on_to_the_late_dossier(
    open_page, axe, width, theme, javascript
):
    city, now = make_units(), timezone.now()
    offering = make_offering(make_procedure(), city.ward, handler=city.department)
    late = register(offering, city.ward_desk, at=now - timedelta(days=40))
    moved(late, 0, now - timedelta(days=40))
    finished(late, now)
    recount_everything()
    official = make_user("official", city.district)
    page = open_page("/dieu-hanh/", user=official.username, width=width, theme=theme, javascript=javascript)
    follow(page.get_by_role("link", name="Xem chặng của từng đơn vị"))
    row = page.get_by_role("row").filter(has_text=city.department.name)
    expect(row).to_contain_text("0 / 1 chặng")
    expect(row).to_contain_text("Quá nhiều hồ sơ (1)")
    if javascript:
        axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row.get_by_role("link", name="làm trễ 1 hồ sơ").click()
    expect(page.get_by_text(late.code)).to_be_visible()
    if javascript:
        axe(page)
