"""The whole story of one dossier, told by the people in it, in a real browser with a real worker behind."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from dossiers.clock.states import Outcome, Status
from dossiers.intake.submit import Submission, refuse_at_desk
from dossiers.models import Dossier, StaleDay
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from procedures.models import Offering
from reporting import tasks
from reporting.rollup.actions import recount_everything
from tests.browser import follow
from tests.factories import PASSWORD, make_applicant, make_user, register
from tests.secrets import secret_of
from units.models import Unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
PROCEDURE = "Đăng ký lại khai sinh"


@pytest.fixture
def ward(committed_catalogue: None) -> Unit:
    """The real catalogue and offices, with people."""
    return make_people()


@pytest.fixture
def ward_of_worker(transactional_db: None) -> Unit:
    """The same in the database on which the worker works."""
    call_command("load_catalogue", verbosity=0)
    return make_people()


def make_people() -> Unit:
    """One lower office with a clerk who also handles, and an official over all. Gives the office."""
    ward = Unit.objects.get(slug="bach-mai")
    clerk = make_user("clerk", ward.desk, username="thuha", full_name="Trần Thu Hà")
    make_more_of(clerk, "specialist", ward)
    make_user("official", Unit.objects.get(is_tenant=True), username="quocminh")
    return ward


def make_more_of(user: User, role: str, unit: Unit) -> None:
    first = user.memberships.get()
    user.memberships.create(unit=unit, role=role, valid_from=first.valid_from)


def sign_in(page: Page, username: str) -> None:
    page.goto("/can-bo/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).not_to_have_url(re.compile("dang-nhap"))


def register_at_the_counter(page: Page, applicant: str) -> str:
    """Fill the three panels as a clerk does and give the new code."""
    page.goto("/can-bo/tiep-nhan/")
    page.get_by_label("Họ và tên").fill(applicant)
    page.get_by_label("Số điện thoại").fill("010 234 5678")
    page.get_by_label(re.compile("Tên hoặc mã thủ tục")).fill("dang ky lai khai sinh")
    page.get_by_role("radio", name=re.compile(f"^{PROCEDURE}")).first.check()
    expect(page.locator("#preview")).to_contain_text(PROCEDURE)
    for paper in page.locator("input[name=papers]").all():
        paper.check()
    page.get_by_role("button", name=re.compile("Tiếp nhận và in giấy hẹn")).click()
    return page.locator(".takenin .code").inner_text()


def test_a_dossier_from_the_first_question_to_the_officials_rate(
    ward_of_worker: Unit, open_page: OpenPage, celery_worker, eventually
):
    citizen = open_page("/")
    citizen.get_by_role("searchbox").first.fill("dang ky lai khai sinh")
    citizen.get_by_role("button", name="Tìm").click()
    citizen.get_by_role("link", name=re.compile(f"^{PROCEDURE}")).first.click()
    expect(citizen.get_by_role("heading", level=1)).to_contain_text(PROCEDURE)
    expect(citizen.get_by_text("5 ngày làm việc").first).to_be_visible()

    clerk = open_page("/")
    sign_in(clerk, "thuha")
    code = register_at_the_counter(clerk, "Nguyễn Thị Phượng")
    dossier = Dossier.objects.get(code=code)
    receipt = clerk.request.get(f"/can-bo/ho-so/{code}/giay-hen/")
    assert receipt.headers["content-type"] == "application/pdf"
    assert receipt.body().startswith(b"%PDF-")

    citizen.goto("/tra-cuu/")
    citizen.get_by_label("Mã hồ sơ").fill(code.lower().replace("-", " "))
    citizen.get_by_role("button", name=re.compile("Tra cứu")).click()
    expect(citizen.locator(".answer__date")).to_contain_text("Hẹn trả")
    assert "Phượng" not in citizen.content()
    citizen.get_by_label(re.compile("^Mã tra cứu")).fill(secret_of(dossier))
    citizen.get_by_role("button", name="Mở hồ sơ").click()
    expect(citizen.get_by_text("Tiếp nhận hồ sơ").first).to_be_visible()
    assert "Phượng" not in citizen.content()

    clerk.goto(f"/can-bo/ho-so/{code}/")
    clerk.get_by_role("button", name="Bắt đầu giải quyết").click()
    clerk.get_by_role("button", name="Chuyển hồ sơ").click()
    clerk.get_by_role("radio", name="Chấp thuận").check()
    follow(clerk.get_by_role("button", name="Có kết quả"))
    citizen.reload()
    expect(citizen.locator(".answer")).to_contain_text(re.compile("kết quả", re.IGNORECASE))
    clerk.get_by_label("Người nhận").first.fill("Nguyễn Thị Phượng")
    clerk.get_by_label("Đã đối chiếu giấy tờ").check()
    follow(clerk.get_by_role("button", name="Trả kết quả"))
    dossier.refresh_from_db()
    assert dossier.status == Status.RETURNED

    tasks.refresh_stale.delay()
    eventually(lambda: not StaleDay.objects.exists(), 20)
    official = open_page("/")
    sign_in(official, "quocminh")
    official.goto("/dieu-hanh/")
    expect(official.get_by_role("main")).to_contain_text("100%")


def test_without_javascript_the_counter_still_works(ward: Unit, open_page: OpenPage):
    page = open_page("/", javascript=False)
    sign_in(page, "thuha")
    page.goto("/can-bo/tiep-nhan/")
    page.get_by_label("Họ và tên").fill("Lê Quang Dũng")
    page.get_by_label(re.compile("Tên hoặc mã thủ tục")).fill("dang ky lai khai sinh")
    page.get_by_role("button", name="Chọn thủ tục").click()
    expect(page.get_by_label("Họ và tên")).to_have_value("Lê Quang Dũng")
    page.get_by_role("radio", name=re.compile(f"^{PROCEDURE}")).first.check()
    page.get_by_role("button", name="Chọn thủ tục").click()
    expect(page.locator("#preview")).to_contain_text(PROCEDURE)
    page.get_by_role("button", name=re.compile("Tiếp nhận và in giấy hẹn")).click()
    expect(page.locator(".takenin .code")).to_contain_text(re.compile(r"-\d{6}-0001$"))


def test_a_double_click_and_the_back_button_register_one_dossier(ward: Unit, open_page: OpenPage):
    page = open_page("/")
    sign_in(page, "thuha")
    page.goto("/can-bo/tiep-nhan/")
    page.get_by_label("Họ và tên").fill("Bùi Thị Ngọc Ánh")
    page.get_by_label(re.compile("Tên hoặc mã thủ tục")).fill("dang ky lai khai sinh")
    page.get_by_role("radio", name=re.compile(f"^{PROCEDURE}")).first.check()
    expect(page.locator("#preview")).to_contain_text(PROCEDURE)
    page.get_by_role("button", name=re.compile("Tiếp nhận và in giấy hẹn")).dblclick()
    expect(page.locator(".takenin .code")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.locator(".takenin .code")).to_be_visible()
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    ward: Unit, open_page: OpenPage, axe: Callable[[Page], None], width: str, theme: str
):
    past = make_past(ward)
    citizen, clerk, official = (open_page("/", width=width, theme=theme) for _ in range(3))
    for path in public_pages(past):
        look_at(citizen, path, axe)
    citizen.get_by_label(re.compile("^Mã tra cứu")).fill(secret_of(past["late"]))
    follow(citizen.get_by_role("button", name="Mở hồ sơ"))
    look_at(citizen, citizen.url, axe)
    look_at(citizen, "/en/hen-ngay/?ngay=x", axe, status=422)
    sign_in(clerk, "thuha")
    for path in staff_pages(past):
        look_at(clerk, path, axe)
    clerk.goto("/can-bo/tiep-nhan/")
    clerk.get_by_role("button", name=re.compile("Tiếp nhận và in giấy hẹn")).click()
    expect(clerk.get_by_role("alert")).to_be_visible()
    axe(clerk)
    sign_in(official, "quocminh")
    figures = ("/dieu-hanh/", "/dieu-hanh/?tat-ca=1", "/dieu-hanh/ho-so/?tinh-trang=qua-han", "/dieu-hanh/chang/")
    for path in (*figures, "/can-bo/dang-giu/", "/can-bo/lich/", "/can-bo/thong-bao/"):
        look_at(official, path, axe)


def make_past(ward: Unit) -> dict[str, Dossier]:
    """Dossiers in the states that pages tell apart, counted for the figures."""
    offering = Offering.objects.get(unit=ward, procedure__versions__name=PROCEDURE)
    long_ago = timezone.now() - timedelta(days=40)
    made = {name: register(offering, ward.desk, at=long_ago) for name in ("late", "done", "returned")}
    for dossier in made.values():
        start_work(dossier=dossier, actor=None, at=long_ago + timedelta(hours=1))
    for name, days in (("done", 1), ("returned", 30)):
        at = long_ago + timedelta(days=days)
        finish_dossier(dossier=made[name], outcome=Outcome.GRANTED, cause="workload", actor=None, at=at)
    receiver = Receiver(name=made["returned"].applicant_name, method="desk", identity_checked=True)
    return_result(dossier=made["returned"], receiver=receiver, actor=None, at=long_ago + timedelta(days=31))
    made["new"] = register(offering, ward.desk, at=timezone.now())
    made["refused"] = refuse_at_desk(
        handed_in=Submission(uuid4(), ward.desk, offering, make_applicant()),
        reason="Hồ sơ thuộc thẩm quyền của nơi khác.",
        ground="Điều 15 Nghị định 61/2018/NĐ-CP",
        actor=None,
        at=long_ago,
    )
    recount_everything()
    return made


def public_pages(past: dict[str, Dossier]) -> list[str]:
    """Those that show dossiers or speak English. The others are checked in
    tests/portal/every_page/test_public_pages_in_browser.py."""
    tracked = [f"/tra-cuu/{past[name].code}/" for name in ("done", "refused", "late")]
    return ["/en/", f"/en/thu-tuc/{past['new'].procedure.ref}/", "/so-lieu/", "/don-vi/", *tracked]


def staff_pages(past: dict[str, Dossier]) -> list[str]:
    files = [f"/can-bo/ho-so/{dossier.code}/" for dossier in past.values()]
    act = f"/can-bo/ho-so/{past['new'].code}/viec/dinh-chinh/"
    lists = ["/can-bo/tiep-nhan/", "/can-bo/hang-doi/", "/en/can-bo/hang-doi/", "/can-bo/so-theo-doi/"]
    return [*lists, *files, act]


def look_at(page: Page, path: str, axe: Callable[[Page], None], *, status: int = 200) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status, path
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
