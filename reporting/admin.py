"""The reconciliations, read-only."""

from django.contrib import admin

from reporting.models import Reconciliation
from units.look_only import LookOnly


@admin.register(Reconciliation)
class ReconciliationAdmin(LookOnly, admin.ModelAdmin[Reconciliation]):
    list_display = ["at", "is_good", "rows_checked", "rows_differing"]
    list_filter = ["is_good"]
    date_hierarchy = "at"
