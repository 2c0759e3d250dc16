"""What an act on a case is to a page: its form, who may do it and when, and the verb it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from accounts.models import User
from complaints.models import Case

Words = str | Promise


class CaseForm(forms.Form):
    """A form about one case; most acts ask for no more than words."""

    def __init__(self, data: Any = None, *, case: Case, user: User, at: datetime) -> None:
        super().__init__(data)


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One entry in the list of what can be done with a case now.

    `form` is called as `form(data, case=…, user=…, at=…)`. `may` hides the act from whoever must not do it, or not
    now. `do` calls the verb; RuleBroken goes beside a field. `is_main` puts it first, as the next thing to do.
    """

    slug: str
    label: Words
    icon: str
    form: Callable[..., forms.Form]
    may: Callable[[User, Case], bool]
    do: Callable[[Case, Any, User, datetime], object]
    note: Words = ""
    is_main: bool = False
