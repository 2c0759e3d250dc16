from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import close_old_connections, connection, transaction

from tests.units.models.test_tree import unit
from units.models import CodeTemplate, DayCounter, Unit
from units.numbering.dossier_codes import next_code

DAY = date(2026, 7, 21)


def numbered(prefix: str, valid_to: date | None = None) -> Unit:
    desk = unit(prefix.replace(".", "-").lower())
    CodeTemplate.objects.create(unit=desk, prefix=prefix, valid_from=date(2020, 1, 1), valid_to=valid_to)
    return desk


@pytest.mark.django_db
def test_numbers_begin_at_one_for_every_office_and_every_day() -> None:
    """Rule 22."""
    desk, other = numbered("H26.01"), numbered("H26.02")
    assert [next_code(desk, DAY) for _ in range(3)] == [f"H26.01-260721-000{number}" for number in (1, 2, 3)]
    assert next_code(other, DAY) == "H26.02-260721-0001"
    assert next_code(desk, date(2026, 7, 22)) == "H26.01-260722-0001"
    assert next_code(desk, DAY) == "H26.01-260721-0004"


@pytest.mark.django_db
def test_only_the_template_in_force_on_the_day_makes_codes() -> None:
    desk = numbered("H26.01", valid_to=DAY)
    CodeTemplate.objects.create(unit=desk, prefix="H99.01", valid_from=date(2026, 7, 22))
    assert next_code(desk, DAY) == "H26.01-260721-0001"
    assert next_code(desk, date(2026, 7, 22)) == "H99.01-260722-0001"
    assert next_code(desk, date(2019, 1, 1)) is None
    assert DayCounter.objects.count() == 2


@pytest.mark.django_db
def test_a_number_that_was_rolled_back_is_given_out_again() -> None:
    """Rule 22."""
    desk = numbered("H26.01")
    next_code(desk, DAY)
    with transaction.atomic():
        assert next_code(desk, DAY) == "H26.01-260721-0002"
        transaction.set_rollback(True)
    assert next_code(desk, DAY) == "H26.01-260721-0002"


@pytest.mark.django_db(transaction=True)
def test_a_number_is_only_given_inside_a_transaction() -> None:
    desk = numbered("H26.01")
    with pytest.raises(transaction.TransactionManagementError):
        next_code(desk, DAY)
    assert not DayCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_desks_at_once_get_every_number_once_and_leave_no_gap() -> None:
    desk = numbered("H26.01")
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
        return int(str(next_code(desk, DAY))[-4:])
