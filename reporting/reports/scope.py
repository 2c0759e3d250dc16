"""The units of a report: one unit, alone or with all below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from units.models import Unit


@dataclass(frozen=True, slots=True)
class Scope:
    """`units`: whose figures are counted, `unit` among them; `with_below`: its whole subtree."""

    unit: Unit
    units: Sequence[Unit]
    with_below: bool

    @classmethod
    def of(cls, unit: Unit, in_sight: Sequence[Unit], *, with_below: bool) -> Scope:
        """Only units among `in_sight`, those that the reader leads."""
        if not with_below:
            return cls(unit, [unit], with_below)
        return cls(unit, [one for one in in_sight if one.path.startswith(unit.path)], with_below)

    @property
    def keys(self) -> list[int]:
        return [unit.pk for unit in self.units]

    @property
    def words(self) -> str:
        """As printed."""
        return f"{self.unit.name} và các đơn vị trực thuộc" if self.with_below else self.unit.name
