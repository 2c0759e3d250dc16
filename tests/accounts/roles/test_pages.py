"""The staff pages about accounts: proposals, one account, and the ledger."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.ledger import record
from accounts.models import AccountEvent
from tests.accounts.roles.people import PAGES, fresh, proposed

pytestmark = pytest.mark.django_db


def test_the_pages_are_for_administrators_and_heads_of_inspection(city, administrator, head, inspector, clerk, at):
    row = proposed(clerk, administrator, city, at)
    pages = ["", "de-xuat/", f"de-xuat/{row.pk}/", "so/"]
    for user, status in ((administrator, 200), (head, 200), (inspector, 404), (clerk, 404)):
        client = Client()
        client.force_login(user)
        assert {client.get(f"{PAGES}{page}").status_code for page in pages} == {status}
    client.force_login(head)
    assert client.get(f"{PAGES}nguoi/{inspector.pk}/").status_code == 200
    assert client.get(f"{PAGES}nguoi/{administrator.pk}/").status_code == 404


def test_proposing_and_granting_by_page(client, city, administrator, head, clerk):
    client.force_login(administrator)
    form = {"person": clerk.username, "role": "inspector", "unit": city.district.pk, "reason": "Phân công"}
    day = {"valid_from": timezone.localdate().strftime("%d/%m/%Y")}
    refused = client.post(f"{PAGES}de-xuat/", form | day | {"person": administrator.username})
    assert refused.status_code == 422
    assert "Không ai đề xuất cho chính mình" in str(refused.context["form"].errors["person"])
    assert client.post(f"{PAGES}de-xuat/", {}).status_code == 422
    page = client.post(f"{PAGES}de-xuat/", form | day).headers["Location"]
    assert client.post(page, {"act": "chap-thuan"}).status_code == 422
    client.force_login(head)
    assert client.post(page, {"act": "tu-choi", "answer": ""}).status_code == 422
    assert client.post(page, {"act": "chap-thuan"}).status_code == 302
    assert fresh(clerk).has_role("inspector")
    text = client.get(f"/en{PAGES}so/").content.decode()
    assert "gave" in text
    assert "role_given" not in text


def test_the_ledger_costs_the_same_few_queries_however_long(
    client, administrator, clerk, at, django_assert_max_num_queries
):
    client.force_login(administrator)
    for _ in range(40):
        record(AccountEvent.Kind.LINK_SENT, person=clerk, actor=administrator, at=at)
    with django_assert_max_num_queries(12):
        page = client.get(f"{PAGES}so/")
    assert len(page.context["listed"]) == 30
