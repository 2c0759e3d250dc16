"""Reads the QR code of a citizen's identity card, as a scanner types it into a field. Pure.

Seven parts separated by "|": number, old card's number (or nothing), name, birth, sex, residence, day of issue; newer
cards add more. Dates are ddMMyyyy or dd/MM/yyyy. An active Vietnamese input method drops or changes characters that a
scanner types, so impossible content counts as a broken read and is never repaired by guessing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy

from accounts.citizens.identity import agrees_with_birth, birth_year, is_male, plain
from units.rules import RuleBroken

LONGEST: Final = 1000
"""A card holds about two hundred characters; longer text is rejected unread."""
FEWEST, MOST = 7, 20
LONGEST_NAME, LONGEST_ADDRESS = 200, 300

_DATE = re.compile(r"([0-9]{2})/?([0-9]{2})/?([0-9]{4})")
_OLD_NUMBER = re.compile(r"([0-9]{9})?")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")
_TONES: Final = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_SEXES: Final = {"nam": True, "nữ": False}  # whether male


class CardFault(StrEnum):
    """Why the text is not a readable card."""

    BROKEN = "broken"
    NUMBER = "number"
    BIRTH = "birth"
    SEX = "sex"
    FUTURE_BIRTH = "future_birth"
    ISSUED = "issued"


SENTENCES: Final = {
    CardFault.BROKEN: gettext_lazy("Thẻ đọc thiếu. Tắt bộ gõ tiếng Việt rồi quét lại, hoặc nhập tay."),
    CardFault.NUMBER: gettext_lazy("Số trên thẻ dài hơn 12 chữ số. Xin quét lại, hoặc nhập tay."),
    CardFault.BIRTH: gettext_lazy("Số trên thẻ không khớp với ngày sinh. Xin xem lại thẻ."),
    CardFault.SEX: gettext_lazy("Số trên thẻ không khớp với giới tính. Xin xem lại thẻ."),
    CardFault.FUTURE_BIRTH: gettext_lazy("Ngày sinh trên thẻ ở sau hôm nay. Xin xem lại thẻ."),
    CardFault.ISSUED: gettext_lazy("Ngày cấp thẻ ở trước ngày sinh hoặc sau hôm nay. Xin xem lại thẻ."),
}


class CardUnread(RuleBroken):
    """The text is not a readable card; the message explains `fault` to the clerk and never contains the text."""

    def __init__(self, fault: CardFault) -> None:
        super().__init__(str(SENTENCES[fault]), field="card")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Card:
    """The content of a card; a name in capitals is converted to title case, `old_number` may be empty."""

    number: str
    old_number: str
    name: str
    born_on: date
    is_male: bool
    address: str
    issued_on: date


def read_card(raw: str, today: date) -> Card:
    """Parses `raw` and checks it for consistency and against `today`. Raises only CardUnread."""
    parts = _parts(raw)
    number, old_number, name, birth, sex, address, issued = parts[:FEWEST]
    card = Card(
        number=_number(number),
        old_number=_old_number(old_number),
        name=_name(name),
        born_on=_day(birth),
        is_male=_sex(sex),
        address=_address(address),
        issued_on=_day(issued),
    )
    _check(card, today)
    return card


def _parts(raw: str) -> list[str]:
    """Splits the text; collapses whitespace in each part."""
    if len(raw) > LONGEST:
        raise CardUnread(CardFault.BROKEN)
    text = unicodedata.normalize("NFC", raw.removeprefix("\ufeff"))
    parts = [" ".join(part.split()) for part in text.split("|")]
    if not FEWEST <= len(parts) <= MOST or not all(map(_is_writing, parts)):
        raise CardUnread(CardFault.BROKEN)
    return parts


def _is_writing(part: str) -> bool:
    """Only letters, digits, spaces and punctuation: no control characters, direction marks, combining accents or
    symbols."""
    return all(sign in " +" or unicodedata.category(sign)[0] in "LNP" for sign in part) and "\ufffd" not in part


def _number(part: str) -> str:
    digits = _digits(part)
    if re.fullmatch(r"[0-9]{13,}", digits):
        raise CardUnread(CardFault.NUMBER)
    if birth_year(digits) is None or len(set(digits)) == 1:
        raise CardUnread(CardFault.BROKEN)
    return digits


def _old_number(part: str) -> str:
    digits = _digits(part)
    if not _OLD_NUMBER.fullmatch(digits):
        raise CardUnread(CardFault.BROKEN)
    return digits


def _name(part: str) -> str:
    """Latin letters only, at most one tone mark a word: a second one comes from an input method."""
    letters = [sign for sign in part if sign.isalpha()]
    is_latin = all(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    words = re.split(r"[ .'’-]+", part)
    if (
        not _NAME.fullmatch(part)
        or len(part) > LONGEST_NAME
        or not is_latin
        or any(_tones(word) > 1 for word in words)
    ):
        raise CardUnread(CardFault.BROKEN)
    return part.title() if part.isupper() else part


def _tones(word: str) -> int:
    return sum(sign in _TONES for sign in unicodedata.normalize("NFD", word))


def _day(part: str) -> date:
    found = _DATE.fullmatch(_digits(part))
    if found is None:
        raise CardUnread(CardFault.BROKEN)
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError as no_such_day:
        raise CardUnread(CardFault.BROKEN) from no_such_day


def _sex(part: str) -> bool:
    if (sex := part.casefold()) not in _SEXES:
        raise CardUnread(CardFault.BROKEN)
    return _SEXES[sex]


def _address(part: str) -> str:
    if not 0 < len(part) <= LONGEST_ADDRESS:
        raise CardUnread(CardFault.BROKEN)
    return part


def _check(card: Card, today: date) -> None:
    if card.born_on > today:
        raise CardUnread(CardFault.FUTURE_BIRTH)
    if not agrees_with_birth(card.number, card.born_on):
        raise CardUnread(CardFault.BIRTH)
    if is_male(card.number) != card.is_male:
        raise CardUnread(CardFault.SEX)
    if not card.born_on < card.issued_on <= today:
        raise CardUnread(CardFault.ISSUED)


def _digits(part: str) -> str:
    return plain(part).replace(" ", "")
