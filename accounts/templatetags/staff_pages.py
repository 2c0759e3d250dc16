"""The staff pages that are needed less often than daily: one menu beside the tabs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.contrib.auth.models import AnonymousUser
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles.two_people import keeps_accounts
from accounts.second_factor.required import days_left
from accounts.staff.form_recovery import OWNER, sign_owner
from accounts.staff.pages import OPENS_FOR
from accounts.staff.permissions import (
    CALENDAR_ROLES,
    WORKING_ROLES,
    Role,
    inspects_notices,
    keeps_calendar,
    keeps_catalogue,
)

register = template.Library()


class StaffPage(NamedTuple):
    """`name` of the address, `key` of the tab it belongs to, and what the menu calls it."""

    name: str
    key: str
    label: str


@register.simple_tag(takes_context=True)
def owner(context: template.Context) -> SafeString:
    """For whom a form is drawn: what is typed into it comes back to this person, should the session end meanwhile."""
    user = context.get("user")
    return (
        format_html('<input type="hidden" name="{}" value="{}">', OWNER, sign_owner(user.pk)) if user else SafeString()
    )


@register.simple_tag(takes_context=True)
def second_factor_days(context: template.Context) -> int | None:
    """How many days this person may still work without a second factor; None where nothing is missing."""
    request = context.get("request")
    session = getattr(request, "session", None)
    return None if session is None else days_left(session, timezone.localdate())


@register.simple_tag
def other_pages(user: User | AnonymousUser) -> list[StaffPage]:
    """The pages of the menu that this person may open; no query once the memberships are loaded."""
    if not isinstance(user, User):
        return []
    pages = [
        (user.leads, StaffPage("dossiers:assigning", "assigning", _("Phân công"))),
        (_leads_beside(user), StaffPage("dossiers:holders", "holders", _("Ai đang giữ hồ sơ"))),
        (
            user.has_role(Role.CLERK, Role.LEADER, Role.OFFICIAL),
            StaffPage("dossiers:books", "books", _("Sổ theo dõi hồ sơ")),
        ),
        (
            user.has_role(Role.LEADER, Role.OFFICIAL),
            StaffPage("dossiers:readings_without_task", "readings_without_task", _("Mở hồ sơ không có việc")),
        ),
        (keeps_calendar(user, *CALENDAR_ROLES), StaffPage("dossiers:calendar", "calendar", _("Lịch làm việc"))),
        (
            keeps_calendar(user, *CALENDAR_ROLES),
            StaffPage("dossiers:reorganisations", "reorganising", _("Sắp xếp đơn vị")),
        ),
        (keeps_catalogue(user), StaffPage("editing:procedures", "editing", _("Biên tập thủ tục"))),
        (keeps_accounts(user), StaffPage("accounts:proposals", "accounts", _("Tài khoản"))),
        (
            inspects_notices(user) and not keeps_catalogue(user),
            StaffPage("editing:notice_checks", "posted", _("Kiểm tra niêm yết")),
        ),
        (
            user.has_role(Role.INSPECTION_HEAD),
            StaffPage("complaints:readings", "readings", _("Lượt mở niêm phong")),
        ),
        (user.has_role(Role.ADMINISTRATOR, Role.EDITOR), StaffPage("admin:index", "admin", _("Quản trị"))),
        (True, StaffPage("accounts:sessions", "sessions", _("Phiên đăng nhập"))),
        (True, StaffPage("mfa_index", "second_factor", _("Xác thực hai bước"))),
    ]
    return [page for may, page in pages if may]


@register.filter
def may_open(user: User | AnonymousUser, name: str) -> bool:
    """Whether the page called `name` opens for this person; no query once the memberships are loaded."""
    opens_for = _opens_for(name)
    return opens_for is None or (isinstance(user, User) and opens_for(user))


@lru_cache(maxsize=64)
def _opens_for(name: str) -> Callable[[User], bool] | None:
    """None for a page that asks neither `staff_only` nor `staff_who`."""
    return getattr(resolve(reverse(name)).func, OPENS_FOR, None)


@register.filter
def edits_catalogue(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and keeps_catalogue(user)


@register.filter
def takes_words(user: User | AnonymousUser) -> bool:
    """Whether this person writes down what citizens say by telephone or on paper."""
    return isinstance(user, User) and user.has_role(*WORKING_ROLES)


@register.filter
def reads_registers(user: User | AnonymousUser) -> bool:
    """Whether the register of citizens received is theirs to read."""
    return isinstance(user, User) and user.has_role(*WORKING_ROLES, Role.OFFICIAL)


@register.filter
def returns_results(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and user.has_role(Role.CLERK)


def _leads_beside(user: User) -> bool:
    """Leads and works at a counter too: officials have that page among their tabs."""
    return user.has_role(Role.OFFICIAL, Role.LEADER) and not user.is_overseer
