"""The digest by e-mail: who gets it, and the page behind the address in each letter that ends it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from reporting.digests import actions
from reporting.digests.actions import subscribe
from reporting.digests.letter import subscription_key
from reporting.models import DigestSubscription
from reporting.permissions import reader_of, units_of
from units.rules import RuleBroken

Every = DigestSubscription.Every


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def digests(request: HttpRequest) -> HttpResponse:
    """GET: which digests come to this reader. POST `nhan` or `ngung` with a sort: begin or end one."""
    units_of(request)
    reader, at, refused = reader_of(request), timezone.now(), ""
    if request.method == "POST":
        try:
            _change(reader, request.POST, at)
        except RuleBroken as broken:
            refused = broken.message
        else:
            return redirect("reporting:digests")
    active = {one.every for one in DigestSubscription.objects.active().filter(user=reader)}
    rows = [(every, every.value in active) for every in Every]
    context = {"rows": rows, "address": reader.email, "refused": refused}
    return render(request, "reporting/digests/digests.html", context, status=422 if refused else 200)


@csrf_exempt  # mail programs stop by a POST from anywhere (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, text: str) -> HttpResponse:
    """GET: one button, for mail servers look at links too. POST: no further letter."""
    key = subscription_key(text)
    if key is None:
        raise Http404
    if request.method == "POST":
        actions.stop_digest(subscription=key, at=timezone.now())
    is_active = DigestSubscription.objects.active().filter(pk=key).exists()
    return render(request, "reporting/digests/stop.html", {"is_active": is_active})


def _change(reader: User, typed: QueryDict, at: datetime) -> None:
    if (every := typed.get("nhan")) in Every.values:
        assert every is not None
        subscribe(user=reader, every=every, language=language(), at=at)
    for one in DigestSubscription.objects.active().filter(user=reader, every=typed.get("ngung", "")):
        actions.stop_digest(subscription=one.pk, at=at)


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "vi"
