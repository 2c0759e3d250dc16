"""Where procedures are taken in."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.exports.api.examples import OFFERING
from procedures.exports.api.filters import OfferingFilters
from procedures.exports.api.paging import Pages, TodaysFilter, answers, read_only
from procedures.exports.serializers.offerings import OfferingShape
from procedures.models import Offering
from units.texts.wording import day_of


@extend_schema_view(
    get=extend_schema(
        operation_id="offerings", responses=answers(OfferingShape(many=True), 400, 404), examples=[OFFERING]
    )
)
class OfferingList(ListAPIView[Offering]):
    """Every procedure at every office that takes it in today, by the code of the procedure."""

    queryset = Offering.objects.all()
    serializer_class = OfferingShape
    pagination_class = Pages
    filter_backends = [TodaysFilter]
    filterset_class = OfferingFilters


@extend_schema(
    operation_id="offering",
    parameters=[
        OpenApiParameter("ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="`code` of a procedure"),
        OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH, description="`slug` of an office"),
    ],
    responses=answers(OfferingShape, 404),
    examples=[OFFERING],
)
@read_only
def offering(request: Request, ref: str, slug: str) -> Response:
    """One procedure at one office, as it stands today."""
    on_offer = Offering.objects.for_api(day_of(timezone.now()))
    return Response(OfferingShape(get_object_or_404(on_offer, procedure__ref=ref, unit__slug=slug)).data)
