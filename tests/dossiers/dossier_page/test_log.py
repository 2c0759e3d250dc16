"""The log of a file names each act in the words the applicant reads."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail

from dossiers.operations.finishing.actions import Receiver, return_result, start_work
from dossiers.operations.pauses.actions import (
    ask_payment,
    ask_withdrawal,
    close_withdrawal,
    record_payment,
)
from notices.sending.actions import send_next_notice
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_units, make_user, register
from tests.secrets import secret_of

pytestmark = pytest.mark.django_db


def log(client, dossier):
    drawn = BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser")
    return [" ".join(entry.text.split()) for entry in drawn.find_all("ol", class_="time")[-1].find_all("li")]


def test_money_and_withdrawals_are_shown_by_their_own_words_and_with_who_did_it(client):
    city = make_units()
    clerk = make_user("clerk", city.ward_desk, full_name="Người ghi sổ")
    client.force_login(clerk)
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2))
    start_work(dossier=dossier, actor=clerk, at=hanoi(2026, 3, 2, 10))
    ask_payment(dossier=dossier, amount_vnd=8000, purpose="Lệ phí trước bạ", actor=clerk, at=hanoi(2026, 3, 3))
    record_payment(dossier=dossier, receipt="BL-0091", actor=clerk, at=hanoi(2026, 3, 4))
    ask_withdrawal(dossier=dossier, reason="Không còn nhu cầu nữa", actor=clerk, at=hanoi(2026, 3, 5))
    terms = {"consequences": "Không có khoản nào", "papers_back": "Tờ khai"}
    close_withdrawal(dossier=dossier, **terms, actor=clerk, at=hanoi(2026, 3, 5, 10))
    closed, asked, paid, payment, *_rest = log(client, dossier)
    assert "Số tiền: 8.000 đồng" in payment
    assert "Kết thúc, không có kết quả" in closed
    assert "Có kết quả" not in closed
    assert "Lý do: Không còn nhu cầu nữa" in asked
    assert "Biên lai: BL-0091" in paid
    assert "Khoản phải nộp: Lệ phí trước bạ" in payment
    assert all("Người ghi sổ" in entry for entry in (closed, asked, paid, payment))


def test_a_returned_withdrawal_is_told_as_papers_handed_back_and_nowhere_as_a_result(client):
    city = make_units()
    clerk = make_user("clerk", city.ward_desk)
    client.force_login(clerk)
    applicant = make_applicant(email="phuong@example.test")
    offering = make_offering(make_procedure(), city.ward)
    dossier = register(offering, city.ward_desk, at=hanoi(2026, 3, 2), applicant=applicant)
    ask_withdrawal(dossier=dossier, reason="Không còn nhu cầu nữa", actor=clerk, at=hanoi(2026, 3, 5))
    terms = {"consequences": "Không có khoản nào", "papers_back": "Tờ khai"}
    close_withdrawal(dossier=dossier, **terms, actor=clerk, at=hanoi(2026, 3, 5, 10))
    receiver = Receiver(name="Nguyễn Thị Phượng", method="desk", identity_checked=True, originals="Tờ khai")
    return_result(dossier=dossier, receiver=receiver, actor=clerk, at=hanoi(2026, 3, 6))
    page = BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser").main.text
    assert log(client, dossier)[0].count("Trả lại giấy tờ") == 1
    assert "Người nhận giấy tờ" in page
    assert [words for words in ("Trả kết quả", "Người nhận kết quả") if words in page] == []
    opened = client.post(f"/tra-cuu/{dossier.code}/", {"secret": secret_of(dossier)}, follow=True).content.decode()
    assert "Trả lại giấy tờ" in opened
    assert "Trả kết quả" not in opened
    while send_next_notice(at=hanoi(2026, 3, 6)):
        pass
    *_before, sent = mail.outbox
    assert sent.subject == f"Hồ sơ {dossier.code} đã trả lại giấy tờ"
    assert "đã trả kết quả" not in sent.body
