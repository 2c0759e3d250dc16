"""How fast the counter is when nobody hesitates: registrations in a row by keys alone, in a real browser.

    script/bench counter [registrations]

A card is scanned, the telephone typed, the procedure chosen by words and Enter, Alt+S pressed; the next begins when
the empty form is back. What is measured is what the machine needs: from the scan to the empty form, the printed slip
included. Every dossier is then compared with what was typed.
"""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_engines import ROOT, catalogue_ready, engines_running, free_port
from playwright.sync_api import Page, expect, sync_playwright

from portal.embedded.supervisor import SERVED_BY

PROCEDURE, WORDS, PHONE = "Đăng ký lại khai sinh", "dang ky lai khai sinh", "0912345678"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
READY_WITHIN = 60
CHECK = """
import django; django.setup()
import json
from dossiers.models import Dossier
print(json.dumps(list(Dossier.objects.order_by("pk").values_list("applicant_id", "applicant_phone", "version__name"))))
"""
STAFF = """
import django; django.setup()
from tests.factories import make_user
from units.models import Unit
make_user("clerk", Unit.objects.get(slug="bach-mai").desk, username="quay", counter="1")
"""


def main(count: int) -> None:
    with engines_running() as home:
        from django.core.management import call_command

        catalogue_ready()
        call_command("collectstatic", interactive=False, verbosity=0)
        in_a_process(STAFF)
        with served() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = signed_in(browser.new_page(base_url=address))
            seconds = [register(page, number) for number in range(count)]
            browser.close()
        report(seconds, json.loads(in_a_process(CHECK)), home)


def in_a_process(code: str) -> str:
    """Django's connection belongs to a thread, and Playwright has one of its own."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@contextmanager
def served() -> Iterator[str]:
    """The portal as in production: granian, two workers."""
    port = free_port()
    argv = [sys.executable, "-m", "granian", *SERVED_BY, "--port", str(port), "--workers", "2"]
    environment = os.environ | {"PORT": str(port), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([*argv, "portal.serving.gateway:gateway"], cwd=ROOT, env=environment)
    try:
        began = time.perf_counter()
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - began > READY_WITHIN:
                raise SystemExit("the portal did not answer")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def signed_in(page: Page) -> Page:
    from tests.factories import PASSWORD

    page.add_init_script("window.print = () => undefined")  # there is no printer
    page.goto("/can-bo/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("quay")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto("/can-bo/tiep-nhan/")
    return page


def card(number: int) -> str:
    """What a scanner types for the card of a man born in 1990."""
    return f"001090{number:06d}||NGUYỄN VĂN MẪU|01011990|Nam|Số {number} phố Bạch Mai, Hà Nội|15042021"


def register(page: Page, number: int) -> float:
    """Seconds from the scan to the next empty form."""
    expect(page.locator("#card")).to_be_focused()
    before = page.locator(".takenin .code").all_inner_texts()
    began = time.perf_counter()
    page.keyboard.insert_text(card(number))
    page.keyboard.press("Enter")
    expect(page.locator("#id_phone")).to_be_focused()
    page.keyboard.type(PHONE)
    press_alt(page, "t")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text(PROCEDURE)
    press_alt(page, "s")
    page.wait_for_function(
        "before => { const code = document.querySelector('.takenin .code');"
        " return code && !before.includes(code.innerText) && document.activeElement.id === 'card'; }",
        arg=before,
    )
    return time.perf_counter() - began


def press_alt(page: Page, key: str) -> None:
    session = page.context.new_cdp_session(page)
    pressed = {"modifiers": 1, "key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": key, **pressed})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})
    session.detach()


def report(seconds: list[float], made: list[list[str]], home: Path) -> None:
    wanted = [[f"001090{number:06d}", PHONE, PROCEDURE] for number in range(len(seconds))]
    right = sum(one == other for one, other in zip(made, wanted, strict=False))
    p95 = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    print(f"{right} of {len(seconds)} registrations right, {len(made)} dossiers in the register")
    print(f"the machine needs p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s of the 30 s (in {home.name})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
