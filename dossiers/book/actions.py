"""Closes the yearly register book of a desk once its year is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.models import ClosedBook, YearCounter
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import BOOK
from units.rules import RuleBroken


@transaction.atomic
def close_book(*, desk: Unit, year: int, actor: User | None, at: datetime) -> ClosedBook:
    """Closes the book of a past year (Circular 01/2018, article 10.2). Closing it again changes nothing.

    Raises RuleBroken before the year is over.
    """
    if year >= local_day(at).year:
        raise RuleBroken(_("Năm %(year)s chưa hết, chưa khóa sổ được.") % {"year": year})
    counter = YearCounter.objects.select_for_update().filter(unit=desk, series=BOOK, year=year).first()
    last = counter.last if counter else 0
    book, _is_new = ClosedBook.objects.get_or_create(
        desk=desk, year=year, defaults={"last": last, "closed_at": at, "closed_by": actor}
    )
    return book


def close_last_years_books(*, at: datetime) -> int:
    """Closes every open book of past years; returns how many. Running it twice changes nothing."""
    year = local_day(at).year
    closed = set(ClosedBook.objects.values_list("desk_id", "year"))
    books = YearCounter.objects.filter(series=BOOK, year__lt=year).select_related("unit")
    due = [book for book in books if (book.unit_id, book.year) not in closed]
    for book in due:
        close_book(desk=book.unit, year=book.year, actor=None, at=at)
    return len(due)
