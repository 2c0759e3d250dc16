"""Pages of the second factor: allauth's, with our rules about used codes and our answers to faults."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.second_factor.required import skip
from accounts.second_factor.totp import spend


class Overview(IndexView):  # type: ignore[misc]  # allauth has no types
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**options)
        return context | {"may_skip": settings.DEMO}


class SecondStep(AuthenticateView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        answer.status_code = 422
        return answer

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """What this person has, so that nothing else is asked for."""
        rows = Authenticator.objects.filter(user=self.stage.login.user)
        context: dict[str, Any] = super().get_context_data(**options)
        kinds = set(rows.values_list("type", flat=True))
        return context | {
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        }


class SetUpApp(ActivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """The seed in groups of four, to be typed; apps ignore the spaces."""
        context: dict[str, Any] = super().get_context_data(**options)
        return context | {"seed": " ".join(wrap(context["form"].secret, 4))}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        assert isinstance(self.request.user, User)
        spend(person=self.request.user, interval=form.interval)
        return answer


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        """allauth's leaves out the form that was sent, and so what was wrong with it."""
        context: dict[str, Any] = super().get_context_data()
        return context | options


class ConfirmPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data()
        return context | options

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page again: allauth's leads to the sign-in page."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return answer


@require_POST
def skip_set_up(request: HttpRequest) -> HttpResponse:
    """Of the demo alone: its logins are everybody's."""
    if not settings.DEMO or not request.user.is_authenticated:
        raise Http404
    skip(request.session)
    return redirect("accounts:home")
