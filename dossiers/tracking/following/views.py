"""Following a dossier: subscribing on its page, opened with the secret, confirming, stopping.

The links in messages are signed and name nobody. GET changes nothing, since mail servers open links too; only the
button does. Stopping accepts a POST from anywhere, as mail programs send it (RFC 8058).
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.events.signed_links import CONFIRM, DIGITS, STOP, follower_key, signed
from dossiers.models import Follower
from dossiers.tracking.following.actions import confirm_by_digits, confirm_by_link, stop_following
from dossiers.tracking.following.actions import follow as follow_dossier
from dossiers.tracking.following.forms import DigitsForm, FollowForm
from dossiers.tracking.opened import Proof, opened_by, read_entries
from dossiers.tracking.page import public_dossier, tracking_page
from units.rules import RuleBroken


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """POST: sends a confirmation message; with an error, the dossier's page again. GET redirects to that page."""
    dossier = public_dossier(code) if request.method == "POST" else None
    if dossier is None or opened_by(read_entries(request), dossier) is not Proof.SECRET:
        return redirect("dossiers:tracking", code)
    at, form = timezone.now(), FollowForm(request.POST)
    if form.is_valid():
        try:
            made = follow_dossier(dossier=dossier, **form.address_given, language=_language(), at=at)
        except RuleBroken as broken:
            form.add_error(broken.field, broken.message)
        else:
            return redirect("dossiers:following_asked", signed(made, DIGITS))
    return tracking_page(request, dossier, at, opened=Proof.SECRET, form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, text: str) -> HttpResponse:
    """The page after subscribing: asks to open the mailbox, or for the six digits of the text message."""
    follower = _follower(text, DIGITS)
    if follower is None or follower.confirmed_at:
        return _done_page(request, follower)
    if not follower.phone:
        return render(request, "dossiers/tracking/following/mailed.html", {"follower": follower})
    form = DigitsForm(request.POST or None)
    if form.is_valid():
        typed, at = form.cleaned_data["digits"], timezone.now()
        if confirmed := confirm_by_digits(follower=follower.pk, typed=typed, at=at):
            return _done_page(request, confirmed)
        form.add_error(
            "digits", _("Mã không đúng, đã quá mười phút hoặc nhập sai năm lần. Khi đó xin đăng ký lại để có mã mới.")
        )
    context = {"follower": follower, "form": form}
    return render(request, "dossiers/tracking/following/digits.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, text: str) -> HttpResponse:
    """GET: one button. POST: confirms the mailbox."""
    follower = _follower(text, CONFIRM)
    if follower and request.method == "POST":
        return _done_page(request, confirm_by_link(follower=follower.pk, at=timezone.now()))
    if follower is None or follower.confirmed_at:
        return _done_page(request, follower)
    return render(request, "dossiers/tracking/following/confirm.html", {"follower": follower})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, text: str) -> HttpResponse:
    """GET: one button. POST: stops the messages; the same page for an address deleted meanwhile."""
    follower = _follower(text, STOP)
    if follower and request.method == "POST":
        stop_following(follower=follower.pk, at=timezone.now())
        follower = None
    return render(request, "dossiers/tracking/following/stop.html", {"follower": follower})


def _follower(text: str, purpose: str) -> Follower | None:
    """The follower of a signed link; None when stopped or deleted. Http404 for a wrong signature."""
    key = follower_key(text, purpose)
    if key is None:
        raise Http404
    return Follower.objects.active().select_related("dossier").filter(pk=key).first()


def _done_page(request: HttpRequest, follower: Follower | None) -> HttpResponse:
    """Shows that the messages will come, or (410) that there is nothing to confirm any more."""
    return render(
        request, "dossiers/tracking/following/done.html", {"follower": follower}, status=200 if follower else 410
    )


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "vi"
