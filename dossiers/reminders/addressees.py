"""Finds the recipients of a reminder at a unit: its officers, or its heads. Pure: rows in, ids of people out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from accounts.models import Membership
from units.models import Unit

Role = Membership.Role
People = tuple[int, ...]

HEADS: Final = (Role.LEADER, Role.OFFICIAL)
NOTIFIED_ROLES: Final = (Role.CLERK, Role.SPECIALIST, *HEADS)


@dataclass(frozen=True, slots=True)
class AddressedUnit:
    """The columns of a unit needed here; `parent_id` is None for a root."""

    id: int
    path: str
    parent_id: int | None
    is_desk: bool
    name: str

    @classmethod
    def of(cls, unit: Unit) -> AddressedUnit:
        return cls(unit.pk, unit.path, unit.parent_id, unit.is_desk, unit.name)


class Addressees:
    """The people of every unit by role, without queries.

    `held`: (person, unit, role) of everybody at work; `deputies`: (absent person, path of the unit, deputy). Where a
    unit has nobody in the role, the nearest unit above that has is used, and finally the unit's heads.
    """

    def __init__(
        self,
        places: Iterable[AddressedUnit],
        held: Iterable[tuple[int, int, str]],
        deputies: Iterable[tuple[int, str, int]] = (),
    ) -> None:
        self.places = {place.id: place for place in places}
        self._deputies = list(deputies)
        self.desks = {place.parent_id: place.id for place in self.places.values() if place.is_desk}
        by_place: dict[tuple[int, str], set[int]] = defaultdict(set)
        for person, unit, role in held:
            by_place[unit, role].add(person)
        self._held = {key: tuple(sorted(people)) for key, people in by_place.items()}
        self.people = frozenset(person for people in self._held.values() for person in people)

    def workers(self, unit_id: int, assignee_id: int | None = None) -> People:
        """The assignee; else the clerks of a desk or the specialists of another unit; its clerks where it has only
        those."""
        officer = self._present(assignee_id, unit_id)
        if officer:
            return (officer,)
        role = Role.CLERK if self.places[unit_id].is_desk else Role.SPECIALIST
        return self._here(unit_id, role) or self._above(unit_id, role) or self.heads(unit_id, 1)

    def heads(self, unit_id: int, level: int) -> People:
        """The heads of the `level`-th unit upwards that has heads; level 1 begins at the unit itself."""
        levels = [people for step in self._upwards(unit_id) if (people := self._heads_at(step))]
        return levels[level - 1] if len(levels) >= level else ()

    def _present(self, person: int | None, unit_id: int) -> int | None:
        """The officer, or the officer's deputy at this unit; None when neither is at work."""
        path = self.places[unit_id].path
        standing_in = (deputy for absent, top, deputy in self._deputies if absent == person and path.startswith(top))
        person = next(standing_in, person)
        return person if person in self.people else None

    def _here(self, unit_id: int, role: str) -> People:
        desk = self.desks.get(unit_id, unit_id)
        return self._at(unit_id, role) or self._at(unit_id, Role.CLERK) or self._at(desk, Role.CLERK)

    def _heads_at(self, unit_id: int) -> People:
        return tuple(sorted({person for role in HEADS for person in self._at(unit_id, role)}))

    def _above(self, unit_id: int, role: str) -> People:
        return next((people for step in self._upwards(unit_id)[1:] if (people := self._at(step, role))), ())

    def _at(self, unit_id: int, role: str) -> People:
        return self._held.get((unit_id, role), ())

    def _upwards(self, unit_id: int) -> list[int]:
        return [int(step) for step in reversed(self.places[unit_id].path.split("/")) if step]
