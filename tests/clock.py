"""The day on which tests run: a fixed one, so that what passes today passes on every other day too.

Tests that stay in this process run from `TODAY` on, or from `--today`, with time passing as usual; each begins at that
hour anew. A browser test is one of them: the pages come from a thread of this process, none of our scripts asks for
the time, and the browser gets the age of a cookie, not its last day. Tests that start other processes have the
marker `process`, and run on the real day, as those processes do: nobody can set their clock. So do those marked
`outside`.
"""

import subprocess
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from functools import cache
from inspect import isfunction, unwrap
from types import CodeType, FunctionType
from typing import Any

import pytest
from django.db.backends.signals import connection_created

from tests.databases import give_time, travel_to
from units.clock.working_calendar import OFFICE_TIME

TODAY = "2026-11-25T09:30"
"""An ordinary Wednesday morning, on the clock of the office."""

STARTERS = {"portal.embedded.engines", "portal.embedded.processes", "portal.embedded.supervisor"}
OUTSIDE = "starts somebody else's program"

connection_created.connect(give_time)


def fixed_now(config: pytest.Config) -> datetime:
    return datetime.fromisoformat(config.getoption("today") or TODAY).replace(tzinfo=OFFICE_TIME)


def day_before(config: pytest.Config) -> datetime:
    """The day before: when the catalogue was loaded that tests share."""
    return fixed_now(config) - timedelta(days=1)


def starts_processes(thing: Any) -> bool:
    """Whether a test, a fixture or a helper of ours uses what starts processes, itself or through another helper."""
    seen: set[Any] = set()
    ahead = [thing]
    while ahead:
        function = ahead.pop()
        if isfunction(function) and function not in seen:
            seen.add(function)
            starts, used = _used_by(function)
            if starts:
                return True
            ahead += used
    return False


@cache
def _used_by(function: FunctionType) -> tuple[bool, list[FunctionType]]:
    """Whether a function of tests uses what starts processes itself, and which functions it uses. The same helpers and
    fixtures are asked about for thousands of tests."""
    function = unwrap(function)
    if not isfunction(function) or not function.__module__.startswith("tests."):
        return False, []
    used = [function.__globals__.get(name) for name in _names(function.__code__)]
    return any(map(_is_starter, used)), [one for one in used if isfunction(one)]


def _is_starter(thing: Any) -> bool:
    return thing is subprocess or getattr(thing, "__module__", None) in STARTERS


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _is_on_real_day(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("process", "outside"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--today", help=f"run what stays in one process on this day (Hanoi), such as {TODAY}")
    parser.addoption("--fast", action="store_true", help="leave out the markers browser, process and outside")


def pytest_sessionstart(session: pytest.Session) -> None:
    """On the real day: pytest would take the folders of runs beside this one for forgotten ones, and remove them."""
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("fast") and not config.option.markexpr:
        config.option.markexpr = "not browser and not process and not outside"


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, Any, Any]:
    """What files of tests reckon when they are imported, they reckon on the day on which the tests run."""
    with travel_to(fixed_now(session.config)):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _reaches_a_process(item):
            item.add_marker(pytest.mark.process)
        if item.get_closest_marker("outside") and "outside" not in config.option.markexpr:
            item.add_marker(pytest.mark.skip(reason=OUTSIDE))
    if config.getoption("today"):
        left_out = [item for item in items if _is_on_real_day(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _reaches_a_process(item: pytest.Function) -> bool:
    fixtures = [defs[-1].func for defs in item._fixtureinfo.name2fixturedefs.values()]
    return any(starts_processes(function) for function in (item.function, *fixtures))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    if _is_on_real_day(item):
        return (yield)
    with travel_to(fixed_now(item.config)):
        return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if OUTSIDE in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", "TESTS LEFT OUT", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} tests that start somebody else's program did NOT run: script/test -m outside", red=True
        )
