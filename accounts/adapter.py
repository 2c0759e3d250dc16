"""What allauth asks this portal about."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts.visitors import address_of


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def get_client_ip(self, request: HttpRequest) -> str:
        """What the limits of signing in count by: the visitor's network, as everywhere else."""
        return address_of(request.META, settings.NUM_PROXIES)
