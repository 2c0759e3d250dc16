"""What other rooms have of offices: it goes on along with the dossiers when offices are merged or divided.

Rooms below know nothing of those above. `settings.REORGANISATION_PARTS` names their `Contributor`s by dotted path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from accounts.models import User


class Continue(Protocol):
    def __call__(self, *, heirs: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int: ...


class Foresee(Protocol):
    def __call__(self, *, heirs: Mapping[int, int], on: date, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Contributor:
    """`label`: what it has, as it stands before a number. `continued` hands on to the units that go on, once their day
    has come, as often as it is asked, and says how much; `in_hand` foresees how much. `ends`: it goes on nowhere, but
    comes to its end with the unit."""

    label: str | Promise
    continued: Continue
    in_hand: Foresee
    ends: bool = False

    def share(self, count: int) -> Contribution:
        return Contribution(self.label, count, self.ends)


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much of one part."""

    label: str | Promise
    count: int
    ends: bool = False


def contributors() -> list[Contributor]:
    return [import_string(path) for path in settings.REORGANISATION_PARTS]
