"""The calls of Open311 GeoReport v2. Posting needs a key; reading is for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.limits.throttles import VisitorThrottle
from complaints.intake.open311.forms import CONSENT, ReportForm, parse_query
from complaints.intake.open311.reports import ReportQuery, find_reports, reports, services
from complaints.intake.open311.wire import ENDINGS, Refused, answer, error_answer
from complaints.intake.partners.keys import valid_key
from complaints.models import Case, Category, Partner, Scope
from complaints.models.labels import Channel
from complaints.registration.choices import offices, reception
from complaints.registration.files import receive_with_uploads
from units.clock.days import local_day
from units.rules import RuleBroken

P = ParamSpec("P")
CHANGED: Final = "2026-11-26T00:00:00+07:00"
"""When what these calls answer was last changed."""

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
KEY: Final = "api_key"


def call(
    *methods: str,
) -> Callable[[Callable[Concatenate[HttpRequest, str, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Checks before every call: format, method, limit per visitor, jurisdiction."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, str, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def checked(request: HttpRequest, ending: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                _check(request, ending, methods)
                return view(request, ending, *args, **kwargs)
            except Refused as why:
                return error_answer(ending, why)
            except TOO_LARGE:
                return error_answer(ending, Refused(413, _("Nội dung gửi lên quá lớn")))

        return checked

    return decorate


@call("GET")
def discovery(request: HttpRequest, ending: str) -> HttpResponse:
    root = request.build_absolute_uri(reverse("open311:root"))
    endpoint = {
        "specification": SPECIFICATION,
        "url": root.rstrip("/"),
        "changeset": CHANGED,
        "type": "test" if settings.DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    data = {
        "changeset": CHANGED,
        "contact": settings.MAILBOX_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        "key_service": _("Khóa do quản trị cổng cấp."),
        "endpoints": [endpoint],
    }
    return answer(ending, "discovery", data)


@call("GET")
def service_list(request: HttpRequest, ending: str) -> HttpResponse:
    return answer(ending, "services", [_service(one) for one in services()])


@call("GET")
def service(request: HttpRequest, ending: str, code: str) -> HttpResponse:
    return answer(ending, "service_definition", {"service_code": _category(code).code, "attributes": [_consent()]})


@call("GET", "POST")
def requests(request: HttpRequest, ending: str) -> HttpResponse:
    if request.method == "POST":
        return _post(request, ending)
    return answer(ending, "service_requests", find_reports(parse_query(request.GET, timezone.now())))


@call("GET")
def one_request(request: HttpRequest, ending: str, code: str) -> HttpResponse:
    data = find_reports(ReportQuery(codes=(code,)))
    if not data:
        raise Refused(404, _("Không có service_request_id này."))
    return answer(ending, "service_requests", data)


@call("GET")
def one_token(request: HttpRequest, ending: str, token: str) -> HttpResponse:
    """The id of a report once it is public; until then, and for ever where it proved to be a denunciation, an empty
    one."""
    key = _uuid(token)
    if key is None or not Case.objects.filter(channel=Channel.OPEN311, request_key=key).exists():
        raise Refused(404, _("Không có token này."))
    code = reports().filter(request_key=key).values_list("code", flat=True).first()
    return answer(ending, "service_requests", [{"service_request_id": code or "", "token": str(key)}])


def _post(request: HttpRequest, ending: str) -> HttpResponse:
    at = timezone.now()
    partner = _partner(request)
    form, category = ReportForm(request.POST), _category(request.POST.get("service_code", ""))
    if not form.is_valid():
        raise Refused(400, *form.sentences())
    try:
        new = form.new_case(category, partner, reception(offices(local_day(at))), at)
        case = receive_with_uploads(new=new, uploads=[], at=at)
    except RuleBroken as broken:
        if broken.field == "content":
            raise Refused(400, f"description: {broken.message}") from broken
        raise Refused(503, _("Chưa nhận được lúc này. Xin gửi lại sau.")) from broken
    data = {"token": str(case.request_key), "service_notice": _notice(), "account_id": ""}
    return answer(ending, "service_requests", [data], 201)


def _check(request: HttpRequest, ending: str, methods: tuple[str, ...]) -> None:
    if ending not in ENDINGS:
        raise Refused(404, _("Chỉ có dạng .xml và .json."))
    if request.method not in {*methods, "HEAD"}:
        raise Refused(405, _("Cách gọi này không có ở địa chỉ này."))
    limit = VisitorThrottle()
    if not limit.allow_request(request, None):  # type: ignore[arg-type]  # it reads nothing that is only REST's
        raise Refused(429, _("Hỏi quá nhiều lần. Xin chờ một phút."), wait=ceil(limit.wait() or 60))
    given = request.GET.get("jurisdiction_id") or (
        request.POST.get("jurisdiction_id") if request.method == "POST" else ""
    )
    if given and given != settings.OPEN311_JURISDICTION:
        raise Refused(404, _("Không có jurisdiction_id này."))


def _partner(request: HttpRequest) -> Partner:
    """Whose key the form holds. One in the address is refused: addresses are written into logs on the way."""
    if KEY in request.GET:
        raise Refused(403, _("api_key chỉ gửi trong thân yêu cầu, không gửi trong địa chỉ."))
    key = valid_key(request.POST.get(KEY, ""), timezone.now())
    if key is None or Scope.OPEN311.value not in key.scopes:
        raise Refused(403, _("Thiếu api_key, hoặc khóa không đúng."))
    return key.partner


def _category(code: str) -> Category:
    if not code:
        raise Refused(400, _("Thiếu service_code."))
    chosen = next((one for one in services() if one.code == code), None)
    if chosen is None:
        raise Refused(404, _("Không có service_code này."))
    return chosen


def _service(category: Category) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": str(category),
        "description": category.hint or str(category),
        "metadata": True,
        "type": "batch",  # a report gets its id once the office has decided on it
        "keywords": ",".join(word.strip() for word in category.keywords.split(",")),
        "group": category.group_name,
    }


def _consent() -> dict[str, Any]:
    return {
        "variable": True,
        "code": CONSENT.removeprefix("attribute[").removesuffix("]"),
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": _("Bỏ trống là không đồng ý."),
        "order": 1,
        "description": _("Đồng ý công khai nội dung và câu trả lời"),
        "values": [{"key": "yes", "name": _("Đồng ý")}, {"key": "no", "name": _("Không đồng ý")}],
    }


def _notice() -> str:
    return _("Đã nhận. Mã có khi đơn vị đã xem xong: hỏi lại bằng token.")


def _uuid(token: str) -> UUID | None:
    try:
        return UUID(token)
    except ValueError:
        return None
