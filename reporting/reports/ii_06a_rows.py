"""Form II.06a of Circular 01/2020/TT-VPCP: what became of a unit's dossiers in a period, by field. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

FORM: Final = _("Biểu II.06a")


@dataclass(frozen=True, slots=True)
class Form06aRow:
    """One line; the numbers beside the columns are those printed above them (1 is the number of the line)."""

    name: str  # 2: of the field of administration
    handed_in: int  # 3: all dossiers the period had to do with
    online: int  # 4: received in the period
    direct: int  # 5: received in the period, at the desk or by post
    carried_over: int  # 6: received before it and not finished by then
    resolved: int  # 7: finished in the period
    early: int  # 8
    on_time: int  # 9: those that ended without a result as well
    late: int  # 10
    pending: int  # 11: not finished at its end
    in_time: int  # 12: with those that wait for their applicant or are stopped by order
    overdue: int  # 13

    @property
    def identities(self) -> list[tuple[str, int, int]]:
        return [
            ("3 = 4 + 5 + 6", self.handed_in, self.online + self.direct + self.carried_over),
            ("7 = 8 + 9 + 10", self.resolved, self.early + self.on_time + self.late),
            ("11 = 12 + 13", self.pending, self.in_time + self.overdue),
            ("3 = 7 + 11", self.handed_in, self.resolved + self.pending),
        ]
