"""Offices: where they belong, where they are, and when they are open."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.exports.api.examples import UNIT
from procedures.exports.api.filters import UnitFilters
from procedures.exports.api.paging import Pages, TodaysFilter, answers, read_only
from procedures.exports.serializers.units import UnitShape
from units.calendar.lookup import both_calendars
from units.clock.working_calendar import Hours
from units.models import Unit
from units.texts.wording import day_of


@extend_schema_view(
    get=extend_schema(operation_id="units", responses=answers(UnitShape(many=True), 400, 404), examples=[UNIT])
)
class UnitList(ListAPIView[Unit]):
    """Offices, departments, desks and partner agencies that exist today, in the order of the tree."""

    queryset = Unit.objects.all()
    serializer_class = UnitShape
    pagination_class = Pages
    filter_backends = [TodaysFilter]
    filterset_class = UnitFilters

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        return with_hours(super().paginate_queryset(queryset) or [])


@extend_schema(
    operation_id="unit",
    parameters=[OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH)],
    responses=answers(UnitShape, 404),
    examples=[UNIT],
)
@read_only
def unit(request: Request, slug: str) -> Response:
    """One office that exists today."""
    found = get_object_or_404(Unit.objects.with_public_details(day_of(timezone.now())), slug=slug)
    return Response(UnitShape(with_hours([found])[0]).data)


def with_hours(units: list[Unit]) -> list[Unit]:
    """The same units, each with `hours`, its ordinary week. One query."""
    for one, (counting, public) in zip(units, both_calendars(units), strict=True):
        one.hours = [  # type: ignore[attr-defined]
            {
                "weekday": weekday + 1,
                "public": sessions(public.weekly_hours(weekday)),
                "counts": sessions(counting.weekly_hours(weekday)),
            }
            for weekday in range(7)
            if public.weekly_hours(weekday)
        ]
    return units


def sessions(hours: Hours) -> list[dict[str, str]]:
    return [{"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in hours]
