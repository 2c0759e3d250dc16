"""The API's limits count visitors as every other limit does."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from accounts.visitors import address_of


class VisitorThrottle(AnonRateThrottle):
    def get_ident(self, request: Request | HttpRequest) -> str:
        return address_of(request.META, settings.NUM_PROXIES)
