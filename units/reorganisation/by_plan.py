"""A whole reorganisation from one file: every step in its order, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import (
    NewDesk,
    NewUnit,
    Reorganisation,
    merge_units,
    reparent,
    split_unit,
)
from units.rules import RuleBroken

Step = Mapping[str, Any]


@transaction.atomic
def reorganise(*, plan: Mapping[str, Any], at: datetime) -> Reorganisation:
    """Carry out the steps of a plan, whose shape docs/operations.md gives; units are named by their slugs.

    Raises RuleBroken, naming the step, for whatever a step would refuse and for a shape that is not the plan's.
    """
    on, source, steps = _ground(plan)
    moves: dict[int, int] = {}
    for number, step in enumerate(steps, 1):
        try:
            done = _carry_out(step, on, source, at)
        except (KeyError, TypeError, AttributeError) as error:
            raise RuleBroken(_("Bước %(number)s viết không đúng mẫu.") % {"number": number}) from error
        except RuleBroken as broken:
            parts = {"number": number, "message": broken.message}
            raise RuleBroken(_("Bước %(number)s: %(message)s") % parts, field=broken.field) from broken
        moves = {old: done.moves.get(new, new) for old, new in moves.items()} | done.moves
    return Reorganisation(on, moves)


def _ground(plan: Mapping[str, Any]) -> tuple[date, str, list[Step]]:
    try:
        return date.fromisoformat(plan["on"]), str(plan["source"]), list(plan["steps"])
    except (KeyError, TypeError, ValueError) as error:
        raise RuleBroken(_("Tệp cần có ngày, văn bản và các bước.")) from error


def _carry_out(step: Step, on: date, source: str, at: datetime) -> Reorganisation:
    if "merge" in step:
        olds = [_unit(slug) for slug in step["merge"]]
        return merge_units(olds=olds, new=_new(step["into"]), on=on, source=source, at=at)
    if "split" in step:
        parts = [(_new(part), UnitSuccessor.Share.PART) for part in step["into"]]
        old, takes_over = _unit(step["split"]), int(step.get("takes_over", 0))
        return split_unit(old=old, parts=parts, takes_over=takes_over, on=on, source=source, at=at)
    parent = _unit(step["under"]) if step["under"] else None
    return reparent(unit=_unit(step["move"]), parent=parent, on=on, source=source, at=at)


def _new(given: str | Mapping[str, Any]) -> Unit | NewUnit:
    """A slug is a unit that exists, an object one to be made."""
    if isinstance(given, str):
        return _unit(given)
    fields = dict(given)
    parent, desk = fields.pop("parent", None), fields.pop("desk", None)
    return NewUnit(**fields, parent=_unit(parent) if parent else None, desk=NewDesk(**desk) if desk else None)


def _unit(slug: str) -> Unit:
    unit = Unit.objects.select_related("kind", "parent").filter(slug=slug).first()
    if unit is None:
        raise RuleBroken(_("Không có đơn vị “%(slug)s”.") % {"slug": slug})
    return unit
