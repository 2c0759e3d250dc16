"""Form for a result given at once at the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from accounts.citizens.identity import tidy
from accounts.staff.fields import DayField, line
from dossiers.models import ResultRecord, ReturnRecord
from dossiers.operations.finishing.actions import Receiver, Result
from dossiers.particulars.proxies import Proxy
from units.clock.days import local_day


class AtOnceForm(forms.Form):
    """The result and its receiver: the applicant, unless another name is typed."""

    number = line(_("Số kết quả"), 60)
    dated = DayField(label=_("Ngày ký kết quả"), required=False)
    result_kind = forms.ChoiceField(label=_("Dạng kết quả"), choices=ResultRecord.Kind.choices)
    receiver_name = line(_("Người nhận kết quả"), 200, hint=_("Để trống: chính người nộp."))
    receiver_id = line(_("Số giấy tờ của người nhận"), 40, hint=_("Bắt buộc khi nhận thay."))
    proxy_paper = line(_("Giấy ủy quyền, giấy giới thiệu"), 200, hint=_("Bắt buộc khi nhận thay tại quầy."))
    identity_checked = forms.BooleanField(label=_("Đã đối chiếu giấy tờ tùy thân của người nhận"), required=False)
    print_slip = forms.BooleanField(label=_("In giấy hẹn"), required=False)

    def __init__(self, data: Any = None, *, at: datetime, initial: dict[str, Any] | None = None) -> None:
        usual = {"dated": local_day(at), "result_kind": ResultRecord.Kind.PAPER}
        super().__init__(data, initial=usual | (initial or {}))

    def clean_receiver_id(self) -> str:
        number = tidy(self.cleaned_data["receiver_id"])
        MaxLengthValidator(20)(number)
        return number

    @property
    def result(self) -> Result:
        typed = self.cleaned_data
        return Result(typed["number"], typed["dated"], typed["result_kind"])

    def receiver(self, applicant: str, proxy: Proxy | None, *, fee_collected: bool) -> Receiver:
        """The receiver at the desk: the person who submitted the dossier, unless another name is typed.

        `applicant`: the applicant's name.
        """
        typed = self.cleaned_data
        if proxy and not typed["receiver_name"].strip():
            return Receiver(
                name=proxy.name,
                method=ReturnRecord.Method.DESK,
                id_number=proxy.id_number,
                identity_checked=typed["identity_checked"],
                proxy_paper=proxy.paper_words,
                fee_collected=fee_collected,
            )
        return Receiver(
            name=typed["receiver_name"].strip() or applicant,
            method=ReturnRecord.Method.DESK,
            id_number=typed["receiver_id"],
            identity_checked=typed["identity_checked"],
            proxy_paper=typed["proxy_paper"],
            fee_collected=fee_collected,
        )
