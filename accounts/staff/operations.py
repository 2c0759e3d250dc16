"""What can be done to a dossier or case, declared once: its button, page and API follow from the declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from inspect import signature
from typing import Any, Generic, TypeVar

from django import forms
from django.utils.functional import Promise

from accounts.models import User

Row = TypeVar("Row")
Words = str | Promise
Verb = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Operation(Generic[Row]):
    """One operation: its form, who may do it and when, and the verb it calls.

    `form` is called as `form(data, dossier=…, user=…, at=…)` (a case: `case=…`), with `data` None for an empty one.
    `may` hides the operation from people who must not do it, or not now; its address then refuses.
    `do` calls the verb; a RuleBroken that it raises is shown beside the field.
    """

    slug: str
    label: Words
    icon: str
    form: Callable[..., forms.Form]
    may: Callable[[User, Row], bool]
    do: Callable[[Row, Any, User, datetime], object]
    note: Words = ""
    is_main: bool = False
    """The next thing to do: it comes first."""
    becomes_main: Callable[[User, Row], bool] | None = None
    """Whether it is the next thing to do with this row, where that depends on the row."""
    is_aside: bool = False
    """No step on the way to the end."""
    barred: Callable[[Row], str] | None = None
    """Why it cannot be done, in a sentence, where neither status nor place of the row explains it; else empty."""
    takes_files: bool = False
    """The form has a field `uploads`, and is called with the files that were sent as well (`files=…`)."""
    fills: bool = False
    """The form has templates whose words can be put in: `form.filled(data)`."""
    shows_letter: bool = False
    """The page shows what the reporter wrote beside the form."""


def calling(verb: Verb, row: str) -> Callable[[Any, Any, User, datetime], object]:
    """A `do` for a form whose fields are the arguments of `verb`: `verb(<row>=…, **fields, actor=…, at=…)`.

    `row`: name of the argument that takes the row. `actor` and `at` are left out where the verb takes none.
    """
    return partial(_call, verb, row)


def _call(verb: Verb, row: str, target: Any, form: forms.Form, user: User, at: datetime) -> object:
    given = {row: target, "actor": user, "at": at}
    takes = signature(verb).parameters
    return verb(**{name: value for name, value in given.items() if name in takes}, **form.cleaned_data)
