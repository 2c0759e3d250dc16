"""By which account at the provider somebody signs in is decided by two people; the person is told."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccountEvent, Proposal, ProviderIdentity
from accounts.roles.actions import grant_proposal, propose_identity
from notices.sending.actions import send_next_notice
from tests.factories import make_user
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
ISSUER, SUBJECT = "https://dangnhap.example", "7d0c-subject"


@pytest.fixture(autouse=True)
def configured(settings):
    settings.OIDC_ISSUER, settings.OIDC_NAME = ISSUER, "Tài khoản công vụ"


def linked(person, proposer, second, subject: str = SUBJECT) -> None:
    at = timezone.now()
    row = propose_identity(person=person, subject=subject, proposer=proposer, reason="Đã gặp", at=at)
    grant_proposal(proposal=row, actor=second, at=at)


def test_one_proposes_by_the_pages_a_second_agrees_and_the_person_is_told(administrator, second, clerk):
    page = f"/can-bo/tai-khoan/nguoi/{clerk.pk}/"
    one, two = Client(), Client()
    one.force_login(administrator)
    two.force_login(second)
    assert "Đề xuất nối" in one.get(page).content.decode()
    answer = one.post(page, {"act": "nha-cung-cap", "nha-cung-cap-subject": "", "nha-cung-cap-reason": "Đã gặp"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["subject"])
    assert 'value="Đã gặp"' in answer.content.decode()
    typed = {"act": "nha-cung-cap", "nha-cung-cap-subject": SUBJECT, "nha-cung-cap-reason": "Đã gặp tại phòng"}
    proposal = one.post(page, typed)["Location"]
    assert SUBJECT in two.get(proposal).content.decode()
    assert one.post(proposal, {"act": "chap-thuan"}).status_code == 422
    assert not ProviderIdentity.objects.exists()
    assert two.post(proposal, {"act": "chap-thuan"}).status_code == 302
    assert ProviderIdentity.objects.values_list("person", "issuer", "subject").get() == (clerk.pk, ISSUER, SUBJECT)
    while send_next_notice(at=timezone.now()):
        pass
    assert [(sent.to, "ở nhà cung cấp" in str(sent.body)) for sent in mail.outbox] == [([clerk.email], True)]
    assert "Đã nối với tài khoản" in one.get(page).content.decode()
    assert "với tài khoản ở nhà cung cấp." in one.get("/can-bo/tai-khoan/so/").content.decode()


def test_one_person_unlinks(administrator, second, clerk):
    linked(clerk, administrator, second)
    client, page = Client(), f"/can-bo/tai-khoan/nguoi/{clerk.pk}/"
    client.force_login(administrator)
    assert client.post(page, {"act": "go-nha-cung-cap"}).status_code == 302
    assert not ProviderIdentity.objects.exists()
    assert client.post(page, {"act": "go-nha-cung-cap"}).status_code == 422
    assert AccountEvent.objects.filter(kind="identity_unlinked", person=clerk, actor=administrator).count() == 1


def test_nobody_links_their_own_and_one_account_opens_one_person(
    administrator, second, clerk, inspector, head, city, at
):
    with pytest.raises(RuleBroken, match="cho chính mình"):
        propose_identity(person=administrator, subject=SUBJECT, proposer=administrator, reason="Tôi", at=at)
    linked(clerk, administrator, second)
    other = make_user("clerk", city.ward_desk)
    with pytest.raises(RuleBroken, match="của người khác"):
        linked(other, administrator, second)
    row = propose_identity(person=inspector, subject="own", proposer=administrator, reason="Đã gặp", at=at)
    with pytest.raises(RuleBroken, match="chánh thanh tra"):
        grant_proposal(proposal=row, actor=second, at=at)


def test_the_database_holds_that_one_account_opens_one_person(administrator, second, clerk):
    linked(clerk, administrator, second)
    row = {"issuer": ISSUER, "subject": SUBJECT, "linked_at": timezone.now()}
    for fault in ({"person": second}, {"person": second, "subject": ""}, {"person": clerk, "subject": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProviderIdentity.objects.create(**row | fault)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(subject="")


def test_the_page_says_nothing_of_it_without_a_provider(administrator, clerk, settings):
    settings.OIDC_ISSUER = ""
    client = Client()
    client.force_login(administrator)
    page = f"/can-bo/tai-khoan/nguoi/{clerk.pk}/"
    assert "nhà cung cấp" not in client.get(page).content.decode()
    typed = {"act": "nha-cung-cap", "nha-cung-cap-subject": SUBJECT, "nha-cung-cap-reason": "Đã gặp"}
    assert client.post(page, typed).status_code == 422
