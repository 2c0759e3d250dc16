"""Finds terms named in a text of a version, to be compared with the version's own. Pure.

A text also names other times: exceptions ("cần xác minh: 08 ngày"), single steps ("niêm yết 15 ngày"). Only those of
the whole procedure count: "trả kết quả trong 5 ngày làm việc", "thời hạn giải quyết: 5 ngày", "5 ngày kể từ ngày nhận
đủ hồ sơ", and in a field that has only a term, a clause that is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from units.clock.due_dates import Term, TermUnit

WORKING_HOURS_A_DAY: Final = 8

_DIGITS: Final = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _words(number: int) -> Iterator[str]:
    """The usual spellings in Vietnamese of a number from 1 to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        yield _DIGITS[ones]
        return
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        yield head
        return
    yield f"{head} {_DIGITS[ones]}"
    others = {1: "mốt", 4: "tư", 5: "lăm"} if tens > 1 else {5: "lăm"}
    if ones in others:
        yield f"{head} {others[ones]}"


_NUMBERS: Final = {word: number for number in range(1, 100) for word in _words(number)}
_UNITS: Final = {
    "ngày làm việc": TermUnit.WORKING_DAY,
    "giờ làm việc": TermUnit.WORKING_HOUR,
    "giờ": TermUnit.WORKING_HOUR,
    "ngày": TermUnit.DAY,
    "tháng": TermUnit.MONTH,
}
_WRITTEN: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_AMOUNT: Final = rf"(?P<amount>\d{{1,3}}|{_WRITTEN})(?:\s*\([^)]*\))?\s+(?P<unit>{'|'.join(_UNITS)})\b"
_SAME_DAY: Final = r"(?P<same_day>(?:ngay\s+)?trong ngày)(?!\s+(?:làm việc|tiếp theo|\d))\b"
_TERM: Final = rf"(?:{_AMOUNT}|{_SAME_DAY})"
_FILLER: Final = r"(?:\s|:|ngay|chậm nhất|không quá|tối đa|trong|vòng|thời hạn|thời gian|là|sau)*?"
_TOPIC: Final = r"(?:thời hạn (?:giải quyết|trả kết quả|thực hiện)|(?:trả|nhận) kết quả|giải quyết(?: hồ sơ)?)"

_TOPIC_FIRST: Final = re.compile(rf"\b{_TOPIC}{_FILLER}{_TERM}")
_FROM_RECEIPT: Final = re.compile(
    rf"\b{_TERM},?\s*(?:kể\s+)?từ (?:ngày|khi)\s+(?:tiếp\s+)?nhận\s+(?:được\s+|đủ\s+)*hồ sơ"
)
_ONLY_A_TERM: Final = re.compile(rf"{_FILLER}{_TERM}\s*")
_EXCEPTION: Final = re.compile(r"trường hợp|\bnếu\b|\bkhi\b|xác minh|phức tạp|kéo dài|gia hạn|bổ sung|niêm yết|nhóm ")
_CLAUSES: Final = re.compile(r"[.;,\n]")
_SENTENCES: Final = re.compile(r"[.;\n]")


class NamedTerm(NamedTuple):
    """`words` as in the text, in lower case."""

    term: Term
    words: str


def named_terms(text: str, *, holds_a_term: bool = False) -> Iterator[NamedTerm]:
    """The terms of the whole procedure in `text`; `holds_a_term`: the field is for a term, so a bare one counts."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split(" "))
    for sentence in _SENTENCES.split(plain):
        if not _EXCEPTION.search(_FROM_RECEIPT.sub("", sentence)):
            for pattern in (_TOPIC_FIRST, _FROM_RECEIPT):
                yield from (_named(found) for found in pattern.finditer(sentence))
    if holds_a_term:
        clauses = (clause.strip() for clause in _CLAUSES.split(plain))
        yield from (_named(found) for clause in clauses if (found := _ONLY_A_TERM.fullmatch(clause)))


def says_the_same(one: Term, other: Term) -> bool:
    """Whether two terms are equal: a working day is eight working hours."""
    if (hours := _hours(one)) is not None:
        return hours == _hours(other)
    return (one.amount, one.unit) == (other.amount, other.unit)


def _named(found: re.Match[str]) -> NamedTerm:
    if found["same_day"]:
        return NamedTerm(Term(0, TermUnit.SAME_DAY), found[0].strip())
    amount = found["amount"]
    number = int(amount) if amount.isdecimal() else _NUMBERS[amount]
    return NamedTerm(Term(number, _UNITS[found["unit"]]), found[0].strip())


def _hours(term: Term) -> int | None:
    """Working hours; None for terms of other days."""
    if term.unit is TermUnit.WORKING_HOUR:
        return term.amount
    return term.amount * WORKING_HOURS_A_DAY if term.unit is TermUnit.WORKING_DAY else None
