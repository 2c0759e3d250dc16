"""Staff and their roles, for administrators."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms import MembershipFormSet
from accounts.models import Delegation, Membership, User


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ("unit",)


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Roles are given by memberships. Only a superuser makes a superuser or touches one: no role climbs."""

    list_display = ("username", "full_name", "counter", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "memberships__role")
    search_fields = ("username", "full_name")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Người dùng"), {"fields": ("full_name", "counter", "email")}),
        (_("Quyền vào trang quản trị"), {"fields": ("is_active", "is_superuser")}),
        (_("Ngày"), {"fields": ("last_login", "date_joined")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        dates = ("last_login", "date_joined")
        return dates if request.user.is_superuser else (*dates, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ("user", "role", "unit", "valid_from", "valid_to")
    list_filter = ("role",)
    search_fields = ("user__username", "user__full_name", "unit__name")
    autocomplete_fields = ("user", "unit")
    list_select_related = ("user", "unit")


@admin.register(Delegation)
class DelegationAdmin(admin.ModelAdmin[Delegation]):
    list_display = ("from_user", "to_user", "unit", "valid_from", "valid_to", "reason", "ended_on", "ended_by")
    list_filter = ("valid_to",)
    search_fields = ("from_user__username", "from_user__full_name", "to_user__username", "to_user__full_name")
    autocomplete_fields = ("from_user", "to_user", "unit")
    readonly_fields = ("ended_on", "ended_by")
    list_select_related = ("from_user", "to_user", "unit", "ended_by")
