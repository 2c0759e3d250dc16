"""Carries out a reorganisation in one transaction: units, roles, offerings and open dossiers.

The caller passes an action of `units.reorganisation.actions` as `change`; it changes the units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles.actions import move_memberships
from dossiers.changes.reorganisation.contributors import Contribution, contributors
from dossiers.changes.reorganisation.transfer import count_in_hand, transfer_dossiers
from dossiers.models import Dossier
from procedures.versions.actions.offerings import continue_offerings
from units.clock.days import day_bounds, local_day
from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import Reorganisation
from units.rules import RuleBroken

MOST_DAYS_BACK: Final = 90
"""How many days late a reorganisation may be recorded for a unit that received dossiers since."""

UnitChange = Callable[[datetime], Reorganisation]


@dataclass(frozen=True, slots=True)
class ReorganisationResult:
    """How many roles, offerings and dossiers were transferred, and contributions of other apps."""

    done: Reorganisation
    roles: int
    offerings: int
    dossiers: int
    others: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit that ends and one of its successors; the one with `takes_over` receives the open dossiers."""

    old: Unit
    new: Unit
    takes_over: bool
    dossiers: int


@dataclass(frozen=True, slots=True)
class ReorganisationPreview:
    """What a reorganisation would do. `dossiers` counts each dossier once, though several units may have it in
    hand."""

    on: date
    successions: list[Succession]
    new_units: list[Unit]
    roles: int
    offerings: int
    dossiers: int
    others: tuple[Contribution, ...] = ()

    @property
    def last_day(self) -> date:
        return self.on - timedelta(days=1)


@transaction.atomic
def carry_out(*, change: UnitChange, actor: User | None, at: datetime) -> ReorganisationResult:
    """Changes the units and transfers what they had to the successors.

    Raises RuleBroken as the change does, and for a day more than `MOST_DAYS_BACK` ago if an old unit received dossiers
    since.
    """
    done = change(at)
    _check_day(done, at)
    roles, offerings = _move_roles_and_offerings(done, actor, at)
    dossiers, others = transfer_all(successors=done.moves, on=done.on, actor=actor, at=at)
    return ReorganisationResult(done, roles, offerings, dossiers, others)


def preview_reorganisation(*, change: UnitChange, at: datetime) -> ReorganisationPreview:
    """Returns what `carry_out` would do and rolls everything back. Raises RuleBroken as `carry_out` does."""
    with transaction.atomic():
        done = change(at)
        _check_day(done, at)
        dossiers, each = count_in_hand(successors=done.moves)
        others = contributions_in_hand(done, at=at)
        links = UnitSuccessor.objects.filter(old__in=done.moves, on=done.on)
        successions = _successions(links, done, each)
        made = Unit.objects.filter(predecessions__in=links, valid_from=done.on).distinct()
        new_units = sorted(made.select_related("kind", "parent"), key=_tree_order)
        roles, offerings = _move_roles_and_offerings(done, None, at)
        transaction.set_rollback(True)
    return ReorganisationPreview(done.on, successions, new_units, roles, offerings, dossiers, others)


def contributions_in_hand(done: Reorganisation, *, at: datetime) -> tuple[Contribution, ...]:
    """How much each other app would transfer, as of now."""
    return tuple(part.contribution(part.in_hand(successors=done.moves, on=done.on, at=at)) for part in contributors())


def transfer_all(
    *, successors: Mapping[int, int], on: date, actor: User | None, at: datetime
) -> tuple[int, tuple[Contribution, ...]]:
    """Transfers the dossiers and what other apps have of the same units; returns both numbers.

    Does nothing before the local day `on`; may be repeated.
    """
    dossiers = transfer_dossiers(successors=successors, on=on, actor=actor, at=at)
    others = (
        part.contribution(part.transfer(successors=successors, on=on, actor=actor, at=at)) for part in contributors()
    )
    return dossiers, tuple(others)


def _successions(links: QuerySet[UnitSuccessor], done: Reorganisation, each: Mapping[int, int]) -> list[Succession]:
    rows = sorted(links.select_related("old", "new"), key=lambda link: (_tree_order(link.old), _tree_order(link.new)))
    return [
        Succession(link.old, link.new, done.moves[link.old_id] == link.new_id, each.get(link.old_id, 0))
        for link in rows
    ]


def _tree_order(unit: Unit) -> list[int]:
    """Sort key: a unit before those below it, by number (as text, the tenth would come before the ninth)."""
    return [int(key) for key in unit.path.split("/") if key]


def _check_day(done: Reorganisation, at: datetime) -> None:
    """Raises RuleBroken for a day long past if a unit that should have ended received dossiers since."""
    if done.on >= local_day(at) - timedelta(days=MOST_DAYS_BACK):
        return
    given = Q(desk__in=done.moves) | Q(handler__in=done.moves)
    since = Dossier.objects.filter(given, received_at__gte=day_bounds(done.on)[0]).select_related("desk", "handler")
    last = since.order_by("-received_at").first()
    if last and last.received_at:
        unit = last.desk if last.desk_id in done.moves else last.handler
        values = {"unit": unit, "day": f"{local_day(last.received_at):%d/%m/%Y}", "most": MOST_DAYS_BACK}
        words = _("“%(unit)s” còn có hồ sơ nhận ngày %(day)s. Chỉ ghi lùi được tối đa %(most)s ngày.")
        raise RuleBroken(words % values, field="on")


def _move_roles_and_offerings(done: Reorganisation, actor: User | None, at: datetime) -> tuple[int, int]:
    """Moves roles and offerings to the successors; returns how many of each."""
    roles = move_memberships(moves=done.moves, on=done.on, actor=actor, at=at)
    return roles, continue_offerings(moves=done.moves, on=done.on, at=at)
