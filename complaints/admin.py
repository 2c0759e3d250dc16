"""The law as rows, for administrators. Cases, who speaks and what is said are not here, for anybody: a page that shows
them asks first who may know, and writes down who looked."""

from __future__ import annotations

from django.contrib import admin

from complaints.models import Category, Ground, RuleSet


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
