"""Waiting, apologising, finishing and handing out, looked at in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.clock.states import Outcome, Status
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.pauses.actions import ask_withdrawal
from dossiers.particulars.submission import SubmissionTerms
from tests.factories import make_offering, make_procedure, make_units, make_user, register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city():
    city = make_units()
    make_user("clerk", city.ward_desk, username="thuha")
    make_user("leader", city.ward, username="quocminh")
    return city


def dossiers_of(city):
    """One dossier for each form: late in work, with a result and a fee due, of the same day, withdrawn."""
    now = timezone.now()
    offering = make_offering(make_procedure(), city.ward)
    same_day = make_offering(make_procedure("Chứng thực", term_amount=0, term_unit="same_day"), city.ward)
    fee = SubmissionTerms(fee_vnd=100_000, fee_status="later")
    late = register(offering, city.ward_desk, at=now - timedelta(days=20))
    start_work(dossier=late, actor=None, at=now - timedelta(days=20))
    ready = register(offering, city.ward_desk, at=now, terms=fee)
    start_work(dossier=ready, actor=None, at=now)
    finish_dossier(dossier=ready, outcome=Outcome.GRANTED, actor=None, at=now)
    withdrawn = register(offering, city.ward_desk, at=now)
    ask_withdrawal(dossier=withdrawn, reason="Không còn nhu cầu làm nữa", actor=None, at=now)
    at_once = register(same_day, city.ward_desk, at=now)
    return {"late": late, "ready": ready, "withdrawn": withdrawn, "at_once": at_once}


def look_at(page: Page, axe: Callable[[Page], None]) -> None:
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_every_form_is_accessible_and_never_scrolls_sideways(open_page, axe, city, width, theme):
    made = dossiers_of(city)
    clerk, leader = (open_page("/can-bo/", user=name, width=width, theme=theme) for name in ("thuha", "quocminh"))
    pages = [
        (clerk, "late", ""),
        (clerk, "late", "viec/co-ket-qua/"),
        (clerk, "late", "viec/yeu-cau-nop-tien/"),
        (clerk, "ready", ""),
        (clerk, "withdrawn", ""),
        (clerk, "at_once", ""),
        (clerk, "at_once", "viec/keo-dai/"),
        (leader, "late", "viec/xin-loi/"),
        (leader, "late", "viec/dung/"),
    ]
    for page, name, path in pages:
        answer = page.goto(f"/can-bo/ho-so/{made[name].code}/{path}")
        assert answer.status == 200, path
        look_at(page, axe)
    leader.get_by_role("button", name="Dừng giải quyết").click()
    expect(leader.get_by_role("alert")).to_be_visible()
    look_at(leader, axe)


def test_a_late_dossier_is_finished_with_its_cause_and_handed_out(open_page, city):
    late = dossiers_of(city)["late"]
    page = open_page(f"/can-bo/ho-so/{late.code}/", user="thuha", javascript=False)
    page.get_by_role("radio", name="Chấp thuận").check()
    page.get_by_label("Số kết quả").fill("45/GCN")
    page.get_by_label("Nguyên nhân trễ").select_option("staff")
    page.get_by_role("button", name="Có kết quả").click()
    page.get_by_role("button", name="Trả kết quả").click()
    expect(page.get_by_role("alert")).to_contain_text("đối chiếu giấy tờ")
    page.get_by_label("Đã đối chiếu").check()
    page.get_by_role("button", name="Trả kết quả").click()
    expect(page.get_by_role("main")).to_contain_text("Đã trả")
    stored = Dossier.objects.get(pk=late.pk)
    assert (stored.state, stored.late_cause, stored.result_record.number) == (Status.RETURNED, "staff", "45/GCN")
