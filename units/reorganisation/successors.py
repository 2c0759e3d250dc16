"""Which unit continues another, and the tree of a day: for figures by the old tree or by the new one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from units.models import Unit, UnitMove, UnitSuccessor


def successors(on: date) -> dict[int, int]:
    """The id of every unit that has ended by `on` → the id of the unit in force on that day that continues it whole.

    Through any number of mergers, for desks as for offices. A unit that was divided, or ended without a successor, is
    not in it: its past stays its own, so that totals by the new tree equal those by the old. Two queries.
    """
    return _followed(UnitSuccessor.objects.filter(share=UnitSuccessor.Share.WHOLE), on)


def takers(on: date) -> dict[int, int]:
    """`successors`, and for every divided unit the part that took over what was open. Two queries."""
    return _followed(UnitSuccessor.objects.filter(takes_over=True), on)


class Continued(TypedDict):
    """That `new` continues, whole or in part, the work of `old`, whose place in the tree was `path`."""

    old: int
    new: int
    path: str


def continued_on(on: date) -> ArraySubquery:
    """Every `Continued` of units that have ended by `on`, for rows of any table."""
    links = UnitSuccessor.objects.filter(on__lte=on).order_by("pk")
    return ArraySubquery(links.values(row=JSONObject(old="old_id", new="new_id", path="old__path")))


def before(units: Iterable[int], links: Iterable[Continued]) -> dict[int, str]:
    """The ended units that one of `units` continues, through any number of mergers and divisions: whose papers it may
    need. Their ids and paths; pure."""
    olds: dict[int, list[Continued]] = defaultdict(list)
    for link in links:
        olds[link["new"]].append(link)
    found: dict[int, str] = {}
    coming = set(units)
    while coming:
        fresh = {link["old"]: link["path"] for new in coming for link in olds[new] if link["old"] not in found}
        found |= fresh
        coming = set(fresh)
    return found


def successor_of(unit_id: int, on: date) -> int:
    """The id of the unit that continues `unit_id` on a day: itself while it is in force, or when nobody does."""
    return successors(on).get(unit_id, unit_id)


def parents(on: date) -> dict[int, int | None]:
    """The id of every unit → the id of the unit it belonged to on a day, None at the root. Two queries."""
    tree: dict[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
    later = UnitMove.objects.filter(on__gt=on).order_by("-on", "-pk")  # the first of them, written last, decides
    tree.update(later.values_list("unit_id", "old_parent_id"))
    return tree


def _followed(rows: QuerySet[UnitSuccessor], on: date) -> dict[int, int]:
    links = dict(rows.filter(on__lte=on).values_list("old_id", "new_id"))
    in_force = set(Unit.objects.in_force(on).values_list("pk", flat=True))
    return {old: last for old in links.keys() - in_force if (last := _last(old, links)) in in_force}


def _last(unit_id: int, links: Mapping[int, int]) -> int:
    seen = {unit_id}
    while (following := links.get(unit_id)) is not None and following not in seen:
        seen.add(following)
        unit_id = following
    return unit_id
