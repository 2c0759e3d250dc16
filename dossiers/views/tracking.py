"""The public look-up: a code says where a dossier is, the secret on the slip also says what happened to it.

Nothing here names a person. A wrong code and a wrong secret are answered alike, after the same work, and a visitor has
five tries a minute (Circular 01/2018/TT-VPCP, article 16; codes can be guessed, being a date and an ordinal).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from dossiers.actions import may_look_up
from dossiers.actions.record import calendars_of
from dossiers.answer import NEEDS_REQUEST, Facts, answer_for
from dossiers.explanation import explain, pinned_terms, term_words
from dossiers.history import history_of
from dossiers.models import Dossier, DossierEvent, DossierLeg, SupplementRequest
from dossiers.payments import payments_of
from dossiers.promise import changes_of
from dossiers.route import route_of
from dossiers.secret import is_right
from dossiers.visitors import address_of, visitor_key
from units.calendars import working_calendar
from units.codes import normalise
from units.working_calendar import WorkingCalendar

COOKIE = "tra_cuu"
SALT = "dossiers.tracking"
MOST_KEPT = 10
MOST_TYPED = 80
OPENED, UNLOCKED = "o", "u"


@require_GET
def track(request: HttpRequest) -> HttpResponse:
    """The form; `?ma=` in whatever spelling leads to the dossier's own address."""
    typed = request.GET.get("ma", "").strip()
    if not typed:
        return render(request, "dossiers/track.html")
    code = normalise(typed[:MOST_TYPED])
    return redirect("dossiers:tracking", code) if code else _not_found(request, typed)


@never_cache
@require_http_methods(["GET", "POST"])
def tracking(request: HttpRequest, code: str) -> HttpResponse:
    """GET: what the code alone shows. POST: the secret, which unlocks the history for this browser."""
    spelled = normalise(code[:MOST_TYPED]) or ""
    if spelled and spelled != code:
        return redirect("dossiers:tracking", spelled)
    at, kept = timezone.now(), _kept(request)
    is_new = request.method == "POST" or spelled not in kept
    if is_new and not may_look_up(visitor=visitor_of(request), at=at):
        return _too_many(request, spelled or code)
    if not spelled:
        return _not_found(request, code)
    return _unlock(request, spelled, kept) if request.method == "POST" else _show(request, spelled, kept, at)


def has_unlocked(request: HttpRequest, code: str) -> bool:
    return _kept(request).get(code) == UNLOCKED


def _unlock(request: HttpRequest, code: str, kept: dict[str, str]) -> HttpResponse:
    secret = Dossier.objects.filter(code=code).values_list("secret", flat=True).first()
    if not is_right(request.POST.get("secret", ""), secret):
        return _not_found(request, code)
    return _keep(redirect("dossiers:tracking", code), kept | {code: UNLOCKED})


def _show(request: HttpRequest, code: str, kept: dict[str, str], at: datetime) -> HttpResponse:
    dossier = _dossier(code)
    if dossier is None:
        return _not_found(request, code)
    opened = kept.get(code, OPENED)
    return _keep(_page(request, dossier, at, is_unlocked=opened == UNLOCKED), kept | {code: opened})


def _page(request: HttpRequest, dossier: Dossier, at: datetime, *, is_unlocked: bool) -> HttpResponse:
    calendar = working_calendar(dossier.desk)
    events = list(dossier.events.in_order().select_related("unit")) if is_unlocked else []
    legs = list(dossier.legs.select_related("unit", "step").order_by("position")) if dossier.received_at else []
    context = {
        "dossier": dossier,
        "answer": answer_for(dossier, Facts(at, calendar, _last_request(dossier), events)),
        "route": route_of(dossier, at, legs),
        "is_unlocked": is_unlocked,
        "at": at,
    }
    if is_unlocked:
        context |= _history(dossier, events, legs, calendar)
    return render(request, "dossiers/tracking.html", context)


def _history(
    dossier: Dossier, events: list[DossierEvent], legs: list[DossierLeg], calendar: WorkingCalendar
) -> dict[str, object]:
    """What the secret opens: every act, the money asked for, the term agreed upon, and why the date is what it is."""
    changes = changes_of(events, calendars_of(dossier.receiving_desk))
    return {
        "history": history_of(dossier, events, legs, public=True),
        "payments": payments_of(events),
        "term": term_words(pinned_terms(events)[0]),
        "why": explain(dossier.derivation, dossier.due_at, changes, calendar),
    }


def _last_request(dossier: Dossier) -> SupplementRequest | None:
    """What was last asked to be brought, for a dossier whose answer tells of it."""
    if dossier.state not in NEEDS_REQUEST:
        return None
    prefetch_related_objects([dossier], "supplement_requests")  # the log tells of them too
    return next(reversed(dossier.supplement_requests.all()), None)


def _dossier(code: str) -> Dossier | None:
    dossiers = Dossier.objects.select_related(
        "version", "desk__kind", "desk__parent", "receiving_desk", "handler", "holder"
    )
    return dossiers.filter(code=code).first()


def _not_found(request: HttpRequest, typed: str) -> HttpResponse:
    context = {"not_found": True, "typed": typed[:MOST_TYPED]}
    return render(request, "dossiers/track.html", context, status=404)


def _too_many(request: HttpRequest, typed: str) -> HttpResponse:
    answer = render(request, "dossiers/track.html", {"too_many": True, "typed": typed[:MOST_TYPED]}, status=429)
    answer.headers["Retry-After"] = "60"
    return answer


def visitor_of(request: HttpRequest) -> str:
    address = address_of(request.META, int(str(settings.REST_FRAMEWORK["NUM_PROXIES"])))
    return visitor_key(address, settings.SECRET_KEY)


def _kept(request: HttpRequest) -> dict[str, str]:
    """Code → state of the dossiers this browser has opened, from a signed cookie: visitors leave no row behind."""
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""
    return {part[1:]: part[0] for part in signed.split("|") if part}


def _keep(answer: HttpResponse, kept: dict[str, str]) -> HttpResponse:
    value = "|".join(f"{state}{code}" for code, state in list(kept.items())[-MOST_KEPT:])
    answer.set_signed_cookie(
        COOKIE, value, salt=SALT, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer
