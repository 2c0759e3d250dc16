"""The public look-up: the code shows where a dossier is; the secret on the slip, or the end of the applicant's
telephone number, unlocks its history. Only the secret lets a person subscribe, rate and change the secret.

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

from accounts.citizens.secret import ends, is_mistyped, opens, printed, tail_in
from accounts.citizens.visitors import address_of
from accounts.limits.attempts import TooManyTries
from dossiers.models import Dossier
from dossiers.tracking.limits import BY_DIGITS, BY_TAIL, count_code_asked, has_proved
from dossiers.tracking.opened import Entries, Entry, Proof, entry_of, opened_by, read_entries, write_entries
from dossiers.tracking.page import public_dossier, tracking_page
from dossiers.tracking.renewal import renew_by_owner
from units.codes import normalise
from units.models import CodeTemplate

MOST_TYPED = 200  # the address in a slip's QR has room
MOST_OF_CODE = 80
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
    at, entries = timezone.now(), read_entries(request)
    if not spelled:
        return _not_found(request, code)
    try:
        if request.method == "POST":
            return _unlock(request, spelled, entries, at)
        if spelled not in entries:
            count_code_asked(visitor=visitor_of(request), at=at)
    except TooManyTries as refused:
        return _too_many(request, spelled, refused)
    return _show(request, spelled, entries, at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, code: str) -> HttpResponse:
    """POST: gives the owner a new secret and shows it once; `stop` also stops all messages to followers.

    For a browser that opened the dossier with the secret; else redirects to the dossier's page, as GET does.
    """
    entries, at = read_entries(request), timezone.now()
    dossier = public_dossier(code) if request.method == "POST" else None
    if dossier is None or opened_by(entries, dossier) is not Proof.SECRET:
        return redirect("dossiers:tracking", code)
    secret = renew_by_owner(dossier=dossier, stops_messages="stop" in request.POST, at=at)
    answer = render(request, "dossiers/tracking/renewed.html", {"dossier": dossier, "secret": printed(secret)})
    return write_entries(answer, entries | {code: entry_of(dossier, Proof.SECRET)})


def _unlock(request: HttpRequest, code: str, entries: Entries, at: datetime) -> HttpResponse:
    """Does the same work in the same order whether dossier and telephone number exist or not, against timing
    attacks."""
    typed = request.POST.get("secret", "")
    if is_mistyped(typed):
        return _mistyped(request, code)
    entry: Entry | None = None

    def is_owner() -> bool:
        nonlocal entry
        found = Dossier.objects.filter(code=code).only("code", "secret_hash", "link_key", "applicant_phone").first()
        stored, phone = (found.secret_hash, found.applicant_phone) if found else (None, None)
        by_secret, by_digits = opens(typed, code, stored), ends(typed, phone)
        if found and by_secret | by_digits:
            entry = entry_of(found, Proof.SECRET if by_secret else Proof.DIGITS)
        return entry is not None

    if not has_proved(visitor=visitor_of(request), code=code, at=at, proof=is_owner, digits=tail_in(typed)):
        return _not_found(request, code)
    assert entry is not None
    return write_entries(redirect("dossiers:tracking", code), entries | {code: entry})


def _show(request: HttpRequest, code: str, entries: Entries, at: datetime) -> HttpResponse:
    dossier = public_dossier(code)
    if dossier is None:
        return _not_found(request, code)
    opened = opened_by(entries, dossier)
    answer = tracking_page(request, dossier, at, opened=opened)
    return write_entries(answer, entries | {code: entry_of(dossier, opened)})


def _mistyped(request: HttpRequest, code: str) -> HttpResponse:
    """The same for every code: the check sign alone says so."""
    return render(
        request, "dossiers/tracking/track.html", {"mistyped": True, "typed": code, "secret_for": code}, status=422
    )


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
