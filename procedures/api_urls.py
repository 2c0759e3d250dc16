from collections.abc import Callable
from datetime import date, datetime

from django.urls import path, register_converter

from procedures.exports.api.calendar import CalendarVersionList, calendar
from procedures.exports.api.catalogue import ProcedureList, VersionList, procedure, version
from procedures.exports.api.due_dates import due_date
from procedures.exports.api.offerings import OfferingList, offering
from procedures.exports.api.units import UnitList, unit
from procedures.exports.freshness import calendar_modified, last_modified, units_modified
from procedures.exports.views import View, in_readers_language, open_to_all

app_name = "procedures_api"


class DayConverter:
    """A day as 2026-11-26; one that does not exist is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")


def _open(view: View, *, since: Callable[[datetime], datetime] | None = last_modified) -> View:
    return open_to_all(in_readers_language(view), since=since)


urlpatterns = [
    path("procedures/", _open(ProcedureList.as_view()), name="procedures"),
    path("procedures/<str:ref>/", _open(procedure), name="procedure"),
    path("procedures/<str:ref>/versions/", _open(VersionList.as_view()), name="versions"),
    path("procedures/<str:ref>/versions/<day:since>/", _open(version), name="version"),
    path("offerings/", _open(OfferingList.as_view()), name="offerings"),
    path("offerings/<str:ref>/<slug:slug>/", _open(offering), name="offering"),
    path("units/", _open(UnitList.as_view(), since=units_modified), name="units"),
    path("units/<slug:slug>/", _open(unit, since=units_modified), name="unit"),
    path("calendar/", _open(calendar, since=calendar_modified), name="calendar"),
    path(
        "calendar/versions/",
        _open(CalendarVersionList.as_view(), since=calendar_modified),
        name="calendar_versions",
    ),
    path("due-date/", _open(due_date, since=None), name="due_date"),
]
