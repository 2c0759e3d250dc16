"""Medians by nearest rank: always a value that occurred, and the same however the counts were put together."""

from collections import Counter
from fractions import Fraction
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from reporting.definitions.quantiles import MEDIAN, NINETIETH, quantile

SHARES = st.fractions(min_value=Fraction(1, 100), max_value=1)


@given(st.lists(st.integers(-50, 50), min_size=1), SHARES)
def test_a_quantile_is_the_value_at_its_rank_in_the_sorted_list(values, share):
    rank = ceil(share * len(values))
    assert quantile(Counter(values), share) == sorted(values)[rank - 1]


def test_of_nothing_there_is_none():
    assert quantile({}, MEDIAN) is None
    assert quantile({5: 0}, MEDIAN) is None


def test_nine_of_ten_is_not_the_tenth():
    counts = {1: 9, 80: 1}
    assert (quantile(counts, MEDIAN), quantile(counts, NINETIETH), quantile(counts, Fraction(1))) == (1, 1, 80)
