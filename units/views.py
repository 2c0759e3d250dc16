from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from units.opening import places


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Where to hand in dossiers, by desk, with what is open now."""
    return render(request, "units/units.html", {"places": places(timezone.now())})
