"""Compares terms, and sorts them into the catalogue's ranges. Pure."""

from datetime import time
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from units.clock.due_dates import Term, TermUnit

WORKING_HOURS_A_DAY: Final = 8
SHORTEST_MONTH: Final = 28
LONGEST_MONTH: Final = 31
AUDIENCES: Final = {
    "citizen": _("người dân"),
    "business": _("doanh nghiệp, hộ kinh doanh"),
    "organisation": _("cơ quan, tổ chức"),
}
TERM_UNITS: Final = {
    TermUnit.WORKING_DAY.value: _("ngày làm việc"),
    TermUnit.WORKING_HOUR.value: _("giờ làm việc"),
    TermUnit.DAY.value: pgettext_lazy("time limit", "ngày"),
    TermUnit.MONTH.value: _("tháng"),
    TermUnit.SAME_DAY.value: _("trong ngày"),
}
_WORKING: Final = (TermUnit.WORKING_HOUR, TermUnit.WORKING_DAY)


def fits(committed: Term, statutory: Term) -> bool:
    """Whether a committed term is never longer than the statutory one.

    Own rule, the same as the database's `procedures_term_fits`. Same unit: amounts compare. Within the day is shorter
    than everything else. A working day is eight working hours. Where one side counts calendar days, the comparison is
    made on the careful side: N calendar days hold floor(N × 5 / 7) working days, a month has 28 days when it is the
    law's and 31 when it is the office's.
    """
    if committed.unit is statutory.unit:
        return committed.amount <= statutory.amount
    if TermUnit.SAME_DAY in (committed.unit, statutory.unit):
        return committed.unit is TermUnit.SAME_DAY
    if committed.unit in _WORKING:
        return _hours(committed) <= _hours(statutory)
    days = committed.amount * (LONGEST_MONTH if committed.unit is TermUnit.MONTH else 1)
    return days * WORKING_HOURS_A_DAY <= _hours(statutory) if statutory.unit in _WORKING else days <= _days(statutory)


def process_hours(term: Term) -> int:
    """The working hours that an internal process may use: those the term has for certain."""
    return WORKING_HOURS_A_DAY if term.unit is TermUnit.SAME_DAY else _hours(term)


def _days(term: Term) -> int:
    return term.amount * (SHORTEST_MONTH if term.unit is TermUnit.MONTH else 1)


def _hours(term: Term) -> int:
    if term.unit is TermUnit.WORKING_HOUR:
        return term.amount
    working_days = term.amount if term.unit is TermUnit.WORKING_DAY else _days(term) * 5 // 7
    return working_days * WORKING_HOURS_A_DAY


def bucket(term: Term | None) -> str:
    """The range of terms in the catalogue's filter, see `procedures.search.facets`."""
    if term is None:
        return "theo-viec"
    if term.unit in (TermUnit.SAME_DAY, TermUnit.WORKING_HOUR):
        return "trong-ngay"
    days = _days(term)
    return "den-3" if days <= 3 else "den-15" if days <= 15 else "tren-15"


def make_term(amount: int | None, unit: str, cut_off: time | None) -> Term | None:
    """A `Term` from stored columns, or None when the term is stated in words only."""
    if amount is None or not unit:
        return None
    kind = TermUnit(unit)
    return Term(amount, kind, cut_off if kind is TermUnit.SAME_DAY else None)
