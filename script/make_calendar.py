"""Writes units/data/calendar.json: the days of the `holidays` package, with what it does not know.

    .venv/bin/python script/make_calendar.py [file]

The package knows the days of the Labour Code, the lunar calendar, days off in lieu and most decreed swaps. Which law
or notice a day rests on, the swaps it lacks and how far each year was compared with the notices stand below; a new
notice goes there first. The portal itself reads the file once, at loading; offices then edit rows, not this.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import holidays

TARGET: Final = Path(__file__).resolve().parent.parent / "units/data/calendar.json"
FIRST_YEAR, LAST_YEAR = 2011, 2027

WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SWAPPED: Final = re.compile(r"Ngày nghỉ \(thay cho ngày (\d\d/\d\d/\d{4})\)")
IN_LIEU: Final = re.compile(r"(.+) \(nghỉ bù\)")
NAMES: Final = {
    "Tết Nguyên Đán": "Mùng một Tết Nguyên Đán",
    "29 Tết": "29 Tết Nguyên Đán",
    "Ngày Giỗ Tổ Hùng Vương": "Giỗ Tổ Hùng Vương",
}

# First day in force, article on holidays, article on days off in lieu.
LABOUR_CODES: Final = (
    (date(2021, 1, 1), "Điều 112 Bộ luật Lao động năm 2019", "Khoản 3 Điều 111 Bộ luật Lao động năm 2019"),
    (date(2013, 5, 1), "Điều 115 Bộ luật Lao động năm 2012", "Khoản 3 Điều 115 Bộ luật Lao động năm 2012"),
    (
        date(1995, 1, 1),
        "Điều 73 Bộ luật Lao động năm 1994 (sửa đổi, bổ sung)",
        "Điều 73 Bộ luật Lao động năm 1994 (sửa đổi, bổ sung)",
    ),
)
CULTURE_DAY, CULTURE_LAW = "Ngày Văn hóa Việt Nam", "Nghị quyết số 28/2026/QH16"
TET_NOTICE_2026: Final = "Thông báo số 9441/TB-BNV"
# Day off → the Saturday worked for it and the document: what the package lacks, or knows without its document.
SWAPS: Final = {
    date(2026, 1, 2): (date(2026, 1, 10), "Công văn số 12729/VPCP-KGVX"),
    date(2026, 8, 31): (date(2026, 8, 22), TET_NOTICE_2026),
}
# Days that a notice repeats beside the Labour Code.
ANNOUNCED: Final = {
    **{date(2026, 2, day): TET_NOTICE_2026 for day in range(16, 21)},
    date(2026, 9, 1): TET_NOTICE_2026,
    date(2026, 9, 2): TET_NOTICE_2026,
}

KNOWN_LAW: Final = "Bộ luật Lao động và các thông báo hoán đổi đã biết"
# First year of each: whether every notice of the year was compared, sources, note.
YEARS: Final = {
    2011: (False, KNOWN_LAW, f"Tính theo {KNOWN_LAW}; chưa đối chiếu đủ văn bản của năm."),
    2022: (True, KNOWN_LAW, f"Tính theo {KNOWN_LAW}."),
    2025: (True, KNOWN_LAW, "Đã đối chiếu các thông báo nghỉ lễ, Tết và hoán đổi của năm."),
    2026: (
        True,
        f"{TET_NOTICE_2026}; Công văn số 12729/VPCP-KGVX; Công văn số 3383/BNV-CVL; {CULTURE_LAW}",
        "Đã đối chiếu các thông báo nghỉ lễ, Tết và hoán đổi của năm. Đề xuất hoán đổi quanh ngày 24/11/2026 chưa có "
        "quyết định vào ngày 26/9/2026: kiểm tra lại.",
    ),
    2027: (
        False,
        f"Bộ luật Lao động năm 2019; {CULTURE_LAW}",
        "Mới tính theo Bộ luật Lao động, chưa có thông báo nghỉ Tết và hoán đổi.",
    ),
}


@dataclass(frozen=True, order=True)
class Row:
    """One line of `days`, in the words of `units.clock.due_dates.DayKind`."""

    day: str
    kind: str
    reason: str
    source: str


def year_rows() -> list[dict[str, Any]]:
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        is_complete, source, note = YEARS[max(first for first in YEARS if first <= year)]
        rows.append({"year": year, "is_complete": is_complete, "source": source, "note": note})
    return rows


def day_rows() -> list[Row]:
    rows: list[Row] = []
    swaps = dict(SWAPS)
    for day, name in holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi").items():
        if swapped := SWAPPED.fullmatch(name):
            worked = datetime.strptime(f"{swapped[1]} +0000", "%d/%m/%Y %z").date()
            swaps.setdefault(day, (worked, f"Thông báo hoán đổi ngày làm việc năm {day.year}"))
        else:
            rows.append(day_off(day, name))
    for off, (worked, source) in swaps.items():
        rows += swap(off, worked, source)
    return sorted(rows)


def day_off(day: date, name: str) -> Row:
    holiday_law, in_lieu_law = next(laws for since, *laws in LABOUR_CODES if day >= since)
    if in_lieu := IN_LIEU.fullmatch(name):
        return Row(day.isoformat(), "made_up", f"Nghỉ bù {NAMES.get(in_lieu[1], in_lieu[1])}", in_lieu_law)
    if name == "Quốc khánh" and (day.month, day.day) != (9, 2):
        name = "Nghỉ liền kề Quốc khánh"
    source = CULTURE_LAW if name == CULTURE_DAY else holiday_law
    if notice := ANNOUNCED.get(day):
        source = f"{source}; {notice}"
    return Row(day.isoformat(), "holiday", NAMES.get(name, name), source)


def swap(off: date, worked: date, source: str) -> Iterator[Row]:
    """A day off and the Saturday worked for it."""
    yield Row(off.isoformat(), "swapped", f"Nghỉ hoán đổi, làm bù {in_words(worked)}", source)
    yield Row(worked.isoformat(), "worked", f"Làm bù cho {in_words(off)}", source)


def in_words(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def lines(rows: list[dict[str, Any]]) -> str:
    """One row a line, so that a change of one day is a change of one line."""
    return ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)


def main(target: Path) -> None:
    years, days = lines(year_rows()), lines([asdict(row) for row in day_rows()])
    text = f'{{\n  "years": [\n{years}\n  ],\n  "days": [\n{days}\n  ]\n}}\n'
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
