"""The public look-up: the code shows where a dossier is; the secret on the slip, or the end of the applicant's
telephone number, unlocks its history.

Nothing here names a person. A wrong code and a wrong secret get the same answer after the same work, within limits
(Circular 01/2018/TT-VPCP, article 16): codes can be guessed, being a date and a number, and so can four digits. The
limits are in `dossiers/tracking/limits.py`; beyond one nothing is checked, and the page says until when.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.citizens.secret import ends, is_right, tail_in
from accounts.citizens.visitors import address_of
from accounts.limits.attempts import TooManyTries
from dossiers.models import Dossier
from dossiers.tracking.limits import BY_DIGITS, BY_TAIL, count_code_asked, has_proved
from dossiers.tracking.page import public_dossier, tracking_page
from units.codes import normalise
from units.models import CodeTemplate

COOKIE = "tra_cuu"
SALT = "dossiers.tracking"
MOST_IN_COOKIE = 10
MOST_TYPED = 200  # the address in a slip's QR has room
MOST_OF_CODE = 80
OPENED, UNLOCKED = "o", "u"
CASE_PREFIX = "PA."  # how the codes of the inbox begin; its pages are an address to this room and no more


@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """The form; `?ma=` in any spelling redirects to the dossier's page."""
    typed = request.GET.get("ma", "").strip()
    if not typed:
        return render(request, "dossiers/tracking/track.html")
    code = normalise(typed[:MOST_TYPED], CodeTemplate.objects.authorities())
    if code and code.startswith(CASE_PREFIX):
        return redirect("complaints:tracking", code)
    return redirect("dossiers:tracking", code) if code else _not_found(request, typed)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tracking(request: HttpRequest, code: str) -> HttpResponse:
    """GET: what the code shows. POST: the secret or the digits, which unlock the history for this browser."""
    spelled = normalise(code[:MOST_OF_CODE]) or ""
    if spelled and spelled != code:
        return redirect("dossiers:tracking", normalise(spelled, CodeTemplate.objects.authorities()))
    at, states = timezone.now(), _read_cookie(request)
    if not spelled:
        return _not_found(request, code)
    try:
        if request.method == "POST":
            return _unlock(request, spelled, states, at)
        if spelled not in states:
            count_code_asked(visitor=visitor_of(request), at=at)
    except TooManyTries as refused:
        return _too_many(request, spelled, refused)
    return _show(request, spelled, states, at)


def has_unlocked(request: HttpRequest, code: str) -> bool:
    return _read_cookie(request).get(code) == UNLOCKED


def _unlock(request: HttpRequest, code: str, states: dict[str, str], at: datetime) -> HttpResponse:
    """Does the same work in the same order whether dossier and telephone number exist or not, against timing
    attacks."""
    typed = request.POST.get("secret", "")

    def is_owner() -> bool:
        found = Dossier.objects.filter(code=code).values_list("secret", "applicant_phone").first()
        secret, phone = found or (None, None)
        return is_right(typed, secret) | ends(typed, phone)

    if not has_proved(visitor=visitor_of(request), code=code, at=at, proof=is_owner, digits=tail_in(typed)):
        return _not_found(request, code)
    return _write_cookie(redirect("dossiers:tracking", code), states | {code: UNLOCKED})


def _show(request: HttpRequest, code: str, states: dict[str, str], at: datetime) -> HttpResponse:
    dossier = public_dossier(code)
    if dossier is None:
        return _not_found(request, code)
    state = states.get(code, OPENED)
    return _write_cookie(tracking_page(request, dossier, at, is_unlocked=state == UNLOCKED), states | {code: state})


def _not_found(request: HttpRequest, typed: str) -> HttpResponse:
    context = {"not_found": True, "typed": typed[:MOST_TYPED]}
    return render(request, "dossiers/tracking/track.html", context, status=404)


def _too_many(request: HttpRequest, code: str, refused: TooManyTries) -> HttpResponse:
    """Says until when. The secret is still accepted where the limit concerns codes or digits."""
    context = {"too_many": refused, "typed": code, "secret_for": code if _takes_secret(request, refused) else ""}
    return too_many(render(request, "dossiers/tracking/track.html", context), refused)


def _takes_secret(request: HttpRequest, refused: TooManyTries) -> bool:
    return request.method != "POST" or refused.limit.purpose in {BY_DIGITS, BY_TAIL}


def too_many(answer: HttpResponse, refused: TooManyTries) -> HttpResponse:
    """Turns the page into a 429 response with `Retry-After`."""
    answer.status_code = 429
    answer.headers["Retry-After"] = str(refused.seconds)
    return answer


def visitor_of(request: HttpRequest) -> str:
    return address_of(request.META, settings.NUM_PROXIES)


def _read_cookie(request: HttpRequest) -> dict[str, str]:
    """Code → state of the dossiers that this browser opened, from a signed cookie; nothing is stored on the server."""
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""
    return {part[1:]: part[0] for part in signed.split("|") if part}


def _write_cookie(answer: HttpResponse, states: dict[str, str]) -> HttpResponse:
    value = "|".join(f"{state}{code}" for code, state in list(states.items())[-MOST_IN_COOKIE:])
    answer.set_signed_cookie(
        COOKIE, value, salt=SALT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer
