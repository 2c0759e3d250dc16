"""What an act on a case is to a page: its form, who may do it and when, and the verb it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.clock.states import Status
from complaints.models import Case, Ground
from complaints.permissions import may_decide, may_work

Words = str | Promise


class CaseForm(forms.Form):
    """A form about one case; most acts ask for no more than words."""

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
    """In these statuses and on its way to nobody: for whoever works on the case."""
    return lambda user, case: case.state in states and case.passed_to_id is None and may_work(user, case)


def decides_in(*states: Status) -> Callable[[User, Case], bool]:
    """As `works_in`, for who answers for the unit."""
    return lambda user, case: case.state in states and case.passed_to_id is None and may_decide(user, case)


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One entry in the list of what can be done with a case now.

    `form` is called as `form(data, case=…, user=…, at=…)`. `may` hides the act from whoever must not do it, or not
    now. `do` calls the verb; RuleBroken goes beside a field. `is_main` puts it first, as the next thing to do.
    With `takes_files` the form also gets `files=…`; with `fills` it has a template whose words can be put in;
    with `shows_letter` the page shows what the reporter wrote beside it. `is_aside`: no step on the way to an answer.
    """

    slug: str
    label: Words
    icon: str
    form: Callable[..., forms.Form]
    may: Callable[[User, Case], bool]
    do: Callable[[Case, Any, User, datetime], object]
    note: Words = ""
    is_main: bool = False
    takes_files: bool = False
    fills: bool = False
    shows_letter: bool = False
    is_aside: bool = False
