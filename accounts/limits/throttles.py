"""The API's limits, and those of costly pages, count visitors as every other limit does."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from accounts.citizens.visitors import address_of

View = Callable[..., HttpResponseBase]


class VisitorThrottle(AnonRateThrottle):
    def get_ident(self, request: Request | HttpRequest) -> str:
        return address_of(request.META, settings.NUM_PROXIES)


class CostlyThrottle(VisitorThrottle):
    """Counts `cost` at once: what takes as long as twenty of the others counts as twenty."""

    scope = "costly"
    duration: int

    def __init__(self, cost: int) -> None:
        super().__init__()
        self.cost = cost

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """None, by which REST framework counts and refuses nothing, where nothing is spent."""
        return super().get_cache_key(request, view) if self.cost else None

    def throttle_success(self) -> bool:
        self.history[:0] = [self.now] * self.cost
        self.cache.set(self.key, self.history, self.duration)
        return True


def costly(cost: Callable[[HttpRequest], int] = lambda _request: 1) -> Callable[[View], View]:
    """For a public answer that takes more than a tenth of a second of a core and is not cached: at most `COSTLY_RATE`
    a visitor, then the page that says when to come back, with 429. `cost`: how many of them this request is; 0 where
    this one is cheap."""

    def limited(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            limit = CostlyThrottle(cost(request))
            if limit.allow_request(request, None):  # type: ignore[arg-type]  # it reads nothing that is only REST's
                return view(request, *args, **options)
            return too_often(request, ceil(limit.wait() or 60))

        return answer

    return limited


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    refused = render(request, "errors/too_often.html", {"seconds": seconds}, status=429)
    refused.headers["Retry-After"] = str(seconds)
    return refused
