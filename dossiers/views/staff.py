"""Who is asking: the checks every staff page of this room begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.models import Membership, User

P = ParamSpec("P")
Role = Membership.Role


def staff_only(
    *roles: str,
) -> Callable[[Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Sign in first; then 404 for whoever holds none of `roles`. The view gets the person as its second argument.

    No such page is kept by a browser or a proxy: the next person at the counter must not find it with "back".
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @never_cache
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User) or not user.has_role(*roles):
                raise Http404
            return view(request, user, *args, **kwargs)

        return checked

    return decorate
