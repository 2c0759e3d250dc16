"""Signing in and out by the identity provider. Without one in the settings these pages do not exist."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.limits.attempts import Limit, TooManyTries, count_try, give_back
from accounts.provider.endpoints import read_keys, read_metadata
from accounts.provider.id_token import read_logout_token
from accounts.provider.refusals import SENTENCES, Reason, Refused
from accounts.provider.sessions import PROVIDER, end_by_provider, remember
from accounts.provider.sign_in import SignedIn, begin, finish
from accounts.provider.stage import ENOUGH
from accounts.second_factor.encryption import CannotDecrypt, decrypt_text
from accounts.second_factor.required import skip
from accounts.sign_in.password_limits import VISITOR_RATES

logger = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_safe
def to_provider(request: HttpRequest) -> HttpResponse:
    """Leads to the provider's page. A visitor may begin so many times without arriving, for each costs a request."""
    _only_where_configured()
    if request.user.is_authenticated:
        return redirect("accounts:home")
    at = timezone.now()
    try:
        count_try(limits=_limits(request), at=at)
        address = begin(session=request.session, redirect_uri=_back(request), next_page=_next_page(request), at=at)
    except TooManyTries as tries:
        return _refused(request, tries.come_back, 429, retry_after=tries.seconds)
    except Refused as refused:
        return _explained(request, refused)
    return redirect(address)


@login_not_required
@never_cache
@require_safe
def from_provider(request: HttpRequest) -> HttpResponse:
    """Where the provider leads back to, with a code."""
    _only_where_configured()
    if request.user.is_authenticated:
        return redirect("accounts:home")
    try:
        signed_in = finish(
            session=request.session, answered=request.GET.dict(), redirect_uri=_back(request), at=timezone.now()
        )
    except Refused as refused:
        return _explained(request, refused)
    give_back(limits=_limits(request), at=signed_in.begun_at)
    return _let_in(request, signed_in)


@csrf_exempt  # the provider itself sends it; its signature says so
@login_not_required
@never_cache
@require_POST
def ended_by_provider(request: HttpRequest) -> HttpResponse:
    """The provider says whose session has ended there (back-channel logout): it ends here too."""
    _only_where_configured()
    at, limits = timezone.now(), _limits(request)
    try:
        count_try(limits=limits, at=at)
        metadata = read_metadata()
        parties = {"issuer": settings.OIDC_ISSUER, "client_id": settings.OIDC_CLIENT_ID}
        subject, sid = read_logout_token(request.POST.get("logout_token", ""), read_keys(metadata), at=at, **parties)
    except TooManyTries as tries:
        return JsonResponse({"error": "slow_down"}, status=429, headers={"Retry-After": str(tries.seconds)})
    except Refused as refused:
        logger.warning("provider_sign_out_refused", reason=refused.reason.value)
        return JsonResponse({"error": "invalid_request"}, status=503 if refused.reason is Reason.AWAY else 400)
    end_by_provider(subject=subject, sid=sid)
    give_back(limits=limits, at=at)
    return HttpResponse(status=200)


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """By a password; the page leads to the provider as well, where there is one."""

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**options)
        return context | {"provider": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}


class SignOut(LogoutView):  # type: ignore[misc]
    """Ends the session here, and leads whom the provider has signed in to the page where that one ends its own."""

    def post(self, *args: str, **kwargs: str) -> HttpResponse:
        address = _sign_out_address(self.request)
        answer: HttpResponse = super().post(*args, **kwargs)
        return render(self.request, "account/provider_sign_out.html", {"address": address}) if address else answer


def _let_in(request: HttpRequest, signed_in: SignedIn) -> HttpResponse:
    """With the portal's second step, unless the provider has proved the strength that the settings ask of it."""
    person = signed_in.identity.person
    login = Login(user=person, redirect_url=signed_in.next or None)
    is_enough = login.state[ENOUGH] = bool(settings.OIDC_ACR)
    record_authentication(request, person, method="provider")
    remember(request, signed_in)
    answer: HttpResponse = perform_login(request, login)
    if is_enough and request.user.is_authenticated:
        skip(request.session)
    return answer


def _sign_out_address(request: HttpRequest) -> str:
    known = request.session.get(PROVIDER)
    if not known or not known["address"] or not request.user.is_authenticated:
        return ""
    asked = {
        "client_id": settings.OIDC_CLIENT_ID,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("account_login")),
    }
    with suppress(CannotDecrypt):  # the provider then asks whom to sign out
        asked["id_token_hint"] = decrypt_text(known["token"])
    return f"{known['address']}{'&' if '?' in known['address'] else '?'}{urlencode(asked)}"


def _only_where_configured() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("from_provider"))


def _next_page(request: HttpRequest) -> str:
    page = request.GET.get(REDIRECT_FIELD_NAME, "")
    return page if page and get_adapter().is_safe_url(page) else ""


def _limits(request: HttpRequest) -> list[Limit]:
    return [Limit("sign-in: provider", (get_adapter().get_client_ip(request),), VISITOR_RATES)]


def _explained(request: HttpRequest, refused: Refused) -> HttpResponse:
    logger.warning("provider_sign_in_refused", reason=refused.reason.value)
    status = 503 if refused.reason is Reason.AWAY else 403
    return _refused(request, str(SENTENCES[refused.reason]), status, subject=refused.subject)


def _refused(
    request: HttpRequest, sentence: str, status: int, *, subject: str = "", retry_after: int | None = None
) -> HttpResponse:
    context = {"sentence": sentence, "subject": subject, "name": settings.OIDC_NAME}
    answer = render(request, "account/provider_refused.html", context, status=status)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer
