"""Rates as "97 of 100", never rounded to look better. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from reporting.definitions.on_time import Rate

MET, MISSED, CLOSE = "met", "missed", "close"


def so_many_of(rate: Rate, target: Decimal) -> tuple[int, int] | None:
    """So many of a hundred: `Rate(97, 100)` → (97, 100); None when the rate is a share of nothing.

    Of a thousand, ten thousand and so on, where the round number would turn nearly all into all, next to nothing into
    nothing, or nearly the target into the target: 2,499 of 2,500 are 9,996 of ten thousand.
    """
    ratio = rate.ratio
    if ratio is None:
        return None
    if ratio in (0, 1):
        return int(ratio * 100), 100
    among = 100
    while (part := (ratio * among).quantize(Decimal(1), ROUND_HALF_UP)) / among in {0, 1, target} - {ratio}:
        among *= 10
    return int(part), among


def against_target(rate: Rate, target: Decimal) -> str:
    """`MET` or `MISSED` where chance alone does not explain it (the whole 95 % interval lies on one side), else
    `CLOSE`; empty for a share of nothing."""
    interval = rate.interval
    if interval is None:
        return ""
    return MET if interval.low >= target else MISSED if interval.high < target else CLOSE
