"""Form II.06a of Circular 01/2020/TT-VPCP: what became of a unit's dossiers in a period, by field. Pure.

Every column is kept as it was counted, the totals too: that a row adds up is checked, never arranged. A form with a
row that does not add up is not given to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Row:
    """One line; the numbers beside the columns are those printed above them (1 is the number of the line)."""

    field: str  # 2
    handed_in: int  # 3: all dossiers the period had to do with
    online: int  # 4: received in the period
    direct: int  # 5: received in the period, at the desk or by post
    carried_over: int  # 6: received before it and not finished by then
    resolved: int  # 7: finished in the period
    early: int  # 8
    on_time: int  # 9: those that ended without a result as well
    late: int  # 10
    pending: int  # 11: not finished at its end
    in_time: int  # 12: those that wait for their applicant or stand still by order as well
    overdue: int  # 13


def checked(rows: Iterable[Row]) -> list[Row]:
    """The same rows. Raises RuleBroken for the first one that does not add up, naming its field and the identity."""
    found = list(rows)
    for row in found:
        for identity, left, right in _identities(row):
            if left != right:
                told = {"row": row.field, "identity": identity, "left": left, "right": right}
                raise RuleBroken(
                    _("Biểu II.06a, dòng “%(row)s”: %(identity)s không đúng (%(left)d, %(right)d).") % told
                )
    return found


def _identities(row: Row) -> Iterator[tuple[str, int, int]]:
    """Each as printed, with both of its sides."""
    yield "3 = 4 + 5 + 6", row.handed_in, row.online + row.direct + row.carried_over
    yield "7 = 8 + 9 + 10", row.resolved, row.early + row.on_time + row.late
    yield "11 = 12 + 13", row.pending, row.in_time + row.overdue
    yield "3 = 7 + 11", row.handed_in, row.resolved + row.pending
