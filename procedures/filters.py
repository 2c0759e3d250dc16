"""How the open API narrows the list of procedures: the same search and the same filters as the catalogue's page."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from procedures.folding import words
from procedures.index import FIELD, LEVEL, CatalogueIndex, catalogue_index
from procedures.models import VersionQuerySet
from procedures.search import LONGEST_QUERY, find


class ProcedureFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter carries no types
    """Of what is on offer on the day `on`; best match first when searched, else in alphabetical order."""

    search = filters.CharFilter(max_length=LONGEST_QUERY)
    level = filters.CharFilter(help_text="code of a level, such as `district` or `ward`")
    field = filters.CharFilter(help_text="slug or name of a field of administration")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def filter_queryset(self, queryset: VersionQuerySet) -> list[int]:
        """The keys of the versions, in order: whoever prints a page of them reads only that page's rows.

        Raises ValidationError naming a level or field the catalogue does not have.
        """
        asked = self.form.cleaned_data
        index = catalogue_index(self.on)
        chosen = {LEVEL: _levels(asked["level"], index), FIELD: _fields(asked["field"], index)}
        return find(asked["search"], chosen, self.on, index, loosely=True).ids


def _levels(asked: str, index: CatalogueIndex) -> list[str]:
    if asked and asked not in index.labels[LEVEL]:
        known = ", ".join(index.labels[LEVEL])
        raise ValidationError({"level": [_("Không có cấp này. Các cấp: %(known)s.") % {"known": known}]})
    return [asked] if asked else []


def _fields(asked: str, index: CatalogueIndex) -> list[str]:
    named = index.labels[FIELD].items()
    slugs = [slug for slug, field in named if asked and (slug == asked or words(field.name) == words(asked))]
    if asked and not slugs:
        raise ValidationError({"field": [_("Không có lĩnh vực này.")]})
    return slugs
