"""Changes to the tree of offices and to the calendar."""

from units.actions.by_plan import reorganise
from units.actions.calendar import (
    add_draft_day,
    approve_and_publish,
    drop_draft,
    open_calendar_draft,
    remove_draft_day,
    submit_draft,
    undo_published,
)
from units.actions.loading import load_units
from units.actions.reorganising import NewDesk, NewUnit, Reorganisation, merge_units, reparent, split_unit

__all__ = [
    "NewDesk",
    "NewUnit",
    "Reorganisation",
    "add_draft_day",
    "approve_and_publish",
    "drop_draft",
    "load_units",
    "merge_units",
    "open_calendar_draft",
    "remove_draft_day",
    "reorganise",
    "reparent",
    "split_unit",
    "submit_draft",
    "undo_published",
]
