"""Categories as an officer chooses them: numbered, sealed ones marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from complaints.clock.states import SEALED_KINDS, Kind
from complaints.models import Category


class CategorySelect(forms.Select):
    """Marks the options of sealed kinds, so that the sheet shows guidance beside them."""

    sealed: Iterable[str] = ()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.sealed:
            option["attrs"]["data-sealed"] = ""
        return option


def offer_categories(form: forms.Form, categories: Sequence[Category]) -> None:
    """Offers them in the field `category`, whose widget is a `CategorySelect`."""
    field = form.fields["category"]
    assert isinstance(field, forms.ChoiceField)
    assert isinstance(field.widget, CategorySelect)
    field.choices = numbered(categories)
    field.widget.sealed = [one.code for one in categories if Kind(one.kind) in SEALED_KINDS]


def chose_sealed_kind(form: forms.Form, categories: Mapping[str, Category]) -> bool:
    """Whether the category typed so far, valid or not, is of a sealed kind."""
    chosen = categories.get(str(form["category"].value() or ""))
    return chosen is not None and Kind(chosen.kind) in SEALED_KINDS


def numbered(categories: Sequence[Category]) -> list[Any]:
    """Options by group, numbered: typing a number selects an option, typing letters with accents does not."""
    lines = {one.code: f"{place}. {one}" for place, one in enumerate(categories, 1)}
    grouped = groupby(categories, key=lambda one: one.group_name)
    return [("", _("Chọn")), *((name, [(one.code, lines[one.code]) for one in each]) for name, each in grouped)]
