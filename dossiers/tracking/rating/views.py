"""Rating the service with the slip in hand, on a telephone or on the tablet at the counter.

The page is the same for a code that does not exist; attempts at the secret have the limits of the tracking page.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.citizens.secret import opens
from accounts.limits.attempts import TooManyTries
from dossiers.models import Dossier
from dossiers.tracking.limits import has_proved
from dossiers.tracking.opened import Proof, opened_by, read_entries
from dossiers.tracking.rating.actions import check_may_be_rated, rate_dossier
from dossiers.tracking.rating.forms import RatingForm
from dossiers.tracking.views import MOST_TYPED, too_many, visitor_of
from units.codes import normalise
from units.models import CodeTemplate
from units.rules import RuleBroken


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """`/danh-gia/`: asks for the code; `?ma=` in any spelling redirects to the dossier's rating page."""
    typed = request.GET.get("ma", "").strip()[:MOST_TYPED]
    code = normalise(typed, CodeTemplate.objects.authorities()) if typed else None
    if code:
        return redirect("dossiers:rating", code)
    return render(request, "dossiers/tracking/rating/start.html", {"typed": typed}, status=404 if typed else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the form. POST: stores the rating, or shows the form with the errors."""
    spelled = normalise(code[:MOST_TYPED])
    if spelled != code:
        return redirect("dossiers:rating", spelled) if spelled else redirect("dossiers:rate")
    at, dossier = timezone.now(), _dossier(code)
    is_owner = _is_owner(request, dossier)
    shown = dossier if is_owner else None
    if request.method != "POST":
        return _page(request, code, RatingForm(is_unlocked=is_owner), shown, at)
    form = RatingForm(request.POST, is_unlocked=is_owner)
    if not form.is_valid():
        return _page(request, code, form, shown, at, status=422)
    try:
        proved = is_owner or _has_secret(request, form, code, dossier, at)
    except TooManyTries as refused:
        form.add_error("secret", _("Đã thử quá nhiều lần.") + " " + refused.come_back)
        return too_many(_page(request, code, form, shown, at), refused)
    is_rated = proved and dossier is not None and _rate(form, dossier, at)
    return redirect("dossiers:rated") if is_rated else _page(request, code, form, shown, at, status=422)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "dossiers/tracking/rating/thanks.html")


def _dossier(code: str) -> Dossier | None:
    return Dossier.objects.select_related("version", "desk").filter(code=code).first()


def _is_owner(request: HttpRequest, dossier: Dossier | None) -> bool:
    """Whether this browser opened the dossier with its secret; the digits of a telephone number are not enough."""
    return dossier is not None and opened_by(read_entries(request), dossier) is Proof.SECRET


def _has_secret(request: HttpRequest, form: RatingForm, code: str, dossier: Dossier | None, at: datetime) -> bool:
    """Whether the typed secret is right; adds an error if not. Raises TooManyTries."""
    typed, stored = form.cleaned_data["secret"], dossier.secret_hash if dossier else None
    is_owner = has_proved(visitor=visitor_of(request), code=code, at=at, proof=lambda: opens(typed, code, stored))
    if not is_owner:
        form.add_error("secret", _("Mã hồ sơ hoặc mã tra cứu chưa đúng. Xin xem lại giấy hẹn."))
    return is_owner


def _rate(form: RatingForm, dossier: Dossier, at: datetime) -> bool:
    """Whether the rating was stored; adds an error if not."""
    values = {name: form.cleaned_data[name] for name in ("score", "reasons", "words")}
    try:
        rate_dossier(dossier=dossier, at=at, **values)
    except RuleBroken as broken:
        form.add_error(None, broken.message)
    return not form.errors


def _page(
    request: HttpRequest, code: str, form: RatingForm, dossier: Dossier | None, at: datetime, status: int = 200
) -> HttpResponse:
    """The form. `dossier`: shows the procedure, and whether rating is possible now; for its owner alone."""
    context: dict[str, object] = {"form": form, "code": code}
    if dossier:
        context |= {"dossier": dossier, "why_not": _why_not(dossier, at)}
    return render(request, "dossiers/tracking/rating/rate.html", context, status=status)


def _why_not(dossier: Dossier, at: datetime) -> str:
    try:
        check_may_be_rated(dossier, at)
    except RuleBroken as broken:
        return broken.message
    return ""
