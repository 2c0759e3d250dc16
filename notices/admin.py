"""The outbox for administrators: what was told, and what could not be sent. Nothing is edited here."""

from django.contrib import admin
from django.http import HttpRequest

from notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin[Notice]):
    list_display = ("subject", "kind", "recipient", "unit", "created_at", "sent_at", "attempts", "last_error")
    list_select_related = ("recipient", "unit")
    list_filter = ("kind", "created_at", "sent_at")
    search_fields = ("subject",)
    fields = (
        "subject",
        "kind",
        "recipient",
        "unit",
        "created_at",
        "seen_at",
        "sent_at",
        "last_try_at",
        "attempts",
        "last_error",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        return False
