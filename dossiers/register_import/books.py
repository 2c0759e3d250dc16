"""The numbers of imported dossiers in the yearly register books of their desk.

A register with numbers keeps them; one without continues from the last number of each year. In a year that the portal
numbers itself the counter continues after the highest number; earlier years get no counter, so that no task closes
their books before all registers are imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection

from dossiers.models import ClosedBook
from dossiers.register_import.catalogue import PinnedProcedure
from dossiers.register_import.checking import RegisterEntry
from dossiers.register_import.earlier_rows import EarlierRows
from dossiers.register_import.faults import Fault, RejectedRows, RowFault
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import BOOK

Entries = list[tuple[RegisterEntry, PinnedProcedure]]

_LOCK_COUNTERS: Final = (
    "SELECT year, last FROM dossiers_yearcounter WHERE unit_id = %s AND series = %s ORDER BY year FOR UPDATE"
)
_START: Final = """
    INSERT INTO dossiers_yearcounter (unit_id, series, year, last) VALUES (%s, %s, %s, 0) ON CONFLICT DO NOTHING
"""
_RAISE: Final = """
    UPDATE dossiers_yearcounter SET last = greatest(last, %s) WHERE unit_id = %s AND series = %s AND year = %s
"""
_TAKEN: Final = """
    SELECT given.place FROM unnest(%s::integer[], %s::integer[]) WITH ORDINALITY AS given(year, number, place)
    JOIN dossiers_dossier ON receiving_desk_id = %s AND book_year = given.year AND book_number = given.number
"""
_HIGHEST: Final = """
    SELECT coalesce(max(book_number), 0) FROM dossiers_dossier WHERE receiving_desk_id = %s AND book_year = %s
"""


class Books:
    """The books of one desk during an import. The counter may hand out numbers of `this_year` at any moment."""

    def __init__(self, desk: Unit, this_year: int) -> None:
        self.desk = desk
        self.this_year = this_year
        self.counters: dict[int, int] = {}

    def with_free_numbers(self, found: Entries, earlier_rows: EarlierRows, report: RejectedRows) -> Entries:
        """Returns the entries whose book is open and whose number is free; numbers stay free until the transaction
        ends."""
        self._lock_counters({_year(entry) for entry, _pin in found})
        closed = set(ClosedBook.objects.filter(desk=self.desk).values_list("year", flat=True))
        opened: Entries = []
        for entry, pin in found:
            if _year(entry) in closed:
                report.reject(entry.row, RowFault("received", Fault.BOOK_CLOSED, year=_year(entry)))
            else:
                opened.append((entry, pin))
        if not opened or opened[0][0].book_number is None:
            return opened
        twice = earlier_rows.of_taken((f"{_year(entry)}/{entry.book_number}", entry.row) for entry, _pin in opened)
        taken = self._taken([entry for entry, _pin in opened])
        remaining: Entries = []
        for entry, pin in opened:
            if entry.row in twice:
                report.reject(entry.row, RowFault("number", Fault.NUMBER_TWICE, row=twice[entry.row]))
            elif entry.row in taken:
                report.reject(entry.row, RowFault("number", Fault.NUMBER_TAKEN))
            else:
                remaining.append((entry, pin))
        return remaining

    def numbered(self, found: Entries) -> Iterable[tuple[RegisterEntry, PinnedProcedure]]:
        """Yields each entry with its number: its own, or the next of its year."""
        last: dict[int, int] = {}
        for entry, pin in found:
            if entry.book_number is not None:
                yield entry, pin
                continue
            year = _year(entry)
            last[year] = (last.get(year) or self._last(year)) + 1
            yield entry._replace(book_number=last[year]), pin

    def raise_counters(self, numbers: Sequence[tuple[int, int]]) -> None:
        """Raises the counters to the highest number; `numbers` are (year, number)."""
        highest: dict[int, int] = {}
        for year, number in numbers:
            highest[year] = max(number, highest.get(year, 0))
        with connection.cursor() as cursor:
            for year in sorted(highest.keys() & self.counters.keys()):
                if highest[year] > self.counters[year]:
                    cursor.execute(_RAISE, [highest[year], self.desk.pk, BOOK, year])

    def _lock_counters(self, years: set[int]) -> None:
        """Locks the counters: nobody takes a number or closes a book meanwhile."""
        with connection.cursor() as cursor:
            if self.this_year in years:
                cursor.execute(_START, [self.desk.pk, BOOK, self.this_year])
            cursor.execute(_LOCK_COUNTERS, [self.desk.pk, BOOK])
            self.counters = dict(cursor.fetchall())

    def _taken(self, entries: Sequence[RegisterEntry]) -> set[int]:
        values: list[Any] = [[_year(entry) for entry in entries], [entry.book_number for entry in entries]]
        with connection.cursor() as cursor:
            cursor.execute(_TAKEN, [*values, self.desk.pk])
            return {entries[place - 1].row for (place,) in cursor.fetchall()}

    def _last(self, year: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_HIGHEST, [self.desk.pk, year])
            (highest,) = cursor.fetchone()
        return max(int(highest), self.counters.get(year, 0))


def _year(entry: RegisterEntry) -> int:
    return local_day(entry.received_at).year
