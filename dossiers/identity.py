"""What can be told from an identity number alone. Pure.

A citizen's number has twelve digits: three for the province of birth registration, one for century and sex (even:
male, odd: female; 0 and 1: born 19xx, 2 and 3: 20xx), two for the year of birth, six at random. It has no check digit.
Sources: Decree 137/2015/ND-CP, article 13; Circular 07/2016/TT-BCA, article 7. Old cards have nine digits, tax codes
ten, or thirteen with a branch.
"""

from __future__ import annotations

import re
from datetime import date

_PERSON = re.compile(r"\d{12}|\d{9}|[A-Z]{1,2}\d{6,8}")
_ORGANISATION = re.compile(r"\d{10}(-?\d{3})?|\d{12}")


def tidy(number: str) -> str:
    """Without the blanks and dots people put between groups, in capitals."""
    return re.sub(r"[\s.]+", "", number).upper()


def is_personal_number(number: str) -> bool:
    """A citizen's number, an old card's, or a passport's."""
    return bool(_PERSON.fullmatch(number))


def is_organisation_number(number: str) -> bool:
    return bool(_ORGANISATION.fullmatch(number))


def birth_year(number: str) -> int | None:
    """The year of birth inside a citizen's number; None for any other number."""
    if not re.fullmatch(r"\d{12}", number):
        return None
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def agrees_with_birth(number: str, born_on: date) -> bool:
    """False when the number says another year of birth than `born_on`."""
    year = birth_year(number)
    return year is None or year == born_on.year
