"""What the rows of one form have to keep together.

Every row is compared with those in the database when it is checked; with the others of its form, only here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _

from units.models import CodeTemplate, OpeningHours, Unit, UnitIdentifier

Row = Mapping[str, Any]


def pairs(formset: Any, *alike: str) -> Iterator[tuple[Row, Row]]:
    """Every two rows to be saved, of those that are right by themselves, that are equal in all of `alike`."""
    rows = [form.cleaned_data for form in formset.forms if form.is_valid()]
    remaining = [row for row in rows if row and not row.get("DELETE")]
    return ((a, b) for a, b in combinations(remaining, 2) if all(a.get(name) == b.get(name) for name in alike))


def share_a_day(one: Row, other: Row) -> bool:
    """Whether two rows with `valid_from` and `valid_to`, both inclusive, hold on the same day."""
    return bool(_ends(one) >= other["valid_from"] and _ends(other) >= one["valid_from"])


def share_a_minute(one: Row, other: Row) -> bool:
    return bool(one["opens"] < other["closes"] and other["opens"] < one["closes"])


def refuse(found: Iterator[tuple[Row, Row]], clash: Callable[[Row, Row], bool], message: str) -> None:
    if any(clash(one, other) for one, other in found):
        raise ValidationError(message)


def _ends(row: Row) -> date:
    last: date = row.get("valid_to") or date.max
    return last


class IdentifierFormSet(BaseInlineFormSet[UnitIdentifier, Unit, Any]):
    def clean(self) -> None:
        super().clean()
        refuse(pairs(self, "scheme"), share_a_day, _("Đơn vị đã có một mã khác cùng hệ trong thời gian đó."))


class CodeTemplateFormSet(BaseInlineFormSet[CodeTemplate, Unit, Any]):
    def clean(self) -> None:
        super().clean()
        refuse(pairs(self), share_a_day, _("Đơn vị đã có một mẫu mã khác trong thời gian đó."))


class OpeningHoursFormSet(BaseInlineFormSet[OpeningHours, Unit, Any]):
    def clean(self) -> None:
        super().clean()
        refuse(pairs(self, "weekday"), share_a_minute, _("Trùng với một khoảng giờ khác của cùng ngày."))
