"""What an act on a dossier is to a page: its form, who may do it and when, and the verb it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from accounts.models import User
from dossiers.models import Dossier

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Act:
    """One entry in the list of what can be done with a dossier now.

    `form` is called as `form(data, dossier=…, user=…, at=…)`, `data` None for an empty one; where it `takes_files`
    (in its field `uploads`) also with `sent=…`. `may` hides the act from
    whoever must not do it, or not now, and makes its address refuse (409). `do` calls the verb; RuleBroken goes
    beside a field.
    `is_main` puts it first, as the next thing to do; where that depends on the dossier, `becomes_main` says so.
    `barred` says in a sentence why it cannot be done where neither the state nor the place of the dossier tells; empty
    where they do.
    """

    slug: str
    label: Words
    icon: str
    form: Callable[..., forms.Form]
    may: Callable[[User, Dossier], bool]
    do: Callable[[Dossier, Any, User, datetime], object]
    note: Words = ""
    is_main: bool = False
    takes_files: bool = False
    becomes_main: Callable[[User, Dossier], bool] | None = None
    barred: Callable[[Dossier], str] | None = None
