"""Whether a text reads like a denunciation, or repeats a given one. Pure.

By e-mail, Open311 and partners, what seems to be one is sealed until an inspector has read it. On the web the writer,
at a desk the clerk is asked first (`confirm_not_denunciation.py`). A wrong "yes" costs a minute, a wrong "no" may cost
the writer their job: so a single keyword is enough.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Final

from complaints.duplicates.shingles import overlap, shingles

_WORDS: Final = (
    *("tố cáo", "tố giác", "tham nhũng", "tham ô", "hối lộ", "đút lót", "nhũng nhiễu", "vòi vĩnh", "vòi tiền"),
    *("phong bì", "bảo kê", "chạy chọt", "lợi dụng chức vụ", "lạm dụng chức vụ", "biển thủ", "lại quả"),
)
_ENGLISH: Final = ("denounc", "denunciation", "whistleblow", "bribe", "corrupt", "embezzl", "kickback")
_LATIN: Final = str.maketrans("đ", "d")
MIN_SHARED: Final = 0.5
"""Share of the shorter text's shingles: both may name the same office, but not repeat a sentence."""


def reads_like_denunciation(*texts: str) -> bool:
    """Whether any text has a keyword; without accents too, in lines that have none."""
    return any(_matches(line) for text in texts for line in _lines(text))


def mentions_denunciation(text: str, denounced: str) -> bool:
    """Whether a text denounces somebody, or repeats in other order what `denounced` says."""
    return reads_like_denunciation(text) or overlap(shingles(text), shingles(denounced)) >= MIN_SHARED


def _lines(text: str) -> list[str]:
    """Composed, in lower case, without invisible characters. Lines of plain mail break within a phrase, so each line
    is checked alone and together with the next one."""
    seen = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    lines = [" ".join(re.split(r"[\W_]+", line.casefold())) for line in seen.splitlines()]
    return [*lines, *(f"{line} {following}" for line, following in pairwise(lines))]


def _matches(line: str) -> bool:
    if any(word in line for word in (*_WORDS, *_ENGLISH)):
        return True
    return line == _without_accents(line) and any(f" {_without_accents(word)} " in f" {line} " for word in _WORDS)


def _without_accents(words: str) -> str:
    apart = unicodedata.normalize("NFD", words.translate(_LATIN))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
