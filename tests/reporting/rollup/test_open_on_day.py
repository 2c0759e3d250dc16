"""What was open at the end of a past day follows from what had happened by then, whatever happened since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from dossiers.changes.reorganisation.transfer import transfer_dossiers
from dossiers.clock.replay import Replay, State
from dossiers.clock.states import OPEN, RUNNING, Outcome, Status
from dossiers.events.record import as_event_record, calendars_of
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import finish_dossier, start_work
from dossiers.operations.pauses.actions import ask_payment, record_payment
from reporting import tasks
from reporting.models import OpenTally
from reporting.rollup.actions import note_open, recount_everything
from reporting.rollup.open_now import OVERDUE, PAUSED, PAYMENT, SUPPLEMENT
from reporting.rollup.open_on_day import overdue_on_day, waiting_on_day
from reporting.rollup.open_on_day_sql import OPEN_COUNTED, OPEN_SPAN
from reporting.rollup.reconciliation import reconcile
from tests.factories import hanoi, make_offering, make_procedure, register
from units.clock.days import day_bounds
from units.models import Unit

pytestmark = pytest.mark.django_db

LISTED = (OVERDUE, SUPPLEMENT, PAYMENT, PAUSED)
WAITING_FOR = {
    Status.SUBMITTED: "unaccepted",
    Status.AWAITING_SUPPLEMENT: "supplement",
    Status.AWAITING_PAYMENT: "payment",
}


def noted() -> dict[tuple[int, date], dict[str, int]]:
    """What was noted of each unit's days, without what was none."""
    rows = OpenTally.objects.values_list("unit", "day", *OPEN_COUNTED)
    return {
        (unit, day): {name: count for name, count in zip(OPEN_COUNTED, counts, strict=True) if count}
        for unit, day, *counts in rows
    }


def replayed_days(first: date, last: date) -> dict[tuple[int, date], dict[str, int]]:
    """The same by folding the events of every dossier as far as they had come at the end of each day."""
    found: dict[tuple[int, date], Counter[str]] = {}
    for dossier in Dossier.objects.select_related("receiving_desk"):
        states = list(_states(dossier))
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            end = day_bounds(day)[1]
            state = next((state for at, state in reversed(states) if at < end), None)
            if state is not None and state.status in OPEN:
                found.setdefault((state.handler_id, day), Counter()).update(_sorts(state, end))
    return {key: dict(counts) for key, counts in found.items()}


def lists_hold_what_was_noted(days: Iterable[date]) -> int:
    """Asserts that the lists of these past days hold as many dossiers as was noted of them; returns how many."""
    units, held = list(Unit.objects.values_list("pk", flat=True)), 0
    numbers = OpenTally.objects.values_list("unit", "day", *LISTED)
    expected = Counter(
        {(unit, day, name): n for unit, day, *counts in numbers for name, n in zip(LISTED, counts, strict=True) if n}
    )
    for day in days:
        found = [*overdue_on_day(units, day), *waiting_on_day(units, day)]
        listed = Counter((one.unit_id, day, one.bucket) for one in found)
        assert listed == Counter({key: n for key, n in expected.items() if key[1] == day}), day
        held += listed.total()
    return held


def _states(dossier: Dossier):
    replay = Replay(calendars_of(dossier.receiving_desk))
    for event in dossier.events.in_order():
        replay.apply(as_event_record(event))
        yield event.at, replay.state


def _sorts(state: State, end: datetime) -> list[str]:
    if state.status in RUNNING:
        return ["running", "overdue"] if state.due_at < end else ["running"]
    return [WAITING_FOR.get(state.status, "paused")]


@pytest.fixture
def ward(city):
    """The ward of two dossiers due on 9 March and finished on 2 April.

    One pays from 4 to 20 March, so is due later; the other is overdue.
    """
    offering = make_offering(make_procedure(), city.ward)
    paid, late = (register(offering, city.ward_desk, at=hanoi(2026, 3, 2)) for _ in range(2))
    for one in (paid, late):
        start_work(dossier=one, actor=None, at=hanoi(2026, 3, 2, 10))
    ask_payment(dossier=paid, amount_vnd=50_000, purpose="Lệ phí trước bạ", actor=None, at=hanoi(2026, 3, 4))
    record_payment(dossier=paid, receipt="BL 12", actor=None, at=hanoi(2026, 3, 20))
    for one in (paid, late):
        finish_dossier(dossier=one, outcome=Outcome.GRANTED, cause="other", actor=None, at=hanoi(2026, 4, 2))
    return city.ward.pk


def test_a_day_is_noted_once_it_is_over_as_its_events_left_it(city, ward):
    note_open(at=hanoi(2026, 4, 3, 0))
    days = noted()
    assert days == replayed_days(date(2026, 3, 1), date(2026, 4, 2))
    assert days[ward, date(2026, 3, 8)] == {"running": 1, "payment": 1}
    assert days[ward, date(2026, 3, 9)] == {"running": 1, "overdue": 1, "payment": 1}
    assert days[ward, date(2026, 3, 20)] == {"running": 2, "overdue": 1}
    assert days[ward, date(2026, 4, 1)] == {"running": 2, "overdue": 2}
    assert (ward, date(2026, 4, 2)) not in days
    assert reconcile(at=hanoi(2026, 4, 3, 1)).is_good


def test_the_lists_of_a_past_day_hold_what_was_noted_of_it(ward):
    """One overdue from 9 March to 1 April; the other waits from the 4th to the 19th, then is overdue from the 25th."""
    note_open(at=hanoi(2026, 4, 3, 0))
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(33)]
    assert lists_hold_what_was_noted(days) == 24 + 16 + 8


def test_day_by_day_gives_what_all_at_once_gives_and_again_changes_nothing(ward):
    for day in range(3, 25):
        note_open(at=hanoi(2026, 3, day, 0, 10))
        note_open(at=hanoi(2026, 3, day, 23))
    by_day = noted()
    OpenTally.objects.all().delete()
    note_open(at=hanoi(2026, 3, 24, 12))
    assert noted() == by_day
    recount_everything()
    assert noted() == by_day


def test_what_others_continue_since_stays_with_who_had_it_then(city, ward):
    later = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 4, 6))
    note_open(at=hanoi(2026, 4, 9))
    before = noted()
    successors = {city.ward.pk: city.other_ward.pk}
    transfer_dossiers(successors=successors, on=date(2026, 4, 9), actor=None, at=hanoi(2026, 4, 9))
    later.refresh_from_db()
    assert later.handler_id == city.other_ward.pk
    note_open(at=hanoi(2026, 4, 11))
    days = noted()
    assert {key: days[key] for key in before} == before
    assert days[city.other_ward.pk, date(2026, 4, 9)] == {"running": 1}
    assert days == replayed_days(date(2026, 3, 1), date(2026, 4, 10))


def test_a_wrong_day_is_found_by_the_proof_and_counted_anew(ward):
    note_open(at=hanoi(2026, 4, 3, 0))
    truth = noted()
    OpenTally.objects.filter(day=date(2026, 3, 10)).update(overdue=0)
    OpenTally.objects.filter(day=date(2026, 3, 11)).delete()
    result = reconcile(at=hanoi(2026, 4, 3, 1))
    assert [(row["of"], row["day"]) for row in result.differences] == [
        ("open", "2026-03-10"),
        ("open", "2026-03-11"),
    ]
    assert noted() == truth
    assert reconcile(at=hanoi(2026, 4, 3, 2)).is_good


def test_the_worker_notes_the_days_that_are_over(city, ward):
    tasks.note_open()
    assert noted() == replayed_days(date(2026, 3, 1), date(2026, 4, 2))


def test_what_was_open_is_asked_for_in_the_words_of_its_index():
    """Another expression would be right as well, and would read all that was ever handed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('dossier_open_span'::regclass)")
        assert OPEN_SPAN.replace("'[]'", "'[]'::text") in cursor.fetchone()[0]
