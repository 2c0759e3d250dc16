"""Procedures and their versions."""

from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.exports.api.examples import PROCEDURE, PROCEDURE_WHOLE, VERSION, VERSION_WHOLE
from procedures.exports.api.filters import ProcedureFilters, VersionFilters
from procedures.exports.api.paging import Pages, TodaysFilter, answers, read_only
from procedures.exports.serializers.catalogue import (
    ProcedureDetail,
    ProcedureSummary,
    VersionDetail,
    VersionSummary,
)
from procedures.models import ProcedureVersion
from procedures.versions.coming import absence
from units.texts.wording import day_of

REF = OpenApiParameter("ref", OpenApiTypes.STR, OpenApiParameter.PATH, description="`code` of a procedure")
SINCE = OpenApiParameter("since", OpenApiTypes.DATE, OpenApiParameter.PATH, description="its `valid_from`")


class Gone(APIException):
    status_code = 410
    default_detail = gettext_lazy("Thủ tục này đã bãi bỏ.")


@extend_schema_view(
    get=extend_schema(
        operation_id="procedures", responses=answers(ProcedureSummary(many=True), 400, 404), examples=[PROCEDURE]
    )
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


@extend_schema(
    operation_id="procedure",
    parameters=[REF],
    responses=answers(ProcedureDetail, 404, 410),
    examples=[PROCEDURE_WHOLE],
)
@read_only
def procedure(request: Request, ref: str) -> Response:
    """Everything the catalogue says of one procedure, as it stands today; 410 for one that was withdrawn."""
    on = day_of(timezone.now())
    version = ProcedureVersion.objects.for_page(on).in_force(on).filter(procedure__ref=ref).first()
    if version is None:
        found = absence(ref, on)
        raise Gone if found and found.is_over else Http404
    return Response(ProcedureDetail(version).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="versions",
        parameters=[REF],
        responses=answers(VersionSummary(many=True), 400, 404),
        examples=[VERSION],
    )
)
class VersionList(ListAPIView[ProcedureVersion]):
    """Every version of a procedure that has taken effect, the newest first, with the days from and to which it holds.

    What is only drafted, or published for a day to come, is not told; the pages tell the latter.
    """

    queryset = ProcedureVersion.objects.select_related("procedure").defer("search")
    serializer_class = VersionSummary
    pagination_class = Pages
    filter_backends = [TodaysFilter]
    filterset_class = VersionFilters

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(procedure__ref=self.kwargs.get("ref"))

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Raises Http404 where there is no such procedure: each that is public has a version."""
        rows = super().paginate_queryset(queryset) or []
        if not rows and not self.get_queryset().effective_by(day_of(timezone.now())).exists():
            raise Http404
        return rows


@extend_schema(
    operation_id="version", parameters=[REF, SINCE], responses=answers(VersionDetail, 404), examples=[VERSION_WHOLE]
)
@read_only
def version(request: Request, ref: str, since: date) -> Response:
    """Everything the catalogue said of a procedure from that day on."""
    on = day_of(timezone.now())
    versions = ProcedureVersion.objects.for_page(on).effective_by(on).filter(valid__startswith=since)
    return Response(VersionDetail(get_object_or_404(versions, procedure__ref=ref)).data)
