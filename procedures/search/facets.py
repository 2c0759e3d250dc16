"""The filters of the catalogue page: titles, labels, counts, and links that remove one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from procedures.models import ProcedureVersion
from procedures.search.find import Found
from procedures.search.index import (
    AUDIENCE,
    FEE,
    FIELD,
    FREE,
    LEVEL,
    ONLINE,
    PAID,
    PLACE,
    SET_LOCALLY,
    TERM,
    CatalogueIndex,
)
from procedures.terms import AUDIENCES
from units.texts.wording import is_english

QUERY, PAGE, AS_TYPED = "q", "trang", "nguyen-van"
SHOWN_AT_ONCE: Final = 6

TITLES: Final = {
    LEVEL: _("Cấp tiếp nhận"),
    FIELD: _("Lĩnh vực"),
    TERM: _("Thời hạn"),
    FEE: _("Phí, lệ phí"),
    ONLINE: _("Nộp trực tuyến"),
    AUDIENCE: _("Dành cho"),
    PLACE: _("Nơi tiếp nhận"),
}

_FIXED: Final[Mapping[str, Mapping[str, object]]] = {
    TERM: {
        "trong-ngay": _("Trong ngày"),
        "den-3": _("Đến 3 ngày"),
        "den-15": _("4–15 ngày"),
        "tren-15": _("Trên 15 ngày"),
        "theo-viec": _("Theo từng trường hợp"),
    },
    FEE: {FREE: _("Không thu"), PAID: _("Có thu"), SET_LOCALLY: _("Theo quy định địa phương")},
    ONLINE: {value: label for value, label in ProcedureVersion.OnlineLevel.choices if value},
    AUDIENCE: AUDIENCES,
}


@dataclass(frozen=True)
class Option:
    """`is_vietnamese`: its label is a name without a translation."""

    value: str
    label: str
    count: int
    chosen: bool
    is_vietnamese: bool = False


@dataclass(frozen=True)
class Facet:
    """One filter. `first` options are shown at once, `more` behind a summary."""

    key: str
    title: str
    options: list[Option]

    @property
    def first(self) -> list[Option]:
        return self.options[:SHOWN_AT_ONCE]

    @property
    def more(self) -> list[Option]:
        return self.options[SHOWN_AT_ONCE:]


class Active(NamedTuple):
    """A chosen filter, and the query string of the same search without it."""

    label: str
    without: str


def read_chosen(params: QueryDict, index: CatalogueIndex) -> tuple[dict[str, list[str]], list[str]]:
    """The chosen values of every filter in a query string, and those that no filter has; empty values are ignored."""
    chosen: dict[str, list[str]] = {}
    unknown: list[str] = []
    for key in TITLES:
        values_of_facet = _FIXED.get(key) or index.labels.get(key, {})
        typed = [value for value in dict.fromkeys(params.getlist(key)) if value]
        unknown += [value for value in typed if value not in values_of_facet]
        if values := [value for value in typed if value in values_of_facet]:
            chosen[key] = values
    return chosen, unknown


def facets(found: Found, chosen: Mapping[str, list[str]]) -> list[Facet]:
    """In the order of the page. Omits options that would leave nothing, unless chosen."""
    shown = [Facet(key, str(TITLES[key]), list(_options(found, key, chosen.get(key, [])))) for key in TITLES]
    return [facet for facet in shown if facet.options]


def _options(found: Found, key: str, chosen: list[str]) -> Iterator[Option]:
    counts = found.counts.get(key, {})
    for value in _in_order(found, key, chosen):
        if (count := counts.get(value, 0)) or value in chosen:
            official = key not in _FIXED and not found.label(key, value).name_en
            yield Option(value, label(found, key, value), count, value in chosen, official)


def _in_order(found: Found, key: str, chosen: list[str]) -> list[str]:
    """Fixed filters and offices keep their order; fields come chosen first, then by count."""
    if key in _FIXED:
        return list(_FIXED[key])
    named = list(found.index.labels.get(key, {}))
    if key == FIELD:
        counts = found.counts.get(key, {})
        named.sort(key=lambda value: (value not in chosen, -counts.get(value, 0)))
    return named


def label(found: Found, key: str, value: str) -> str:
    if key in _FIXED:
        return capfirst(str(_FIXED[key].get(value, value)))
    named = found.label(key, value)
    return named.name_en if named.name_en and is_english(get_language() or "") else named.name


def active(found: Found, chosen: Mapping[str, list[str]], params: QueryDict) -> list[Active]:
    return [Active(label(found, key, value), _without(params, key, value)) for key in chosen for value in chosen[key]]


def _without(params: QueryDict, key: str, value: str) -> str:
    rest = params.copy()
    rest.setlist(key, [other for other in rest.getlist(key) if other != value])
    rest.pop(PAGE, None)
    return rest.urlencode()
