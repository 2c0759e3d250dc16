"""Shapes for inline SVG: numbers in, coordinates out. No text, no colour, no style; labels belong to the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

Values = Sequence[Fraction | None]

# How far below 100 % an axis may begin, and the step of its lines, both in percentage points.
AXES = ((3, 1), (6, 2), (12, 3), (20, 5), (40, 10), (100, 25))


@dataclass(frozen=True, slots=True)
class Polyline:
    """`runs`: one "x,y x,y" per stretch without a gap; `end`: the path of a dot at the last known value."""

    runs: tuple[str, ...]
    end: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A share axis from `low` to 100 %; `ticks` from the top down, with their height on the drawing."""

    low: int
    ticks: tuple[tuple[int, str], ...]
    height: int

    def y(self, share: Fraction) -> Fraction:
        return (1 - share) * 100 * self.height / (100 - self.low)


def polyline(values: Values, *, width: int, height: int, low: Fraction, high: Fraction, margin: int = 0) -> Polyline:
    """A line over `values` in equal steps from left to right; None breaks it."""
    span = high - low or Fraction(1)
    inner = height - 2 * margin
    step = Fraction(width - 2 * (margin and 1), max(len(values) - 1, 1))
    places = [
        None if value is None else ((margin and 1) + step * index, margin + (high - value) * inner / span)
        for index, value in enumerate(values)
    ]
    runs = [list(run) for known, run in groupby(places, key=lambda place: place is not None) if known]
    last = next((place for place in reversed(places) if place), None)
    return Polyline(
        runs=tuple(" ".join(f"{_n(x)},{_n(y)}" for x, y in filter(None, run)) for run in runs if len(run) > 1),
        end=f"M{_n(last[0])} {_n(last[1])}h0" if last else "",
    )


def sparkline(values: Values) -> Polyline:
    """A small line in a box of 100 × 26 that uses its whole height; a level line runs through the middle."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (Fraction(0), Fraction(1))
    if low == high:
        low, high = low - 1, high + 1
    return polyline(values, width=100, height=26, low=low, high=high, margin=4)


def share_axis(values: Values, *, height: int) -> Axis:
    """The shortest axis that holds every value."""
    lowest = min((value for value in values if value is not None), default=Fraction(1)) * 100
    span, step = next(axis for axis in AXES if 100 - axis[0] <= lowest)
    ticks = tuple((100 - down, _n(Fraction(down * height, span))) for down in range(0, span + 1, step))
    return Axis(low=100 - span, ticks=ticks, height=height)


@dataclass(frozen=True, slots=True)
class ShareChart:
    """Shares over time against a target, in a box of `width` × `height`."""

    width: int
    height: int
    axis: Axis
    line: Polyline
    target: str


def share_chart(values: Values, target: Fraction, *, width: int = 600, height: int = 200) -> ShareChart:
    axis = share_axis([*values, target], height=height)
    drawn = polyline(values, width=width, height=height, low=Fraction(axis.low, 100), high=Fraction(1))
    return ShareChart(width, height, axis, drawn, target=f"M0 {_n(axis.y(target))}H{width}")


@dataclass(frozen=True, slots=True)
class PercentChart:
    """Lines of whole percent, above and below nothing, in a box of `width` × `height`; `zero` is the path of 0 %."""

    width: int
    height: int
    ticks: tuple[tuple[int, str], ...]
    lines: tuple[Polyline, ...]
    zero: str


def percent_chart(*series: Sequence[int | None], width: int = 600, height: int = 200) -> PercentChart:
    """Every series on one axis that holds them all and 0."""
    known = [value for values in series for value in values if value is not None]
    lowest, highest = min([0, *known]), max([0, *known])
    step = next(step for step in (5, 10, 25, 50) if highest - lowest <= 5 * step)
    low, high = lowest // step * step, -(-max(highest, lowest + 1) // step) * step

    def y(value: int) -> Fraction:
        return Fraction((high - value) * height, high - low)

    lines = tuple(
        polyline(
            [None if value is None else Fraction(value) for value in values],
            width=width,
            height=height,
            low=Fraction(low),
            high=Fraction(high),
        )
        for values in series
    )
    ticks = tuple((value, _n(y(value))) for value in range(high, low - 1, -step))
    return PercentChart(width, height, ticks, lines, zero=f"M0 {_n(y(0))}H{width}")


@dataclass(frozen=True, slots=True)
class StackPart:
    """One part of a stacked bar; `strength`: how much of its colour, from 0 to 1."""

    at: str
    width: str
    strength: str
    is_last: bool


def stack(shares: Sequence[Fraction | None]) -> tuple[StackPart, ...]:
    """Parts of a whole end to end in a box 100 wide, each paler than the one before; empty parts are left out."""
    parts, at = [], Fraction(0)
    for place, share in enumerate(shares):
        if share:
            strength = 1 - Fraction(place, len(shares))
            is_last = place == len(shares) - 1
            parts.append(StackPart(_n(at), _n(share * 100), f"{float(strength):.2f}", is_last))
            at += share * 100
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class QuantileBar:
    """From nothing to a middle value, and on to a far one, in a box 100 wide."""

    middle: str
    far: str


def quantile_bar(middle: int, far: int, longest: int) -> QuantileBar:
    scale = Fraction(100, max(longest, 1))
    return QuantileBar(_n(middle * scale), _n(far * scale))


@dataclass(frozen=True, slots=True)
class TwoPartBar:
    """A bar of two parts in a box 100 wide; the second never thinner than can be seen, unless it is nothing."""

    first: str
    second_at: str
    second: str


def bar(first: int, second: int, longest: int) -> TwoPartBar:
    """`first` and `second` laid end to end on a scale where `longest` is the whole width."""
    scale = Fraction(100, max(longest, 1))
    thin = Fraction(9, 10)
    end = max(second * scale, thin) if second else Fraction(0)
    gap = Fraction(6, 10) if first and second else Fraction(0)
    start = max(min(first * scale, 100 - end - gap), Fraction(0))
    return TwoPartBar(first=_n(start), second_at=_n(start + gap), second=_n(end) if second else "")


def _n(number: Fraction) -> str:
    """With a point and at most one decimal, whatever the reader's language."""
    return f"{float(number):.1f}".removesuffix(".0")
