"""Who has how much on the desk: for the head of these people only.

The head of somebody is whoever leads the nearest unit at or above the one where that person works. Nobody else sees
any of it: not the officials above, not the officers among themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from dossiers.models import DossierLeg, local_day
from dossiers.states import RUNNING, WAITING
from reporting.lists import Sort
from units.models import Unit

Role = Membership.Role
OFFICERS = (Role.CLERK, Role.SPECIALIST, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Load:
    """Legs in hand: all, and of these the ones whose dossier is overdue, due soon, or waits."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    waiting: int = 0

    @property
    def not_overdue(self) -> int:
        return self.open - self.overdue

    @property
    def all(self) -> list[tuple[Sort, int]]:
        """Each with the sort of the list behind it, in the order of the columns."""
        return [
            (Sort.IN_HAND, self.open),
            (Sort.OVERDUE, self.overdue),
            (Sort.SOON, self.soon),
            (Sort.WAITING, self.waiting),
        ]


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """One person at one unit. `person` None: what was given to nobody, or to people of other units."""

    person: User | None
    load: Load
    is_unassigned: bool = False

    @property
    def name(self) -> str:
        if self.person:
            return str(self.person)
        return _("Chưa giao cho ai") if self.is_unassigned else _("Cán bộ đơn vị khác")


@dataclass(frozen=True, slots=True)
class UnitLoad:
    unit: Unit
    rows: Sequence[OfficerRow]

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


def loads(units: Sequence[Unit], *, at: datetime, soon: datetime) -> list[UnitLoad]:
    """Of every unit that has officers or work: what each person has, the most overdue first. Two queries."""
    found = _counted(units, at, soon)
    people: dict[int, dict[int, User]] = defaultdict(dict)
    for held in officers_at(units, at):
        people[held.unit_id][held.user_id] = held.user
    both = ((unit, people[unit.pk], found[unit.pk]) for unit in units)
    return [UnitLoad(unit, _rows(own, work)) for unit, own, work in both if own or work]


def _rows(people: dict[int, User], work: dict[int | None, Load]) -> list[OfficerRow]:
    """The unit's own people by name; others are not theirs to see and stay one nameless line."""
    own = [OfficerRow(person, work.get(key, Load())) for key, person in people.items()]
    own.sort(key=lambda row: (-row.load.overdue, -row.load.open, str(row.person)))
    others = [load for key, load in work.items() if key is not None and key not in people]
    rest = [OfficerRow(None, _sum(others))] if others else []
    unassigned = [OfficerRow(None, work[None], is_unassigned=True)] if None in work else []
    return [*own, *rest, *unassigned]


def _sum(loads: Sequence[Load]) -> Load:
    return Load(
        *(sum(values) for values in zip(*((x.open, x.overdue, x.soon, x.waiting) for x in loads), strict=True))
    )


def _counted(units: Sequence[Unit], at: datetime, soon: datetime) -> dict[int, dict[int | None, Load]]:
    running = Q(dossier__status__in=sorted(RUNNING))
    counts = {
        "open": Count("dossier", distinct=True),
        "overdue": Count("dossier", distinct=True, filter=running & Q(dossier__due_at__lt=at)),
        "soon": Count(
            "dossier", distinct=True, filter=running & Q(dossier__due_at__gte=at, dossier__due_at__lte=soon)
        ),
        "waiting": Count("dossier", distinct=True, filter=Q(dossier__status__in=sorted(WAITING))),
    }
    legs = DossierLeg.objects.in_hand().filter(unit__in=[unit.pk for unit in units])
    found: dict[int, dict[int | None, Load]] = defaultdict(dict)
    for unit, person, *numbers in legs.order_by().values_list("unit", "assignee").annotate(**counts):
        found[unit][person] = Load(*numbers)
    return found
