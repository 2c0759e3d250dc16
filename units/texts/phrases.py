"""What offices type in Vietnamese in one of the usual forms, in English: opening hours, terms, fees, days off.

The forms are those of data/phrases_en.json, where # is a number, an hour or a date and @ a day of the
week. Pure but for that file.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Final

from units.texts.wording import WEEKDAYS_EN, WEEKDAYS_VI, short_date

_FORMS: Final = Path(__file__).parents[1] / "data" / "phrases_en.json"
_WEEKDAYS: Final = {vi.casefold(): en for vi, en in zip(WEEKDAYS_VI, WEEKDAYS_EN, strict=True)}
# The third page ("trang thứ ba") is no Tuesday.
_VARIABLE: Final = re.compile(rf"(?<!trang )(?:{'|'.join(_WEEKDAYS)})|\d+(?:[.:/]\d+)*")
_DATE: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_ONE: Final = re.compile(r"(?<![\d,.])1 ((?:working )?(?:day|hour|month))s\b")


@cache
def _forms() -> dict[str, str]:
    forms: dict[str, str] = json.loads(_FORMS.read_text(encoding="utf-8"))
    return forms


def in_english(text: str) -> str:
    """The text in English, with a capital letter where it had one; empty where a part of it is in no known form."""
    typed = text.strip()
    parts = [_clause(part) for part in typed.split("; ")]
    if not all(parts):
        return ""
    english = "; ".join(parts)
    return english[0].upper() + english[1:] if typed[0].isupper() else english


def _clause(text: str) -> str:
    lowered = text.casefold()
    form = _forms().get(_VARIABLE.sub(lambda found: "@" if found[0] in _WEEKDAYS else "#", lowered), "")
    return _ONE.sub(r"1 \1", re.sub("[@#]", partial(_next, _variables(lowered)), form))


def _next(values: Iterator[str], _found: re.Match[str]) -> str:
    return next(values)


def _variables(lowered: str) -> Iterator[str]:
    return (_WEEKDAYS.get(found[0]) or _number(found[0]) for found in _VARIABLE.finditer(lowered))


def _number(typed: str) -> str:
    """A date or an amount as it is written in English; an hour stays."""
    if _DATE.fullmatch(typed):
        return _day(typed)
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", typed):
        return typed.replace(".", ",")
    return str(int(typed)) if typed.isdigit() else typed


def _day(typed: str) -> str:
    day, month, year = map(int, typed.split("/"))
    try:
        return short_date(date(year, month, day), "en")
    except ValueError:  # no such day: as it was typed
        return typed
