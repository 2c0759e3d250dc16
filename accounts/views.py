"""Where a member of staff begins the day."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import Membership, User

Role = Membership.Role

FIRST_PAGES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((Role.CLERK,), "dossiers:register"),
    ((Role.SPECIALIST,), "dossiers:queue"),
    ((Role.LEADER, Role.OFFICIAL), "reporting:overview"),
    ((Role.INSPECTOR,), "complaints:inbox"),
    ((Role.INSPECTION_HEAD,), "complaints:readings"),
    ((Role.ADMINISTRATOR,), "admin:index"),
    ((Role.EDITOR,), "dossiers:editing"),
)


def faults_are_422(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that allauth shows again with its faults says so to programs too, as every other form here does."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.errors:
            response.status_code = 422
        return response

    return answered


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the role; 404 for somebody who holds none."""
    assert isinstance(request.user, User)
    for roles, page in FIRST_PAGES:
        if request.user.has_role(*roles):
            return redirect(page)
    if request.user.is_superuser:
        return redirect("admin:index")
    raise Http404
