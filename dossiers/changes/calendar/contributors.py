"""Other apps whose dates a calendar change moves: publishing waits for their previews, and the page shows them.

`settings.CALENDAR_PARTS` names their contributors by dotted path, since this app must not import the apps above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from dossiers.models import CalendarRun


@dataclass(frozen=True, slots=True)
class CalendarContributor:
    """`is_recalculated`: whether this app's preview of a run is finished. `context`: the variable `part` of `template`
    for a run and a user; the string is the page number of the query string, or None."""

    template: str
    is_recalculated: Callable[[CalendarRun], bool]
    shown: Callable[[CalendarRun, User, str | None], Mapping[str, Any]]


def contributors() -> list[CalendarContributor]:
    return [import_string(path) for path in settings.CALENDAR_PARTS]
