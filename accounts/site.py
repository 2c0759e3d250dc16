"""The door of the administration pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.models import Membership, User
from units.database.change_time import set_change_time

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

KEEPERS: Final = (Membership.Role.ADMINISTRATOR, Membership.Role.EDITOR)


class StaffSite(AdminSite):
    """Open to who holds a keeper's role today, and to a superuser when all roles were lost."""

    site_title = site_header = _("Quản trị cổng một cửa")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and (user.is_superuser or user.has_role(*KEEPERS))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """What these pages change is changed at the time of the request, in one transaction."""

        @wraps(view)
        def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            with transaction.atomic():
                set_change_time(timezone.now())
                return view(request, *args, **kwargs)

        return super().admin_view(cast(View, timed), cacheable)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Everybody signs in at the staff's own page, which limits how often a password may be tried."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        back = request.GET.get(REDIRECT_FIELD_NAME) or resolve_url("admin:index")
        return redirect(f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: back})}")

    def password_change(  # type: ignore[override]  # Django's answers with a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """At the staff's own page, which writes the change into the ledger of accounts."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
