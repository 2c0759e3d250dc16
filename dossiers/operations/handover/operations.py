"""Operations between offices: handing over, taking over, refusing to take over, and the sheet that records it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.fields import paragraph
from accounts.staff.operations import Operation
from accounts.staff.permissions import WORKING_ROLES, acts_for
from dossiers.clock.states import RUNNING, Status
from dossiers.models import Dossier, DossierLeg
from dossiers.models.list_rows import ListedDossier, ListedLeg
from dossiers.operations.base import calls
from dossiers.operations.handover.actions import hand_over, issue_control_sheet, send_back, take_over
from dossiers.permissions import may_handle
from units.clock.days import local_day
from units.models import Unit

Leg = TypeVar("Leg", DossierLeg, ListedLeg)


def legs_in(dossier: Dossier) -> list[DossierLeg]:
    """The legs with their units and steps, in order; one query for all acts of a page."""
    rows = DossierLeg.objects.select_related("unit__kind", "step", "assignee").order_by("position")
    prefetch_related_objects([dossier], Prefetch("legs", queryset=rows))
    return list(dossier.legs.all())


def held_by(user: User, dossier: Dossier) -> list[DossierLeg]:
    """The legs that this person's units have in hand."""
    return [leg for leg in legs_in(dossier) if leg.in_hand and acts_for(user, leg.unit, *WORKING_ROLES)]


def awaited_by(user: User, dossier: Dossier) -> list[DossierLeg]:
    """The legs on their way to this person's units."""
    return coming_to(user, legs_in(dossier))


def coming_to(user: User, legs: Iterable[Leg]) -> list[Leg]:
    return [leg for leg in legs if leg.on_its_way and acts_for(user, leg.unit, *WORKING_ROLES)]


def to_hand_over(user: User, dossier: Dossier) -> list[DossierLeg]:
    """Held legs that another one follows."""
    last = max((leg.group for leg in legs_in(dossier)), default=0)
    return [leg for leg in held_by(user, dossier) if leg.group < last]


class LegForm(forms.Form):
    """Which leg, asked only where there are several."""

    leg = forms.TypedChoiceField(label=_("Chặng"), coerce=int)

    def offer(self, legs: list[DossierLeg]) -> None:
        choices = [(leg.position, f"{leg.position + 1}. {leg.unit.name}") for leg in legs]
        field = self.fields["leg"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = choices
        if len(legs) == 1:
            field.widget, field.required, field.initial = forms.HiddenInput(), False, legs[0].position

    def clean_leg(self) -> int:
        typed = self.cleaned_data["leg"]
        return typed if isinstance(typed, int) else int(self.fields["leg"].initial)


class HandOverForm(LegForm):
    unit = forms.ModelChoiceField(
        label=_("Chuyển đến đơn vị khác với quy trình"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Theo quy trình"),
    )

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        self.offer(to_hand_over(user, dossier))
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.in_force(local_day(at)).select_related("kind")


class TakeOverForm(LegForm):
    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__(data)
        self.offer(awaited_by(user, dossier))


class SendBackForm(TakeOverForm):
    """The reason stays in the log, which the applicant may read with the secret of the slip."""

    reason = paragraph(
        _("Lý do không nhận"),
        missing=_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."),
        hint=_("Không ghi họ tên hay số giấy tờ: lý do được giữ trong nhật ký."),
    )


class NoForm(forms.Form):
    """An act that asks nothing more than to be confirmed."""

    def __init__(self, data: Any = None, *, dossier: Dossier, user: User, at: datetime) -> None:
        super().__init__({} if data is None else data)


def _may_hand_over(user: User, dossier: Dossier) -> bool:
    return dossier.state in RUNNING and bool(to_hand_over(user, dossier))


def hands_on(user: User, dossier: Dossier | ListedDossier, legs: Sequence[Leg]) -> bool:
    """Whether this person has a leg in hand and hands it on before there is a result: other work than handing out
    still follows, which is not begun by `start_work`."""
    for leg in legs:
        if leg.in_hand and acts_for(user, leg.unit, *WORKING_ROLES):
            ahead = _ahead(leg, legs)
            starts = bool(ahead) and ahead[0].unit_id == dossier.handler_id
            if ahead and not (starts and dossier.state is Status.ACCEPTED and may_handle(user, dossier)):
                return True
    return False


def _comes_before_result(user: User, dossier: Dossier) -> bool:
    return hands_on(user, dossier, legs_in(dossier))


def _ahead(leg: Leg, legs: Sequence[Leg]) -> list[Leg]:
    """What is to be done beside or after a leg and before the last one."""
    last = max(one.group for one in legs)
    others = [one for one in legs if one.position != leg.position and not one.is_over]
    return [one for one in others if leg.group <= one.group < last]


def _may_take_over(user: User, dossier: Dossier) -> bool:
    return dossier.state in RUNNING and bool(awaited_by(user, dossier))


def _may_print(user: User, dossier: Dossier) -> bool:
    if dossier.received_at is None:
        return False
    return any(acts_for(user, leg.unit, *WORKING_ROLES) for leg in legs_in(dossier))


OPERATIONS: tuple[Operation[Dossier], ...] = (
    Operation(
        slug="nhan-ban-giao",
        label=_("Nhận bàn giao"),
        icon="tick",
        form=TakeOverForm,
        may=_may_take_over,
        do=calls(take_over),
        note=_("Hồ sơ giấy đã ở trong tay đơn vị; thời gian của chặng bắt đầu tính."),
        is_main=True,
    ),
    Operation(
        slug="chuyen",
        label=_("Chuyển hồ sơ"),
        icon="arrow-right",
        form=HandOverForm,
        may=_may_hand_over,
        do=calls(hand_over),
        note=_("Đơn vị vẫn giữ hồ sơ cho đến khi nơi nhận xác nhận."),
        becomes_main=_comes_before_result,
    ),
    Operation(
        slug="khong-nhan",
        label=_("Từ chối nhận bàn giao"),
        icon="x",
        form=SendBackForm,
        may=_may_take_over,
        do=calls(send_back),
        note=_("Hồ sơ trở lại nơi chuyển cùng với lý do."),
    ),
    Operation(
        slug="phieu-kiem-soat",
        label=_("Lập phiếu kiểm soát"),
        icon="print",
        form=NoForm,
        may=_may_print,
        do=calls(issue_control_sheet),
        note=_("Ghi từng chặng: giao, nhận, hạn, trước hạn, đúng hạn hay quá hạn."),
    ),
)
