"""Money asked for while a dossier is worked on is shown wherever the fee of the counter is, and never as that fee."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier, Slip
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.pauses.actions import ask_payment, record_payment
from dossiers.slips.issued import issued_pdf
from dossiers.slips.receipt_versions import renew_receipt, store_receipt
from tests.dossiers.slips.slip_samples import pages_of
from tests.factories import make_offering, make_procedure, make_user, register
from tests.secrets import secret_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(city):
    made = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=timezone.now())
    return start_work(dossier=made, actor=None, at=timezone.now())


def ask(dossier):
    ask_payment(dossier=dossier, amount_vnd=100_000, purpose="Lệ phí trước bạ", actor=None, at=timezone.now())


def pay(dossier):
    record_payment(dossier=dossier, receipt="BL 12", actor=None, at=timezone.now())


def words(html) -> str:
    return " ".join(html.get_text(" ").split())


def drawn(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def test_the_file_says_what_was_asked_and_that_it_is_paid(client, city, working):
    client.force_login(make_user("clerk", city.ward_desk))
    ask(working)
    html = drawn(client, working.get_absolute_url())
    assert "Nghĩa vụ tài chính 100.000 đồng, chưa nộp" in words(html.aside)
    assert "Nghĩa vụ tài chính Đang chờ 100.000 đồng · Lệ phí trước bạ Chưa nộp." in words(html)
    pay(working)
    html = drawn(client, working.get_absolute_url())
    assert "Nghĩa vụ tài chính 100.000 đồng, đã nộp" in words(html.aside)
    assert "biên lai BL 12" in words(html)
    assert "Đang chờ" not in words(html.find(id="care").parent)
    assert Dossier.objects.get(pk=working.pk).fee_vnd == 0


def test_the_citizen_reads_the_amount_with_the_secret_only(client, working):
    ask(working)
    pay(working)
    address = reverse("dossiers:tracking", args=[working.code])
    assert "100.000" not in words(drawn(client, address))
    client.post(address, {"secret": secret_of(working)})
    assert "Nghĩa vụ tài chính 100.000 đồng, đã nộp" in words(drawn(client, address).aside)


@pytest.mark.parametrize(("settle", "expected"), [(lambda _dossier: None, "chưa nộp"), (pay, "đã nộp")])
def test_a_renewed_receipt_tells_of_the_money_and_the_first_one_never_does(working, settle, expected):
    ask(working)
    settle(working)
    first = store_receipt(working)
    renew_receipt(working, first, actor=None, at=timezone.now())
    old, new = Slip.objects.filter(dossier=working).order_by("version")
    assert old.data["fee"] == "Không thu"
    printed = " ".join("".join(pages_of(issued_pdf(new, look_up_address=""))).split())
    assert f"Không thu; nghĩa vụ tài chính 100.000 đồng, {expected}" in printed
