"""One's own sessions: where one is signed in, and how to end that."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import BrowserSession, User
from accounts.sessions.actions import end_other_sessions, end_session
from accounts.staff.pages import staff_who


@staff_who(lambda user: True)
@require_http_methods(["GET", "POST"])
def own_sessions(request: HttpRequest, user: User) -> HttpResponse:
    """Every open session of this person, the one last used first."""
    if request.method == "POST":
        return _end(request, user)
    rows = BrowserSession.objects.of(user).open(timezone.now()).latest_first()
    listed = [(row, row.session_key == request.session.session_key) for row in rows]
    return render(request, "accounts/sessions/own_sessions.html", {"listed": listed, "tab": "sessions"})


def _end(request: HttpRequest, user: User) -> HttpResponse:
    handle = request.POST.get("phien", "")
    if handle:
        if not end_session(person=user, handle=handle):
            raise Http404
        messages.success(request, _("Đã kết thúc phiên ấy. Máy đó phải đăng nhập lại."))
    else:
        end_other_sessions(person=user, but=request.session.session_key or "")
        messages.success(request, _("Đã kết thúc các phiên khác. Những máy đó phải đăng nhập lại."))
    return redirect("accounts:sessions")
