"""The calendar this release comes with, without a database."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import units
from units.clock.due_dates import (
    OFFICE_TIME,
    DayKind,
    SpecialDay,
    Term,
    TermUnit,
    WorkingCalendar,
)

DATA = Path(units.__file__).parent / "data"


def data(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def seeded_calendar() -> WorkingCalendar:
    rows = data("calendar.json")
    return WorkingCalendar(
        [
            SpecialDay(date.fromisoformat(row["day"]), DayKind(row["kind"]), row["reason"], row["source"])
            for row in rows["days"]
        ],
        complete_years=[row["year"] for row in rows["years"] if row["is_complete"]],
        version="seed",
    )


CALENDAR = seeded_calendar()


def at(text: str) -> datetime:
    """`2026-03-02 09:10` in office time; a day alone is 09:00."""
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-03-02"):
        moment = datetime.combine(moment, time(9))
    return moment.replace(tzinfo=OFFICE_TIME)


def working_days(amount: int) -> Term:
    return Term(amount, TermUnit.WORKING_DAY)


def days(amount: int) -> Term:
    return Term(amount, TermUnit.DAY)
