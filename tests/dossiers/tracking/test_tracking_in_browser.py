"""The citizen's page of one dossier in a real browser, in every state it can be in."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.citizens.row_secrets import browser_mark
from dossiers.clock.states import Outcome
from dossiers.events.signed_links import CONFIRM, STOP, signed
from dossiers.intake.submit import Submission, refuse_at_desk
from dossiers.models import Dossier, Follower
from dossiers.operations.apologies.actions import Excuse, sign_apology
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.operations.pauses.actions import Order, ask_payment, ask_withdrawal, stop_by_order
from dossiers.operations.supplement.actions import Defects, ask_supplement
from dossiers.tracking.opened import COOKIE, MARKS, SALT
from tests.factories import City, make_applicant, make_offering, make_procedure, make_units, register
from tests.secrets import secret_of
from units.calendar.lookup import working_calendar
from units.clock.days import local_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "Lý do ghi rõ bằng lời"


def states(city: City, now: datetime) -> Iterator[tuple[str, Dossier]]:
    """Dossiers of every kind, each with words its page must show."""
    offering = make_offering(make_procedure("Cấp giấy xác nhận tình trạng hôn nhân", fee_vnd=50_000), city.ward)
    papers = [{"name": "Giấy khai sinh", "missing": "certified", "note": "Bản sao đã mờ"}]
    order = Order("Tòa án thử nghiệm", "12/QĐ", local_day(now), WHY)

    new_day = working_calendar().nth_working_day(local_day(now), 5)
    excuse = Excuse(city.ward, "workload", WHY, new_day)
    handed = Submission(uuid4(), city.ward_desk, offering, make_applicant())

    def begun(days: int = 0) -> Dossier:
        at = now - timedelta(days=days)
        return start_work(dossier=register(offering, city.ward_desk, at=at), actor=None, at=at)

    def done() -> Dossier:
        return finish_dossier(dossier=begun(), outcome=Outcome.GRANTED, actor=None, at=now)

    yield "không cần làm gì thêm", begun()
    yield "vì chưa có kết quả đúng hẹn", begun(days=40)
    apology = sign_apology(dossier=begun(days=40), excuse=excuse, actor=None, at=now)
    yield "Hẹn lại", apology.dossier
    defects = Defects(["missing"], WHY, papers)
    yield "Bản sao đã mờ", ask_supplement(dossier=begun(), defects=defects, actor=None, at=now).dossier
    yield "Cần nộp 1.250.000 đồng", ask_payment(dossier=begun(), amount_vnd=1_250_000, purpose=WHY, actor=None, at=now)
    yield "Mời ông/bà đến nhận kết quả", done()
    receiver = Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True)
    yield "Đã trả kết quả", return_result(dossier=done(), receiver=receiver, actor=None, at=now)
    yield "Xin rút hồ sơ", ask_withdrawal(dossier=begun(), reason=WHY, actor=None, at=now)
    yield "12/QĐ", stop_by_order(dossier=begun(), order=order, consequences="Không thu", actor=None, at=now)
    ground = "Luật Hộ tịch, điều 5"
    yield "Không tiếp nhận", refuse_at_desk(handed_in=handed, reason=WHY, ground=ground, actor=None, at=now)


def cookie(dossiers: list[Dossier]) -> str:
    """Of a browser that has opened all of these."""
    return signing.get_cookie_signer(salt=COOKIE + SALT).sign(
        "|".join(f"u{one.code}~{browser_mark(one, MARKS)}" for one in dossiers)
    )


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_state_says_its_word_to_all_eyes_at_every_width(open_page, axe, live_server):
    shown = list(states(make_units(), timezone.now()))
    page = open_page("/tra-cuu/")
    opened = cookie([dossier for _words, dossier in shown])
    page.context.add_cookies([{"name": COOKIE, "value": opened, "url": live_server.url}])
    for number, (words, dossier) in enumerate(shown):
        page.emulate_media(color_scheme="dark" if number % 2 else "light")
        page.set_viewport_size({"width": 320 if number % 3 else 1280, "height": 800})
        page.goto(f"/tra-cuu/{dossier.code}/")
        expect(page.locator(".answer")).to_contain_text(words)
        axe(page)
        for width in (320, 640, 1280):  # 640: a wide window at 200 %
            page.set_viewport_size({"width": width, "height": 800})
            assert fits(page), (words, width)
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="In tình trạng hồ sơ")).to_be_hidden()
        expect(page.locator(".answer")).to_be_visible()
        page.emulate_media(media="screen")


def test_without_a_script_from_the_slips_address_to_following_it(open_page, axe):
    city = make_units()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    page = open_page("/tra-cuu/", width="phone", javascript=False)
    page.get_by_label("Mã hồ sơ").fill(f"https://motcua.example/tra-cuu/{dossier.code.lower()}/")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_role("button", name="In tình trạng hồ sơ")).to_be_hidden()
    page.get_by_label(re.compile("bốn số cuối")).fill(secret_of(dossier))
    page.get_by_role("button", name="Mở hồ sơ").click()
    page.get_by_label("Thư điện tử hoặc số di động").fill("0912")
    page.get_by_role("button", name="Nhận tin", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không phải số di động")
    page.get_by_label("Thư điện tử hoặc số di động").fill("me@example.vn")
    page.get_by_role("button", name="Nhận tin", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Còn một bước: xác nhận")
    follower = Follower.objects.get()
    seen = open_page(f"/theo-doi/{signed(follower, CONFIRM)}/", theme="dark")
    axe(seen)
    seen.get_by_role("button", name="Xác nhận").click()
    expect(seen.get_by_role("heading", level=1)).to_have_text("Đã đăng ký nhận tin")
    axe(seen)
    seen.goto(f"/theo-doi/{signed(follower, STOP)}/ngung/")
    seen.get_by_role("button", name="Ngừng nhận tin").click()
    expect(seen.get_by_role("heading", level=1)).to_have_text("Đã ngừng nhận tin")
