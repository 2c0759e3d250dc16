"""While the clock rests: payment, a stop by order, withdrawal. Time is given back exactly, never made."""

from datetime import date
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import translation

from dossiers.clock.states import Outcome, Status
from dossiers.intake.submit import Submission, submit_dossier
from dossiers.models import Dossier, ReturnRecord, Slip, StaleDay
from dossiers.operations.finishing.actions import Receiver, finish_dossier, return_result, start_work
from dossiers.operations.pauses.actions import (
    Order,
    ask_payment,
    ask_withdrawal,
    close_stopped,
    close_withdrawal,
    record_payment,
    resume,
    stop_by_order,
)
from dossiers.particulars.submission import TakenPaper
from dossiers.slips.issued import issued_pdf
from notices.models import Notice
from notices.sending.actions import send_next_notice
from tests.dossiers.intake.test_register import assert_row_is_what_its_events_say
from tests.dossiers.slips.slip_samples import pages_of
from tests.factories import hanoi, make_applicant, make_offering, make_procedure, make_user, register
from units.rules import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = hanoi(2026, 3, 2, 9, 10)
ORDER = Order("Tòa án nhân dân", "12/QĐ-TA", date(2026, 3, 3), "Đang có tranh chấp về quyền sử dụng")
MONEY = "Chưa thu phí, lệ phí."
REASON = "Gia đình không còn nhu cầu nữa"


@pytest.fixture
def offering(city):
    return make_offering(make_procedure(), city.ward, handler=city.department)


@pytest.fixture
def dossier(city, offering):
    """Five working days from Monday 2026-03-02: due on Monday 2026-03-09; work begins on Tuesday."""
    made = register(offering, city.ward_desk, at=MONDAY, applicant=make_applicant(email="phuong@example.vn"))
    return start_work(dossier=made, actor=None, at=hanoi(2026, 3, 3))


def pay_asked(dossier, at, amount=250_000):
    return ask_payment(dossier=dossier, amount_vnd=amount, purpose="Lệ phí trước bạ", actor=None, at=at)


def stopped(dossier, at, order=ORDER, consequences=MONEY):
    return stop_by_order(dossier=dossier, order=order, consequences=consequences, actor=None, at=at)


def resumed(dossier, at, reason="Đã có kết luận của cơ quan"):
    return resume(dossier=dossier, reason=reason, document="", actor=None, at=at)


def stored_facts(dossier):
    """Everything a refused act must leave as it was."""
    stored = Dossier.objects.get(pk=dossier.pk)
    return stored.status, stored.due_at, dossier.events.count(), Notice.objects.count(), Slip.objects.count()


def test_waiting_for_payment_gives_back_exactly_the_working_time_that_was_left(dossier):
    """Asked on a Wednesday at 16:00 with 25 hours left; paid on Friday at ten: due on the next Wednesday at eleven."""
    waiting = pay_asked(dossier, hanoi(2026, 3, 4, 16))
    assert waiting.state is Status.AWAITING_PAYMENT
    assert dossier.events.last().data["amount"] == 250_000
    paid = record_payment(dossier=dossier, receipt="BL-0091", actor=None, at=hanoi(2026, 3, 6, 10))
    assert (paid.state, paid.due_at) == (Status.IN_PROCESS, hanoi(2026, 3, 11, 11))
    assert_row_is_what_its_events_say(dossier)


@pytest.mark.parametrize("hour", [8, 11, 12, 17])
def test_a_pause_that_ends_at_once_changes_nothing(dossier, hour):
    before = Dossier.objects.get(pk=dossier.pk)
    at = hanoi(2026, 3, 5, hour)
    for pause, again in ((pay_asked, _paid), (stopped, resumed)):
        pause(dossier, at)
        again(dossier, at)
        after = Dossier.objects.get(pk=dossier.pk)
        dates = ("due_at", "statutory_due_at", "status", "holder_id")
        assert [getattr(after, name) for name in dates] == [getattr(before, name) for name in dates]
        assert list(after.legs.values_list("due_at")) == list(before.legs.values_list("due_at"))
    assert_row_is_what_its_events_say(dossier)


def _paid(dossier, at):
    return record_payment(dossier=dossier, receipt="BL-0091", actor=None, at=at)


def test_a_pause_makes_no_late_dossier_punctual(dossier):
    pay_asked(dossier, hanoi(2026, 3, 10))
    assert _paid(dossier, hanoi(2026, 3, 20)).due_at == hanoi(2026, 3, 9, 17)
    with pytest.raises(RuleBroken) as broken:
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 20, 10))
    assert broken.value.field == "cause"


@pytest.mark.parametrize(("amount", "purpose", "field"), [(0, "Lệ phí", "amount"), (5000, "  ", "purpose")])
def test_a_demand_for_money_says_how_much_and_what_for(dossier, amount, purpose, field):
    before = stored_facts(dossier)
    with pytest.raises(RuleBroken) as broken:
        ask_payment(dossier=dossier, amount_vnd=amount, purpose=purpose, actor=None, at=hanoi(2026, 3, 4))
    assert (broken.value.field, stored_facts(dossier)) == (field, before)


def test_the_applicant_reads_how_much_to_pay_and_then_the_new_date(dossier, mailoutbox):
    pay_asked(dossier, hanoi(2026, 3, 4, 16))
    _paid(dossier, hanoi(2026, 3, 6, 10))
    for second in range(3):
        send_next_notice(at=hanoi(2026, 3, 6, 11, 0, second))
    asked, paid = (mail.body for mail in mailoutbox[-2:])
    assert "250.000 đồng" in asked
    assert "Lệ phí trước bạ" in asked
    assert "11:00 Thứ Tư, 11/03/2026" in paid


@pytest.mark.parametrize(("language", "amount"), [("vi", "1.250.000 đồng"), ("en", "1,250,000 VND")])
def test_an_amount_is_written_as_in_the_readers_language(language, amount):
    with translation.override(language):
        for form in ("notices/payment.txt", "notices/payment_sms.txt"):
            assert amount in render_to_string(form, {"amount": 1_250_000, "issued_at": hanoi(2026, 3, 4)})
            assert "1 đồng" in render_to_string(form, {"amount": "1 đồng", "issued_at": hanoi(2026, 3, 4)})


def test_a_stop_by_order_rests_the_clock_and_is_shown_on_paper_and_by_notice(dossier, city):
    officer = make_user("leader", city.department, full_name="Lê Văn Hùng")
    stop_by_order(dossier=dossier, order=ORDER, consequences=MONEY, actor=officer, at=hanoi(2026, 3, 4))
    slip = Slip.objects.get(dossier=dossier, form="stop")
    assert (slip.number, slip.unit_id, slip.actor) == (1, dossier.desk_id, officer)
    assert slip.data["decision"] == "12/QĐ-TA, 03/03/2026"
    assert (slip.data["stage"], slip.data["money"]) == ("Đang giải quyết", MONEY)
    assert slip.data["effect"] == "tạm dừng giải quyết"
    assert Notice.objects.latest("id").kind == "stopped"
    again = resumed(dossier, hanoi(2026, 3, 11))
    assert (again.state, again.due_at) == (Status.IN_PROCESS, hanoi(2026, 3, 16, 17))
    assert_row_is_what_its_events_say(dossier)


@pytest.mark.parametrize(
    ("role", "signed"),
    [("leader", "PHÒNG THỬ (Ký, ghi rõ họ tên, đóng dấu) Lê Văn Hùng"), ("specialist", "THỦ TRƯỞNG ĐƠN VỊ")],
)
def test_a_stop_notice_bears_the_name_of_a_leader_or_leaves_room_for_the_head(dossier, city, role, signed):
    officer = make_user(role, city.department, full_name="Lê Văn Hùng")
    stop_by_order(dossier=dossier, order=ORDER, consequences=MONEY, actor=officer, at=hanoi(2026, 3, 4))
    slip = Slip.objects.get(dossier=dossier, form="stop")
    printed = " ".join("".join(pages_of(issued_pdf(slip, look_up_address=""))).split())
    assert signed in printed
    foot = printed.partition("đóng dấu)")[2]
    assert ("Lê Văn Hùng" in foot) is (role == "leader")


@pytest.mark.parametrize(
    ("order", "consequences", "field"),
    [
        (Order("", "12/QĐ", date(2026, 3, 3), ORDER.reason), MONEY, "body"),
        (Order("Tòa án", " ", date(2026, 3, 3), ORDER.reason), MONEY, "document"),
        (Order("Tòa án", "12/QĐ", date(2026, 3, 5), ORDER.reason), MONEY, "dated"),
        (Order("Tòa án", "12/QĐ", date(1, 1, 1), ORDER.reason), MONEY, "dated"),
        (Order("Tòa án", "12/QĐ", date(1999, 12, 31), ORDER.reason), MONEY, "dated"),
        (Order("Tòa án", "12/QĐ", date(2026, 3, 3), "L01"), MONEY, "reason"),
        (ORDER, "", "consequences"),
    ],
)
def test_a_stop_without_body_number_past_day_reason_or_word_on_money_is_refused(dossier, order, consequences, field):
    before = stored_facts(dossier)
    with pytest.raises(RuleBroken) as broken:
        stopped(dossier, hanoi(2026, 3, 4), order, consequences)
    assert (broken.value.field, stored_facts(dossier)) == (field, before)


def test_an_order_of_long_ago_is_refused_beside_its_day_and_what_was_typed_stays(client, city, dossier):
    client.force_login(make_user("specialist", city.department))
    typed = {"body": ORDER.body, "document": "12/QĐ", "dated": "01/01/0001", "reason": ORDER.reason}
    answer = client.post(f"{dossier.get_absolute_url()}viec/dung/", typed | {"consequences": MONEY})
    page = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 422
    assert "từ năm 2000" in page.find(id="id_dated_error").text
    assert page.find(id="id_dated")["value"] == "01/01/0001"


def test_a_stop_ordered_while_payment_is_awaited_pauses_once(dossier):
    pay_asked(dossier, hanoi(2026, 3, 4, 17))
    stopped(dossier, hanoi(2026, 3, 6))
    assert resumed(dossier, hanoi(2026, 3, 11, 8)).due_at == hanoi(2026, 3, 13, 17)
    assert_row_is_what_its_events_say(dossier)


def test_a_stopped_dossier_is_closed_without_a_result_and_counts_on_neither_side(dossier):
    stopped(dossier, hanoi(2026, 3, 4))
    StaleDay.objects.all().delete()
    closed = close_stopped(
        dossier=dossier,
        reason="Đã quá thời hạn chờ kết luận",
        consequences=MONEY,
        papers_back="Tờ khai",
        actor=None,
        at=hanoi(2026, 4, 2),
    )
    assert (closed.state, closed.outcome, closed.late_unit_id) == (Status.DONE, "stopped", None)
    assert closed.holder_id == closed.desk_id
    assert not Dossier.objects.resolved().exists()
    assert StaleDay.objects.exists()
    final = Slip.objects.filter(form="stop").latest("id")
    assert (final.number, final.data["effect"], final.data["papers_back"]) == (2, "dừng giải quyết", "Tờ khai")
    assert_row_is_what_its_events_say(dossier)


def test_a_withdrawn_dossier_goes_back_with_its_papers_listed(dossier):
    ask_withdrawal(dossier=dossier, reason=REASON, actor=None, at=hanoi(2026, 3, 4))
    closed = close_withdrawal(
        dossier=dossier, consequences=MONEY, papers_back="Tờ khai (1 bản chính)", actor=None, at=hanoi(2026, 3, 5)
    )
    assert (closed.state, closed.outcome) == (Status.DONE, "withdrawn")
    slip = Slip.objects.get(form="stop")
    assert (slip.data["asked_by"], slip.data["reason"]) == ("Người nộp hồ sơ", REASON)
    assert slip.data["papers_back"] == "Tờ khai (1 bản chính)"
    receiver = Receiver("Nguyễn Thị Phượng", "desk", identity_checked=True, originals="Tờ khai (1 bản chính)")
    return_result(dossier=dossier, receiver=receiver, actor=None, at=hanoi(2026, 3, 5, 10))
    assert ReturnRecord.objects.get().originals == "Tờ khai (1 bản chính)"
    assert_row_is_what_its_events_say(dossier)


def test_a_dossier_not_yet_accepted_may_be_withdrawn_and_never_had_a_clock(city, offering):
    made = submitted(city, offering)
    ask_withdrawal(dossier=made, reason=REASON, actor=None, at=hanoi(2026, 3, 4))
    done = close_withdrawal(dossier=made, consequences=MONEY, papers_back="Tờ khai", actor=None, at=hanoi(2026, 3, 5))
    assert (done.outcome, done.due_at, done.received_at) == ("withdrawn", None, None)
    assert_row_is_what_its_events_say(made)


def submitted(city, offering):
    handed_in = Submission(uuid4(), city.ward_desk, offering, make_applicant(), [TakenPaper("Tờ khai", originals=1)])
    return submit_dossier(handed_in=handed_in, actor=None, at=MONDAY)


@pytest.mark.parametrize("papers", ["", "  "])
def test_a_withdrawal_is_not_closed_without_the_list_of_papers(dossier, papers):
    ask_withdrawal(dossier=dossier, reason=REASON, actor=None, at=hanoi(2026, 3, 4))
    before = stored_facts(dossier)
    with pytest.raises(RuleBroken) as broken:
        close_withdrawal(dossier=dossier, consequences=MONEY, papers_back=papers, actor=None, at=hanoi(2026, 3, 5))
    assert (broken.value.field, stored_facts(dossier)) == ("papers_back", before)


def test_24_no_waiting_act_happens_out_of_order(city, offering, dossier):
    """Each names the step the dossier is at, and leaves everything as it was."""
    at = hanoi(2026, 3, 4)
    acts = [
        lambda: _paid(dossier, at),
        lambda: resumed(dossier, at),
        lambda: close_stopped(dossier=dossier, reason=REASON, consequences=MONEY, papers_back="", actor=None, at=at),
        lambda: close_withdrawal(dossier=dossier, consequences=MONEY, papers_back="Tờ khai", actor=None, at=at),
    ]
    before = stored_facts(dossier)
    for act in acts:
        with pytest.raises(RuleBroken, match="Đang giải quyết"):
            act()
        assert stored_facts(dossier) == before
    fresh = register(offering, city.ward_desk, at=MONDAY)
    before = stored_facts(fresh)
    for act in (pay_asked, stopped):
        with pytest.raises(RuleBroken, match="Đã tiếp nhận"):
            act(fresh, at)
        assert stored_facts(fresh) == before


def test_whoever_asked_to_withdraw_gets_no_result_instead(dossier):
    ask_withdrawal(dossier=dossier, reason=REASON, actor=None, at=hanoi(2026, 3, 4))
    with pytest.raises(RuleBroken):
        finish_dossier(dossier=dossier, outcome=Outcome.GRANTED, actor=None, at=hanoi(2026, 3, 5))
    assert Dossier.objects.get(pk=dossier.pk).state is Status.WITHDRAWAL_ASKED
