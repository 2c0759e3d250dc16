"""Figures of a span are read from its whole months and the days beside them: the same to the last dossier."""

from datetime import date
from itertools import combinations_with_replacement

import pytest
from django.db import IntegrityError

from reporting.dashboards.channels.figures import by_desk
from reporting.definitions.on_time import Counts
from reporting.definitions.periods import Month, Span, whole_months
from reporting.models import LateTally, MonthTally
from reporting.rollup.actions import recount_everything
from reporting.rollup.reading import Period, read_fields, read_procedures, read_sum, read_totals
from tests.factories import hanoi, make_unit
from tests.reporting.helpers import dossier, offer, save

EDGES = [(1, 30), (1, 31), (2, 1), (2, 15), (2, 28), (3, 1), (3, 31), (4, 1), (4, 2)]


@pytest.fixture
def ward(db):
    return make_unit("Một Phường", "ward")


@pytest.fixture
def offering(ward):
    """Something was received on each of the days at the edges of four months."""
    offering = offer(ward, field="Hộ tịch")
    save(*(dossier(offering, received_at=hanoi(2026, month, day)) for month, day in EDGES))
    recount_everything()
    return offering


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), (Month(2026, 1), Month(2026, 3))),
        (date(2026, 1, 2), date(2026, 3, 30), (Month(2026, 2), Month(2026, 2))),
        (date(2025, 12, 31), date(2026, 1, 1), (Month(2026, 1), Month(2025, 12))),
        (date(2026, 2, 2), date(2026, 2, 27), (Month(2026, 3), Month(2026, 1))),
    ],
)
def test_the_whole_months_of_some_days(first, last, months):
    assert whole_months(first, last) == months


def test_every_span_counts_each_of_its_days_once(ward, offering):
    days = [date(2026, *edge) for edge in EDGES]
    for first, last in combinations_with_replacement(days, 2):
        within = sum(first <= day <= last for day in days)
        period = Period.at(Span.between(first, last), hanoi(2026, 6, 1))
        assert read_sum([ward.pk], first, last).received == within, (first, last)
        assert read_totals([ward.pk], period).span().received == within, (first, last)
        assert read_procedures([ward.pk], period)[offering.procedure_id].received == within, (first, last)
        assert [line.counts.received for line in by_desk([ward.pk], period)] == [within], (first, last)
    assert read_sum([ward.pk], date(2027, 1, 1), date(2026, 6, 1)) == Counts()  # a span that has not begun


def test_a_field_that_a_procedure_moves_to_takes_its_months_along(ward, offering):
    """Months are kept by procedure, so that nothing is to be counted anew when the catalogue changes."""
    save(dossier(offering, received_at=hanoi(2026, 2, 2), finished_at=hanoi(2026, 2, 3)))
    recount_everything()
    year = Period.at(Span.parse("2026"), hanoi(2026, 6, 1))
    assert [row.name for row in read_fields([ward.pk], year)] == ["Hộ tịch"]
    procedure, other = offering.procedure, offer(ward, field="Đất đai").procedure
    procedure.field = other.field
    procedure.save()
    assert [row.name for row in read_fields([ward.pk], year)] == ["Đất đai"]


def test_a_running_month_is_as_its_days_are_by_then(ward, offering):
    """As it stood on 15 February: what was received on the 28th is not in it."""
    period = Period.shown(Month(2026, 2), as_of=date(2026, 2, 15), at=hanoi(2026, 6, 1))
    totals = read_totals([ward.pk], period)
    assert (totals.span().received, totals.before().received) == (2, 2)
    assert (totals.month(Month(2026, 1)).received, totals.month(Month(2026, 2)).received) == (2, 2)


@pytest.mark.parametrize("model", [MonthTally, LateTally])
def test_a_month_has_its_first_day(ward, model):
    more = {"late_unit": ward, "dossiers": 1} if model is LateTally else {}
    with pytest.raises(IntegrityError, match="of_a_month"):
        model.objects.create(unit=ward, month=date(2026, 3, 2), **more)
