"""Pages of a list that citizens leaf through."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from procedures.search import facets

LONGEST_SHOWN = 9


class Leaf(NamedTuple):
    """`page` is the requested one, or the nearest if there is none such; then `missing` is what was requested."""

    page: Page[Any]
    missing: str

    @property
    def status(self) -> int:
        return 404 if self.missing else 200


def leaf(request: HttpRequest, rows: Sequence[Any] | QuerySet[Any], size: int) -> Leaf:
    pages, asked = Paginator(rows, size), request.GET.get(facets.PAGE)
    try:
        return Leaf(pages.page(asked or 1), "")
    except (EmptyPage, PageNotAnInteger):
        return Leaf(pages.get_page(asked), (asked or "")[:LONGEST_SHOWN])
