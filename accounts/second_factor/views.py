"""Pages of the second factor: allauth's, with our rules about used codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpResponse

from accounts.models import User
from accounts.second_factor.totp import spend


class SetUpApp(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        assert isinstance(self.request.user, User)
        spend(person=self.request.user, interval=form.interval)
        return answer
