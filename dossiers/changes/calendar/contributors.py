"""What other rooms have dates of: a change of the calendar waits for their previews, and its page shows them.

Rooms below know nothing of those above. `settings.CALENDAR_PARTS` names a `Contributor` of each by its dotted path.
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
class Contributor:
    """`is_reckoned`: whether a preview has been reckoned for this room too. `shown`: what `template` shows as `part`
    of a run to a person; the string is the number of a page as it stands in the address, or None."""

    template: str
    is_reckoned: Callable[[CalendarRun], bool]
    shown: Callable[[CalendarRun, User, str | None], Mapping[str, Any]]


def contributors() -> list[Contributor]:
    return [import_string(path) for path in settings.CALENDAR_PARTS]
