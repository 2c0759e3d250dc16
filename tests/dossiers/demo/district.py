"""A small demo district, loaded once for all files and processes of a run: its staged dossiers cost ten seconds."""

from datetime import time
from typing import Any, NamedTuple

from dossiers.demo.loading import Loaded, load
from dossiers.demo.plan import first_day, read_proportions
from dossiers.demo.staff import make_staff
from dossiers.models import Dossier
from portal.embedded.demo import LOGINS
from tests.databases import CALENDAR_VERSIONS, as_owner, number_calendars_from
from tests.dossiers.demo.alive import NOW
from units.clock.days import local_day
from units.models import OpeningHours, Unit

SIZE = 0.012


class Made(NamedTuple):
    """`outlines`: code, name and dates of each dossier, to compare with those of another load."""

    loaded: Loaded
    outlines: list[tuple[Any, ...]]


def make_demo() -> Made:
    number_calendars_from(2 * CALENDAR_VERSIONS)
    make_district()
    with as_owner():
        return Made(load(now=NOW, progress=lambda done, total: None, size=SIZE), outlines())


def make_district() -> None:
    """Staff, and a desk with hours of its own."""
    proportions = read_proportions()
    make_staff(logins=LOGINS, password="x", proportions=proportions, on=first_day(proportions, local_day(NOW)))
    desk = desk_that_closes_early()
    OpeningHours.objects.filter(unit=desk).delete()
    for weekday in range(5):
        for opens, closes in ((time(8), time(12)), (time(13), time(16))):
            OpeningHours.objects.create(unit=desk, weekday=weekday, opens=opens, closes=closes, counts=True)


def desk_that_closes_early() -> Unit:
    return Unit.objects.desks().filter(parent__is_tenant=False).latest("parent__order", "pk")


def outlines() -> list[tuple[Any, ...]]:
    return list(Dossier.objects.order_by("pk").values_list("code", "applicant_name", "due_at", "finished_at"))
