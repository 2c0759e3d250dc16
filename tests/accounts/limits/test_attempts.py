"""How limits count: exactly, also when two try at once, and without keeping who tried."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from accounts.limits.attempts import (
    DAY,
    HOUR,
    MINUTE,
    Limit,
    Rate,
    TooManyTries,
    count_try,
    forget_tries,
    give_back,
    has_tried,
)
from accounts.models import AttemptCounter
from tests.factories import hanoi

START = hanoi(2026, 3, 2, 8)
FIVE = Limit("test", ("visitor", "code"), (Rate(5, MINUTE), Rate(20, DAY)))
SECOND = timedelta(seconds=1)


def is_let_in(at, *limits):
    try:
        count_try(limits=limits, at=at)
    except TooManyTries:
        return False
    return True


@pytest.mark.django_db
def test_the_sixth_try_waits_a_minute_from_the_first_however_often_it_is_made():
    assert [is_let_in(START + n * SECOND, FIVE) for n in range(7)] == [True] * 5 + [False] * 2
    assert not is_let_in(START + 59 * SECOND, FIVE)
    assert is_let_in(START + MINUTE, FIVE)
    assert is_let_in(START, Limit("test", ("visitor", "other"), FIVE.rates))


@pytest.mark.django_db
def test_the_twenty_first_try_waits_a_day_from_the_first():
    assert all(is_let_in(START + n * MINUTE, FIVE) for n in range(20))
    assert not is_let_in(START + 20 * MINUTE, FIVE)
    assert not is_let_in(START + DAY - SECOND, FIVE)
    assert is_let_in(START + DAY, FIVE)


@pytest.mark.django_db
def test_a_try_refused_by_one_limit_is_counted_by_none():
    other = Limit("test", ("code",), (Rate(5, MINUTE),))
    for _ in range(5):
        is_let_in(START, FIVE)
    assert not is_let_in(START, other, FIVE)
    assert not has_tried(limit=other, at=START)


@pytest.mark.django_db
def test_what_is_given_back_is_not_counted_and_no_other_try_of_the_same_moment_is():
    for _ in range(4):
        count_try(limits=[FIVE], at=START)
    for _ in range(9):
        count_try(limits=[FIVE], at=START)
        give_back(limits=[FIVE], at=START)
    assert AttemptCounter.objects.get().times == [START] * 4


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_just_five_are_let_in():
    def attempt(number):
        try:
            return is_let_in(START + number * timedelta(milliseconds=1), FIVE, Limit("test", (), (Rate(9, DAY),)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(12))) == 5
    assert sorted(len(counter.times) for counter in AttemptCounter.objects.all()) == [5, 5]


@pytest.mark.parametrize(
    ("wait", "seconds", "sentence"),
    [
        (timedelta(seconds=0.2), 1, "Xin chờ một phút rồi thử lại."),
        (MINUTE, 60, "Xin chờ một phút rồi thử lại."),
        (timedelta(minutes=42, seconds=1), 2521, "Xin thử lại từ 08:43 hôm nay."),
        (timedelta(minutes=42), 2520, "Xin thử lại từ 08:42 hôm nay."),
        (16 * HOUR, 57600, "Xin thử lại từ 00:00 Thứ Ba, 03/03/2026."),
    ],
)
def test_whoever_is_refused_is_told_when_to_come_back(wait, seconds, sentence):
    refused = TooManyTries(FIVE, START + wait, START)
    assert (refused.seconds, refused.come_back) == (seconds, sentence)
    with translation.override("en"):
        assert refused.come_back.startswith("Please ")


@pytest.mark.django_db
def test_nobody_is_named_and_what_no_longer_counts_is_forgotten():
    count_try(limits=[FIVE, Limit("test", ("visitor",), (Rate(5, MINUTE),))], at=START)
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in AttemptCounter.objects.values_list("key", flat=True))
    assert forget_tries(at=START + MINUTE - SECOND) == 0
    assert forget_tries(at=START + MINUTE) == 1
    assert forget_tries(at=START + DAY) == 1
