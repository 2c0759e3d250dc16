"""Decent hours and patience: when a message goes out, and when a failed one is tried again."""

from datetime import timedelta

import pytest

from notices.sending_hours import (
    MOST_ATTEMPTS,
    asked_wait,
    is_sending_hour,
    next_sending_hour,
    wait_after,
)
from tests.factories import hanoi

MINUTE = timedelta(minutes=1)
NOW = hanoi(2026, 3, 2, 9)


@pytest.mark.parametrize(
    ("at", "goes_out"),
    [
        (hanoi(2026, 3, 2, 7), hanoi(2026, 3, 2, 7)),
        (hanoi(2026, 3, 2, 6, 59, 59), hanoi(2026, 3, 2, 7)),
        (hanoi(2026, 3, 2, 0), hanoi(2026, 3, 2, 7)),
        (hanoi(2026, 3, 2, 20, 59, 59), hanoi(2026, 3, 2, 20, 59, 59)),
        (hanoi(2026, 3, 2, 21), hanoi(2026, 3, 3, 7)),
        (hanoi(2026, 12, 31, 23, 59, 59), hanoi(2027, 1, 1, 7)),
    ],
)
def test_what_is_shown_at_night_goes_out_at_seven(at, goes_out):
    assert next_sending_hour(at, since=7, until=21) == goes_out
    assert is_sending_hour(at, since=7, until=21) == (at == goes_out)


def test_round_the_clock_no_moment_waits():
    for hour in range(24):
        assert is_sending_hour(hanoi(2026, 3, 2, hour), since=0, until=24)


def test_pauses_double_from_a_minute_up_to_four_hours():
    waits = [wait_after(tries) for tries in range(1, MOST_ATTEMPTS)]
    assert waits == [*(MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32, 64, 128)), timedelta(hours=4)]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("90", timedelta(seconds=90)),
        ("Mon, 02 Mar 2026 02:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 01:00:00 GMT", timedelta()),
        ("9" * 400, timedelta(days=1)),
        ("-5", timedelta()),
        ("soon", timedelta()),
        ("Mon, 02 Mar 2026 02:05:00 -0000", timedelta()),
        ("", timedelta()),
    ],
)
def test_a_server_may_ask_for_a_longer_pause_of_a_day_at_most(header, wait):
    assert asked_wait(header, NOW) == wait
