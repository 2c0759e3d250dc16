"""Makes rows in several processes at once, so that the demo loads on both cores."""

from __future__ import annotations

import gc
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NoReturn, TypeVar

from django.db import connection

Batch = TypeVar("Batch")
_FORK = get_context("fork")  # a maker reads what this process has read from the database, without sending it over


def made_in_turn(makers: Sequence[Callable[[], Iterator[Batch]]]) -> Iterator[Batch]:
    """Yields what the makers yield, each in a process of its own: one batch of each in turn, so in the same order at
    every load. Raises RuntimeError where a maker fails; a maker has no database.
    """
    running = [_start(maker) for maker in makers]
    try:
        waiting = deque(end for _process, end in running)
        while waiting:
            end = waiting.popleft()
            batch = _received(end)
            if batch is not None:
                yield batch
                waiting.append(end)
    finally:
        for process, end in running:
            end.close()
            process.terminate()
            process.join()


def _start(maker: Callable[[], Iterator[Any]]) -> tuple[Any, Connection]:
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_send_all, args=(maker, theirs), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    return process, ours


def _send_all(maker: Callable[[], Iterator[Any]], end: Connection) -> None:
    gc.disable()  # millions of new objects without a cycle: looking for one takes a quarter of the time
    with suppress(KeyboardInterrupt, BrokenPipeError), connection.execute_wrapper(_refuse):
        try:
            for batch in maker():
                end.send(batch)
            end.send(None)
        except Exception:
            end.send(RuntimeError(traceback.format_exc()))


def _received(end: Connection) -> Any:
    """The next batch; None after the last."""
    try:
        batch = end.recv()
    except EOFError as error:
        raise RuntimeError("a process that makes the demo has ended too early") from error
    if isinstance(batch, RuntimeError):
        raise batch
    return batch


def _refuse(*_statement: Any) -> NoReturn:
    """The connection belongs to the process that started this one."""
    raise RuntimeError("no database while rows are made")
