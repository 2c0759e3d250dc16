"""How long a due date takes: 100,000 random receipts on a warm calendar, in microseconds per case.

    .venv/bin/python script/bench_working_time.py [cases]

Needs no database: the calendar is the data file that the portal is delivered with. Every due date is whole, with its
counted and skipped days. The bare loop is timed beside it, so that a slow machine shows.
"""

import json
import random
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from units.clock.due_dates import (  # noqa: E402
    DayKind,
    SpecialDay,
    Term,
    TermUnit,
    WorkingCalendar,
    due_date,
)

FIRST = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = 4 * 365
Case = tuple[datetime, Term]


def calendar() -> WorkingCalendar:
    rows = json.loads((ROOT / "units/data/calendar.json").read_text(encoding="utf-8"))
    special_days = [
        SpecialDay(date.fromisoformat(row["day"]), DayKind(row["kind"]), row["reason"], row["source"])
        for row in rows["days"]
    ]
    return WorkingCalendar(special_days, complete_years=range(2022, 2027))


def receipts(number: int, term: Callable[[], Term]) -> list[Case]:
    return [(FIRST + timedelta(seconds=random.randrange(DAYS * 86400)), term()) for _ in range(number)]


def mixed() -> Term:
    unit = random.choice([TermUnit.WORKING_HOUR, TermUnit.WORKING_DAY, TermUnit.DAY, TermUnit.SAME_DAY])
    return Term(0 if unit is TermUnit.SAME_DAY else random.randint(1, 30), unit)


def microseconds(cases: list[Case], act: Callable[[datetime, Term], object]) -> float:
    """The best of three passes, per case."""
    passes = []
    for _ in range(3):
        began = clock.perf_counter()
        for received_at, term in cases:
            act(received_at, term)
        passes.append(clock.perf_counter() - began)
    return min(passes) / len(cases) * 1e6


def main(number: int) -> None:
    random.seed(7)
    warm = calendar()
    thirty = Term(30, TermUnit.WORKING_DAY)
    lots = {
        "30 working days": receipts(number, lambda: thirty),
        "mixed terms": receipts(number, mixed),
    }
    for name, cases in lots.items():
        loop = microseconds(cases, lambda received_at, term: None)
        whole = microseconds(cases, lambda received_at, term: due_date(received_at, term, warm))
        figures = f"{whole - loop:.2f} µs per due date ({number:,} cases; bare loop {loop:.2f} µs)"
        sys.stdout.write(f"working time, {name}: {figures}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
