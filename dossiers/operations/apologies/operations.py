"""The act of apologising and promising a new date."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import DayField, choice, given_reason
from accounts.staff.operations import Operation
from accounts.staff.permissions import Role, acts_for
from dossiers.clock.states import RUNNING
from dossiers.models import Apology, Dossier, LateCause
from dossiers.operations.apologies.actions import (
    Excuse,
    late_unit_id,
    sign_apology,
    suggested_cause,
    units_concerned,
    why_not_again,
)
from units.models import Unit


class ApologyForm(forms.Form):
    """Begins with what the drafted apology says, or with what the dossier's history suggests."""

    unit = forms.ModelChoiceField(label=_("Đơn vị chịu trách nhiệm"), queryset=Unit.objects.none(), empty_label=None)
    cause = choice(_("Nguyên nhân"), LateCause.choices, missing=_("Hãy chọn nguyên nhân."))
    reason = given_reason(_("Lý do, viết cho người nộp"))
    new_day = DayField(
        label=_("Ngày hẹn lại"), help_text=_("Một ngày làm việc sau ngày hẹn cũ. Chỉ được hẹn lại một lần.")
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data, initial=_suggested(dossier, at) if data is None else None)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.filter(pk__in=units_concerned(dossier))

    @property
    def excuse(self) -> Excuse:
        return Excuse(**self.cleaned_data)


def _suggested(dossier: Dossier, at: datetime) -> dict[str, Any]:
    drafted = Apology.objects.filter(dossier=dossier).first()
    if drafted is not None:
        return {"unit": drafted.unit_id, "cause": drafted.cause, "reason": drafted.reason}
    return {"unit": late_unit_id(dossier, at), "cause": suggested_cause(dossier, at)}


def _may_apologise(user: User, dossier: Dossier) -> bool:
    """Leaders of the unit that handles the dossier, of the one that has it, or of the office above either; once.

    One query at most, and only for them. `new_due_at` does not show it: a clock that starts anew clears it.
    """
    if dossier.state not in RUNNING:
        return False
    if not any(acts_for(user, unit, Role.LEADER) for unit in (dossier.handler, dossier.holder)):
        return False
    return not why_not_again(dossier)


def _apologise(dossier: Dossier, form: ApologyForm, user: User, at: datetime) -> None:
    sign_apology(dossier=dossier, excuse=form.excuse, actor=user, at=at)


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="xin-loi",
        label=_("Xin lỗi, hẹn lại ngày trả"),
        icon="calendar",
        form=ApologyForm,
        may=_may_apologise,
        do=_apologise,
        barred=why_not_again,
        note=_("Ngày hẹn cũ vẫn quyết định hồ sơ đúng hạn hay trễ."),
    ),
)
