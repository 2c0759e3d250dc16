"""The proofs, to be read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reporting.models import Proof


@admin.register(Proof)
class ProofAdmin(admin.ModelAdmin[Proof]):
    list_display = ["at", "is_good", "rows_checked", "rows_differing"]
    list_filter = ["is_good"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
