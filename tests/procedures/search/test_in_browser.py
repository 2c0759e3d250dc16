"""The catalogue in a real browser: what htmx puts in place is what a reload would show."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from procedures.models import ProcedureVersion

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed_catalogue"),
]

PARTS = ("#ket-qua", "#loc", "#dem")


def _shown(page: Page) -> list[str]:
    return [page.locator(part).inner_text() for part in PARTS]


def _type_and_filter(page: Page) -> None:
    page.locator("#q").press_sequentially("khai sinh")
    expect(page).to_have_url(re.compile(r"/thu-tuc/\?q=khai(\+|%20)sinh$"))
    expect(page.locator("#dem")).to_contain_text("khai sinh")
    before = page.locator("#dem").inner_text()
    page.locator("#cap-ward").check()
    expect(page.locator("#ket-qua")).to_contain_text("Đang lọc")
    expect(page.locator("#dem")).not_to_have_text(before)
    expect(page.locator("#cap-ward")).to_be_focused()


def test_what_is_put_in_place_equals_a_full_reload(open_page: Callable[..., Page]) -> None:
    page = open_page("/thu-tuc/")
    _type_and_filter(page)
    in_place = _shown(page)
    page.reload()
    assert _shown(page) == in_place

    page = open_page("/hen-ngay/")
    expect(page.locator("#noi-nop option")).to_have_count(22)
    page.locator("#thu-tuc").select_option("1.001612")
    expect(page.locator("#noi-nop option")).to_have_count(1)

    page = open_page("/")
    page.locator("#q").press_sequentially("khai sinh")
    birth = "/thu-tuc/1.001193/"
    expect(page.locator(".suggest a").nth(1)).to_have_attribute("href", birth)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggest a:focus")).to_have_attribute("href", birth)
    with page.expect_response("**/goi-y/**") as late:  # an answer to what was typed before the arrows
        page.locator("#q").evaluate("box => { box.value = 'khai s'; box.dispatchEvent(new Event('input')) }")
    late.value.finished()
    page.locator("#q").evaluate("box => { box.value = 'khai sinh' }")
    expect(page.locator(".suggest a:focus")).to_have_attribute("href", birth)
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator(".suggest a")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/thu-tuc/\?q=khai"))


ON_TOP = """link => {
    const box = link.getBoundingClientRect()
    return link.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
}"""


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_suggestions_lie_over_the_page_and_move_nothing_on_it(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: str
) -> None:
    page = open_page("/", width=width)
    fixed = [page.locator(part) for part in ("h1", ".chips", "#tc", "footer")]
    before = [part.bounding_box() for part in fixed]
    page.locator("#q").press_sequentially("khai sinh")
    links = page.locator(".suggest a")
    expect(links.nth(1)).to_be_visible()
    assert [part.bounding_box() for part in fixed] == before
    axe(page)
    for _each in range(links.count()):
        page.keyboard.press("ArrowDown")
        assert page.locator(".suggest a:focus").evaluate(ON_TOP)
    page.locator("h1").click()
    expect(links).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/hen-ngay/?thu-tuc=1.001193&noi-nop=bach-mai&ngay=2026-11-23&gio=09:00", ".answer"),
        ("/thu-tuc/?q=khai+sinh", ".procs"),
        ("/thu-tuc/chu-cai/k/", ".listed"),
    ],
)
def test_paper_has_what_was_asked_and_answered_and_nothing_to_fill_in_or_press(
    open_page: Callable[..., Page], path: str, answer: str
) -> None:
    page = open_page(path)
    page.emulate_media(media="print")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator(answer)).to_be_visible()
    for part in page.locator("main :is(form, input, select, button, nav, .chip)").all():
        expect(part).to_be_hidden()


SMALL_TARGETS = """[...document.querySelectorAll('a, button, input:not([type=hidden])')]
    .filter(target => target.checkVisibility() && target.getBoundingClientRect().height < 64)
    .map(target => target.outerHTML)"""


@pytest.mark.parametrize("path", ["", "?q=khai+sinh", "viec/sinh-con/", "thu-tuc/1.001193/?viec=sinh-con"])
def test_what_is_touched_in_the_hall_is_large(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(f"/man-hinh/{path}")
    page.set_viewport_size({"width": 1080, "height": 1920})
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_long_note_on_a_card_goes_to_the_next_line(open_page: Callable[..., Page], language: str) -> None:
    ProcedureVersion.objects.filter(procedure__ref="1.001193").update(
        fee_note="khu vực thành phố, thị xã 1.200.000 đồng/điểm; khu vực khác 600.000 đồng"
    )
    page = open_page(f"{language}/thu-tuc/?q=khai+sinh", width="phone")
    page.set_viewport_size({"width": 320, "height": 700})
    expect(page.locator(".procs")).to_contain_text("600")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
