"""The yearly register books of a desk: list, PDF parts, workbook, closing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.staff.pages import staff_only
from accounts.staff.permissions import Role
from dossiers.book.actions import close_book
from dossiers.book.files import book_pdf, book_xlsx
from dossiers.book.form_06 import Book, book_rows, dossiers_in_book, parts
from dossiers.events.record import note_readings
from dossiers.models import ClosedBook, Dossier, YearCounter
from dossiers.slips.views import PDF, file_response
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import BOOK

BOOK_ROLES: Final = (Role.CLERK, Role.LEADER, Role.OFFICIAL)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_only(*BOOK_ROLES)
@require_GET
def books(request: HttpRequest, user: User) -> HttpResponse:
    """The books of the person's desks, or of one of them, with their numbers of entries and their files."""
    on = local_day(timezone.now())
    desks = _desks(user, *BOOK_ROLES)
    chosen = request.GET.get("noi-nhan", "")
    desk = _desk(desks, chosen) if chosen else None
    is_clerk = user.unit_ids_as(Role.CLERK) == user.unit_ids_as(*BOOK_ROLES)
    closing = desks if is_clerk else _desks(user, Role.CLERK)
    listed = _listed([desk] if desk else desks, closing, on)
    return render(request, "dossiers/book/books.html", {"books": listed, "desks": desks, "desk": desk, "tab": "books"})


@staff_only(*BOOK_ROLES)
@require_GET
def book_part(request: HttpRequest, user: User, desk: str, year: int, part: int) -> HttpResponse:
    """One printed part of a book, as PDF."""
    book, last = _book(user, desk, year, timezone.now())
    wanted = parts(last)
    if not 1 <= part <= len(wanted):
        raise Http404
    note_readings(dossiers=_printed_dossiers(book, wanted[part - 1]), user=user, page="book", at=book.made_at)
    made = book_pdf(book, book_rows(book.desk, year, wanted[part - 1]))
    return file_response(made, PDF, f"so-theo-doi-{desk}-{year}-{part}.pdf", True)


@staff_only(*BOOK_ROLES)
@require_GET
def book_sheet(request: HttpRequest, user: User, desk: str, year: int) -> HttpResponse:
    """The whole book as a workbook."""
    book, last = _book(user, desk, year, timezone.now())
    note_readings(dossiers=_printed_dossiers(book, range(1, last + 1)), user=user, page="book", at=book.made_at)
    return file_response(book_xlsx(book, book_rows(book.desk, year)), XLSX, f"so-theo-doi-{desk}-{year}.xlsx", False)


@staff_only(Role.CLERK)
@require_POST
def close(request: HttpRequest, user: User, desk: str, year: int) -> HttpResponse:
    at = timezone.now()
    own = _desk(_desks(user, Role.CLERK), desk)
    close_book(desk=own, year=year, actor=user, at=at)
    return redirect("dossiers:books")


def _desks(user: User, *roles: str) -> list[Unit]:
    """The desks where a person has one of `roles`, and the desks these succeeded: a reorganisation moves the roles,
    while the books stay with the old desks.
    """
    desks = Unit.objects.desks().select_related("kind", "parent__kind", "parent__parent")
    every = {desk.pk: desk for desk in desks}
    theirs = set(user.unit_ids_with_papers(*roles))
    return [desk for pk, desk in every.items() if pk in theirs]


def _listed(desks: list[Unit], closing: list[Unit], on: date) -> list[dict[str, Any]]:
    """The books of `desks`, the newest year first; only those of the desks in `closing` may be closed."""
    own = {desk.pk for desk in closing}
    closed = {(book.desk_id, book.year): book for book in ClosedBook.objects.filter(desk__in=desks)}
    counters = YearCounter.objects.filter(series=BOOK, unit__in=desks).select_related("unit")
    return [
        {
            "desk": book.unit,
            "year": book.year,
            "last": book.last,
            "parts": [(number, part) for number, part in enumerate(parts(book.last), 1)],
            "closed": closed.get((book.unit_id, book.year)),
            "may_close": book.year < on.year and book.unit_id in own,
        }
        for book in counters.order_by("-year", "unit__order", "unit__name")
    ]


def _desk(desks: list[Unit], slug: str) -> Unit:
    """The desk with that slug; Http404 for any other."""
    found = next((one for one in desks if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _book(user: User, slug: str, year: int, at: datetime) -> tuple[Book, int]:
    """A book of one of the person's desks and its last number; Http404 for any other."""
    desk = _desk(_desks(user, *BOOK_ROLES), slug)
    counter = get_object_or_404(YearCounter, unit=desk, series=BOOK, year=year)
    closed = ClosedBook.objects.filter(desk=desk, year=year).first()
    return Book(desk, year, made_at=at, closed_at=closed.closed_at if closed else None), counter.last


def _printed_dossiers(book: Book, numbers: range) -> QuerySet[Dossier]:
    """The dossiers whose applicants a copy of the book shows; their reading is recorded."""
    rows = dossiers_in_book(book.desk, book.year).filter(book_number__gte=numbers.start, book_number__lt=numbers.stop)
    return rows.only("desk", "handler", "holder")
