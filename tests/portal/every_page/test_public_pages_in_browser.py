"""Every type of public page in a real browser: axe finds nothing, and nothing has to be scrolled sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from complaints.loading import load_rules
from tests.public_pages import FRAGMENTS, PUBLIC_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 700}
TWICE = {"width": 640, "height": 450}  # a window of 1280 at 200 %

# What a drawing takes at most on a page whose stylesheet never came: an icon, and what has a chart or a code to show.
DRAWN_TOO_LARGE = """[...document.querySelectorAll('svg')].filter(drawing => {
    const box = drawing.getBoundingClientRect(), most = drawing.matches('.i') ? 32 : 300
    return box.width > most || box.height > most
}).length"""
DRAWN_BLACK = """[...document.querySelectorAll('svg.i, .chart svg')].filter(
    drawing => getComputedStyle(drawing).fill !== 'none' || getComputedStyle(drawing).stroke === 'none').length"""


@pytest.fixture(autouse=True)
def _everything(committed_catalogue: None) -> None:
    load_rules()


def test_without_its_stylesheet_no_page_is_covered_by_its_drawings(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.route("**/*.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "8px"  # the browser's own look
    covered = []
    for name, path in PUBLIC_PAGES.items():
        page.goto(path)
        covered += [name] if page.evaluate(f"{DRAWN_TOO_LARGE} + {DRAWN_BLACK}") else []
    assert covered == []


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_every_type_of_public_page_is_for_everybody(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: str, theme: str
) -> None:
    page = open_page("/", width=width, theme=theme)
    as_opened = page.viewport_size
    assert as_opened is not None
    too_wide = []
    for name, path in PUBLIC_PAGES.items():
        if name in FRAGMENTS:
            continue
        page.set_viewport_size(as_opened)
        page.goto(path)
        axe(page)
        for size in (as_opened, TWICE, NARROW):
            page.set_viewport_size(size)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append((path, size["width"]))
    assert not too_wide
