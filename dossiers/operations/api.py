"""The API of operations on dossiers, for signed-in staff; the same forms, rules and messages as on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict
from django.utils import timezone
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff.origin import origin_of
from dossiers.events.record import note_readings
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.perform import NotNow, perform
from dossiers.operations.registry import OPERATIONS, operations_on
from dossiers.permissions import visible_file


class DossierState(serializers.ModelSerializer[Dossier]):
    """Where a dossier stands; no person's particulars. Times are ISO 8601 with their zone."""

    desk = serializers.CharField(source="desk.name")
    holder = serializers.CharField(source="holder.name")
    late_unit = serializers.CharField(source="late_unit_name", help_text="Which office answers for a lateness.")
    is_overdue = serializers.SerializerMethodField(help_text="The clock runs and the promise is past.")
    acts = serializers.ListField(
        child=serializers.CharField(), read_only=True, default=list, help_text="What the caller may do now, by slug."
    )

    class Meta:
        model = Dossier
        fields = (
            *("code", "status", "desk", "holder", "received_at", "due_at", "statutory_due_at", "new_due_at"),
            *("finished_at", "outcome", "supplements", "late_unit", "late_cause", "is_overdue", "acts"),
        )

    def get_is_overdue(self, file: Dossier) -> bool:
        at: datetime = self.context["at"]
        return file.is_overdue(at)


ANSWERS = {
    200: DossierState,
    400: OpenApiResponse(OpenApiTypes.OBJECT, description="A message per field"),
    403: OpenApiResponse(OpenApiTypes.OBJECT, description="Not signed in"),
    404: OpenApiResponse(description="Not yours"),
    409: OpenApiResponse(OpenApiTypes.OBJECT, description="Not now, or somebody moved it since"),
}


@extend_schema(responses={200: DossierState, 403: ANSWERS[403], 404: ANSWERS[404]})
@never_cache
@api_view(["GET"])
@authentication_classes([SessionAuthentication])
@permission_classes([IsAuthenticated])
def dossier(request: Request, code: str) -> Response:
    """State of one dossier and the operations open to the caller."""
    return Response(_state(request, visible_file(_user(request), code)))


@extend_schema(request=OpenApiTypes.OBJECT, responses=ANSWERS)
@never_cache
@api_view(["POST"])
@authentication_classes([SessionAuthentication])
@permission_classes([IsAuthenticated])
def operation(request: Request, code: str, slug: str) -> Response:
    """Do one operation. The body holds the fields of its form, and `seen`: the number of the last known event."""
    file = visible_file(_user(request), code)
    if slug not in OPERATIONS:
        raise Http404
    try:
        form, since = perform(OPERATIONS[slug], file, _user(request), _as_form(request.data), timezone.now())
    except NotNow as refused:
        return Response({"detail": str(refused), "since": _events_since(refused.since)}, status=409)
    if since:
        return Response({"since": _events_since(since)}, status=409)
    if not form.is_valid():
        return Response({name or "detail": list(errors) for name, errors in form.errors.items()}, status=400)
    done = Dossier.objects.select_related("desk", "handler", "holder").get(pk=file.pk)
    return Response(_state(request, done))


def _events_since(since: list[DossierEvent]) -> list[dict[str, Any]]:
    return [{"number": event.number, "kind": event.kind, "at": event.at.isoformat()} for event in since]


def _user(request: Request) -> User:
    """The signed-in person; the views let nobody else in."""
    assert isinstance(request.user, User)
    request.user.origin = origin_of(request)
    return request.user


def _state(request: Request, file: Dossier) -> dict[str, Any]:
    """The answer about a dossier; records the reading."""
    at = timezone.now()
    note_readings(dossiers=[file], user=_user(request), page="api", at=at)
    operations = [one.slug for one in operations_on(file, _user(request))]
    return {**DossierState(file, context={"at": at}).data, "acts": operations}


def _as_form(sent: Any) -> QueryDict:
    """Converts a JSON object to form data."""
    data = QueryDict(mutable=True)
    for name, value in (sent if isinstance(sent, dict) else {}).items():
        values = value if isinstance(value, list) else [value]
        data.setlist(str(name), ["on" if one is True else str(one) for one in values if one not in (None, False)])
    return data
