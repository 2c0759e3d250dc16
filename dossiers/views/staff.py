"""Who is asking: the checks every staff page of this room begins with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.models import Membership, User
from dossiers.models import Dossier
from dossiers.states import Status
from units.models import Unit

P = ParamSpec("P")
Role = Membership.Role

WORKING_ROLES = (Role.CLERK, Role.SPECIALIST, Role.LEADER)


def staff_only(
    *roles: str,
) -> Callable[[Callable[Concatenate[HttpRequest, User, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Sign in first; then 404 for whoever holds none of `roles`. The view gets the person as its second argument.

    No such page is kept by a browser or a proxy: the next person at the counter must not find it with "back".
    """

    def decorate(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @never_cache
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not isinstance(user, User) or not user.has_role(*roles):
                raise Http404
            return view(request, user, *args, **kwargs)

        return checked

    return decorate


def desks_of(user: User, on: date) -> list[Unit]:
    """The desks at which this person registers dossiers on that day, with the offices they belong to."""
    desks = user.units_as(Role.CLERK).desks().in_force(on).select_related("kind", "parent__kind")
    return list(desks)


def acts_for(user: User, unit: Unit, *roles: str) -> bool:
    """Whether the person holds one of `roles` at `unit` or above it; no query once the memberships are loaded."""
    return any(held.role in roles and unit.path.startswith(held.unit.path) for held in user.current_memberships())


def may_handle(user: User, dossier: Dossier) -> bool:
    """Specialists and leaders of the handling unit; at an office that handles its own intake, its clerks as well."""
    own_intake = dossier.handler_id in {dossier.desk_id, dossier.desk.parent_id}
    return acts_for(user, dossier.handler, Role.SPECIALIST, Role.LEADER) or (own_intake and may_return(user, dossier))


def may_return(user: User, dossier: Dossier) -> bool:
    """Clerks of the desk that took the dossier in."""
    return acts_for(user, dossier.desk, Role.CLERK)


def next_act(user: User, dossier: Dossier) -> str:
    """The one next thing this person can do: start, finish, return, or only open."""
    if dossier.state is Status.ACCEPTED and may_handle(user, dossier):
        return "start"
    if dossier.state is Status.IN_PROCESS and may_handle(user, dossier):
        return "finish"
    if dossier.state is Status.DONE and may_return(user, dossier):
        return "return"
    return "open"
