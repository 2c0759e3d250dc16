"""How long it took and how much was left, in working time: pauses are nobody's, a supplement begins the term again."""

import pytest

from reporting.definitions.terms import FinishedDossier, percent_left, worked_minutes
from tests.factories import hanoi
from units.clock.working_calendar import WorkingCalendar

CALENDAR = WorkingCalendar()
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (hanoi(2026, 3, day, 8) for day in range(2, 7))
CLOSING = hanoi(2026, 3, 6, 17)
DAY = 8 * 60


def ended(finished_at, *, due_at=CLOSING, starts=None, earlier=()):
    """Received on Monday at 8:00, due on Friday at 17:00: a term of forty working hours."""
    return FinishedDossier(MONDAY, due_at, finished_at, starts and starts.isoformat(), earlier)


def still(since, until, why="pause"):
    return {"why": why, "from": since.isoformat(), "until": until.isoformat(), "due": since.isoformat()}


def test_nights_and_weekends_are_no_time():
    late = ended(hanoi(2026, 3, 9, 12))
    assert worked_minutes(late, CALENDAR) == 5 * DAY + 4 * 60
    assert percent_left(late, CALENDAR) == -10


@pytest.mark.parametrize(
    ("finished_at", "left"),
    [(MONDAY, 100), (hanoi(2026, 3, 4, 12), 50), (hanoi(2026, 3, 6, 17), 0), (hanoi(2026, 3, 6, 17, 30), -1)],
)
def test_what_is_left_is_a_share_of_the_term(finished_at, left):
    assert percent_left(ended(finished_at), CALENDAR) == left


def test_a_pause_is_neither_time_taken_nor_term():
    """Wednesday was spent waiting: the due date moved on to Monday, and two of the five days were left."""
    dossier = ended(hanoi(2026, 3, 5, 17), due_at=hanoi(2026, 3, 9, 17), earlier=[still(WEDNESDAY, THURSDAY)])
    assert worked_minutes(dossier, CALENDAR) == 3 * DAY
    assert percent_left(dossier, CALENDAR) == 40


def test_after_a_supplement_the_term_is_the_new_one():
    """Two days' work, two days' waiting, then five days anew, of which one was used."""
    earlier = [still(WEDNESDAY, FRIDAY, "supplement")]
    dossier = ended(hanoi(2026, 3, 6, 17), due_at=hanoi(2026, 3, 12, 17), starts=FRIDAY, earlier=earlier)
    assert worked_minutes(dossier, CALENDAR) == 3 * DAY
    assert percent_left(dossier, CALENDAR) == 80


def test_a_moved_calendar_is_no_pause():
    dossier = ended(hanoi(2026, 3, 6, 17), earlier=[still(MONDAY, FRIDAY, "calendar")])
    assert worked_minutes(dossier, CALENDAR) == 5 * DAY


def test_nothing_is_later_than_a_whole_term():
    assert percent_left(ended(hanoi(2027, 3, 1)), CALENDAR) == -100


def test_a_term_without_any_working_time_is_kept_or_missed():
    on_sunday = FinishedDossier(hanoi(2026, 3, 1, 9), hanoi(2026, 3, 1, 12), hanoi(2026, 3, 1, 11), None, ())
    assert percent_left(on_sunday, CALENDAR) == 0
    assert percent_left(on_sunday._replace(finished_at=hanoi(2026, 3, 1, 13)), CALENDAR) == -100
