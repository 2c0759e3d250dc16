"""Codes of procedures, which are their public addresses: /thu-tuc/1.001193/."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST: Final = 60
SIGNS: Final = r"^[0-9A-Za-z][0-9A-Za-z.-]*$"
DIGIT: Final = "[0-9]"
"""Without one it could be the address of another page, like "moi", or "..", which no browser asks for."""
FILE: Final = r"\.(ttl|jsonld|pdf)$"
"""With such an end it would be the address of a file about another procedure."""
WRONG: Final = _(
    "Chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối; có ít nhất một chữ số và không kết thúc như tên tệp."
)


def check_code(code: str) -> None:
    """The rule of the constraint, checked before writing. Raises ValidationError."""
    fits = re.search(SIGNS, code) and re.search(DIGIT, code) and not re.search(FILE, code, re.IGNORECASE)
    if not fits or code.endswith("\n"):  # `$` in the pattern accepts it
        raise ValidationError(WRONG, code="invalid")


def is_code(column: str) -> Q:
    """The same in SQL."""
    pattern = {f"{column}__regex": SIGNS}
    return Q(**pattern) & Q(**{f"{column}__regex": DIGIT}) & ~Q(**{f"{column}__iregex": FILE})
