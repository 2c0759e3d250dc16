"""The health checks: liveness and readiness."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.health.checks import readiness, reconciliation_state


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: 200 whenever the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """`{"database": "good", "broker": …, "worker": …, "beat": …, "figures": …}`; status 503 when one is bad.

    `figures` is the result of the last reconciliation of the roll-ups. It does not change the status: pages still
    work, and differences are recounted.
    """
    checks = readiness(at=timezone.now())
    words = {name: "good" if good else "bad" for name, good in checks.items()}
    figures = reconciliation_state() if checks["database"] else None
    return JsonResponse(words | {"figures": figures}, status=200 if all(checks.values()) else 503)
