"""Acts on the straight way: begin, finish, hand out, and all of it at once over the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.citizens.identity import tidy
from accounts.models import User
from accounts.staff.fields import DayField, choice, given_reason, line, paragraph
from accounts.staff.operations import Operation
from accounts.staff.permissions import Role, acts_for
from dossiers.clock.states import RUNNING, EventKind, Outcome, Status
from dossiers.explanation.route import TO_DO, route_of
from dossiers.explanation.wording import WITHOUT_RESULT
from dossiers.models import Dossier, LateCause, ResultRecord, ReturnRecord
from dossiers.operations.apologies.actions import suggested_cause
from dossiers.operations.base import calls
from dossiers.operations.finishing.actions import (
    Receiver,
    Result,
    finish_dossier,
    owes_fee,
    return_result,
    start_work,
)
from dossiers.operations.finishing.same_day import (
    MOST_DAYS,
    extend_bulk_copies,
    give_instant_result,
    is_same_day,
)
from dossiers.operations.handover.operations import legs_in
from dossiers.operations.pauses.operations import may_work
from dossiers.particulars.proxies import proxy_of
from dossiers.permissions import may_handle, may_return
from dossiers.scans.actions import add_scans
from dossiers.scans.forms import LIMITS
from files.storage.actions import all_or_nothing
from files.uploads.fields import SeveralFilesField
from units.clock.days import local_day

NUMBER = gettext_lazy("Số kết quả")
DATED = gettext_lazy("Ngày ký kết quả")


class StartForm(forms.Form):
    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


class FinishForm(forms.Form):
    outcome = choice(
        gettext_lazy("Kết quả"),
        [
            (Outcome.GRANTED.value, gettext_lazy("Chấp thuận")),
            (Outcome.DECLINED.value, gettext_lazy("Từ chối")),
        ],
        missing=gettext_lazy("Hãy chọn kết quả."),
        radio=True,
    )
    reason = paragraph(gettext_lazy("Lý do"), hint=gettext_lazy("Bắt buộc khi từ chối."), rows=2)
    ground = line(gettext_lazy("Căn cứ pháp lý"), 500, hint=gettext_lazy("Bắt buộc khi từ chối."))
    number = line(NUMBER, 60)
    dated = DayField(label=DATED, required=False)
    result_kind = choice(
        gettext_lazy("Dạng kết quả"), ResultRecord.Kind.choices, missing=gettext_lazy("Hãy chọn dạng kết quả.")
    )
    cause = choice(gettext_lazy("Nguyên nhân trễ"), LateCause.choices, missing=gettext_lazy("Hãy chọn nguyên nhân."))
    # Last: fields before the first file survive an upload that is too long.
    uploads = SeveralFilesField(label=gettext_lazy("Bản quét kết quả"), help_text=LIMITS)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime, files: Any = None) -> None:
        is_late = dossier.due_at is not None and at > dossier.due_at
        super().__init__(data, files, initial=_suggested(dossier, at, is_late=is_late))
        self.note = _passed_words(dossier, at)
        if not is_late:
            del self.fields["cause"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == Outcome.DECLINED:
            if not cleaned.get("reason"):
                self.add_error("reason", _("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."))
            if not cleaned.get("ground"):
                self.add_error("ground", _("Hãy nêu căn cứ pháp lý của việc từ chối."))
        return cleaned

    @property
    def result(self) -> Result:
        typed = self.cleaned_data
        return Result(typed["number"], typed["dated"], typed["result_kind"])


class ReturnForm(forms.Form):
    receiver_name = line(
        gettext_lazy("Người nhận kết quả"), 200, missing=gettext_lazy("Hãy ghi tên người nhận kết quả.")
    )
    method = choice(
        gettext_lazy("Cách nhận"), ReturnRecord.Method.choices, missing=gettext_lazy("Hãy chọn cách nhận kết quả.")
    )
    identity_checked = forms.BooleanField(
        label=gettext_lazy("Đã đối chiếu giấy tờ tùy thân của người nhận"), required=False
    )
    receiver_id = line(gettext_lazy("Số giấy tờ của người nhận"), 40, hint=gettext_lazy("Bắt buộc khi nhận thay."))
    proxy_paper = line(
        gettext_lazy("Giấy ủy quyền, giấy giới thiệu"), 200, hint=gettext_lazy("Bắt buộc khi nhận thay tại quầy.")
    )
    post_number = line(gettext_lazy("Số hiệu bưu gửi"), 40, hint=gettext_lazy("Bắt buộc khi gửi qua bưu chính."))
    originals = paragraph(gettext_lazy("Giấy tờ gốc trả lại"), rows=2)
    fee_collected = forms.BooleanField(label=gettext_lazy("Đã thu phí, lệ phí"), required=False)

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        initial = {"receiver_name": dossier.applicant_name, "method": dossier.delivery} | _proxy_as_receiver(dossier)
        super().__init__(data, initial=initial | {"originals": _papers_back(dossier)})
        if "proxy_paper" in initial:
            hint = _("Điền sẵn người nộp thay. Chủ hồ sơ tự nhận thì ghi: %(name)s.") % {
                "name": dossier.applicant_name
            }
            self.fields["receiver_name"].help_text = hint
        if not self.asks_fee(dossier):
            del self.fields["fee_collected"]

    @staticmethod
    def asks_fee(dossier: Dossier) -> bool:
        return owes_fee(dossier)

    def clean_receiver_id(self) -> str:
        number = tidy(self.cleaned_data["receiver_id"])
        MaxLengthValidator(20)(number)
        return number

    @property
    def receiver(self) -> Receiver:
        typed = self.cleaned_data
        return Receiver(
            name=typed["receiver_name"],
            method=typed["method"],
            id_number=typed["receiver_id"],
            identity_checked=typed["identity_checked"],
            proxy_paper=typed["proxy_paper"],
            post_number=typed["post_number"],
            originals=typed["originals"],
            fee_collected=typed.get("fee_collected", False),
        )


class PapersBackForm(ReturnForm):
    """What was handed in goes back: there is no result to hand out."""

    receiver_name = line(
        gettext_lazy("Người nhận giấy tờ"), 200, missing=gettext_lazy("Hãy ghi tên người nhận giấy tờ.")
    )
    method = choice(
        gettext_lazy("Cách nhận"), ReturnRecord.Method.choices, missing=gettext_lazy("Hãy chọn cách nhận giấy tờ.")
    )


class InstantForm(ReturnForm):
    """Everything about a result given at once, on one screen."""

    number = line(NUMBER, 60)

    field_order = ("number",)

    @staticmethod
    def asks_fee(dossier: Dossier) -> bool:
        return dossier.fee_status == Dossier.FeeStatus.LATER


class ExtendForm(forms.Form):
    working_days = forms.TypedChoiceField(
        label=gettext_lazy("Thêm mấy ngày làm việc"),
        choices=[(days, str(days)) for days in range(1, MOST_DAYS + 1)],
        coerce=int,
    )
    reason = given_reason()

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)


def _suggested(dossier: Dossier, at: datetime, *, is_late: bool) -> dict[str, Any]:
    suggested: dict[str, Any] = {"dated": local_day(at), "result_kind": ResultRecord.Kind.PAPER}
    return suggested | ({"cause": suggested_cause(dossier, at)} if is_late else {})


def _passed_words(dossier: Dossier, at: datetime) -> str:
    """The steps that a result recorded now would leave out; empty where there are none."""
    before_desk = route_of(dossier, at, legs_in(dossier))[:-1]
    passed = [f"{stop.office} ({stop.work})" for stop in before_desk if stop.state == TO_DO or stop.is_on_its_way]
    words = _("Ghi kết quả bây giờ thì hồ sơ không qua bước: %(steps)s.")
    return words % {"steps": "; ".join(passed)} if passed else ""


def _proxy_as_receiver(dossier: Dossier) -> dict[str, str]:
    """The proxy who handed the dossier in is expected to collect as well, by the same paper."""
    proxy = proxy_of(dossier)
    if proxy is None:
        return {}
    return {"receiver_name": proxy.name, "receiver_id": proxy.id_number, "proxy_paper": proxy.paper_words}


def _papers_back(dossier: Dossier) -> str:
    """What was listed when a dossier was closed without a result."""
    if dossier.outcome not in WITHOUT_RESULT:
        return ""
    closed = dossier.events.filter(kind=EventKind.FINISHED).last()
    return str(closed.data.get("papers_back", "")) if closed else ""


def _may_start(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.ACCEPTED and may_handle(user, dossier)


def _may_finish(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.IN_PROCESS and may_work(user, dossier)


def _may_return(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.DONE and dossier.outcome not in WITHOUT_RESULT and may_return(user, dossier)


def _may_give_papers_back(user: User, dossier: Dossier) -> bool:
    return dossier.state is Status.DONE and dossier.outcome in WITHOUT_RESULT and may_return(user, dossier)


def _may_give_at_once(user: User, dossier: Dossier) -> bool:
    """Clerks of the desk that serves the dossier, where its own office does the work."""
    fresh = dossier.state is Status.ACCEPTED and is_same_day(dossier)
    return fresh and may_handle(user, dossier) and may_return(user, dossier)


def _may_extend(user: User, dossier: Dossier) -> bool:
    working = may_work(user, dossier) or acts_for(user, dossier.desk, Role.CLERK)
    return dossier.state in RUNNING and is_same_day(dossier) and working


def _finish(dossier: Dossier, form: FinishForm, user: User, at: datetime) -> None:
    """The result, and its scan where one was chosen: neither without the other."""
    typed = form.cleaned_data
    with all_or_nothing():
        finished = finish_dossier(
            dossier=dossier,
            outcome=Outcome(typed["outcome"]),
            reason=typed["reason"],
            ground=typed["ground"],
            result=form.result,
            cause=typed.get("cause", ""),
            actor=user,
            at=at,
        )
        if typed["uploads"]:
            add_scans(dossier=finished, uploads=typed["uploads"], is_result=True, actor=user, at=at)


def _return(dossier: Dossier, form: ReturnForm, user: User, at: datetime) -> None:
    return_result(dossier=dossier, receiver=form.receiver, actor=user, at=at)


def _give_at_once(dossier: Dossier, form: InstantForm, user: User, at: datetime) -> None:
    result = Result(form.cleaned_data["number"], local_day(at))
    give_instant_result(dossier=dossier, result=result, receiver=form.receiver, actor=user, at=at)


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="tra-ngay",
        label=gettext_lazy("Trả kết quả ngay"),
        icon="tick",
        form=InstantForm,
        may=_may_give_at_once,
        do=_give_at_once,
        note=gettext_lazy("Ghi kết quả và trả ngay tại quầy; giờ nhận và giờ xong được lưu lại."),
        is_main=True,
    ),
    Operation(
        slug="bat-dau",
        label=gettext_lazy("Bắt đầu giải quyết"),
        icon="arrow-right",
        form=StartForm,
        may=_may_start,
        do=calls(start_work),
        is_main=True,
    ),
    Operation(
        slug="co-ket-qua",
        label=gettext_lazy("Có kết quả"),
        icon="tick",
        form=FinishForm,
        may=_may_finish,
        do=_finish,
        is_main=True,
        takes_files=True,
    ),
    Operation(
        slug="tra-ket-qua",
        label=gettext_lazy("Trả kết quả"),
        icon="tick",
        form=ReturnForm,
        may=_may_return,
        do=_return,
        is_main=True,
    ),
    Operation(
        slug="tra-giay-to",
        label=gettext_lazy("Trả giấy tờ"),
        icon="tick",
        form=PapersBackForm,
        may=_may_give_papers_back,
        do=_return,
        is_main=True,
    ),
    Operation(
        slug="keo-dai",
        label=gettext_lazy("Kéo dài vì nhiều bản sao"),
        icon="calendar",
        form=ExtendForm,
        may=_may_extend,
        do=calls(extend_bulk_copies),
        note=gettext_lazy("Thêm nhiều nhất 2 ngày làm việc, phải ghi lý do, chỉ một lần."),
    ),
)
