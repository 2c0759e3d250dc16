from datetime import date

from django.urls import path, register_converter

from procedures.api.calendar import CalendarVersionList, calendar
from procedures.api.catalogue import ProcedureList, VersionList, procedure, version
from procedures.api.due_dates import due_date
from procedures.api.offerings import OfferingList, offering
from procedures.api.units import UnitList, unit
from procedures.freshness import calendar_modified, units_modified
from procedures.views.machines import open_to_all

app_name = "procedures_api"


class DayConverter:
    """A day as 2026-11-26; one that does not exist is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("procedures/", open_to_all(ProcedureList.as_view()), name="procedures"),
    path("procedures/<str:ref>/", open_to_all(procedure), name="procedure"),
    path("procedures/<str:ref>/versions/", open_to_all(VersionList.as_view()), name="versions"),
    path("procedures/<str:ref>/versions/<day:since>/", open_to_all(version), name="version"),
    path("offerings/", open_to_all(OfferingList.as_view()), name="offerings"),
    path("offerings/<str:ref>/<slug:slug>/", open_to_all(offering), name="offering"),
    path("units/", open_to_all(UnitList.as_view(), since=units_modified), name="units"),
    path("units/<slug:slug>/", open_to_all(unit, since=units_modified), name="unit"),
    path("calendar/", open_to_all(calendar, since=calendar_modified), name="calendar"),
    path(
        "calendar/versions/",
        open_to_all(CalendarVersionList.as_view(), since=calendar_modified),
        name="calendar_versions",
    ),
    path("due-date/", open_to_all(due_date, since=None), name="due_date"),
]
