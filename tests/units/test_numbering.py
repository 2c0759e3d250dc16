from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import close_old_connections, connection, transaction

from tests.units.test_tree import unit
from units.models import DayCounter, Unit
from units.numbering import next_number

DAY = date(2026, 7, 21)


@pytest.mark.django_db
def test_numbers_begin_at_one_for_every_office_and_every_day() -> None:
    """Rule 22."""
    desk, other = unit("desk"), unit("other")
    assert [next_number(desk, DAY) for _ in range(3)] == [1, 2, 3]
    assert next_number(other, DAY) == 1
    assert next_number(desk, date(2026, 7, 22)) == 1
    assert next_number(desk, DAY) == 4


@pytest.mark.django_db
def test_a_number_that_was_rolled_back_is_given_out_again() -> None:
    """Rule 22."""
    desk = unit("desk")
    next_number(desk, DAY)
    with transaction.atomic():
        assert next_number(desk, DAY) == 2
        transaction.set_rollback(True)
    assert next_number(desk, DAY) == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_is_only_given_inside_a_transaction() -> None:
    desk = unit("desk")
    with pytest.raises(transaction.TransactionManagementError):
        next_number(desk, DAY)
    assert not DayCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_desks_at_once_get_every_number_once_and_leave_no_gap() -> None:
    desk = unit("desk")
    with ThreadPoolExecutor(8) as clerks:
        batches = list(clerks.map(_take_25, [desk] * 8))
    numbers = [number for batch in batches for number in batch]
    assert sorted(numbers) == list(range(1, 201))


def _take_25(desk: Unit) -> list[int]:
    try:
        return [_take(desk) for _ in range(25)]
    finally:
        connection.close()
        close_old_connections()


def _take(desk: Unit) -> int:
    with transaction.atomic():
        return next_number(desk, DAY)
