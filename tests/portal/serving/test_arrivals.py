"""The bodies on their way to one process are few enough for its memory and its disk."""

from contextlib import ExitStack
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest

from portal.serving.arrivals import LARGE, OF_ALL, OF_ONE_VISITOR, Arrivals
from portal.serving.exchange import visitor_of
from portal.serving.refusals import Refused


def refused(arrivals: Arrivals, visitor: str, length: int = 1) -> HTTPStatus | None:
    try:
        with arrivals.counted(visitor, length):
            return None
    except Refused as refusal:
        return refusal.status


def test_a_visitor_has_so_many_small_bodies_under_way_or_two_of_a_hundred_megabytes() -> None:
    arrivals = Arrivals()
    with ExitStack() as bodies:
        for _ in range(2):
            bodies.enter_context(arrivals.counted("a", 10 * LARGE))
        assert refused(arrivals, "a", 10 * LARGE) == HTTPStatus.TOO_MANY_REQUESTS
        for _ in range(OF_ONE_VISITOR - 22):
            bodies.enter_context(arrivals.counted("a", 1))
        assert refused(arrivals, "a") == HTTPStatus.TOO_MANY_REQUESTS
        assert refused(arrivals, "b") is None
    assert refused(arrivals, "a", 100 * LARGE) is None  # the first one, whatever is allowed as a request


def test_all_visitors_together_have_a_limit_and_a_body_that_ended_makes_room() -> None:
    arrivals = Arrivals()
    with ExitStack() as bodies:
        for number in range(OF_ALL - 1):
            bodies.enter_context(arrivals.counted(str(number), 1))
        with arrivals.counted("the last", 1):
            assert refused(arrivals, "one more") == HTTPStatus.SERVICE_UNAVAILABLE
        assert refused(arrivals, "one more") is None


@pytest.mark.parametrize(
    ("proxies", "client", "forwarded", "visitor"),
    [
        (0, "192.0.2.7:5000", ["198.51.100.1"], "192.0.2.7"),
        (0, "[2001:db8:1:2::9]:5000", [], "2001:db8:1:2::/64"),
        (1, "127.0.0.1:5000", ["made up, 2001:db8:1:2:ffff::1"], "2001:db8:1:2::/64"),
        (1, "127.0.0.1:5000", ["made up", "192.0.2.7"], "192.0.2.7"),
    ],
)
def test_a_visitor_is_the_one_of_every_other_limit(
    settings: Any, proxies: int, client: str, forwarded: list[str], visitor: str
) -> None:
    settings.NUM_PROXIES = proxies
    headers = [("host", "motcua.example"), *(("x-forwarded-for", each) for each in forwarded)]
    scope: Any = SimpleNamespace(client=client, headers=SimpleNamespace(items=lambda: headers))
    assert visitor_of(scope) == visitor
