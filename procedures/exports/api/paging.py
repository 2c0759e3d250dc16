"""What all lists of the open API have in common: pages, filters that know today, and how a refusal is described."""

from http.client import responses
from typing import Any, Final

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from procedures.exports.serializers.problems import PROBLEM, Problem
from units.texts.wording import day_of

MOST_ON_A_PAGE: Final = 100

read_only = api_view(["GET", "HEAD"])


def answers(answered: Any, *refusals: int) -> dict[Any, Any]:
    """For the description: what is answered, and the refusals there are beside too many questions (429)."""
    refused = (*refusals, 429)
    return {200: answered} | {(code, PROBLEM): OpenApiResponse(Problem, responses[code]) for code in refused}


class Pages(PageNumberPagination):
    """Whole numbers from 1 for `page` and `page_size`, the latter up to 100; others are refused, not replaced."""

    page_size_query_param = "page_size"
    page_size_query_description = f"A whole number from 1 up to {MOST_ON_A_PAGE}."
    max_page_size = MOST_ON_A_PAGE
    invalid_page_message = _("Không có trang này.")  # type: ignore[assignment]  # written in the request's language

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """With the bounds of both numbers."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        most = {"page_size": {"maximum": MOST_ON_A_PAGE}}
        for one in parameters:
            one["schema"] = one["schema"] | {"minimum": 1} | most.get(one["name"], {})
        return parameters

    def get_page_size(self, request: Request) -> int:
        return whole_number(request, "page_size", self.page_size, most=MOST_ON_A_PAGE)

    def get_page_number(self, request: Request, paginator: Paginator[Any]) -> int:
        return whole_number(request, "page", 1)


class TodaysFilter(DjangoFilterBackend):  # type: ignore[misc]  # django-filter carries no types
    def get_filterset_kwargs(self, request: Request, queryset: Any, view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "on": day_of(timezone.now())}


def whole_number(request: Request, name: str, default: int | None, most: int | None = None) -> int:
    """Raises ValidationError naming the parameter, unless it is absent or a whole number from 1 to `most`."""
    field = serializers.IntegerField(min_value=1, max_value=most)
    try:
        number: int = field.run_validation(request.query_params.get(name, default))
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
    return number


def checked(query: serializers.Serializer[Any]) -> dict[str, Any]:
    """What was asked. Raises ValidationError naming the parameters."""
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)
