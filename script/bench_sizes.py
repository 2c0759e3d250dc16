"""One register at several sizes: a copy of the database at each, and every page asked of all of them alternately.

So a busy machine is fair to every size. Beside elapsed time it prints processor time, the portal's and that of its
database session (without parallel workers), which other work on the machine does not lengthen.
"""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench_queue import Visitor

WARM = 3
COPY = "CREATE DATABASE {} TEMPLATE portal"
Pages = dict[str, tuple[Visitor, str]]
"""Who asks for what, by name."""


class Cost(NamedTuple):
    """Of one page, in milliseconds."""

    p50: float
    p95: float
    processor: float


Costs = dict[tuple[str, int], Cost]
"""By page and size."""


def store_copy(size: int) -> None:
    """A copy of the database as it is."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    connection.close()
    with psycopg.connect(settings.DATABASE_URL.replace("/portal?", "/postgres?"), autocommit=True) as server:
        server.execute(COPY.format(name_of(size)))


def name_of(size: int) -> str:
    return f"portal_{size}"


def use(database: str) -> None:
    """Requests go to that database from now on, on one session that stays open, as in a pool."""
    from django.db import connection

    connection.close()
    connection.settings_dict |= {"NAME": database, "CONN_MAX_AGE": None}
    connection.ensure_connection()


def measure(pages: dict[int, Pages], calls: int) -> Costs:
    """Each page of each size so many times."""
    took: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for round_number in range(calls + WARM):
        for size, several in pages.items():
            use(name_of(size))
            next(iter(several.values()))[0].get("/healthz")
            for name, (visitor, path) in several.items():
                cost = _asked(visitor, path)
                if round_number >= WARM:
                    took.setdefault((name, size), []).append(cost)
    return {key: _cost(times) for key, times in took.items()}


def written(cost: Cost) -> str:
    return f"p50 {cost.p50:7.1f} ms  p95 {cost.p95:7.1f} ms  processor {cost.processor:7.1f} ms"


def compare(costs: Costs, smaller: int, size: int, budget: str) -> None:
    print(f"\n{size:,} against {smaller:,}: p50, p95 (budget {budget}), processor time")
    for name in dict.fromkeys(name for name, _size in costs):
        ratios = [large / small for small, large in zip(costs[name, smaller], costs[name, size], strict=True)]
        print(f"  {name:26} " + "  ".join(f"{ratio:.2f}" for ratio in ratios))


def _asked(visitor: Visitor, path: str) -> tuple[float, float]:
    """Seconds, and seconds of processor time."""
    spent, began = sum(_processor_times()), time.perf_counter()
    visitor.get(path)
    return time.perf_counter() - began, sum(_processor_times()) - spent


def _processor_times() -> Iterator[float]:
    """Of this process and of its database session."""
    from django.db import connection

    for process in ("self", connection.connection.info.backend_pid):
        yield int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def _cost(times: list[tuple[float, float]]) -> Cost:
    took, spent = ([1000 * one for one in column] for column in zip(*times, strict=True))
    return Cost(statistics.median(took), statistics.quantiles(took, n=20)[-1], statistics.median(spent))
