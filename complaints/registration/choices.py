"""Categories that reporters choose from, offices they may write to, and the office for cases that name none. Reads
only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from complaints.clock.states import Kind
from complaints.models import Category
from units.models import RECEPTION, Unit, UnitKind
from units.rules import RuleBroken
from units.texts.folding import words

ICONS: Final = {
    Kind.GRIEVANCE: "stamp",
    Kind.DENUNCIATION: "lock",
    Kind.DENUNCIATION_INFO: "lock",
    Kind.PETITION: "doc",
    Kind.FIELD_REPORT: "pin",
    Kind.QUESTION: "info",
    Kind.PRAISE: "heart",
}
GUIDED: Final = frozenset({Kind.GRIEVANCE, Kind.DENUNCIATION})
"""Kinds whose law asks for more than a form on the web: a page of guidance comes first."""

_ADDRESSED: Final = (UnitKind.DISTRICT, UnitKind.DEPARTMENT, UnitKind.WARD)


@dataclass(frozen=True, slots=True)
class CategoryOption:
    category: Category
    icon: str


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    name: str
    options: list[CategoryOption]


def open_to_all() -> QuerySet[Category]:
    """Categories that anybody may choose on the web; grievances and denunciations after their guidance."""
    return Category.objects.filter(Q(is_public=True) | Q(kind__in=[kind.value for kind in GUIDED]))


def choices(typed: str) -> list[CategoryGroup]:
    """Categories by group, where every typed word is the beginning of a word, with or without accents; one query."""
    wanted = words(typed)
    rows = [category for category in open_to_all() if _fits(category, wanted)]
    names = {category.group: place for place, category in reversed(list(enumerate(rows)))}
    rows.sort(key=lambda category: names[category.group])
    return [
        CategoryGroup(name, [CategoryOption(one, ICONS[Kind(one.kind)]) for one in members])
        for name, members in groupby(rows, key=lambda category: category.group_name)
    ]


def _fits(category: Category, wanted: list[str]) -> bool:
    found = words(
        f"{category.group} {category.group_en} {category.name} {category.name_en} {category.keywords} {category.hint}"
    )
    return all(any(word.startswith(one) for word in found) for one in wanted)


def offices(on: date) -> list[Unit]:
    """Offices that a case may be addressed to."""
    rows = Unit.objects.in_force(on).filter(kind__code__in=_ADDRESSED)
    return list(rows.select_related("kind").order_by("kind__order", "order", "name"))


def reception(found: list[Unit]) -> Unit:
    """Of these offices the one that receives citizens for the whole district, else the district itself.

    Raises RuleBroken where there is neither.
    """
    named = next((unit for unit in found if unit.slug == RECEPTION), None)
    chosen = named or next((unit for unit in found if unit.is_tenant), None)
    if chosen is None:
        raise RuleBroken(_("Cổng này chưa có nơi tiếp công dân. Xin gửi trực tiếp tại trụ sở."))
    return chosen
