"""The league of units: ties share a rank, small numbers are not ranked, the middle may be left out."""

from fractions import Fraction

from reporting.definitions.on_time import Counts
from reporting.definitions.ranking import RankingRow, ranking, with_ranks
from units.models import Unit


def row(name: str, in_time: int, resolved: int) -> RankingRow:
    return RankingRow(Unit(name=name), Counts(on_time=in_time, late=resolved - in_time))


def places(rows):
    return [(row.rank, row.unit.name) for row in rows]


def test_equal_rates_share_the_better_rank_and_the_next_one_is_skipped():
    rows = [row("C", 297, 300), row("A", 40, 40), row("B", 90, 90), row("D", 99, 100)]
    assert places(with_ranks(rows)) == [(1, "B"), (1, "A"), (3, "C"), (3, "D")]


def test_rates_are_compared_exactly_not_as_they_are_printed():
    assert places(with_ranks([row("A", 9994, 10_000), row("B", 9996, 10_001)])) == [(1, "B"), (2, "A")]


def test_fewer_than_thirty_resolved_are_listed_without_a_rank():
    result = ranking([row("A", 29, 29), row("B", 20, 30)], whole=False)
    assert places(result.top) == [(1, "B")]
    assert places(result.unranked) == [(None, "A")]


def test_the_best_eight_and_the_last_two_are_shown_and_the_rest_is_one_click_away():
    rows = [row(f"{n:02}", 100 - n, 100) for n in range(20)]
    short = ranking(rows, whole=False)
    assert places(short.top) == [(n + 1, f"{n:02}") for n in range(8)]
    assert places(short.bottom) == [(19, "18"), (20, "19")]
    assert (short.between, short.ranked) == (10, 20)
    whole = ranking(rows, whole=True)
    assert (len(whole.top), whole.between, len(whole.bottom)) == (20, 0, 0)


def test_nothing_is_left_out_where_leaving_out_would_save_no_line():
    result = ranking([row(f"{n:02}", 100 - n, 100) for n in range(11)], whole=False)
    assert (len(result.top), result.between) == (11, 0)


def test_below_target_is_said_only_of_a_known_rate():
    assert row("A", 97, 100).is_below_target
    assert not row("A", 98, 100).is_below_target
    assert not row("A", 0, 0).is_below_target
    assert row("A", 0, 0).rate.exact is None
    assert row("A", 1, 3).rate.exact == Fraction(1, 3)
