"""A second factor that is lost is reset by two people; its owner hears of every change; emergencies raise an alarm."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent, Proposal, User
from accounts.roles.actions import grant_proposal, propose_reset
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.accounts.second_factor.codes import LOGIN, PAGES, SECOND, code_at, give_app, is_in, password_typed
from tests.factories import PASSWORD, make_user
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db


def send_all(at) -> None:
    while send_next_notice(at=at):
        pass


def test_two_named_people_reset_it_by_the_pages_and_the_person_is_told(administrator, second, clerk):
    give_app(clerk)
    page = f"/can-bo/tai-khoan/nguoi/{clerk.pk}/"
    one, two = Client(), Client()
    one.force_login(administrator)
    two.force_login(second)
    assert "Đề xuất đặt lại bước thứ hai" in one.get(page).content.decode()
    answer = one.post(page, {"act": "buoc-hai", "dat-lai-reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    proposal = one.post(page, {"act": "buoc-hai", "dat-lai-reason": "Mất điện thoại, đã gặp tại phòng"})["Location"]
    assert one.post(proposal, {"act": "chap-thuan"}).status_code == 422
    assert Authenticator.objects.filter(user=clerk).count() == 2
    assert two.post(proposal, {"act": "chap-thuan"}).status_code == 302
    assert not Authenticator.objects.filter(user=clerk).exists()
    events = AccountEvent.objects.filter(person=clerk, proposal__isnull=False).values_list("kind", "actor")
    assert list(events) == [("factor_reset", second.pk), ("proposed", administrator.pk)]
    send_all(timezone.now())
    assert [(sent.to, "đặt lại bước thứ hai" in str(sent.body)) for sent in mail.outbox] == [([clerk.email], True)]
    ledger = two.get("/can-bo/tai-khoan/so/").content.decode()
    assert f"{second} chấp thuận đặt lại bước thứ hai của {clerk}." in ledger
    assert f"{administrator} đề xuất đặt lại bước thứ hai của {clerk}." in ledger


def test_after_a_reset_only_setting_up_anew_answers(administrator, second, clerk, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    codes, at = give_app(clerk), timezone.now()
    row = propose_reset(person=clerk, proposer=administrator, reason="Mất điện thoại", at=at)
    grant_proposal(proposal=row, actor=second, at=at)
    client = Client()
    client.post(LOGIN, {"login": clerk.username, "password": PASSWORD})
    assert is_in(client)
    assert client.get("/can-bo/tiep-nhan/")["Location"] == PAGES
    assert client.post(SECOND, {"code": codes[0]}).status_code == 302


def test_nobody_resets_their_own_and_nothing_is_reset_where_nothing_is(administrator, second, clerk, at):
    give_app(administrator)
    with pytest.raises(RuleBroken, match="cho chính mình"):
        propose_reset(person=administrator, proposer=administrator, reason="Mất", at=at)
    row = propose_reset(person=administrator, proposer=second, reason="Mất", at=at)
    with pytest.raises(RuleBroken, match="về tài khoản của mình"):
        grant_proposal(proposal=row, actor=administrator, at=at)
    with pytest.raises(RuleBroken, match="chưa đặt"):
        propose_reset(person=clerk, proposer=administrator, reason="Mất", at=at)


def test_that_of_an_inspector_needs_the_head_of_inspection(administrator, second, head, inspector, at):
    give_app(inspector)
    row = propose_reset(person=inspector, proposer=administrator, reason="Mất", at=at)
    with pytest.raises(RuleBroken, match="chánh thanh tra"):
        grant_proposal(proposal=row, actor=second, at=at)
    grant_proposal(proposal=row, actor=head, at=at)
    assert Proposal.objects.get().decided_by == head


def test_the_owner_is_told_of_every_change_and_of_a_used_recovery_code(
    clerk, client, django_capture_on_commit_callbacks
):
    codes = give_app(clerk)
    thief = password_typed(clerk)
    assert thief.post(SECOND, {"code": codes[0]}).status_code == 302
    client.force_login(clerk)
    client.post("/can-bo/xac-nhan/", {"password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PAGES}ma-du-phong/moi/")
    client.post(f"{PAGES}ung-dung/bo/")
    kinds = AccountEvent.objects.filter(person=clerk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["code_used", "codes_made", "factor_removed"]
    assert AccountEvent.objects.get(kind="code_used").detail["left"] == 9
    send_all(timezone.now())
    assert {sent.to[0] for sent in mail.outbox} == {clerk.email}
    assert len(mail.outbox) == 3
    assert not any(code in str(sent.body) for code in codes for sent in mail.outbox)


# --- The account for emergencies ---


@pytest.fixture
def emergency(city, settings) -> User:
    settings.BREAK_GLASS_LOGINS = ["phong-bi"]
    return make_user("administrator", city.district, username="phong-bi")


def test_its_sign_in_raises_an_alarm_within_a_minute(administrator, head, clerk, emergency, caplog):
    with caplog.at_level(logging.ERROR):
        client = Client()
        client.post(LOGIN, {"login": emergency.username, "password": PASSWORD})
    assert is_in(client)
    assert "break_glass_sign_in" in caplog.text
    assert emergency.username not in caplog.text
    send_all(timezone.now() + timedelta(seconds=5))
    assert {sent.to[0] for sent in mail.outbox} == {administrator.email, head.email}
    assert all("phong-bi" in str(sent.body) for sent in mail.outbox)
    assert AccountEvent.objects.get().kind == "break_glass"
    assert Notice.objects.filter(kind="break_glass", recipient=administrator).exists()


def test_it_works_without_a_second_factor_and_a_wrong_password_raises_no_alarm(emergency, settings):
    settings.SECOND_FACTOR_FROM = timezone.localdate()
    client = Client()
    client.post(LOGIN, {"login": emergency.username, "password": "sai"})
    assert not AccountEvent.objects.exists()
    client.post(LOGIN, {"login": emergency.username, "password": PASSWORD})
    assert client.get("/quan-tri/").status_code == 200


def test_others_raise_none(clerk, emergency):
    at = timezone.now()
    give_app(clerk)
    password_typed(clerk).post(SECOND, {"code": code_at(at)})
    assert not AccountEvent.objects.filter(kind="break_glass").exists()
