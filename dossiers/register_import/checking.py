"""Turns one row of an old register into an entry, or raises what is wrong with it. Pure.

An old register often has days without hours. A day of receipt then means the opening of the office, any other day its
closing; a dossier finished on the promised day was on time, whatever the promised hour.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

from dossiers.clock.states import Outcome
from dossiers.models import Dossier
from dossiers.particulars.acceptance import FURTHEST
from dossiers.register_import.faults import Fault, RowFault
from dossiers.register_import.mapping import ANY, RegisterMapping, same_text
from files.sheets.reading import Cell, NoValue
from units.clock.working_calendar import OFFICE_TIME, WorkingCalendar
from units.codes import LONGEST as LONGEST_CODE
from units.codes import PATTERN, dossier_code, normalise

EARLIEST: Final = 1990
"""One-stop desks exist since 1995; an earlier year is a typing error."""
MOST: Final = {"number": 999_999, "sets": 999}
LENGTHS: Final = {"name": 200, "id_number": 20, "phone": 20, "address": 300, "receiver": 200, "procedure": 400}
_BROKEN: Final = re.compile(r"[\x00-\x08\x0e-\x1e\x7f\ufffd\ud800-\udfff]")
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  the wall clock of a spreadsheet
_LAST_SERIAL: Final = 2_958_465
_OPENS, _CLOSES = time(8), time(17)
_LAST_MINUTE: Final = time(23, 59)


class Moment(NamedTuple):
    """A time in Hanoi; `has_hour` is false where the register has only the day."""

    at: datetime
    has_hour: bool


class RegisterEntry(NamedTuple):
    """A row that can be imported. Times are aware; `finished_at` is None for an open dossier."""

    row: int
    key: UUID
    code: str
    procedure: str
    received_at: datetime
    due_at: datetime
    finished_at: datetime | None
    returned_at: datetime | None
    outcome: str
    intake: str
    book_number: int | None
    sets: int
    name: str
    id_number: str
    phone: str
    address: str
    method: str
    receiver: str


class Checker:
    """Checks the rows of one file for one desk. `at` is now; later times are faults."""

    def __init__(
        self,
        mapping: RegisterMapping,
        places: Mapping[str, int],
        width: int,
        *,
        desk_id: int,
        calendar: WorkingCalendar,
        at: datetime,
    ) -> None:
        self.mapping = mapping
        self.places = tuple(places.items())
        self.width = width
        self.salt = desk_id.to_bytes(8, "big")
        self.calendar = calendar
        self.at = at.astimezone(OFFICE_TIME)
        self.read = lru_cache(maxsize=20_000)(self._read)
        self.hours = lru_cache(maxsize=20_000)(self._hours)

    def entry(self, row: int, cells: Sequence[Cell]) -> RegisterEntry:
        """Returns the entry of a row. Raises RowFault for the first fault."""
        if any(cell != "" for cell in cells[self.width :]):
            raise RowFault("", Fault.WIDE)
        raw = self._tidy(cells)
        received = self._received(raw)
        finished, returned = self._ends(raw, received)
        due_at = self._due(raw, received, finished)
        finished_at = finished and self._finished_at(received, due_at, finished)
        returned_at = returned and finished_at and self._returned_at(finished_at, returned)
        number = _number(raw, "number")
        return RegisterEntry(
            row=row,
            key=UUID(
                bytes=blake2b("\x1f".join(map(str, raw.values())).encode(), digest_size=16, salt=self.salt).digest()
            ),
            code=self._code(raw, received, number),
            procedure=_needed(raw, "procedure"),
            received_at=received.at,
            due_at=due_at,
            finished_at=finished_at,
            returned_at=returned_at,
            outcome=self._outcome(raw, is_over=finished is not None),
            intake=_word(raw, "channel", self.mapping.channels, Dossier.Intake.DESK.value),
            book_number=number,
            sets=_number(raw, "sets") or 1,
            name=_needed(raw, "name"),
            id_number=_with_zero(raw.get("id_number", ""), 11),
            phone=_with_zero(raw.get("phone", ""), 9),
            address=raw.get("address", ""),
            method=_word(raw, "method", self.mapping.methods, "") if returned else "",
            receiver=raw.get("receiver", "") if returned else "",
        )

    def _tidy(self, cells: Sequence[Cell]) -> dict[str, str]:
        """The fields of a row as normalised text, in fixed order: the row's key is made of them."""
        raw, have = {}, len(cells)
        for field, place in self.places:
            cell = cells[place] if place < have else ""
            if type(cell) is not str:
                cell = _cell_text(field, cell)
            text = " ".join((cell if cell.isascii() else unicodedata.normalize("NFC", cell)).split())
            if text.startswith(("=", "'")):
                if text[0] == "=":
                    raise RowFault(field, Fault.FORMULA)
                text = text[1:]
            raw[field] = text
        if _BROKEN.search("".join(raw.values())):
            raise RowFault(next(field for field, text in raw.items() if _BROKEN.search(text)), Fault.BROKEN)
        for field, longest in LENGTHS.items():
            if len(raw.get(field, "")) > longest:
                raise RowFault(field, Fault.TOO_LONG, n=longest)
        return raw

    # Times

    def _received(self, raw: dict[str, str]) -> Moment:
        _needed(raw, "received")
        moment = self._moment(raw, "received")
        assert moment is not None
        return moment if moment.has_hour else Moment(min(self.hours(moment.at.date())[0], self.at), False)

    def _ends(self, raw: dict[str, str], received: Moment) -> tuple[Moment | None, Moment | None]:
        """When it was finished and handed out; where only the latter is recorded, it counts for both."""
        finished, returned = self._moment(raw, "finished"), self._moment(raw, "returned")
        for field, moment in (("returned", returned), ("finished", finished)):
            if moment and _before(moment, received):
                raise RowFault(field, Fault.FINISHED_BEFORE_RECEIVED)
        if finished and returned and _before(returned, finished):
            raise RowFault("returned", Fault.RETURNED_BEFORE_FINISHED)
        return finished or returned, returned

    def _due(self, raw: dict[str, str], received: Moment, finished: Moment | None) -> datetime:
        """The due time; a dossier finished on the day of receipt often has none and is due that day."""
        day = received.at.date()
        if not raw["due"]:
            if finished is None or finished.at.date() != day:
                raise RowFault("due", Fault.EMPTY)
            due = Moment(received.at, False)
        else:
            found = self.read(raw["due"])
            if found is None:
                raise RowFault("due", Fault.NOT_A_DATE)
            due = found
        due_at = due.at if due.has_hour else self._closing(due.at.date(), received.at)
        if due_at <= received.at:
            raise RowFault("due", Fault.DUE_BEFORE_RECEIVED)
        if due_at > received.at + FURTHEST:
            raise RowFault("due", Fault.DUE_TOO_FAR, n=FURTHEST.days)
        return due_at

    def _finished_at(self, received: Moment, due_at: datetime, finished: Moment) -> datetime:
        if finished.has_hour:
            return max(finished.at, received.at)
        at = self._closing(finished.at.date(), received.at)
        at = due_at if at.date() == due_at.date() and at > due_at else at
        return max(min(at, self.at), received.at)

    def _returned_at(self, finished_at: datetime, returned: Moment) -> datetime:
        at = returned.at if returned.has_hour else self.hours(returned.at.date())[1]
        return max(min(at, self.at), finished_at)

    def _moment(self, raw: dict[str, str], field: str) -> Moment | None:
        """A time that is neither too early nor in the future; None for an empty cell."""
        text = raw.get(field)
        if not text:
            return None
        moment = self.read(text)
        if moment is None:
            raise RowFault(field, Fault.NOT_A_DATE)
        if moment.at.year < EARLIEST:
            raise RowFault(field, Fault.TOO_EARLY, year=EARLIEST)
        if moment.at > self.at:
            raise RowFault(field, Fault.FUTURE)
        return moment

    def _closing(self, day: date, received_at: datetime) -> datetime:
        """Closing time of a day without hour; on the day of receipt never before the receipt."""
        at = self.hours(day)[1]
        if at <= received_at and day == received_at.date():
            return datetime.combine(day, _LAST_MINUTE, tzinfo=OFFICE_TIME)
        return at

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing; ordinary hours on a day off, since the register shows that it was worked."""
        if self.calendar.is_working(day):
            return self.calendar.opening(day), self.calendar.closing(day)
        first, last = (datetime.combine(day, hour, tzinfo=OFFICE_TIME) for hour in (_OPENS, _CLOSES))
        return first, last

    def _read(self, text: str) -> Moment | None:
        for form in self.mapping.dates:
            if found := form.fullmatch(text):
                return _moment_of(found.groupdict())
        return _of_serial(text)

    # Words and numbers

    def _code(self, raw: dict[str, str], received: Moment, number: int | None) -> str:
        if "code" not in raw:
            if number is None:
                raise RowFault("number", Fault.EMPTY)
            return dossier_code(self.mapping.code_prefix, on=received.at.date(), number=number)
        text = _needed(raw, "code")
        code = _tidy_code(text)
        if code is None:
            raise RowFault("code", Fault.NOT_A_CODE)
        return code

    def _outcome(self, raw: dict[str, str], *, is_over: bool) -> str:
        words = self.mapping.outcomes
        parts = [same_text(part) for part in raw.get("outcome", "").split(";")]
        meant = next((words[part] for part in parts if part in words), None)
        if not is_over:
            if meant:
                raise RowFault("outcome", Fault.NOT_OVER)
            return ""
        if meant is None and parts != [""]:
            meant = words.get(ANY)
            if meant is None:
                raise RowFault("outcome", Fault.UNKNOWN_WORD)
        return meant or Outcome.GRANTED.value


def _cell_text(field: str, cell: Cell) -> str:
    """A cell that is not text, as text; whole numbers without a decimal point. Raises RowFault."""
    if cell is NoValue.FORMULA:
        raise RowFault(field, Fault.FORMULA)
    if cell is NoValue.MERGED:
        raise RowFault(field, Fault.MERGED)
    assert isinstance(cell, float)
    return f"{cell:.0f}" if cell.is_integer() else repr(cell)


def _moment_of(parts: dict[str, str | None]) -> Moment | None:
    """The time of matched date parts; None for an impossible date, such as 31/02."""
    short = parts.get("short_year")
    year = int(parts.get("year") or 0) if short is None else int(short) + (1900 if int(short) >= 70 else 2000)
    hour = parts.get("hour")
    clock = (int(hour or 0), int(parts.get("minute") or 0), int(parts.get("second") or 0))
    try:
        at = datetime(year, int(parts["month"] or 0), int(parts["day"] or 0), *clock, tzinfo=OFFICE_TIME)
    except ValueError:
        return None
    return Moment(at, hour is not None)


def _of_serial(text: str) -> Moment | None:
    """A date as spreadsheets store it: days since 1899-12-30, hours as a fraction."""
    try:
        days = float(text)
    except ValueError:
        return None
    if not 61 <= days <= _LAST_SERIAL or len(text) > 20:  # below, Excel has a day that never was
        return None
    at = (_EPOCH + timedelta(seconds=round(days * 86_400))).replace(tzinfo=OFFICE_TIME)
    return Moment(at, at.time() != time())


def _before(one: Moment, other: Moment) -> bool:
    """Compares by day where one of them has no hour."""
    if one.has_hour and other.has_hour:
        return one.at < other.at
    return one.at.date() < other.at.date()


def _needed(raw: dict[str, str], field: str) -> str:
    if not raw[field]:
        raise RowFault(field, Fault.EMPTY)
    return raw[field]


def _number(raw: dict[str, str], field: str) -> int | None:
    """A whole number from 1; required where it is the number in the book. Raises RowFault."""
    if field not in raw:
        return None
    text = raw[field]
    if not text and field != "number":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MOST[field]):
        raise RowFault(field, Fault.NOT_A_NUMBER if text else Fault.EMPTY, **({"n": MOST[field]} if text else {}))
    return int(text)


def _word(raw: dict[str, str], field: str, words: Mapping[str, str], default: str) -> str:
    text = raw.get(field, "")
    if not text:
        return default
    meant = words.get(same_text(text), words.get(ANY))
    if meant is None:
        raise RowFault(field, Fault.UNKNOWN_WORD)
    return meant


def _tidy_code(text: str) -> str | None:
    """As `normalise`, with a fast check first: nearly all codes are in the right form already."""
    if len(text) <= LONGEST_CODE and PATTERN.match(text) and _is_day(text.split("-")[1]):
        return text
    return normalise(text) if len(text) <= 2 * LONGEST_CODE else None


@lru_cache(maxsize=20_000)
def _is_day(yymmdd: str) -> bool:
    try:
        datetime.strptime(yymmdd, "%y%m%d")  # noqa: DTZ007  only its shape matters
    except ValueError:
        return False
    return True


def _with_zero(number: str, length: int) -> str:
    """Restores the leading zero that spreadsheets remove from personal and telephone numbers."""
    return (
        f"0{number}"
        if len(number) == length and number.isascii() and number.isdigit() and number[0] != "0"
        else number
    )
