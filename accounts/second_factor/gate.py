"""Without a second factor, once it is required, no page of staff answers but those of setting it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication

from accounts.models import User
from accounts.second_factor.required import is_blocked, is_offered
from accounts.staff.pages import OPENS_FOR, followed, recover_after_csrf

FIRST_PAGE: Final = "accounts:home"
View = Callable[..., HttpResponseBase]
SIGNED_IN_ONLY: Final = "login_url"
"""Attribute of a view with Django's `login_required`."""
STILL_OPEN: Final = ("account_reauthenticate", "account_logout")
"""Beside the pages of second factors themselves, whose names begin with `mfa_`."""


class SecondFactorGate:
    """What programs send with their keys, and what citizens send, does not come here: it has no person of staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_args: Any) -> HttpResponse | None:
        is_api = _is_api(view)
        if not (is_api or _is_page_of_staff(request, view)):
            return None
        match = request.resolver_match
        if match is not None and match.view_name == FIRST_PAGE and is_offered(request.session):
            return redirect("mfa_index")
        user = get_user(request)
        if not isinstance(user, User) or not is_blocked(request.session, user, timezone.localdate()):
            return None
        reason = _("Từ hôm nay phải đặt bước thứ hai của đăng nhập rồi mới làm việc được.")
        if is_api:
            return JsonResponse({"detail": reason}, status=403)
        messages.warning(request, reason)
        return recover_after_csrf(request) or followed(request, redirect("mfa_index"))


def _is_api(view: View) -> bool:
    """Whether it lets in by the session of a signed-in person."""
    return SessionAuthentication in getattr(getattr(view, "cls", None), "authentication_classes", ())


def _is_page_of_staff(request: HttpRequest, view: View) -> bool:
    match = request.resolver_match
    assert match is not None
    if match.view_name.startswith("mfa_") or match.view_name in STILL_OPEN:
        return False
    return hasattr(view, OPENS_FOR) or hasattr(view, SIGNED_IN_ONLY) or "admin" in match.app_names
