"""The interval beside a rate."""

import pytest

from reporting.definitions.confidence_interval import wilson
from reporting.definitions.on_time import Rate
from units.texts import wording


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(97, 100, "91,5%", "99,0%"), (29, 30, "83,3%", "99,4%"), (30, 30, "88,6%", "100%"), (0, 30, "0%", "11,4%")],
)
def test_a_rate_has_the_interval_in_which_chance_may_have_moved_it(part, whole, low, high):
    """The score interval of Wilson, 95 %: reference values as any table of it has them."""
    interval = Rate(part, whole).interval
    assert (wording.percent(interval.low, "vi"), wording.percent(interval.high, "vi")) == (low, high)


def test_an_interval_holds_its_share_and_says_all_only_where_nothing_is_missing():
    for whole in (1, 2, 7, 30, 2500, 10**7):
        for part in {0, 1, whole // 2, whole - 1, whole}:
            interval = wilson(part, whole)
            assert 0 <= interval.low <= Rate(part, whole).ratio <= interval.high <= 1
            assert (interval.low == 0, interval.high == 1) == (part == 0, part == whole)
    assert wilson(0, 0) is None
    assert Rate(120, 100).interval is None  # on time ÷ received may pass one: no share of a whole
    with pytest.raises(ValueError, match="no part"):
        wilson(3, 2)
