"""Who is asking: the checks every staff page of this room begins with, and nothing typed is lost by them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Membership, User
from accounts.staff.form_recovery import STORED_FOR, owner_of, recover_form, store_form
from accounts.staff.origin import origin_of

P = ParamSpec("P")
Role = Membership.Role
OPENS_FOR: Final = "opens_for"
"""Attribute of a view: whether it opens for a person. Templates ask it to offer a link only to whom it opens."""
REFUSED_FILES: Final = "files.stopped"
"""Key of `request.META` under which the upload handler notes files that it did not take."""


def staff_only(
    *roles: str,
) -> Callable[[Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Sign in first; then 404 for people who hold none of `roles`. The view gets the person as second argument."""
    return staff_who(lambda user: user.has_role(*roles))


def staff_who(
    may: Callable[[User], bool],
) -> Callable[[Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """As `staff_only`, for those of whom `may` says so.

    No browser or proxy stores such a page: the next person at the counter must not find it with "back".
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @never_cache
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = get_user(request)  # the person itself: `request.user` looks it up again for every attribute
            if not isinstance(user, User):
                return _store_and_redirect(request) or followed(request, redirect_to_login(_page_of(request)))
            if not may(user):
                raise Http404
            user.origin = origin_of(request)
            return _head_as_get(request, lambda: view(request, user, *args, **kwargs))

        vars(checked)[OPENS_FOR] = may
        return checked

    return decorate


def _head_as_get(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """A view distinguishes GET and POST and need not know HEAD: it makes the page, and the server sends its head."""
    if request.method != "HEAD":
        return answer()
    request.method = "GET"
    try:
        return answer()
    finally:
        request.method = "HEAD"


def recover_after_csrf(request: HttpRequest) -> HttpResponse | None:
    """A page left open while its session ended, or while the same person signed in again, is no forgery: its form says
    whose it is. None for every other failure."""
    return _store_and_redirect(request)


def typed_before(request: HttpRequest, user: User) -> QueryDict | None:
    """What this person had typed into this page when the session ended; once."""
    recovered = recover_form(request.session, user.pk, request.path, timezone.now())
    if recovered is None:
        return None
    if recovered.had_files:
        lost_files = _("Nội dung đã nhập còn nguyên, nhưng tệp đã chọn thì không: hãy chọn lại tệp rồi bấm nút.")
        messages.warning(request, lost_files)
    else:
        messages.info(request, _("Nội dung đã nhập còn nguyên. Xin xem lại rồi bấm nút."))
    return recovered.typed


def _store_and_redirect(request: HttpRequest) -> HttpResponse | None:
    """Stores the form and redirects to the page that shows it again; None when nothing may be stored."""
    owner = owner_of(request.POST) if request.method == "POST" else None
    if owner is None or request.user.pk not in {None, owner}:
        return None
    had_files = bool(request.FILES or request.META.get(REFUSED_FILES))
    store_form(request.session, owner, request.path, request.POST, timezone.now(), had_files=had_files)
    answer: HttpResponse = redirect(request.get_full_path())
    if not request.user.is_authenticated:
        request.session.set_expiry(int(STORED_FOR.total_seconds()))  # signing in sets its own
        messages.info(request, _ended_words(had_files=had_files))
        answer = redirect_to_login(request.get_full_path())
    return followed(request, answer)


def _ended_words(*, had_files: bool) -> str:
    if had_files:
        return _("Phiên làm việc đã hết. Đăng nhập lại: nội dung đã nhập còn nguyên, riêng tệp phải chọn lại.")
    return _("Phiên làm việc đã hết. Đăng nhập lại: nội dung đã nhập còn nguyên.")


def followed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A redirect of the whole page, also when only a piece of it was asked for."""
    return HttpResponseClientRedirect(answer["Location"]) if "HX-Request" in request.headers else answer


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: for a form and for a piece of a page the page that shows it, as not every address that
    takes a form shows a page."""
    page = urlsplit(request.headers.get("Referer", ""))
    is_ours = page.netloc == request.get_host()
    if not is_ours or (request.method == "GET" and "HX-Request" not in request.headers):
        return request.get_full_path()
    return page._replace(scheme="", netloc="", fragment="").geturl()
