"""The tree of offices, their identifiers over time, running numbers and the working calendar's rows.

What a place is called ("ward", "district" and so on) is data: a `UnitKind` row, never a word in code or in a template.
All validity dates are inclusive: `valid_to` is the last day on which the row still holds.
"""

from units.models.calendar import CalendarDay, CalendarEdition, CalendarVersion, CalendarYear, OpeningHours
from units.models.codes import CodeTemplate, CodeTemplateQuerySet, DayCounter, check_template
from units.models.drafts import CalendarDraft, CalendarDraftDay, CalendarDraftQuerySet, ReorganisationDraft
from units.models.duty import DutyPost
from units.models.tree import RECEPTION, Unit, UnitIdentifier, UnitKind, UnitMove, UnitQuerySet, UnitSuccessor

__all__ = [
    "RECEPTION",
    "CalendarDay",
    "CalendarDraft",
    "CalendarDraftDay",
    "CalendarDraftQuerySet",
    "CalendarEdition",
    "CalendarVersion",
    "CalendarYear",
    "CodeTemplate",
    "CodeTemplateQuerySet",
    "DayCounter",
    "DutyPost",
    "OpeningHours",
    "ReorganisationDraft",
    "Unit",
    "UnitIdentifier",
    "UnitKind",
    "UnitMove",
    "UnitQuerySet",
    "UnitSuccessor",
    "check_template",
]
