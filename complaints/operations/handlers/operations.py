"""Who may know of a sealed case: its handlers name another inspector, or end one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.staff.operations import Operation
from complaints.models import Case
from complaints.operations.base import CaseForm, calls
from complaints.operations.handlers.actions import end_handler, name_handler
from complaints.permissions import handlers_of, is_handler
from units.clock.days import local_day


class PersonForm(CaseForm):
    user = forms.ModelChoiceField(
        label=_("Thanh tra"),
        queryset=User.objects.none(),
        error_messages={"required": _("Hãy chọn một người.")},
    )


class NameForm(PersonForm):
    """Inspectors in office today who are not named yet."""

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        held = Membership.objects.in_force(local_day(at)).with_roles([Membership.Role.INSPECTOR])
        others = User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(pk__in=_named(case))
        self.fields["user"].queryset = others.order_by("full_name", "pk")  # type: ignore[attr-defined]


class EndForm(PersonForm):
    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data, case=case, user=user, at=at)
        named = User.objects.filter(pk__in=_named(case))
        self.fields["user"].queryset = named.order_by("full_name", "pk")  # type: ignore[attr-defined]


def _named(case: Case) -> Any:
    return case.handlers.filter(until=None).values("user")


def _handles(user: User, case: Case) -> bool:
    return case.is_sealed and is_handler(user, case)


OPERATIONS: tuple[Operation[Case], ...] = (
    Operation(
        slug="chi-dinh",
        label=_("Chỉ định thêm thanh tra"),
        icon="user",
        form=NameForm,
        may=_handles,
        do=calls(name_handler),
        note=_("Người được chỉ định mở được nội dung niêm phong; mỗi lần mở đều được ghi lại."),
        is_aside=True,
    ),
    Operation(
        slug="thoi-chi-dinh",
        label=_("Thôi giao cho một người"),
        icon="x",
        form=EndForm,
        may=lambda user, case: _handles(user, case) and len(handlers_of(case)) > 1,
        do=calls(end_handler),
        note=_("Người ấy không còn thấy vụ việc này."),
        is_aside=True,
    ),
)
