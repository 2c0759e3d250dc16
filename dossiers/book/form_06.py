"""The register book of a desk for one year, "Sổ theo dõi hồ sơ": its rows, read from the database.

`dossiers.book.files` prints them as PDF or workbook.

Form 06 of Circular 01/2018/TT-VPCP: one book a year, numbered without gaps (article 10.2). Its wording is official and
not translated. Printed times are Hanoi time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import translation
from django_stubs_ext import WithAnnotations

from dossiers.clock.states import Outcome
from dossiers.explanation.wording import late_by, late_words
from dossiers.models import Dossier, DossierLeg, ReturnRecord
from dossiers.slips.heading import Issue, heading_data
from dossiers.slips.pdf import LANGUAGE, Data, Form
from units.calendar.lookup import working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit
from units.texts import wording

OUTCOME_NOTES: Final = {
    Outcome.DECLINED: "Không đủ điều kiện giải quyết",
    Outcome.WITHDRAWN: "Rút hồ sơ",
    Outcome.STOPPED: "Dừng giải quyết",
}
FETCH_SIZE: Final = 2000
"""Rows fetched at a time, so that a year of a busy desk is never in memory as a whole."""
ROWS_PER_PART: Final = 2000
"""Rows in one printed part: typesetting takes about 4 MB a page, so a whole year could fill the server's memory."""


@dataclass(frozen=True, slots=True)
class Book:
    """A book: desk, year, when this copy was made, when the book was closed (None: open). Times are aware."""

    desk: Unit
    year: int
    made_at: datetime
    closed_at: datetime | None = None

    @property
    def title(self) -> str:
        return f"Sổ theo dõi hồ sơ {self.year}, {self.desk.name}"


@dataclass(frozen=True, slots=True)
class BookRow:
    """One dossier in the form's fifteen columns, of which address and telephone share one. Times are aware.

    `sent_at`: when it left the desk; `finished_at`: when the result was ready; `receiver`: who took the result.
    """

    number: int
    code: str
    procedure: str
    sets: int
    applicant: str
    address: str
    phone: str
    handler: str
    received_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    method: str
    receiver: str
    note: str


class SentAt(TypedDict):
    """Annotation: when the dossier left the desk."""

    sent_at: datetime | None


def book_rows(desk: Unit, year: int, numbers: range | None = None) -> Iterator[BookRow]:
    """Yields the dossiers that a desk received in a year, in the order of the book.

    `numbers` limits the rows to one part of the book; see `parts`.
    """
    with translation.override(LANGUAGE):
        methods = {value: str(label) for value, label in ReturnRecord.Method.choices}
    rows = dossiers_in_book(desk, year)
    if numbers is not None:
        rows = rows.filter(book_number__gte=numbers.start, book_number__lt=numbers.stop)
    calendar = working_calendar(desk)
    for dossier in _with_sent_at(rows).iterator(chunk_size=FETCH_SIZE):
        yield _row(dossier, methods, calendar)


def dossiers_in_book(desk: Unit, year: int) -> QuerySet[Dossier]:
    """The dossiers in the book of a desk and year, in order of their numbers."""
    return Dossier.objects.filter(receiving_desk=desk, book_year=year).order_by("book_number")


def parts(last: int) -> list[range]:
    """The numbers in each printed part of a book whose last number is `last`; one part for an empty book."""
    return [range(first, min(first + ROWS_PER_PART, last + 1)) for first in range(1, max(last, 1) + 1, ROWS_PER_PART)]


def _with_sent_at(dossiers: QuerySet[Dossier]) -> QuerySet[WithAnnotations[Dossier, SentAt]]:
    """Joins what the rows need, without long texts, and annotates when each dossier left the desk."""
    left = DossierLeg.objects.filter(dossier=OuterRef("pk"), position__gt=0, handed_over_at__isnull=False)
    return (
        dossiers.select_related("version", "handler", "desk", "late_unit", "return_record")
        .only(
            *("code", "sets", "applicant_name", "applicant_address", "applicant_phone", "outcome", "supplements"),
            *("received_at", "due_at", "new_due_at", "finished_at", "returned_at", "book_number", "receiving_desk"),
            *("version__name", "handler__name", "desk__name", "late_unit__name", "late_cause"),
            *("return_record__method", "return_record__receiver_name"),
        )
        .annotate(sent_at=Subquery(left.order_by("position").values("handed_over_at")[:1]))
    )


def book_data(book: Book, rows: Iterable[BookRow]) -> Data:
    """The data of the typst page, as text."""
    listed = [_cells(row) for row in rows]
    return {
        **heading_data(Form.RECEIPT, book.desk, Issue(at=book.made_at)),
        "title": book.title,
        "year": str(book.year),
        "rows": listed,
        "closing": _closing(book, listed),
    }


def _row(dossier: WithAnnotations[Dossier, SentAt], methods: dict[str, str], calendar: WorkingCalendar) -> BookRow:
    returned: ReturnRecord | None = getattr(dossier, "return_record", None)
    assert dossier.book_number is not None
    assert dossier.received_at is not None
    return BookRow(
        number=dossier.book_number,
        code=dossier.code,
        procedure=dossier.version.name,
        sets=dossier.sets,
        applicant=dossier.applicant_name,
        address=dossier.applicant_address,
        phone=dossier.applicant_phone,
        handler=dossier.handler.name,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        sent_at=dossier.sent_at,
        finished_at=dossier.finished_at,
        returned_at=dossier.returned_at,
        method=methods[returned.method] if returned else "",
        receiver=returned.receiver_name if returned else "",
        note=_note(dossier, calendar),
    )


def _note(dossier: Dossier, calendar: WorkingCalendar) -> str:
    """The column "Ghi chú": no result, supplement requests, a new date, lateness with office and cause, another desk
    after a reorganisation."""
    notes = [
        OUTCOME_NOTES.get(Outcome(dossier.outcome), "") if dossier.outcome else "",
        f"Yêu cầu bổ sung {dossier.supplements} lần" if dossier.supplements else "",
        f"Hẹn lại {wording.short_date(dossier.new_due_at, LANGUAGE)}" if dossier.new_due_at else "",
        _late(dossier, calendar),
        f"Tiếp tục tại {dossier.desk.name}" if dossier.desk_id != dossier.receiving_desk_id else "",
    ]
    return "; ".join(filter(None, notes))


def _late(dossier: Dossier, calendar: WorkingCalendar) -> str:
    with translation.override(LANGUAGE):
        over, words = late_by(dossier, calendar), late_words(dossier)
    return ", ".join(filter(None, [f"Trễ hạn {over['time']} làm việc", words])) if over else ""


def _cells(row: BookRow) -> list[str]:
    moments = (row.received_at, row.due_at, row.sent_at, row.finished_at, row.returned_at)
    return [
        str(row.number),
        row.code,
        row.procedure,
        str(row.sets),
        row.applicant,
        "\n".join(filter(None, [row.address, row.phone])),
        row.handler,
        *map(_moment, moments),
        row.method,
        row.receiver,
        row.note,
    ]


def _moment(at: datetime | None) -> str:
    return f"{wording.clock_time(at)}\n{wording.short_date(at, LANGUAGE)}" if at else ""


def _closing(book: Book, rows: list[list[str]]) -> str:
    """The closing sentence: how many dossiers, their numbers, and whether the book is closed."""
    if not rows:
        count = "Không có hồ sơ nào."
    else:
        count = f"Có {wording.number(len(rows), LANGUAGE)} hồ sơ, số thứ tự từ {rows[0][0]} đến {rows[-1][0]}."
    if book.closed_at is None:
        return f"{count} Sổ chưa khóa; lập lúc {wording.short_datetime(book.made_at, LANGUAGE)}."
    return f"{count} Khóa sổ lúc {wording.short_datetime(book.closed_at, LANGUAGE)}."
