"""Removes stacked combining marks and invisible characters from text that strangers typed; letters stay. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

MOST_MARKS: Final = 2
"""On one letter, after composition: Vietnamese needs none, other languages one or two."""

_BREAKS: Final = frozenset("\n\t")
_JOINERS: Final = frozenset("\u200c\u200d")  # parts of emoji and of some scripts


def sanitised(text: str) -> str:
    """Composed (NFC), with one kind of line end, without control signs that turn or hide text, and with at most
    `MOST_MARKS` combining marks in a row."""
    signs: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MOST_MARKS or (category in {"Cc", "Cf", "Cs"} and sign not in _BREAKS | _JOINERS):
            continue
        signs.append(sign)
    return "".join(signs)


def sanitised_line(text: str) -> str:
    """The same on one line, without blanks around or in heaps."""
    return " ".join(sanitised(text).split())
