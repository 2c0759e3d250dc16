"""The two addresses that probes ask: does the process answer, is it ready."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health.checks import readiness, reconciliation_state


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`{"database": "good", "broker": …, "worker": …, "beat": …, "figures": …}`; status 503 when one is bad.

    `figures` says what the last proof of the roll-ups found and does not count for the status: pages answer all the
    same, and what differs is counted anew.
    """
    checks = readiness(at=timezone.now())
    words = {name: "good" if good else "bad" for name, good in checks.items()}
    figures = reconciliation_state() if checks["database"] else None
    return JsonResponse(words | {"figures": figures}, status=200 if all(checks.values()) else 503)
