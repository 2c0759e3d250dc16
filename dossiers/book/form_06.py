"""The register of a desk for one year, "Sổ theo dõi hồ sơ": rows out of the database, as they are written down.

`dossiers.book.files` makes a PDF or a workbook of them.

Form 06 of Circular 01/2018/TT-VPCP: one book a year, numbered without a break (article 10.2). Its wording is official
and is not translated. All days and times are those of Hanoi.
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
from dossiers.slips.paper import LANGUAGE, Data, Form
from units.calendar.lookup import working_calendar
from units.clock.working_calendar import WorkingCalendar
from units.models import Unit
from units.texts import wording

ENDED: Final = {
    Outcome.DECLINED: "Không đủ điều kiện giải quyết",
    Outcome.WITHDRAWN: "Rút hồ sơ",
    Outcome.STOPPED: "Dừng giải quyết",
}
AT_ONCE: Final = 2000
"""Rows fetched at a time: a year of a busy desk never stands in memory as model rows."""
PART: Final = 2000
"""Rows in one printed part: setting a page of the book takes about 4 MB, so a whole year could fill a server."""


@dataclass(frozen=True, slots=True)
class Book:
    """Which book it is, when this copy was made and, if so, when it was closed. Moments are aware."""

    desk: Unit
    year: int
    made_at: datetime
    closed_at: datetime | None = None

    @property
    def title(self) -> str:
        return f"Sổ theo dõi hồ sơ {self.year}, {self.desk.name}"


@dataclass(frozen=True, slots=True)
class BookRow:
    """One dossier as the form has it: fifteen columns, of which address and telephone share one. Moments are aware.

    `sent_at` is when it left the desk, `finished_at` when its result was there, `receiver` who took the result.
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


class Sent(TypedDict):
    """When a dossier left the desk, by its legs."""

    sent_at: datetime | None


def book_rows(desk: Unit, year: int, numbers: range | None = None) -> Iterator[BookRow]:
    """The dossiers that a desk took in during a year, in the order of the book, read little by little.

    `numbers` keeps to a part of the book, as `parts` gives them.
    """
    with translation.override(LANGUAGE):
        methods = {value: str(label) for value, label in ReturnRecord.Method.choices}
    rows = entered(desk, year)
    if numbers is not None:
        rows = rows.filter(book_number__gte=numbers.start, book_number__lt=numbers.stop)
    calendar = working_calendar(desk)
    for dossier in _for_rows(rows).iterator(chunk_size=AT_ONCE):
        yield _row(dossier, methods, calendar)


def entered(desk: Unit, year: int) -> QuerySet[Dossier]:
    """What the book of a desk and year lists, in its order."""
    return Dossier.objects.filter(receiving_desk=desk, book_year=year).order_by("book_number")


def parts(last: int) -> list[range]:
    """The numbers of each printed part of a book that ends with number `last`; one part for an empty book."""
    return [range(first, min(first + PART, last + 1)) for first in range(1, max(last, 1) + 1, PART)]


def _for_rows(dossiers: QuerySet[Dossier]) -> QuerySet[WithAnnotations[Dossier, Sent]]:
    """With the moment each left the desk, in one query and without the long texts."""
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
    """What is printed, as text."""
    listed = [_cells(row) for row in rows]
    return {
        **heading_data(Form.RECEIPT, book.desk, Issue(at=book.made_at)),
        "title": book.title,
        "year": str(book.year),
        "rows": listed,
        "closing": _closing(book, listed),
    }


def _row(dossier: WithAnnotations[Dossier, Sent], methods: dict[str, str], calendar: WorkingCalendar) -> BookRow:
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
    """What the other columns do not say: no result, a supplement, a new date, by how much it was late, through whom
    and why, another desk since a reorganisation."""
    said = [
        ENDED.get(Outcome(dossier.outcome), "") if dossier.outcome else "",
        f"Yêu cầu bổ sung {dossier.supplements} lần" if dossier.supplements else "",
        f"Hẹn lại {wording.short_date(dossier.new_due_at, LANGUAGE)}" if dossier.new_due_at else "",
        _late(dossier, calendar),
        f"Tiếp tục tại {dossier.desk.name}" if dossier.desk_id != dossier.receiving_desk_id else "",
    ]
    return "; ".join(filter(None, said))


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
    """How many there are and from which number to which; and that nothing can follow, once the book is closed."""
    if not rows:
        told = "Không có hồ sơ nào."
    else:
        told = f"Có {wording.number(len(rows), LANGUAGE)} hồ sơ, số thứ tự từ {rows[0][0]} đến {rows[-1][0]}."
    if book.closed_at is None:
        return f"{told} Sổ chưa khóa; lập lúc {wording.short_datetime(book.made_at, LANGUAGE)}."
    return f"{told} Khóa sổ lúc {wording.short_datetime(book.closed_at, LANGUAGE)}."
