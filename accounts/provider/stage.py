"""The second step of a sign-in that the identity provider has made."""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.stages import AuthenticateStage

ENOUGH: Final = "provider_is_enough"
"""In a login's state: the provider has proved the strength that is asked of it, so the portal asks for no more."""


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    def handle(self) -> tuple[Any, bool]:
        if self.login.state.get(ENOUGH):
            return None, True
        found: tuple[Any, bool] = super().handle()
        return found
