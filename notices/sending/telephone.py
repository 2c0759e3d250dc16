"""Telephone numbers as the networks understand them. Pure."""

from __future__ import annotations

from typing import Final

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    parse,
)
from phonenumbers import number_type as type_of

MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
REGION: Final = "VN"
COUNTRY: Final = 84


def normal_number(typed: str) -> str | None:
    """A Vietnamese mobile number as E.164: "0912 345 678" → "+84912345678".

    None for what gets no SMS: a landline, a number abroad (nobody must be able to make the office pay for those), and
    what is no number.
    """
    try:
        number = parse(typed, REGION)
    except NumberParseException:
        return None
    reachable = number.country_code == COUNTRY and not number.extension and type_of(number) in MOBILE
    return format_number(number, PhoneNumberFormat.E164) if reachable and is_valid_number(number) else None
