"""Every type of public page in a real browser: axe finds nothing, and nothing has to be scrolled sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from tests.public_pages import FRAGMENTS, PUBLIC_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 700}
TWICE = {"width": 640, "height": 450}  # a window of 1280 at 200 %


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_every_type_of_public_page_is_for_everybody(
    open_page: Callable[..., Page], axe: Callable[[Page], None], width: str, theme: str
) -> None:
    call_command("load_units", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    call_command("load_case_rules", verbosity=0)
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
        for size in (TWICE, NARROW):
            page.set_viewport_size(size)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append((path, size["width"]))
    assert not too_wide
