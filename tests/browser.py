"""A real Chromium against a real server: pages, their console, and axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

# Playwright keeps an event loop in this thread; Django would refuse the test's own queries because of it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The shell is the same Chromium without windows: a new context and the first page in it take half the processor time.
CANDIDATES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
TEN_YEARS = 10 * 366 * 24 * 60 * 60
PATIENCE = 30_000  # ms: a busy machine took more than ten seconds for the first page
expect.set_options(timeout=PATIENCE)
WIDTHS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def chromium_path() -> str | None:
    """The browser to use: $CHROMIUM, or the first one on PATH."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    return next(filter(None, map(shutil.which, CANDIDATES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last (they are slow) and are skipped where no browser is."""
    missing = chromium_path() is None
    for item in items:
        if item.get_closest_marker("browser") and missing:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if "no Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", "NO CHROMIUM FOUND", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} browser tests did NOT run: install chromium or set CHROMIUM=/path/to/it.", red=True
        )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_server(django_db_setup: None) -> Iterator[LiveServer]:
    """As in production the browser asks for a script or style once and not with every page, and a connection to the
    database serves more than one request.

    Without a year-long age it would ask every time: to a browser on the real day, all that a server says whose clock
    stands on the day of the tests is old.
    """
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = lambda application: application  # leaves them to whitenoise, as production does
    connection.settings_dict["CONN_MAX_AGE"] = None  # of each thread, which ends with the browser's connection
    with override_settings(WHITENOISE_AUTOREFRESH=False, WHITENOISE_MAX_AGE=TEN_YEARS):
        server.start()
    yield server
    server.stop()


LEFT = ("htmx:afterRequest,", "htmx:sendAbort,")


def is_console_error(message: ConsoleMessage) -> bool:
    """Errors, except that the browser calls our own answers to bad input (422), to late requests (409), to people
    without access (403) and to bad addresses (404) one.

    A missing style or script answers 404 too; those are recognised by the address the message points at. That a page
    was left before a piece of it came back is none either; htmx says so in two lines.
    """
    if message.text.startswith(LEFT):
        return False
    answered = any(f"status of {code}" in message.text for code in (403, 404, 409, 422))
    return message.type == "error" and not (answered and "/static/" not in message.location["url"])


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`open_page(path="/", width="desk"|"phone", theme="light"|"dark", javascript=True, user=None)` gives a fresh page
    there, where `user` (a user name) has signed in.

    The test fails at its end if any page it opened wrote an error to the console: a refused script or style
    (Content-Security-Policy), an exception, a missing file.
    """
    contexts: list[BrowserContext] = []
    console_errors: list[str] = []

    def fresh(
        path: str = "/",
        *,
        width: str = "desk",
        theme: str = "light",
        javascript: bool = True,
        user: str | None = None,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=WIDTHS[width],
            color_scheme=theme,
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.add_init_script("window.print = () => undefined")  # no printer here, and Chromium breaks without one
        contexts.append(context)
        if user:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: console_errors.append(message.text) if is_console_error(message) else None)
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        page.goto(path)
        return page

    yield fresh
    for context in contexts:
        context.close()
    assert console_errors == []


def session(username: str) -> str:
    """What the cookie holds of somebody who has signed in. The form itself is filled in by tests/story, with scripts
    and without; every other test need not load two pages more to come as far."""
    client = Client()
    client.force_login(get_user_model().objects.get_by_natural_key(username))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def follow(leads_away: Locator) -> None:
    """Clicks a link or a button that leads to another page, and comes back once that page is loaded. A click alone may
    come back before the browser has left: what is then read from the page is the old one."""
    with leads_away.page.expect_navigation():
        leads_away.click()


def press_access_key(page: Page, key: str) -> None:
    """Alt and an access key as the keyboard's driver sends them: Playwright's own press leaves out the letter, by
    which Chromium finds the control."""
    session = page.context.new_cdp_session(page)
    pressed = {"modifiers": 1, "key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": key, **pressed})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})
    session.detach()


AXE = """options => axe.run(document, options).then(({violations}) => ({violations}))"""
AXE_OPTIONS = {
    "resultTypes": ["violations"],  # half the time of telling all it saw
    "preload": {"assets": ["media"]},  # of the rules that are on, none reads style sheets that axe has loaded again
}


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails the test with the list of accessibility violations, if there is one."""

    def check(page: Page) -> None:
        page.wait_for_load_state()  # the text may be there before the style sheet is
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = AxeResults(page.evaluate(AXE, AXE_OPTIONS))
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def live_portal(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """The name colleagues know `open_page` by."""
    return open_page
