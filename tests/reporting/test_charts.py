"""Shapes of the charts: right places, gaps where nothing is known, no room for anything but numbers."""

import re
from fractions import Fraction

import pytest

from reporting.charts import (
    AXES,
    QuantileBar,
    bar,
    percent_chart,
    quantile_bar,
    share_axis,
    share_chart,
    sparkline,
    stack,
)

HALF, ALL, NONE = Fraction(1, 2), Fraction(1), Fraction(0)


def test_a_spark_uses_the_whole_height_between_its_margins():
    drawn = sparkline([NONE, HALF, ALL])
    assert drawn.runs == ("1,22 50,13 99,4",)
    assert drawn.end == "M99 4h0"


def test_a_level_line_runs_through_the_middle():
    assert sparkline([HALF, HALF]).runs == ("1,13 99,13",)


def test_an_unknown_value_is_a_gap_and_not_a_zero():
    drawn = sparkline([NONE, ALL, None, NONE, ALL])
    assert drawn.runs == ("1,22 25.5,4", "74.5,22 99,4")


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_known_draws_nothing(values):
    assert (sparkline(values).runs, sparkline(values).end) == ((), "")


def test_one_value_alone_is_a_dot():
    assert sparkline([None, HALF, None]) == type(sparkline([]))(runs=(), end="M50 13h0")


@pytest.mark.parametrize(
    ("lowest", "low"), [("1", 97), ("0.97", 97), ("0.969", 94), ("0.94", 94), ("0.85", 80), ("0.5", 0), ("0", 0)]
)
def test_the_axis_is_the_shortest_that_holds_every_value(lowest, low):
    axis = share_axis([ALL, Fraction(lowest), None], height=200)
    assert axis.low == low
    assert axis.ticks[0] == (100, "0")
    assert axis.ticks[-1] == (low, "200")


def test_every_axis_ends_on_a_line():
    assert all(span % step == 0 for span, step in AXES)


def test_the_target_lies_where_its_value_lies():
    chart = share_chart([Fraction("0.94"), Fraction(1)], Fraction("0.98"))
    assert chart.line.runs == ("0,200 600,0",)
    assert chart.target == "M0 66.7H600"


def test_a_bar_shows_even_one_late_dossier_and_never_passes_the_edge():
    one_in_thousands = bar(9999, 1, 10_000)
    assert one_in_thousands.second == "0.9"
    assert float(one_in_thousands.second_at) + float(one_in_thousands.second) <= 100
    assert bar(10, 0, 10).second == ""
    assert bar(0, 0, 0).first == "0"


def test_a_bar_with_nothing_on_time_is_all_late_and_begins_at_the_edge():
    nothing_on_time = bar(0, 7, 7)
    assert (nothing_on_time.first, nothing_on_time.second_at, nothing_on_time.second) == ("0", "0", "100")


def test_shapes_are_made_of_numbers_only():
    drawn = sparkline([Fraction(n, 7) for n in range(12)])
    assert re.fullmatch(r"[\d., ]+", " ".join(drawn.runs))
    assert re.fullmatch(r"M[\d.]+ [\d.]+h0", drawn.end)


def test_percent_lines_share_an_axis_that_holds_them_all_and_nothing():
    chart = percent_chart([80, None, 60], [-12, 3, 10])
    ticks = [tick for tick, _y in chart.ticks]
    assert (ticks[0], ticks[-1]) == (100, -25)
    assert 0 in ticks
    assert chart.zero == "M0 160H600"
    assert percent_chart([None, None]).lines[0].runs == ()


def test_a_stack_fills_the_width_and_leaves_out_what_is_empty():
    parts = stack([Fraction(1, 2), Fraction(0), None, Fraction(1, 2)])
    assert [(part.at, part.width, part.is_last) for part in parts] == [("0", "50", False), ("50", "50", True)]


def test_a_reach_never_leaves_its_box():
    assert quantile_bar(5, 20, 20) == QuantileBar("25", "100")
    assert quantile_bar(0, 0, 0) == QuantileBar("0", "0")
