"""The portal's addresses and a few that fail on purpose."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view

from portal.errors.views import too_many_requests
from portal.urls import handler400, handler403, handler404, handler500, urlpatterns
from units.rules import RuleBroken

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def failing(error: Exception):
    def view(request):
        raise error

    return view


@csrf_exempt
def typed(request):
    """Fails with what was typed in the error's text, as Python and Django do."""
    kinds = {"ValueError": ValueError, "KeyError": KeyError, "ValidationError": ValidationError}
    raise kinds[request.POST["kind"]](request.POST["name"])


@csrf_exempt
def connection_lost(request):
    """Ends well, but the database is away when the session is to be written."""
    request.session["seen"] = True
    request.session.save()
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse("done")


@api_view(["GET"])
def api_rule(request):
    raise RuleBroken("Hồ sơ đã trả")


urlpatterns = [
    *urlpatterns,
    path("400/", failing(SuspiciousOperation())),
    path("403/", failing(PermissionDenied())),
    path("422/", failing(RuleBroken("Hồ sơ đã trả"))),
    path("429/", too_many_requests),
    path("typed/", typed),
    path("ket-noi-mat/", connection_lost),
    path("500/", failing(ZeroDivisionError())),
    path("api/rule/", api_rule),
]
