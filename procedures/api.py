"""The open API of the catalogue: what is on offer, one procedure, and the due date of anything."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.filters import ProcedureFilters
from procedures.models import ProcedureVersion
from procedures.promises import (
    Promise,
    promise,
    promise_for_term,
)
from procedures.serializers import (
    MOST_ON_A_PAGE,
    DueDateAnswer,
    DueDateQuery,
    ProcedureDetail,
    ProcedureSummary,
)
from units.calendars import working_calendar
from units.explanation import reason_of, rule_in_words, source_of, warnings
from units.wording import day_of
from units.working_calendar import OFFICE_TIME

BAD = OpenApiResponse(description="A problem (RFC 9457), with the messages of each parameter beside")


class Pages(PageNumberPagination):
    """Whole numbers from 1 for `page` and `page_size`, the latter up to 100; others are refused, not replaced."""

    page_size_query_param = "page_size"
    page_size_query_description = f"A whole number from 1 up to {MOST_ON_A_PAGE}."
    max_page_size = MOST_ON_A_PAGE
    invalid_page_message = _("Không có trang này.")  # type: ignore[assignment]  # said in the request's language

    def get_page_size(self, request: Request) -> int:
        return _whole_number(request, "page_size", self.page_size, most=MOST_ON_A_PAGE)

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:
        return _whole_number(request, "page", 1)


class TodaysFilter(DjangoFilterBackend):  # type: ignore[misc]  # django-filter carries no types
    def get_filterset_kwargs(self, request: Request, queryset: Any, view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "on": day_of(timezone.now())}


@extend_schema_view(
    get=extend_schema(operation_id="procedures", responses={200: ProcedureSummary(many=True), 400: BAD})
)
class ProcedureList(ListAPIView[ProcedureVersion]):
    """Procedures that some office takes in today; in alphabetical order, or best match first when searched."""

    queryset = ProcedureVersion.objects.select_related("procedure__field", "procedure__level")
    serializer_class = ProcedureSummary
    pagination_class = Pages
    filter_backends = [TodaysFilter]
    filterset_class = ProcedureFilters

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        keys = super().paginate_queryset(queryset) or []
        rows = self.get_queryset().in_bulk(keys)
        return [rows[key] for key in keys]


@extend_schema(operation_id="procedure", responses={200: ProcedureDetail, 404: OpenApiResponse()})
@api_view()
def procedure(request: Request, ref: str) -> Response:
    """Everything the catalogue says of one procedure, as it stands today."""
    on = day_of(timezone.now())
    versions = ProcedureVersion.objects.for_page(on).in_force(on)
    return Response(ProcedureDetail(get_object_or_404(versions, procedure__ref=ref)).data)


@extend_schema(operation_id="due_date", parameters=[DueDateQuery], responses={200: DueDateAnswer, 400: BAD})
@api_view()
def due_date(request: Request) -> Response:
    """When a dossier received at that moment is due, and every day that counted or did not."""
    asked = _checked(DueDateQuery(data=request.query_params))
    received_at: datetime = asked["received_at"]
    offering, version = asked.get("offering"), asked.get("version")
    calendar = working_calendar(offering.unit if offering else None)
    if version:
        return Response(_answer(promise(version, offering, received_at, calendar), version.term_words))
    return Response(_answer(promise_for_term(asked["free_term"], received_at, calendar)))


def _checked(query: serializers.Serializer[Any]) -> dict[str, Any]:
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _whole_number(request: Request, name: str, default: int | None, most: int | None = None) -> int:
    """Raises ValidationError naming the parameter, unless it is absent or a whole number from 1 to `most`."""
    field = serializers.IntegerField(min_value=1, max_value=most)
    try:
        number: int = field.run_validation(request.query_params.get(name, default))
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
    return number


def _answer(made: Promise, term_words: str = "") -> dict[str, Any]:
    due, statutory = made.due, made.statutory
    return {
        "received_at": _iso(made.received_at),
        "due_at": _iso(due.due_at) if due else None,
        "statutory_due_at": _iso(statutory.due_at) if statutory else None,
        "counted": [day.isoformat() for day in due.counted] if due else [],
        "skipped": [
            {"date": off.day.isoformat(), "reason": reason_of(off), "source": source_of(off)} for off in due.skipped
        ]
        if due
        else [],
        "rule": due.rule.value if due else None,
        "explanation": rule_in_words(due) if due else "",
        "warnings": warnings(due) if due else [],
        "note": "" if due else term_words,
    }


def _iso(moment: datetime) -> str:
    """With the offset of Hanoi, +07:00."""
    return moment.astimezone(OFFICE_TIME).isoformat()
