"""What the operations on a case share: a form, and who works on a case in which status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.staff.operations import calling
from complaints.clock.states import Status
from complaints.models import Case, Ground
from complaints.permissions import may_decide, may_work

calls = partial(calling, row="case")
"""A `do` for a form whose fields are the arguments of a verb."""


class CaseForm(forms.Form):
    """A form about one case; most operations ask for no more than words."""

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data)


def one_ground() -> forms.ModelChoiceField[Ground]:
    """One ground of the law; which ones fit a case its form says."""
    return forms.ModelChoiceField(
        label=_("Căn cứ"),
        queryset=Ground.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Hãy chọn một căn cứ mà luật quy định cho loại này.")},
    )


def works_in(*states: Status) -> Callable[[User, Case], bool]:
    """In these statuses and not being transferred: for those who work on the case."""
    return lambda user, case: case.state in states and case.passed_to_id is None and may_work(user, case)


def decides_in(*states: Status) -> Callable[[User, Case], bool]:
    """As `works_in`, for who answers for the unit."""
    return lambda user, case: case.state in states and case.passed_to_id is None and may_decide(user, case)
