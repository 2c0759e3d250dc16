"""Texts and numbers of SMS: no accents, one part, no names; mobile numbers of the country only."""

import pytest

from notices.sending.sms_text import parts, plain, sms_time
from notices.sending.telephone import normal_number
from tests.factories import hanoi


def test_accents_go_and_everything_else_stays():
    assert plain("Hồ sơ “Đã có” – kết quả…\n Nguyễn Ước") == 'Ho so "Da co" - ket qua... Nguyen Uoc'
    assert plain("Ω 李") == "Ω 李"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 5, 2),
        ("ơ" * 70, 1),
        ("ơ" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_parts_are_counted_as_the_networks_count_them(text, number):
    assert parts(text) == number


def test_a_moment_is_written_shortly():
    at = hanoi(2026, 3, 9, 17)
    assert (sms_time(at, "vi"), sms_time(at, "en")) == ("17:00 09/03/2026", "17:00 9 Mar 2026")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("0912345678 ext 3", None),
        ("024 3971 0000", None),  # a landline
        ("1900 1234", None),
        ("+1 202 555 0143", None),  # abroad
        ("01234567890", None),  # abolished in 2018
        ("abc", None),
        ("", None),
    ],
)
def test_only_mobile_numbers_of_the_country_get_sms(typed, number):
    assert normal_number(typed) == number
