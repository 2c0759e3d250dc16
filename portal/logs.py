"""How log lines look: JSON in production, readable in development; one record is one line with a request id.

No line carries a query string, a body, an address or a name of a person: a line says what happened to which route.
"""

import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import psycopg
import structlog
from django.core.exceptions import ValidationError
from django.db import Error

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


# The text of these may be a refused row, a value or a key. Where one of ours was raised, the frame shows its words.
QUOTING: Final = (Error, psycopg.Error, ValidationError, ValueError, LookupError, TypeError)


def name_the_task_only(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Celery writes a failed task's exception into the line's text; keep which task it was, the traceback follows."""
    data = getattr(line.get("_record"), "data", None)
    if isinstance(data, dict) and "exc" in data:
        line["event"] = f"Task {data['name']}[{data['id']}] {data.get('description', 'failed and is tried again')}"
    return line


# What every record gets, whether it comes from structlog or from the standard library.
PRE_CHAIN: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    name_the_task_only,
]


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """The dictConfig for Django, Celery and structlog alike; everything goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": _renderers(json),
                "foreign_pre_chain": PRE_CHAIN,
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": []},  # Django's own would mail a failed request, with its form, to ADMINS
            # Their lines name the full path, with codes, of each bad request; ours (portal.middleware) replace them.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "CRITICAL"},
            "django.security": {"level": "CRITICAL"},
            "httpx": {"level": "WARNING"},  # names every address asked, with what a gateway wants in it
            "pyBarcode": {"level": "WARNING"},  # says at every start that it can draw no pictures; we need none
        },
    }


def _renderers(json: bool) -> list[Any]:
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if not json:
        return [remove_meta, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=print_traceback)]
    formatter = structlog.processors.ExceptionRenderer(discreet_traceback)
    return [remove_meta, formatter, structlog.processors.JSONRenderer(ensure_ascii=False)]


def print_traceback(out: TextIO, exc_info: ExcInfo) -> None:
    out.write("\n" + discreet_traceback(exc_info))


def discreet_traceback(exc_info: ExcInfo) -> str:
    """Frames without their variables; only the kind of an error whose text may quote what somebody typed."""
    printed = traceback.TracebackException(*exc_info)
    error: BaseException | None = exc_info[1]
    part: traceback.TracebackException | None = printed
    while error is not None and part is not None:
        if isinstance(error, QUOTING):
            part._str = "(text withheld)"  # type: ignore[attr-defined]
        error, part = error.__cause__ or error.__context__, part.__cause__ or part.__context__
    return "".join(printed.format())
