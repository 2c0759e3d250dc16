"""How the open API narrows its lists: procedures by the same search and filters as the catalogue's page."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from procedures.models import OfferingQuerySet, VersionQuerySet
from procedures.search.find import LONGEST_QUERY, find
from procedures.search.index import FIELD, LEVEL, PLACE, CatalogueIndex, catalogue_index
from units.models import Unit, UnitKind, UnitQuerySet
from units.texts.folding import words


class ProcedureFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter carries no types
    """Of what is on offer on the day `on`; best match first when searched, else in alphabetical order."""

    search = filters.CharFilter(max_length=LONGEST_QUERY)
    level = filters.CharFilter(help_text="code of a level, such as `district` or `ward`")
    field = filters.CharFilter(help_text="slug or name of a field of administration")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def filter_queryset(self, queryset: VersionQuerySet) -> list[int]:
        """The keys of the versions, in order: a page of them reads only that page's rows.

        Raises ValidationError naming a level or field the catalogue does not have.
        """
        asked = self.form.cleaned_data
        index = catalogue_index(self.on)
        chosen = {LEVEL: _levels(asked["level"], index), FIELD: _fields(asked["field"], index)}
        return find(asked["search"], chosen, self.on, index, loosely=True).ids


class VersionFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter carries no types
    """Of what has taken effect by today."""

    on = filters.DateFilter(field_name="valid", lookup_expr="contains", help_text="the version in force on a day")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = on

    def filter_queryset(self, queryset: VersionQuerySet) -> VersionQuerySet:
        narrowed: VersionQuerySet = super().filter_queryset(queryset)
        return narrowed.effective_by(self.today)


class OfferingFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter carries no types
    """Of what is on offer on the day `on`."""

    procedure = filters.CharFilter(help_text="`code` of a procedure")
    unit = filters.CharFilter(help_text="`slug` of an office")
    level = filters.CharFilter(help_text="code of a level, such as `district` or `ward`")
    field = filters.CharFilter(help_text="slug or name of a field of administration")

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def filter_queryset(self, queryset: OfferingQuerySet) -> OfferingQuerySet:
        """One query, for the catalogue's index. Raises ValidationError naming what today's catalogue does not have."""
        asked, index = self.form.cleaned_data, catalogue_index(self.on)
        if asked["procedure"] and asked["procedure"] not in index.by_ref:
            raise ValidationError({"procedure": [_("Hiện không nơi nào nhận thủ tục này.")]})
        if asked["unit"] and asked["unit"] not in index.labels[PLACE]:
            raise ValidationError({"unit": [_("Nơi này hiện không nhận thủ tục nào.")]})
        chosen = {
            "procedure__ref": asked["procedure"],
            "unit__slug": asked["unit"],
            "procedure__level__code": "".join(_levels(asked["level"], index)),
            "procedure__field__slug": "".join(_fields(asked["field"], index)),
        }
        return queryset.for_api(self.on).filter(**{name: value for name, value in chosen.items() if value})


class UnitFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter carries no types
    """Of what exists on the day `on`."""

    level = filters.ModelChoiceFilter(
        field_name="kind", to_field_name="code", queryset=UnitKind.objects.all(), help_text="such as `ward`, `desk`"
    )
    parent = filters.ModelChoiceFilter(
        to_field_name="slug", queryset=Unit.objects.all(), help_text="`slug` of the unit right above"
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def filter_queryset(self, queryset: UnitQuerySet) -> UnitQuerySet:
        narrowed: UnitQuerySet = super().filter_queryset(queryset)
        return narrowed.with_public_details(self.on)


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
