"""Offices and the working calendar, for administrators."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from units.formsets import CodeTemplateFormSet, IdentifierFormSet, OpeningHoursFormSet
from units.look_only import LookOnly
from units.models import (
    CalendarDay,
    CalendarYear,
    CodeTemplate,
    DayCounter,
    DutyPost,
    OpeningHours,
    Unit,
    UnitIdentifier,
    UnitKind,
    UnitSuccessor,
)


def _linked(sentence: str, page: str, name: str) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', sentence, reverse(page), name)


class UnitIdentifierInline(admin.TabularInline[UnitIdentifier, Unit]):
    model = UnitIdentifier
    formset = IdentifierFormSet
    extra = 0


class CodeTemplateInline(admin.TabularInline[CodeTemplate, Unit]):
    model = CodeTemplate
    formset = CodeTemplateFormSet
    extra = 0


class OpeningHoursInline(admin.TabularInline[OpeningHours, Unit]):
    model = OpeningHours
    formset = OpeningHoursFormSet
    extra = 0


class DutyPostInline(admin.TabularInline[DutyPost, Unit]):
    model = DutyPost
    extra = 0


class UnitSuccessorInline(LookOnly, admin.TabularInline[UnitSuccessor, Unit]):
    model = UnitSuccessor
    fk_name = "old"
    extra = 0


@admin.register(UnitKind)
class UnitKindAdmin(admin.ModelAdmin[UnitKind]):
    list_display = ["name", "name_en", "code", "order"]
    search_fields = ["name", "name_en", "code"]


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin[Unit]):
    """A unit that exists changes its place in the tree by a reorganisation, which remembers the tree of before."""

    list_display = ["name", "kind", "parent", "telephone", "valid_from", "valid_to"]
    list_filter = ["kind", "valid_to"]
    list_select_related = ["kind", "parent"]
    search_fields = ["name", "short_name", "slug", "identifiers__value"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [UnitIdentifierInline, CodeTemplateInline, OpeningHoursInline, DutyPostInline, UnitSuccessorInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> tuple[str, ...]:
        # Roles at the tenant's topmost office take two people: which office that is must take two as well.
        return ("parent", "is_tenant") if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sentence = _("Muốn hợp nhất, chia tách hay chuyển đơn vị trực thuộc, hãy dùng trang")
        messages.info(request, _linked(sentence, "dossiers:reorganisations", _("Sắp xếp đơn vị")))
        return super().changelist_view(request, extra_context)


@admin.register(UnitIdentifier)
class UnitIdentifierAdmin(admin.ModelAdmin[UnitIdentifier]):
    list_display = ["scheme", "value", "unit", "valid_from", "valid_to"]
    list_filter = ["scheme"]
    list_select_related = ["unit"]
    search_fields = ["value", "unit__name"]
    autocomplete_fields = ["unit"]


@admin.register(UnitSuccessor)
class UnitSuccessorAdmin(LookOnly, admin.ModelAdmin[UnitSuccessor]):
    """Who continues a unit reads all of its papers."""

    list_display = ["old", "new", "share", "on", "source"]
    list_filter = ["share", "on"]
    list_select_related = ["old", "new"]
    search_fields = ["old__name", "new__name", "source"]


@admin.register(CalendarDay)
class CalendarDayAdmin(LookOnly, admin.ModelAdmin[CalendarDay]):
    """A day moves people's due dates, so it takes a draft, a preview and a second person."""

    list_display = ["day", "kind", "reason", "source"]
    list_filter = ["kind"]
    search_fields = ["reason", "source"]
    date_hierarchy = "day"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sentence = _("Lịch chỉ xem ở đây. Muốn đổi, hãy soạn dự thảo thay đổi lịch để người thứ hai duyệt.")
        messages.info(request, _linked(sentence, "dossiers:calendar", _("Lịch làm việc")))
        return super().changelist_view(request, extra_context)


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin[CalendarYear]):
    list_display = ["year", "is_complete", "source"]
    list_filter = ["is_complete"]
    search_fields = ["year", "source", "note"]


@admin.register(OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin[OpeningHours]):
    list_display = ["unit", "weekday", "opens", "closes", "counts"]
    list_filter = ["weekday", "counts"]
    list_select_related = ["unit"]
    search_fields = ["unit__name"]
    autocomplete_fields = ["unit"]


@admin.register(CodeTemplate)
class CodeTemplateAdmin(admin.ModelAdmin[CodeTemplate]):
    list_display = ["prefix", "unit", "template", "valid_from", "valid_to"]
    list_select_related = ["unit"]
    search_fields = ["prefix", "unit__name"]
    autocomplete_fields = ["unit"]


@admin.register(DayCounter)
class DayCounterAdmin(LookOnly, admin.ModelAdmin[DayCounter]):
    """A changed counter would make gaps or doubles among dossier codes."""

    list_display = ["unit", "day", "last"]
    list_select_related = ["unit"]
    search_fields = ["unit__name"]
    date_hierarchy = "day"
