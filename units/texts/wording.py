"""How numbers, money, shares and dates are written for people.

Pure: every function takes the language code ("vi" or "en"; whatever does not start with "en" is written the
Vietnamese way) and returns text. Days and times are those of Asia/Ho_Chi_Minh; a datetime must be aware.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

Number = int | float | Decimal

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
UNKNOWN = "—"

WEEKDAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def is_english(language: str) -> bool:
    return language.lower().startswith("en")


def number(value: Number, language: str, decimals: int | None = None) -> str:
    """``1234567`` → "1.234.567" (vi), "1,234,567" (en).

    Without ``decimals`` a whole number has none and any other number has one, rounded half up.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 1
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    written = f"{rounded + 0:,.{decimals}f}"  # "+ 0" turns -0 into 0
    return written if is_english(language) else written.translate(str.maketrans(",.", ".,"))


def percent(ratio: Number, language: str, *, apart_from: Decimal | None = None) -> str:
    """A ratio (1 = all) as a percentage: ``0.984`` → "98,4%" (vi), "98.4%" (en).

    One decimal, and as many more as it takes that a share short of the whole is never written as 100% nor a share
    above nothing as 0%: 2.499 of 2.500 is 99,96%. The whole and nothing are written bare, "100%" and "0%". Nor is a
    share that merely comes near the ratio `apart_from`, a target say, written as if it were just that.
    """
    share = (ratio if isinstance(ratio, Decimal) else Decimal(str(ratio))) * 100
    if share in (0, 100):
        return f"{number(share, language, 0)}%"
    other_shares = [Decimal(0), Decimal(100)] + ([] if apart_from in (None, share / 100) else [apart_from * 100])
    decimals = 1
    while round(share, decimals) in other_shares:
        decimals += 1
    return f"{number(share, language, decimals)}%"


def share(part: int, whole: int, language: str) -> str:
    """``part`` of ``whole`` as a percentage; a dash when there is nothing to take a share of."""
    return percent(Decimal(part) / Decimal(whole), language) if whole else UNKNOWN


def money(dong: Number, language: str) -> str:
    """An amount in đồng: ``100000`` → "100.000 đồng" (vi), "100,000 VND" (en)."""
    return f"{number(dong, language, 0)} {'VND' if is_english(language) else 'đồng'}"


def day_of(moment: date | datetime) -> date:
    """The calendar day in Asia/Ho_Chi_Minh. Raises ValueError for a naive datetime."""
    return _local(moment).date() if isinstance(moment, datetime) else moment


def weekday(moment: date | datetime, language: str) -> str:
    """As "Thứ Năm" (vi), "Thursday" (en)."""
    return (WEEKDAYS_EN if is_english(language) else WEEKDAYS_VI)[day_of(moment).weekday()]


def short_date(moment: date | datetime, language: str) -> str:
    """As "26/11/2026" (vi), "26 November 2026" (en)."""
    day = day_of(moment)
    if is_english(language):
        return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day:%d/%m}/{day.year}"


def day_and_month(moment: date | datetime, language: str) -> str:
    """As "26/11" (vi), "26 Nov" (en): where the year is plain from the place."""
    day = day_of(moment)
    return f"{day.day} {MONTHS_EN[day.month - 1][:3]}" if is_english(language) else f"{day:%d/%m}"


def weekday_date(moment: date | datetime, language: str) -> str:
    """As "Thứ Năm, 26/11/2026" (vi), "Thursday, 26 November 2026" (en)."""
    return f"{weekday(moment, language)}, {short_date(moment, language)}"


def weekday_and_day(moment: date | datetime, language: str) -> str:
    """As "Thứ Năm, 26/11" (vi), "Thursday, 26 Nov" (en)."""
    return f"{weekday(moment, language)}, {day_and_month(moment, language)}"


def clock_time(moment: datetime) -> str:
    """As "17:00", the same in both languages. Raises ValueError for a naive datetime."""
    return f"{_local(moment):%H:%M}"


def weekday_datetime(moment: datetime, language: str) -> str:
    """As "17:00 Thứ Năm, 26/11/2026" (vi), "17:00 Thursday, 26 November 2026" (en)."""
    return f"{clock_time(moment)} {weekday_date(moment, language)}"


def short_datetime(moment: datetime, language: str) -> str:
    """As "10:32, 23/11/2026" (vi), "10:32, 23 November 2026" (en)."""
    return f"{clock_time(moment)}, {short_date(moment, language)}"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be written")
    return moment.astimezone(HANOI)
