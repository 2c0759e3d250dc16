"""The text of an SMS: without accents, so that it fits one part, and how many parts it takes. Pure."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from units.texts.wording import HANOI, MONTHS_EN, is_english

# GSM 03.38: the letters of the basic table, and those of its extension, which cost two.
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
GSM_PART, GSM_JOINED = 160, 153
UCS2_PART, UCS2_JOINED = 70, 67
_PLAINER: Final = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " "}
)


def plain(text: str) -> str:
    """Without accents and with single blanks: "Hồ sơ đã có" → "Ho so da co". Other scripts stay as they are."""
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAINER))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def parts(text: str) -> int:
    """How many messages the network makes of a text: one holds 160 letters of the GSM alphabet, or 70 of any."""
    if set(text) <= BASIC | EXTENDED:
        sizes, whole, joined = [2 if letter in EXTENDED else 1 for letter in text], GSM_PART, GSM_JOINED
    else:
        sizes, whole, joined = [2 if ord(letter) > 0xFFFF else 1 for letter in text], UCS2_PART, UCS2_JOINED
    return 1 if sum(sizes) <= whole else _packed(sizes, joined)


def _packed(sizes: list[int], room: int) -> int:
    """A letter that costs two is never torn apart."""
    number, used = 1, 0
    for size in sizes:
        if used + size > room:
            number, used = number + 1, 0
        used += size
    return number


def sms_day(moment: datetime, language: str) -> str:
    """As "26/11/2026" (vi), "26 Nov 2026" (en)."""
    day = moment.astimezone(HANOI)
    if is_english(language):
        return f"{day.day} {MONTHS_EN[day.month - 1][:3]} {day.year}"
    return f"{day:%d/%m}/{day.year}"


def sms_time(moment: datetime, language: str) -> str:
    """As "17:00 26/11/2026" (vi), "17:00 26 Nov 2026" (en)."""
    return f"{moment.astimezone(HANOI):%H:%M} {sms_day(moment, language)}"
