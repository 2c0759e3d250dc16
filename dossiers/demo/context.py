"""What is the same for every made-up dossier: the time, the words, who works where, what is promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final

from accounts.models import Membership, User
from dossiers.clock.plan import PlanJson, resolved
from dossiers.demo.copying import as_json
from dossiers.demo.plan import Arrival, Line
from dossiers.particulars.acceptance import pinned
from procedures.models import ProcessStep, RequiredDocument
from units.clock.due_dates import WorkingCalendar, term_as_json
from units.models import Unit, UnitKind

Role = Membership.Role
Data = dict[str, Any]
NOTHING: Data = {}
IN_WORDS: Final = 15
"""The working days that an office plans for a procedure whose term the law states in words."""


@dataclass(slots=True)
class Staff:
    """Who did it, by unit: clerks at desks, specialists in handling units, leaders of offices."""

    workers: dict[int, list[int]]
    leaders: dict[int, list[int]]
    people: dict[int, User]

    @classmethod
    def read(cls) -> Staff:
        found = cls(defaultdict(list), defaultdict(list), User.objects.in_bulk())
        for role, unit_id, user_id in Membership.objects.order_by("pk").values_list("role", "unit_id", "user_id"):
            if role in {Role.CLERK, Role.SPECIALIST}:
                found.workers[unit_id].append(user_id)
            elif role == Role.LEADER:
                found.leaders[unit_id].append(user_id)
        return found

    def pick(self, unit_id: int, rng: Random) -> int | None:
        people = self.workers.get(unit_id) or self.leaders.get(unit_id)
        return people[int(rng.random() * len(people))] if people else None

    def leader(self, *units: int) -> int | None:
        """The first leader of the first of these units that has one."""
        return next((people[0] for unit in units if (people := self.leaders.get(unit))), None)


@dataclass(slots=True)
class Setting:
    """Calendars are by id of the desk; `homes` say where those live who come to a desk."""

    now: datetime
    proportions: dict[str, Any]
    names: dict[str, Any]
    calendars: dict[int, WorkingCalendar]
    homes: dict[int, list[str]]
    tenant_lines: Sequence[Line]
    staff: Staff = field(default_factory=Staff.read)
    units: dict[int, Unit] = field(default_factory=lambda: _units())
    papers: dict[int, list[RequiredDocument]] = field(default_factory=lambda: _papers_by_version())
    steps: dict[int, list[tuple[Any, ...]]] = field(default_factory=lambda: _steps_by_version())
    accepted: dict[tuple[int, int], Data] = field(default_factory=dict)
    endings: dict[tuple[int, str, str], Data] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def acceptance(self, arrival: Arrival, line: Line) -> Data:
        """What the event of acceptance says, the same for all dossiers of a line at a desk; without the due date of
        procedures whose term is stated in words."""
        key = (arrival.desk.pk, line.offering.pk)
        if key not in self.accepted:
            self.accepted[key] = self._acceptance(arrival.desk, line)
            self.share(self.accepted[key])
        return self.accepted[key]

    def ending(self, desk: int, outcome: str, cause: str) -> Data:
        """What the event of finishing says, back at a desk."""
        key = (desk, outcome, cause)
        if key not in self.endings:
            data = {"outcome": outcome, "holder": desk}
            self.endings[key] = self.share(data | {"cause": cause} if cause else data)
        return self.endings[key]

    def share(self, data: Data) -> Data:
        """Remember how data that many events share is written."""
        self.texts[id(data)] = as_json(data)
        return data

    def text(self, data: Data) -> str:
        if data is NOTHING:
            return "{}"
        return self.texts.get(id(data)) or as_json(data)

    def advisers(self, asker: int) -> list[int]:
        """Offices that may be asked: those outside of the tree that answers to citizens here, then departments."""
        kinds = {UnitKind.AGENCY: 0, UnitKind.DEPARTMENT: 1}
        found = [unit for unit in self.units.values() if unit.kind.code in kinds and unit.pk != asker]
        return [unit.pk for unit in sorted(found, key=lambda unit: (kinds[unit.kind.code], unit.pk))]

    def line(self, name: str) -> Line:
        """A line at the tenant's desk by its name in the data."""
        start = self.proportions["lines"][name]
        return next(line for line in self.tenant_lines if line.version.name.startswith(start))

    def plan(self, desk: Unit, line: Line) -> PlanJson:
        return resolved(self.steps.get(line.version.pk, ()), desk=desk, handler_id=line.offering.handler_id)

    def _acceptance(self, desk: Unit, line: Line) -> Data:
        offering, version = line.offering, line.version
        calendar = int(self.calendars[desk.pk].version or 0)
        shared: Data = pinned(offering, version) | {"plan": self.plan(desk, line), "calendar": calendar}
        promised, statutory = offering.promised_term(version), offering.statutory_term(version)
        if promised is None or statutory is None:
            return shared
        return shared | {"promised": term_as_json(promised), "statutory": term_as_json(statutory)}


def _units() -> dict[int, Unit]:
    """All units, each with the ones above it at hand."""
    return {unit.pk: unit for unit in Unit.objects.select_related("kind", "parent__kind", "parent__parent__kind")}


def _papers_by_version() -> dict[int, list[RequiredDocument]]:
    papers: dict[int, list[RequiredDocument]] = defaultdict(list)
    for paper in RequiredDocument.objects.order_by("version_id", "position"):
        papers[paper.version_id].append(paper)
    return papers


def _steps_by_version() -> dict[int, list[tuple[Any, ...]]]:
    """The rows of each version's process in use, as `dossiers.clock.plan.resolved` reads them."""
    steps: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = ProcessStep.objects.in_use().order_by("process_id", "position")
    for version, *row in rows.values_list("process__version_id", "id", "place", "hours", "unit_id", "group"):
        steps[version].append(tuple(row))
    return steps
