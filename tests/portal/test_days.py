"""The days on which the tests themselves run."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from portal.embedded.processes import launch
from tests.clock import fixed_now, starts_processes
from tests.databases import ROOT
from tests.units.seed import CALENDAR, data
from units.clock.working_calendar import OFFICE_TIME, DayKind

NASTY = [line.split(" ")[0] for line in (ROOT / "tests/nasty_days.txt").read_text().splitlines() if line[0] != "#"]
DAYS = {moment.date(): moment for moment in map(datetime.fromisoformat, NASTY)}


def test_what_stays_in_this_process_runs_on_the_day_that_was_asked_for(pytestconfig: pytest.Config) -> None:
    assert timedelta() <= timezone.now() - fixed_now(pytestconfig) < timedelta(minutes=2)


def directly() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def by_a_helper() -> None:
    directly()


def by_our_own_code() -> None:
    [launch(program) for program in ()]


def not_at_all() -> None:
    assert timezone.now()


def test_whoever_starts_processes_is_known_whatever_the_way() -> None:
    started = [starts_processes(one) for one in (directly, by_a_helper, by_our_own_code, not_at_all)]
    assert started == [True, True, True, False]


def test_the_nasty_days_are_what_they_are_called() -> None:
    complete = [row["year"] for row in data("calendar.json")["years"] if row["is_complete"]]
    wanted = {date(max(complete), 12, 31), date(max(complete) + 1, 1, 1), date(2028, 2, 29)}
    assert wanted < DAYS.keys()
    assert {1, 2, 3} <= {day.day for day in DAYS}
    kinds = {special.kind for day in DAYS if (special := CALENDAR.special(day))}
    assert kinds == {DayKind.HOLIDAY, DayKind.WORKED}
    nearly = {(moment.hour, moment.minute) for moment in DAYS.values()}
    utc = {moment.replace(tzinfo=OFFICE_TIME).astimezone(UTC).time() for moment in DAYS.values()}
    assert (23, 55) in nearly
    assert (23, 55) in {(moment.hour, moment.minute) for moment in utc}
