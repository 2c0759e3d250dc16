"""Who has how much on the desk: for the head of these people only.

The head of a person leads the nearest unit at or above the one where that person works. Nobody else sees
any of it: not the officials above, not the officers among themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from dossiers.workload.counts import UnitWork, Workload, work_at
from reporting.dashboards.list_kinds import ListKind
from units.clock.days import local_day
from units.models import Unit

Role = Membership.Role
OFFICERS = (Role.CLERK, Role.SPECIALIST, Role.LEADER)


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One person at one unit. `person` None: what was given to nobody, or to people of other units."""

    person: User | None
    load: Workload
    is_unassigned: bool = False

    @property
    def all(self) -> list[tuple[ListKind, int]]:
        """Each with the sort of the list behind it, in the order of the columns."""
        load = self.load
        return [
            (ListKind.IN_HAND, load.open),
            (ListKind.OVERDUE, load.overdue),
            (ListKind.BEHIND, load.behind),
            (ListKind.SOON, load.soon),
            (ListKind.WAITING, load.waiting),
        ]

    @property
    def name(self) -> str:
        if self.person:
            return str(self.person)
        return _("Chưa giao cho ai") if self.is_unassigned else _("Cán bộ đơn vị khác")


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """`work`: all that the rows are parts of, and what the unit handles and others have in hand."""

    unit: Unit
    rows: Sequence[OfficerRow]
    work: UnitWork

    @property
    def most(self) -> int:
        """The longest bar."""
        return max((row.load.open for row in self.rows), default=0)


def headed_by(user: User, at: datetime) -> list[Unit]:
    """The units this person is the head of: those that no head of their own, and none nearer, answers for. Two
    queries; none for somebody who leads nothing."""
    own = {held.unit.path for held in user.current_memberships() if held.role == Role.LEADER}
    if not own:
        return []
    units = list(user.units_as(Role.LEADER))
    heads = Membership.objects.in_force(local_day(at)).with_roles([Role.LEADER]).filter(unit__in=units)
    paths = own | set(heads.values_list("unit__path", flat=True))
    nearest = {unit.pk: max((path for path in paths if unit.path.startswith(path)), key=len) for unit in units}
    return sorted((unit for unit in units if nearest[unit.pk] in own), key=lambda unit: unit.path)


def officers_at(units: Iterable[Unit], at: datetime) -> QuerySet[Membership]:
    """Who works at any of `units` on the local day of `at`; the same person once per role."""
    held = Membership.objects.in_force(local_day(at)).with_roles(OFFICERS)
    return held.filter(unit__in=[unit.pk for unit in units], user__is_active=True).select_related("user")


def unit_loads(units: Sequence[Unit], *, at: datetime, soon: datetime) -> list[UnitLoad]:
    """Of every unit that has officers or work: what each person has, the most overdue first. Three queries."""
    found = work_at([unit.pk for unit in units], at, soon=soon)
    people: dict[int, dict[int, User]] = defaultdict(dict)
    for held in officers_at(units, at):
        people[held.unit_id][held.user_id] = held.user
    both = ((unit, people[unit.pk], found[unit.pk]) for unit in units)
    return [UnitLoad(unit, _rows(own, work.in_hand), work) for unit, own, work in both if own or work != UnitWork({})]


def _rows(people: Mapping[int, User], work: Mapping[int | None, Workload]) -> list[OfficerRow]:
    """The unit's own people by name; others are not theirs to see and stay one nameless line."""
    own = [OfficerRow(person, work.get(key, Workload())) for key, person in people.items()]
    own.sort(key=lambda row: (-row.load.all_overdue, -row.load.behind, -row.load.open, str(row.person)))
    others = [load for key, load in work.items() if key is not None and key not in people]
    rest = [OfficerRow(None, sum(others, start=Workload()))] if others else []
    unassigned = [OfficerRow(None, work[None], is_unassigned=True)] if None in work else []
    return [*own, *rest, *unassigned]
