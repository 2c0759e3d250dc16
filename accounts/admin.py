"""Staff and their roles, for administrators."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.ledger import record_role
from accounts.models import AccountEvent, Delegation, Membership, User
from accounts.roles.actions import record_account
from accounts.roles.admin_forms import (
    MembershipFormSet,
    NewPersonForm,
    OrdinaryRoleForm,
    StaffForm,
)
from accounts.roles.two_people import guarded_rows, needs_two
from accounts.sign_in.actions import send_link
from units.look_only import LookOnly
from units.rules import RuleBroken

Happened = AccountEvent.Kind


class MembershipInline(admin.TabularInline[Membership, User]):
    """Roles that one person gives; those that two people give are only listed above."""

    model = Membership
    form = OrdinaryRoleForm
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ("unit",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).exclude(guarded_rows())

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_oneself(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_oneself(request, obj)


@admin.register(User)
class StaffAdmin(UserAdmin[User]):
    """Accounts, without passwords and without the roles that two people give. Nobody is deleted: an account is closed.

    Superusers are made by `manage.py createsuperuser` alone, and only a superuser changes one.
    """

    list_display = ("username", "full_name", "counter", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "memberships__role")
    search_fields = ("username", "full_name")
    inlines = (MembershipInline,)
    form = StaffForm
    add_form = NewPersonForm
    fieldsets = (
        (None, {"fields": ("username", "account_page")}),
        (_("Người dùng"), {"fields": ("full_name", "counter", "email")}),
        (_("Quyền vào trang quản trị"), {"fields": ("is_active", "is_superuser")}),
        (_("Ngày"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "full_name", "counter", "email")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        read_only = ("last_login", "date_joined", "is_superuser", "account_page")
        return (*read_only, "username") if obj else read_only

    @admin.display(description=_("mật khẩu và vai trò"))
    def account_page(self, obj: User) -> str:
        page = reverse("accounts:account", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', page, _("Gửi liên kết đặt mật khẩu, vai trò cần hai người"))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        raise Http404  # nobody sets another's password

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        was = User.objects.get(pk=obj.pk) if change else None
        if was is None:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        actor, at = _person(request), timezone.now()
        record_account(person=obj, was=was, actor=actor, at=at)
        if was is None:
            _send_first_link(request, obj, actor)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        actor, at = _person(request), timezone.now()
        for held in formset.new_objects:
            record_role(Happened.ROLE_GIVEN, held=held, actor=actor, at=at)
        for held, _fields in formset.changed_objects:
            record_role(Happened.ROLE_CHANGED, held=held, actor=actor, at=at)
        for held in formset.deleted_objects:
            record_role(Happened.ROLE_ENDED, held=held, actor=actor, at=at)


def _is_oneself(request: HttpRequest, person: Any) -> bool:
    """Nobody gives a role to themselves."""
    return isinstance(person, User) and person.pk == request.user.pk


def _send_first_link(request: HttpRequest, person: User, actor: User) -> None:
    try:
        send_link(person=person, actor=actor, at=timezone.now())
    except RuleBroken as broken:
        messages.warning(request, broken.message)
    else:
        messages.info(request, _("Liên kết đặt mật khẩu đã được gửi cho người này."))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser


def _is_ones_own_to_give(request: HttpRequest, held: Membership | None) -> bool:
    return held is None or not (needs_two(held.role, held.unit) or held.user_id == request.user.pk)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Roles that one person gives can be changed; those that two people give are only read here."""

    form = OrdinaryRoleForm
    list_display = ("user", "role", "unit", "valid_from", "valid_to")
    list_filter = ("role",)
    search_fields = ("user__username", "user__full_name", "unit__name")
    autocomplete_fields = ("user", "unit")
    list_select_related = ("user", "unit")

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("user",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("RoleForm", (form,), {"actor_id": request.user.pk})

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_ones_own_to_give(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_ones_own_to_give(request, obj)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        kind = Happened.ROLE_CHANGED if change else Happened.ROLE_GIVEN
        record_role(kind, held=obj, actor=_person(request), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        record_role(Happened.ROLE_ENDED, held=obj, actor=_person(request), at=timezone.now())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for held in queryset.select_related("user", "unit"):
            self.delete_model(request, held)


@admin.register(Delegation)
class DelegationAdmin(LookOnly, admin.ModelAdmin[Delegation]):
    """A deputy is named by the head of the unit, never by those who give roles."""

    list_display = ("from_user", "to_user", "unit", "valid_from", "valid_to", "reason", "ended_on", "ended_by")
    list_filter = ("valid_to",)
    search_fields = ("from_user__username", "from_user__full_name", "to_user__username", "to_user__full_name")
    list_select_related = ("from_user", "to_user", "unit", "ended_by")
