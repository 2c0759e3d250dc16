"""Where a member of staff begins the day."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, User
from accounts.sign_in.actions import set_password
from accounts.sign_in.adapter import LOCKED
from accounts.sign_in.forms import NewPasswordForm
from accounts.sign_in.password_links import is_open

Role = Membership.Role

FIRST_PAGES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((Role.CLERK,), "dossiers:register"),
    ((Role.SPECIALIST,), "dossiers:queue"),
    ((Role.LEADER, Role.OFFICIAL), "reporting:overview"),
    ((Role.INSPECTOR,), "complaints:inbox"),
    ((Role.INSPECTION_HEAD,), "complaints:readings"),
    ((Role.ADMINISTRATOR,), "admin:index"),
    ((Role.EDITOR,), "editing:procedures"),
)


def faults_are_422(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that allauth shows again with its faults says so to programs too, as every other form here does: by 422,
    or by 429 and Retry-After where a limit has been reached. A limit is no mistake in a field: the page gets its
    sentence as `limit`, and no errors."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        form = context.get("form")
        if form is not None and form.errors:
            locked = _locked(form)
            response.status_code = 429 if locked else 422
            if locked:
                response.headers["Retry-After"] = str((locked.params or {})["seconds"])
                context["limit"] = locked.message
                form.errors.clear()
        return response

    return answered


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_link(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Set a password by the one-time link of a letter; 404 with what to do where it opens nothing any more."""
    person, at = User.objects.filter(pk=pk).first(), timezone.now()
    if person is None or not is_open(person, token, at):
        return render(request, "account/link_over.html", status=404)
    form = NewPasswordForm(person, request.POST or None)
    if form.is_valid():
        if not set_password(person=person, token=token, password=form.cleaned_data["new_password1"], at=at):
            return render(request, "account/link_over.html", status=404)
        messages.success(request, _("Đã đặt mật khẩu. Xin đăng nhập bằng mật khẩu mới."))
        return redirect("account_login")
    return render(request, "account/password_link.html", {"form": form}, status=422 if form.is_bound else 200)


def _locked(form: Form) -> ValidationError | None:
    """Why a locked form may not be sent again yet; None for one that may."""
    faults = (fault for faults in form.errors.as_data().values() for fault in faults)
    return next((fault for fault in faults if fault.code == LOCKED), None)


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
