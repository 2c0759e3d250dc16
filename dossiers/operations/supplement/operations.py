"""Asking for what is missing, and taking it in after acceptance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.operations import Operation
from dossiers.clock.states import Status, may_move
from dossiers.models import Dossier
from dossiers.operations.supplement.actions import (
    Override,
    approvers_for,
    ask_supplement,
    complete_supplement,
    why_beyond_the_rule,
)
from dossiers.operations.supplement.forms import DefectsForm
from dossiers.particulars.paper_fields import papers_field, papers_taken
from dossiers.permissions import may_handle, may_return


class SupplementForm(DefectsForm):
    """All defects; a ground and an approver as well where the general rule forbids to ask."""

    ground = forms.CharField(
        label=_("Căn cứ yêu cầu ngoài quy định chung"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"required": _("Hãy ghi căn cứ pháp lý: điều, khoản và tên văn bản.")},
    )
    approver = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Lãnh đạo duyệt"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Hãy chọn lãnh đạo duyệt.")),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data, papers=dossier.version.documents.all())
        beyond = why_beyond_the_rule(dossier, at)
        if not beyond:
            del self.fields["ground"], self.fields["approver"]
            return
        self.fields["ground"].help_text = beyond
        approver = self.fields["approver"]
        assert isinstance(approver, forms.ModelChoiceField)
        approver.queryset = approvers_for(dossier, at)
        self.order_fields(["reasons", "text", *(f"paper_{paper.pk}" for paper in self.papers), "ground", "approver"])

    @property
    def override(self) -> Override | None:
        typed = self.cleaned_data
        return Override(typed["ground"], typed["approver"]) if "approver" in typed else None


class CompleteForm(forms.Form):
    """Which papers are there now."""

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        self.dossier = dossier
        self.asked = dossier.version.documents.all()
        self.fields["papers"] = papers_field(self.asked, dossier)


def may_ask(user: User, dossier: Dossier) -> bool:
    """Clerks of the desk while the papers are on its counter, the handling officers while it is worked on."""
    if not may_move(dossier.state, Status.AWAITING_SUPPLEMENT):
        return False
    return may_handle(user, dossier) if dossier.state is Status.IN_PROCESS else may_return(user, dossier)


def may_complete(user: User, dossier: Dossier) -> bool:
    waits = dossier.state is Status.AWAITING_SUPPLEMENT and dossier.received_at is not None
    return waits and may_return(user, dossier)


def ask(dossier: Dossier, form: SupplementForm, user: User, at: datetime) -> None:
    ask_supplement(dossier=dossier, defects=form.defects, override=form.override, actor=user, at=at)


def complete(dossier: Dossier, form: CompleteForm, user: User, at: datetime) -> None:
    papers = papers_taken(form.cleaned_data["papers"], form.asked, dossier)
    complete_supplement(dossier=dossier, papers=papers, actor=user, at=at)


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="yeu-cau-bo-sung",
        label=_("Yêu cầu bổ sung"),
        icon="doc",
        form=SupplementForm,
        may=may_ask,
        do=ask,
        note=_("Người nộp nhận phiếu yêu cầu bổ sung; thời hạn tạm dừng đến khi đủ giấy tờ."),
    ),
    Operation(
        slug="da-bo-sung",
        label=_("Đã bổ sung đủ"),
        icon="tick",
        form=CompleteForm,
        may=may_complete,
        do=complete,
        note=_("Thời hạn được tính lại từ đầu; giấy hẹn có ngày trả mới."),
        is_main=True,
    ),
)
