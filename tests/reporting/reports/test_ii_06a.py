"""Form II.06a: what a period had to do with, what became of it, and that every row adds up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dossiers.clock.states import Outcome, Status
from dossiers.operations.finishing.actions import start_work
from dossiers.operations.pauses.actions import ask_payment, record_payment
from reporting.reports.adding_up import checked
from reporting.reports.ii_06a_counts import read_form_06a
from reporting.reports.ii_06a_rows import FORM, Form06aRow
from tests.factories import hanoi, make_offering, make_procedure, make_units, register
from tests.reporting.helpers import dossier, offer, save
from units.rules import RuleBroken

MARCH = date(2026, 3, 1), date(2026, 3, 31)
APRIL = hanoi(2026, 4, 10)
WARD_X = Form06aRow("Hộ tịch", 120, 70, 38, 12, 100, 40, 57, 3, 20, 18, 2)


def test_19_a_row_that_adds_up_passes_and_any_that_does_not_fails_the_export():
    """3=120 (4=70, 5=38, 6=12), 7=100 (8=40, 9=57, 10=3), 11=20 (12=18, 13=2); 120 = 100 + 20."""
    assert checked([WARD_X], report=FORM) == [WARD_X]
    for change, identity in (
        ({"online": 71}, "3 = 4 + 5 + 6"),
        ({"late": 4}, "7 = 8 + 9 + 10"),
        ({"overdue": 3}, "11 = 12 + 13"),
        ({"pending": 21, "in_time": 19}, "3 = 7 + 11"),
    ):
        with pytest.raises(RuleBroken) as broken:
            checked([WARD_X, replace(WARD_X, name="Đất đai", **change)], report=FORM)
        assert "Biểu II.06a, dòng “Đất đai”" in broken.value.message
        assert identity in broken.value.message


@pytest.mark.django_db
def test_19_the_dossiers_of_ward_x_give_the_row_of_the_rule(django_assert_num_queries):
    city = make_units()
    offering = offer(city.ward, field="Hộ tịch")
    came, due = hanoi(2026, 3, 5), hanoi(2026, 3, 13, 17)
    ends = {"early": hanoi(2026, 3, 12), "on_time": hanoi(2026, 3, 13, 16, 59), "late": hanoi(2026, 3, 16)}

    def some(number, **fields):
        return [dossier(offering, **({"received_at": came, "due_at": due} | fields)) for _ in range(number)]

    rows = some(38, finished_at=ends["early"], intake="online")
    rows += some(2, finished_at=ends["early"], intake="post")
    rows += some(32, finished_at=ends["on_time"], intake="online")
    rows += some(20, finished_at=ends["on_time"])
    rows += some(5, finished_at=hanoi(2026, 3, 20), outcome=Outcome.WITHDRAWN)  # ended without a result: not late
    rows += some(3, finished_at=ends["late"])
    rows += some(6, due_at=hanoi(2026, 4, 2))  # handed in at the end of March
    rows += some(2, finished_at=hanoi(2026, 4, 1))  # late, and still open when March ended
    before = {"received_at": hanoi(2026, 2, 20)}
    rows += some(9, **before, due_at=hanoi(2026, 4, 8), finished_at=hanoi(2026, 4, 7))
    rows += some(3, **before, status=Status.AWAITING_SUPPLEMENT)  # waits: in time, whatever the day
    rows += some(4, **before, finished_at=hanoi(2026, 2, 27))  # the period has nothing to do with these
    rows += some(4, received_at=hanoi(2026, 4, 1), due_at=hanoi(2026, 4, 9))
    save(*rows, dossier(offer(city.other_ward), received_at=came))
    with django_assert_num_queries(1):
        assert read_form_06a([city.ward.pk], *MARCH, at=APRIL) == [WARD_X]


@pytest.mark.django_db
def test_18_what_waited_when_the_period_ended_was_in_time_whatever_became_of_it():
    """Both are due on 9 March; one is asked to pay on 17 March and pays in April."""
    city = make_units()
    file = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2))
    start_work(dossier=file, actor=None, at=hanoi(2026, 3, 2, 10))
    late = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2))
    start_work(dossier=late, actor=None, at=hanoi(2026, 3, 2, 10))
    at = hanoi(2026, 3, 16, 8)
    (row,) = read_form_06a([city.ward.pk], MARCH[0], at.date(), at=at)
    assert (row.in_time, row.overdue) == (0, 2)
    ask_payment(dossier=file, amount_vnd=50_000, purpose="Lệ phí trước bạ", actor=None, at=hanoi(2026, 3, 17))
    record_payment(dossier=file, receipt="BL 12", actor=None, at=hanoi(2026, 4, 2))
    (row,) = read_form_06a([city.ward.pk], *MARCH, at=APRIL)
    assert (row.in_time, row.overdue) == (1, 1)
    (row,) = read_form_06a([city.ward.pk], *MARCH, at=hanoi(2026, 3, 17) - timedelta(minutes=1))
    assert (row.in_time, row.overdue) == (0, 2)
