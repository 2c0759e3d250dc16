"""Other apps whose rows are transferred together with the dossiers when units are merged or divided.

`settings.REORGANISATION_PARTS` names their contributors by dotted path, since this app must not import the apps above
it.
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


class Transfer(Protocol):
    def __call__(self, *, successors: Mapping[int, int], on: date, actor: User | None, at: datetime) -> int: ...


class CountInHand(Protocol):
    def __call__(self, *, successors: Mapping[int, int], on: date, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class ReorganisationContributor:
    """`label`: the kind of rows, printed before their number. `transfer` hands them to the successors from the day on
    and returns how many; repeating it is harmless. `in_hand` counts them beforehand. `ends`: the rows have no
    successor but end with the unit."""

    label: str | Promise
    transfer: Transfer
    in_hand: CountInHand
    ends: bool = False

    def contribution(self, count: int) -> Contribution:
        return Contribution(self.label, count, self.ends)


@dataclass(frozen=True, slots=True)
class Contribution:
    """How many rows of one contributor are transferred."""

    label: str | Promise
    count: int
    ends: bool = False


def contributors() -> list[ReorganisationContributor]:
    return [import_string(path) for path in settings.REORGANISATION_PARTS]
