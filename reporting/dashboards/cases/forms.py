"""Forms for the query strings of the figures of cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import KIND_LABELS, Category
from complaints.models.labels import Channel
from reporting.dashboards.cases.lists import ABOUT_NOW, CaseListKind
from reporting.dashboards.forms import SpanForm
from reporting.rollup.cases import PLAIN_KINDS
from units.models import Unit

NO_CATEGORY = "-"
FIRST = ("tinh-trang", "loai", "ky")


class CasesForm(SpanForm):
    """As `SpanForm`, without `tinh-den`: the state of cases on past days is not stored."""

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__(data, at=at, units=units)
        del self.fields["tinh-den"]

    @property
    def as_of(self) -> None:
        return None


class CaseListForm(CasesForm):
    """As `CasesForm`, with `tinh-trang`: which cases; `loai`: a kind, `kenh`: a channel, `nhom`: a category's code or
    `NO_CATEGORY`; empty for all."""

    def __init__(self, data: Any, *, at: datetime, units: Iterable[Unit]) -> None:
        super().__init__(
            {"tinh-trang": CaseListKind.OVERDUE.value} | {name: data[name] for name in data}, at=at, units=units
        )
        self.fields["tinh-trang"] = forms.ChoiceField(label=_("Vụ việc"), choices=CaseListKind.choices)
        kinds = [(kind.value, KIND_LABELS[kind]) for kind in PLAIN_KINDS]
        categories = [(one.code, str(one)) for one in Category.objects.all()]
        self.fields["loai"] = _choice(_("Loại"), _("Mọi loại"), kinds)
        self.fields["kenh"] = _choice(_("Nguồn"), _("Mọi nguồn"), Channel.choices)
        self.fields["nhom"] = _choice(
            _("Lĩnh vực"), _("Tất cả lĩnh vực"), [*categories, (NO_CATEGORY, _("Chưa phân lĩnh vực"))]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["tinh-trang"] in ABOUT_NOW and self.span.last < self.today:
            self.add_error("ky", _("Danh sách này chỉ có của lúc này: hãy chọn kỳ hiện nay."))
        return cleaned

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that are always shown."""
        return [self[name] for name in FIRST]

    @property
    def others(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in FIRST]

    @property
    def has_filters(self) -> bool:
        """Whether any of the other fields is filled in."""
        return any(self.data.get(field.name) for field in self.others)

    @property
    def kind(self) -> CaseListKind:
        return CaseListKind(self.cleaned_data["tinh-trang"])

    @property
    def is_now(self) -> bool:
        return self.kind in ABOUT_NOW

    @property
    def filters(self) -> dict[str, Any]:
        """Field lookups for cases and for their tallies."""
        asked = {"kind": self.cleaned_data["loai"], "channel": self.cleaned_data["kenh"]}
        found: dict[str, Any] = {name: value for name, value in asked.items() if value}
        category = self.cleaned_data["nhom"]
        if category:
            found |= {"category": None} if category == NO_CATEGORY else {"category__code": category}
        return found


def _choice(label: Any, of_all: Any, choices: Iterable[tuple[Any, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", of_all), *choices])
