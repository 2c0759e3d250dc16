"""Errors in a procedure's legal basis that numbers show: replaced, misprinted or repeated documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from procedures.data_files import word_list

_NUMBER: Final = re.compile(r"\d+/\d{4}/[A-ZĐ0-9-]+")
_ASSEMBLY: Final = re.compile(r"(\d+)/(\d{4})/(?:PL-)?(?:UBTV)?QH(\d*)")
# The year in which the National Assembly of each term began; from the thirteenth on every five years.
_BEGAN: Final = {8: 1987, 9: 1992, 10: 1997, 11: 2002, 12: 2007, 13: 2011}
_MOST_OF_A_TERM: Final = 300  # no National Assembly numbered more laws


def superseded(legal_basis: Iterable[str], on: date) -> Iterator[tuple[str, str]]:
    """Documents replaced by that day, each with its replacement."""
    replaced: dict[str, list[str]] = word_list("superseded")
    for text in legal_basis:
        for number in _NUMBER.findall(text):
            new, since = replaced.get(number, ("", ""))
            if new and date.fromisoformat(since) <= on:
                yield number, new


def misprinted(legal_basis: Iterable[str]) -> Iterator[str]:
    """Numbers that no act of the National Assembly can have: its term was not in that year, or no term has so many
    acts."""
    for text in legal_basis:
        for found in _ASSEMBLY.finditer(text):
            if not _can_be(*found.groups()):
                yield found.group()


def named_twice(legal_basis: Iterable[str]) -> Iterator[str]:
    counted = Counter(number for text in legal_basis for number in set(_NUMBER.findall(text)))
    yield from (number for number, times in counted.items() if times > 1)


def _can_be(number: str, year: str, term: str) -> bool:
    has_its_length = len(number) == 2 or (len(number) == 3 and number[0] != "0")
    if not has_its_length or int(number) > _MOST_OF_A_TERM or len(term) > 2:
        return False
    first = _first_year(int(term or 0))
    return first is not None and first <= int(year) <= (_first_year(int(term) + 1) or first)


def _first_year(term: int) -> int | None:
    return 2011 + 5 * (term - 13) if term > 13 else _BEGAN.get(term)
