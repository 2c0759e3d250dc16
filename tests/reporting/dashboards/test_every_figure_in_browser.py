"""Every figure of the overview, opened in a real browser: the list says the number that the page says."""

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.factories import make_units, make_user
from tests.reporting.dashboards.test_overview import this_month_at_work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = re.compile(r"(?<![\d,])\d+(?![\d,%])")


def whole_numbers(text: str) -> list[int]:
    return [int(found) for found in WHOLE.findall(text.replace(".", ""))]


def printed(link: Locator, page: Page) -> int:
    """The number a link stands for: its own, or where it names a tile that of the tile, or of the table of rates."""
    if own := whole_numbers(link.inner_text()):
        return own[-1]
    tile = link.locator("xpath=ancestor::li[contains(@class, 'kpi')]")
    if tile.count() and (big := whole_numbers(tile.locator(".kpi__n").inner_text())):
        return big[0]
    if tile.count() and (beside := whole_numbers(" ".join(tile.locator(".kpi__d").all_inner_texts()))):
        return beside[0]
    rates = page.get_by_role("table", name="Ba cách tính tỷ lệ đúng hạn")
    return whole_numbers(rates.locator("tbody tr").first.locator("td").first.inner_text())[0]


def test_every_figure_of_the_overview_opens_a_list_that_says_as_many(open_page):
    city = make_units()
    this_month_at_work(city, 3)
    official = make_user("official", city.district)
    page = open_page("/dieu-hanh/?tat-ca=1", user=official.username)
    links = page.locator("main a[href*='tinh-trang=']").all()
    numbers = {str(link.get_attribute("href")): printed(link, page) for link in links}
    assert len(numbers) > 20
    opened = {}
    for address in numbers:
        page.goto(address)
        opened[address] = whole_numbers(page.locator("main p[role=status]").inner_text())[0]
        assert page.locator("main tbody tr").count() == opened[address], address
    assert opened == numbers
