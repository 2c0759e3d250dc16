"""Shares in words, against a target, and terms shorter than the law's: never better than they are."""

from decimal import Decimal

import pytest

from procedures.models import Offering
from reporting.definitions.on_time import Rate
from reporting.open_data.shortened_terms import shortened_terms
from reporting.public.shares_in_words import against_target, so_many_of
from tests.factories import make_offering, make_procedure, make_units

TARGET = Decimal("0.98")


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (Rate(97, 100), (97, 100)),
        (Rate(125_418, 129_245), (97, 100)),
        (Rate(2499, 2500), (9996, 10_000)),
        (Rate(1, 3000), (3, 10_000)),
        (Rate(976, 1000), (976, 1000)),
        (Rate(98, 100), (98, 100)),
        (Rate(7, 7), (100, 100)),
        (Rate(0, 7), (0, 100)),
        (Rate(0, 0), None),
    ],
)
def test_a_share_in_words_is_never_rounded_to_all_to_nothing_or_to_the_target(rate, message):
    assert so_many_of(rate, TARGET) == message


@pytest.mark.parametrize(
    ("rate", "found"),
    [
        (Rate(2454, 2455), "met"),
        (Rate(900, 1000), "missed"),
        (Rate(29, 30), "close"),
        (Rate(30, 30), "close"),
        (Rate(0, 0), ""),
    ],
)
def test_a_target_is_met_or_missed_only_beyond_chance(rate, found):
    assert against_target(rate, TARGET) == found


def test_a_procedure_counts_once_by_its_shortest_promise(db, django_assert_num_queries):
    city = make_units()
    five = make_procedure(name="Năm ngày")
    type(five).objects.filter(pk=five.pk).update(term_amount=5, term_unit="working_day")
    other = make_procedure(name="Theo vụ việc")
    type(other).objects.filter(pk=other.pk).update(term_amount=None, term_unit="")
    make_offering(five, city.ward)
    quick = make_offering(five, city.other_ward)
    make_offering(other, city.ward)
    on = five.valid.lower
    Offering.objects.filter(pk=quick.pk).update(committed_amount=0, committed_unit="same_day")
    with django_assert_num_queries(1):
        (found,) = shortened_terms(on)
    assert (found.procedures, found.shortened, found.statutory, found.committed) == (1, 1, 5, 1)
