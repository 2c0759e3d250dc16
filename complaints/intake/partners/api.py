"""The partner API: the city's hotline and other systems send cases, and query the status of their own.

A key is sent as `Authorization: Bearer …`. Another partner's case is 404, as one that is not there.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.intake.partners.actions import ReferenceReused, case_of_partner, receive_from_partner
from complaints.intake.partners.keys import valid_key
from complaints.intake.partners.serializers import HandedCase, PartnersCase, partner_case_values
from complaints.models import ApiKey, Partner, Scope
from units.rules import RuleBroken

MOST_OF_REFERENCE: Final = 64


class KeyAuthentication(BaseAuthentication):
    """The row of the key is `request.auth`; nobody is signed in by it."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = valid_key(given.strip(), timezone.now())
        if found is None:
            raise AuthenticationFailed(_("Khóa không đúng hoặc đã hết hạn."))
        return AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's
    target_class = "complaints.intake.partners.api.KeyAuthentication"
    name = "partnerKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class TryLater(APIException):
    """The case cannot be registered now; the answer does not say why."""

    status_code = 503


DETAIL: Final = OpenApiTypes.OBJECT
REFUSED: Final = {
    401: OpenApiResponse(DETAIL, description="No key, or one that is not good"),
    403: OpenApiResponse(DETAIL, description="The key does not open this"),
    429: OpenApiResponse(DETAIL, description="Too many requests; see Retry-After"),
}


@extend_schema(
    operation_id="partner_case_create",
    request=HandedCase,
    responses={
        200: OpenApiResponse(PartnersCase, description="Known under this reference, with the same content"),
        201: PartnersCase,
        400: OpenApiResponse(DETAIL, description="A message per field"),
        **REFUSED,
        409: OpenApiResponse(DETAIL, description="The reference was used for other content"),
        503: OpenApiResponse(DETAIL, description="Send it again later"),
    },
)
@api_view(["POST"])
@authentication_classes([KeyAuthentication])
def create(request: Request) -> Response:
    """Send a case. Sent again with the same reference and content it is the same case."""
    partner = _partner(request, Scope.CREATE)
    sent = HandedCase(data=request.data)
    sent.is_valid(raise_exception=True)
    report = sent.report()
    try:
        case, is_new = receive_from_partner(partner=partner, report=report, at=timezone.now())
    except ReferenceReused:
        return Response({"detail": _("Số này đã dùng cho một nội dung khác.")}, status=409)
    except RuleBroken as broken:
        raise TryLater(_("Chưa nhận được lúc này. Xin gửi lại sau.")) from broken
    return Response(partner_case_values(case, report.reference), status=201 if is_new else 200)


@extend_schema(
    operation_id="partner_case",
    responses={200: PartnersCase, **REFUSED, 404: OpenApiResponse(DETAIL, description="Not yours")},
)
@api_view(["GET"])
@authentication_classes([KeyAuthentication])
def case(request: Request, reference: str) -> Response:
    """The status of one of the partner's own cases, and the answer once there is one."""
    partner = _partner(request, Scope.READ)
    found = case_of_partner(partner, reference) if len(reference) <= MOST_OF_REFERENCE else None
    if found is None:
        raise Http404
    return Response(partner_case_values(found, reference))


def _partner(request: Request, scope: Scope) -> Partner:
    if not isinstance(request.auth, ApiKey):
        raise NotAuthenticated(_("Cần có khóa."))
    if scope.value not in request.auth.scopes:
        raise PermissionDenied(_("Khóa này không được dùng cho việc này."))
    return request.auth.partner
