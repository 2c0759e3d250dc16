"""Administration of rules, grounds, categories, templates and boxes. Cases and reporters are not here: their pages
check who may read them and record who did."""

from __future__ import annotations

from django.contrib import admin

from complaints.models import AnswerTemplate, Category, Ground, RuleSet, SuggestionBox


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin[RuleSet]):
    """A new law is a new set from its day on. Cases keep the set of the day they were received."""

    list_display = ["kind", "valid_from", "source"]
    list_filter = ["kind"]
    search_fields = ["source"]
    ordering = ["kind", "-valid_from"]


@admin.register(Ground)
class GroundAdmin(admin.ModelAdmin[Ground]):
    list_display = ["text", "kind", "use", "source"]
    list_filter = ["kind", "use"]
    search_fields = ["text", "text_en", "code", "source"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ["name", "group", "kind", "is_public", "order"]
    list_filter = ["kind", "is_public", "group"]
    search_fields = ["name", "name_en", "keywords", "code"]


@admin.register(AnswerTemplate)
class AnswerTemplateAdmin(admin.ModelAdmin[AnswerTemplate]):
    list_display = ["title", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["title", "text"]


@admin.register(SuggestionBox)
class SuggestionBoxAdmin(admin.ModelAdmin[SuggestionBox]):
    """Where the boxes hang; who opened them is entered by those who did."""

    list_display = ["place", "unit", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["place", "unit__name"]
    list_select_related = ["unit"]
