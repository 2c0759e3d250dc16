"""The working calendar, day by day, as it is and as it was."""

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from procedures.exports.api.examples import CALENDAR, CALENDAR_VERSION
from procedures.exports.api.paging import Pages, answers, checked, read_only
from procedures.exports.api.units import sessions
from procedures.exports.serializers.calendar import CalendarAnswer, CalendarQuery, CalendarVersionShape
from units.clock.working_calendar import DayKind, SkippedDay, WorkingCalendar
from units.models import CalendarEdition
from units.texts.explanation import reason_of, source_of


@extend_schema(
    operation_id="calendar",
    parameters=[CalendarQuery],
    responses=answers(CalendarAnswer, 400),
    examples=[CALENDAR],
)
@read_only
def calendar(request: Request) -> Response:
    """Which days of a span are worked and in which hours; why the others are not, and by which decree."""
    asked = checked(CalendarQuery(data=request.query_params))
    chosen: WorkingCalendar = asked["calendar"]
    since, until = asked["since"], asked["until"]
    days = [_day(since + timedelta(days=n), chosen) for n in range((until - since).days + 1)]
    return Response(
        {
            "version": int(chosen.version),
            "since": since.isoformat(),
            "until": until.isoformat(),
            "unit": asked.get("unit"),
            "working_days": sum(day["works"] for day in days),
            "incomplete_years": chosen.incomplete_years(since, until),
            "days": days,
        }
    )


def _day(day: date, chosen: WorkingCalendar) -> dict[str, Any]:
    hours, special = chosen.hours_on(day), chosen.special(day)
    answer = {"date": day.isoformat(), "works": bool(hours), "sessions": sessions(hours)}
    if special:
        return answer | {"kind": special.kind.value, "reason": special.reason, "source": special.source}
    if hours:
        return answer | {"kind": "ordinary", "reason": "", "source": ""}
    off = SkippedDay(day, DayKind.WEEKEND)
    return answer | {"kind": off.kind.value, "reason": reason_of(off), "source": source_of(off)}


@extend_schema_view(
    get=extend_schema(
        operation_id="calendar_versions",
        responses=answers(CalendarVersionShape(many=True), 400, 404),
        examples=[CALENDAR_VERSION],
    )
)
class CalendarVersionList(ListAPIView[CalendarEdition]):
    """The numbers of all calendars that ever held, the one that holds first. Every due date is reckoned by one."""

    queryset = CalendarEdition.objects.defer("content").order_by("-number")
    serializer_class = CalendarVersionShape
    pagination_class = Pages
    filter_backends = []
