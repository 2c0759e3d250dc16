"""What an identity number alone shows. Pure.

A citizen's number has twelve digits: three for the province of birth registration, one for century and sex (even:
male, odd: female; 0 and 1: born 19xx, 2 and 3: 20xx), two for the year of birth, six at random. It has no check digit.
Sources: Decree 137/2015/ND-CP, article 13; Circular 07/2016/TT-BCA, article 7. Old cards have nine digits, tax codes
ten, or thirteen with a branch; a household business uses its owner's twelve (Circular 86/2024/TT-BTC, article 5).
Foreigners show a passport: letters and digits in every country's own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

_CITIZEN = re.compile(r"[0-9]{12}")
_PERSON = re.compile(r"[0-9]{12}|[0-9]{9}|[A-Z]{1,2}[0-9]{6,8}")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}")
_ORGANISATION = re.compile(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}")


def tidy(number: str) -> str:
    """Without the blanks and dots people put between groups, in capitals; full-width digits become plain ones."""
    return re.sub(r"[\s.]+", "", plain(number)).upper()


def plain(typed: str) -> str:
    """The same text in its plainest signs: East Asian keyboards have digits of their own (Unicode's NFKC)."""
    return unicodedata.normalize("NFKC", typed)


def is_personal_number(number: str) -> bool:
    """A citizen's number, an old card's, or a passport's."""
    return bool(_PERSON.fullmatch(number))


def is_organisation_number(number: str) -> bool:
    return bool(_ORGANISATION.fullmatch(number))


def is_passport_number(number: str) -> bool:
    return bool(_PASSPORT.fullmatch(number))


def is_possible(number: str, today: date) -> bool:
    """False for a citizen's number of twelve equal digits, or of somebody born after this year."""
    year = birth_year(number)
    return year is None or (len(set(number)) > 1 and year <= today.year)


def birth_year(number: str) -> int | None:
    """The year of birth inside a citizen's number; None for any other number."""
    if not _CITIZEN.fullmatch(number):
        return None
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def is_male(number: str) -> bool:
    """The sex inside a citizen's number of twelve digits."""
    return int(number[3]) % 2 == 0


def agrees_with_birth(number: str, born_on: date) -> bool:
    """False when the number says another year of birth than `born_on`."""
    year = birth_year(number)
    return year is None or year == born_on.year


def is_number_of(kind: str, number: str) -> bool:
    """Whether a tidy number is one that applicants of this kind have."""
    return kind in NUMBER_OF and NUMBER_OF[kind](number)


NUMBER_OF: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {"person": is_personal_number, "foreigner": is_passport_number, "organisation": is_organisation_number}
)
"""What the number of each kind of applicant looks like."""
