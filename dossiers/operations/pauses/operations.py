"""Acts while the clock rests: payment, a stop by order and what follows it, withdrawal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.staff.fields import DayField, given_reason, line, paragraph
from accounts.staff.operations import Operation
from accounts.staff.permissions import Role, acts_for
from dossiers.clock.states import MOVES, Status
from dossiers.models import Dossier
from dossiers.models.list_rows import ListedDossier
from dossiers.operations.base import calls
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
from dossiers.particulars.fee_fields import read_money
from dossiers.permissions import may_handle, may_return

FeeStatus = Dossier.FeeStatus

# Printed on the slip, and so never translated.
NOTHING_TAKEN: Final = "Không thu phí, lệ phí."
NOT_YET_TAKEN: Final = "Chưa thu phí, lệ phí."


class PaymentForm(forms.Form):
    amount = line(gettext_lazy("Số tiền (đồng)"), 20, missing=gettext_lazy("Hãy ghi số tiền."), mode="numeric")
    purpose = line(gettext_lazy("Khoản phải nộp"), 300, missing=gettext_lazy("Hãy ghi khoản phải nộp."))

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)

    def clean_amount(self) -> int:
        amount = read_money(self.cleaned_data["amount"])
        if not amount:
            raise forms.ValidationError(_("Ghi số tiền bằng chữ số, như 100.000."))
        return amount


class PaidForm(forms.Form):
    receipt = line(
        gettext_lazy("Số biên lai, chứng từ"), 100, missing=gettext_lazy("Hãy ghi số biên lai hoặc chứng từ.")
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


class StopForm(forms.Form):
    body = line(gettext_lazy("Cơ quan ra văn bản"), 200, missing=gettext_lazy("Hãy ghi cơ quan ra văn bản."))
    document = line(gettext_lazy("Số văn bản"), 100, missing=gettext_lazy("Hãy ghi số văn bản."))
    dated = DayField(label=gettext_lazy("Ngày văn bản"))
    reason = given_reason(gettext_lazy("Lý do dừng"))
    consequences = paragraph(
        gettext_lazy("Phí, lệ phí đã thu xử lý thế nào"),
        missing=gettext_lazy("Hãy ghi rõ phí, lệ phí đã thu được xử lý thế nào."),
        rows=2,
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data, initial={"consequences": _fee_words(dossier)})


class ResumeForm(forms.Form):
    reason = given_reason(gettext_lazy("Lý do giải quyết tiếp"))
    document = line(gettext_lazy("Văn bản làm căn cứ"), 200)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


class WithdrawForm(forms.Form):
    reason = given_reason(gettext_lazy("Lý do xin rút"))

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


class CloseWithdrawalForm(forms.Form):
    papers_back = paragraph(
        gettext_lazy("Giấy tờ trả lại"), missing=gettext_lazy("Hãy liệt kê giấy tờ trả lại."), rows=4
    )
    consequences = paragraph(
        gettext_lazy("Phí, lệ phí đã thu xử lý thế nào"),
        missing=gettext_lazy("Hãy ghi rõ phí, lệ phí đã thu được xử lý thế nào."),
        rows=2,
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        initial = {"consequences": _fee_words(dossier)}
        if data is None:
            initial["papers_back"] = "\n".join(dossier.documents.values_list("name", flat=True))
        super().__init__(data, initial=initial)


class CloseStoppedForm(CloseWithdrawalForm):
    reason = given_reason(gettext_lazy("Lý do kết thúc"))

    field_order = ("reason",)


def _fee_words(dossier: Dossier) -> str:
    """The words about the fee where none was paid; else the officer writes them."""
    return {
        FeeStatus.NONE.value: NOTHING_TAKEN,
        FeeStatus.WAIVED.value: NOTHING_TAKEN,
        FeeStatus.LATER.value: NOT_YET_TAKEN,
    }.get(dossier.fee_status, "")


def may_work(user: User, dossier: Dossier | ListedDossier) -> bool:
    """Staff of the unit that handles the dossier, or that has it in its hands."""
    holds = acts_for(user, dossier.holder, Role.SPECIALIST, Role.LEADER)
    return holds or may_handle(user, dossier)


def _may_ask_payment(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.IN_PROCESS and may_work(user, dossier)


def _may_record_payment(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.AWAITING_PAYMENT and (may_work(user, dossier) or may_return(user, dossier))


def _may_stop(user: User, dossier: Dossier) -> bool:
    can = Status.STOPPED in MOVES[dossier.state] and dossier.received_at is not None
    return can and may_work(user, dossier)


def _may_go_on(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.STOPPED and may_work(user, dossier)


def _may_ask_withdrawal(user: User, dossier: Dossier) -> bool:
    return Status.WITHDRAWAL_ASKED in MOVES[dossier.state] and may_return(user, dossier)


def _may_close_withdrawal(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.WITHDRAWAL_ASKED and (may_return(user, dossier) or may_work(user, dossier))


def _ask_payment(dossier: Dossier, form: PaymentForm, user: User, at: datetime) -> None:
    typed = form.cleaned_data
    ask_payment(dossier=dossier, amount_vnd=typed["amount"], purpose=typed["purpose"], actor=user, at=at)


def _stop(dossier: Dossier, form: StopForm, user: User, at: datetime) -> None:
    typed = form.cleaned_data
    order = Order(typed["body"], typed["document"], typed["dated"], typed["reason"])
    stop_by_order(dossier=dossier, order=order, consequences=typed["consequences"], actor=user, at=at)


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="da-nop-tien",
        label=gettext_lazy("Ghi đã nộp tiền"),
        icon="money",
        form=PaidForm,
        may=_may_record_payment,
        do=calls(record_payment),
        note=gettext_lazy("Thời hạn được tính tiếp, còn nguyên phần chưa dùng."),
        is_main=True,
    ),
    Operation(
        slug="yeu-cau-nop-tien",
        label=gettext_lazy("Yêu cầu nộp tiền"),
        icon="money",
        form=PaymentForm,
        may=_may_ask_payment,
        do=_ask_payment,
        note=gettext_lazy("Thời hạn tạm dừng cho đến khi người nộp nộp đủ."),
    ),
    Operation(
        slug="giai-quyet-tiep",
        label=gettext_lazy("Giải quyết tiếp"),
        icon="arrow-right",
        form=ResumeForm,
        may=_may_go_on,
        do=calls(resume),
        note=gettext_lazy("Thời hạn được tính tiếp, còn nguyên phần chưa dùng."),
        is_main=True,
    ),
    Operation(
        slug="dung",
        label=gettext_lazy("Dừng giải quyết"),
        icon="pause",
        form=StopForm,
        may=_may_stop,
        do=_stop,
        note=gettext_lazy("Chỉ dừng theo văn bản của cơ quan có thẩm quyền. Thời hạn tạm dừng."),
    ),
    Operation(
        slug="dong-ho-so-dung",
        label=gettext_lazy("Kết thúc hồ sơ đã dừng"),
        icon="x",
        form=CloseStoppedForm,
        may=_may_go_on,
        do=calls(close_stopped),
        note=gettext_lazy("Hồ sơ kết thúc, không có kết quả. Giấy tờ được trả lại."),
    ),
    Operation(
        slug="dong-ho-so-rut",
        label=gettext_lazy("Kết thúc hồ sơ xin rút"),
        icon="x",
        form=CloseWithdrawalForm,
        may=_may_close_withdrawal,
        do=calls(close_withdrawal),
        note=gettext_lazy("Hồ sơ kết thúc, không có kết quả. Giấy tờ được trả lại."),
        is_main=True,
    ),
    Operation(
        slug="xin-rut",
        label=gettext_lazy("Người nộp xin rút hồ sơ"),
        icon="x",
        form=WithdrawForm,
        may=_may_ask_withdrawal,
        do=calls(ask_withdrawal),
        note=gettext_lazy("Ghi yêu cầu của người nộp; sau đó kết thúc hồ sơ và trả giấy tờ."),
    ),
)
