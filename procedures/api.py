"""The open API of the catalogue: what is on offer, one procedure, and the due date of anything."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from procedures.folding import words
from procedures.index import FIELD, LEVEL, CatalogueIndex, catalogue_index
from procedures.models import ProcedureVersion
from procedures.promises import (
    Promise,
    promise,
    promise_for_term,
)
from procedures.search import find
from procedures.serializers import (
    MOST_ON_A_PAGE,
    DueDateAnswer,
    DueDateQuery,
    ProcedureDetail,
    ProceduresQuery,
    ProcedureSummary,
)
from units.calendars import working_calendar
from units.explanation import RULE_LABELS, reason_of, source_of, warnings
from units.wording import day_of
from units.working_calendar import OFFICE_TIME

BAD = OpenApiResponse(description="A message per parameter")


@extend_schema(
    operation_id="procedures",
    parameters=[ProceduresQuery],
    responses={
        200: inline_serializer(
            "ProceduresPage",
            {
                "count": serializers.IntegerField(),
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
                "results": ProcedureSummary(many=True),
            },
        ),
        400: BAD,
    },
)
@api_view()
def procedures(request: Request) -> Response:
    """Procedures that some office takes in today; in alphabetical order, or best match first when searched."""
    on = day_of(timezone.now())
    asked = _checked(ProceduresQuery(data=request.query_params))
    found = find(asked.get("search", ""), _chosen(asked, catalogue_index(on)), on)
    paginator = Paginator(found.ids, min(asked["page_size"], MOST_ON_A_PAGE))
    try:
        page = paginator.page(asked["page"])
    except EmptyPage as error:
        raise NotFound(_("Không có trang này.")) from error
    rows = ProcedureVersion.objects.select_related("procedure__field", "procedure__level").in_bulk(page.object_list)
    return Response(
        {
            "count": paginator.count,
            "next": _page_url(request, page.next_page_number()) if page.has_next() else None,
            "previous": _page_url(request, page.previous_page_number()) if page.has_previous() else None,
            "results": ProcedureSummary([rows[pk] for pk in page.object_list], many=True).data,
        }
    )


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


def _chosen(asked: Mapping[str, Any], index: CatalogueIndex) -> dict[str, list[str]]:
    """The filters of a search. Raises ValidationError naming a level or field the catalogue does not have."""
    chosen: dict[str, list[str]] = {}
    if level := asked.get("level"):
        if level not in index.labels[LEVEL]:
            known = ", ".join(index.labels[LEVEL])
            raise ValidationError({"level": [_("Không có cấp này. Các cấp: %(known)s.") % {"known": known}]})
        chosen[LEVEL] = [level]
    if field := asked.get("field"):
        slugs = [
            slug for slug, named in index.labels[FIELD].items() if slug == field or words(named.name) == words(field)
        ]
        if not slugs:
            raise ValidationError({"field": [_("Không có lĩnh vực này.")]})
        chosen[FIELD] = slugs
    return chosen


def _page_url(request: Request, number: int) -> str:
    url = request.build_absolute_uri()
    return str(remove_query_param(url, "page") if number == 1 else replace_query_param(url, "page", number))


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
        "explanation": str(RULE_LABELS[due.rule]) if due else "",
        "warnings": warnings(due) if due else [],
        "note": "" if due else term_words,
    }


def _iso(moment: datetime) -> str:
    """With the offset of Hanoi, +07:00."""
    return moment.astimezone(OFFICE_TIME).isoformat()
