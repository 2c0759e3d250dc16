"""A reorganisation of offices with all that hangs on it: roles, offerings and open dossiers follow, or nothing does.

The units themselves are changed by `units.actions`, one of whose verbs the caller hands over as `change`.
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
from dossiers.changes.reorganisation.transfer import continue_elsewhere, in_hand
from dossiers.models import Dossier
from procedures.versions.actions.offerings import continue_offerings
from units.clock.days import day_bounds, local_day
from units.models import Unit, UnitSuccessor
from units.reorganisation.actions import Reorganisation
from units.rules import RuleBroken

MOST_DAYS_BACK: Final = 90
"""How late a reorganisation may be recorded at an office that has gone on working."""

Change = Callable[[datetime], Reorganisation]


@dataclass(frozen=True, slots=True)
class Followed:
    """How much went on at other units."""

    done: Reorganisation
    roles: int
    offerings: int
    dossiers: int
    others: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit that ends and one that goes on; what was open is taken by one of them, which `takes_over`."""

    old: Unit
    new: Unit
    takes_over: bool
    dossiers: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a reorganisation would do. A dossier may be in the hands of several of the units, and counts once here."""

    on: date
    passages: list[Passage]
    begins: list[Unit]
    roles: int
    offerings: int
    dossiers: int
    others: tuple[Contribution, ...] = ()

    @property
    def last_day(self) -> date:
        return self.on - timedelta(days=1)


@transaction.atomic
def carry_out(*, change: Change, actor: User | None, at: datetime) -> Followed:
    """Change the units, and let all they had go on where the change says.

    Raises RuleBroken as the change does, and for a day long past since which an old unit has been given dossiers.
    """
    done = change(at)
    _check_day(done, at)
    roles, offerings = _follow(done, actor, at)
    dossiers, others = continue_all(heirs=done.moves, on=done.on, actor=actor, at=at)
    return Followed(done, roles, offerings, dossiers, others)


def foresee(*, change: Change, at: datetime) -> Outlook:
    """What `carry_out` would do; nothing is changed. Raises RuleBroken as `carry_out` does."""
    with transaction.atomic():
        done = change(at)
        _check_day(done, at)
        dossiers, each = in_hand(heirs=done.moves)
        others = others_in_hand(done, at=at)
        links = UnitSuccessor.objects.filter(old__in=done.moves, on=done.on)
        passages = _passages(links, done, each)
        made = Unit.objects.filter(predecessions__in=links, valid_from=done.on).distinct()
        begins = sorted(made.select_related("kind", "parent"), key=_place)
        roles, offerings = _follow(done, None, at)
        transaction.set_rollback(True)
    return Outlook(done.on, passages, begins, roles, offerings, dossiers, others)


def others_in_hand(done: Reorganisation, *, at: datetime) -> tuple[Contribution, ...]:
    """How much of each other room's goes on when the day has come, as it stands now."""
    return tuple(part.share(part.in_hand(heirs=done.moves, on=done.on, at=at)) for part in contributors())


def continue_all(
    *, heirs: Mapping[int, int], on: date, actor: User | None, at: datetime
) -> tuple[int, tuple[Contribution, ...]]:
    """Hand on the dossiers, and what other rooms have of the same offices; how many, and how much of each.

    Nothing happens before the day `on` in Hanoi; can be repeated.
    """
    dossiers = continue_elsewhere(heirs=heirs, on=on, actor=actor, at=at)
    others = (part.share(part.continued(heirs=heirs, on=on, actor=actor, at=at)) for part in contributors())
    return dossiers, tuple(others)


def _passages(links: QuerySet[UnitSuccessor], done: Reorganisation, each: Mapping[int, int]) -> list[Passage]:
    told = sorted(links.select_related("old", "new"), key=lambda link: (_place(link.old), _place(link.new)))
    return [
        Passage(link.old, link.new, done.moves[link.old_id] == link.new_id, each.get(link.old_id, 0)) for link in told
    ]


def _place(unit: Unit) -> list[int]:
    """Its place in the tree, each office before what is below it; as text, the tenth would come before the ninth."""
    return [int(key) for key in unit.path.split("/") if key]


def _check_day(done: Reorganisation, at: datetime) -> None:
    """A document may reach the portal late; but who has gone on being given dossiers for a season has not ended."""
    if done.on >= local_day(at) - timedelta(days=MOST_DAYS_BACK):
        return
    given = Q(desk__in=done.moves) | Q(handler__in=done.moves)
    since = Dossier.objects.filter(given, received_at__gte=day_bounds(done.on)[0]).select_related("desk", "handler")
    last = since.order_by("-received_at").first()
    if last and last.received_at:
        unit = last.desk if last.desk_id in done.moves else last.handler
        told = {"unit": unit, "day": f"{local_day(last.received_at):%d/%m/%Y}", "most": MOST_DAYS_BACK}
        said = _("“%(unit)s” còn có hồ sơ nhận ngày %(day)s. Chỉ ghi lùi được tối đa %(most)s ngày.") % told
        raise RuleBroken(said, field="on")


def _follow(done: Reorganisation, actor: User | None, at: datetime) -> tuple[int, int]:
    """How many roles and how many offerings were begun at the units that go on."""
    roles = move_memberships(moves=done.moves, on=done.on, actor=actor, at=at)
    return roles, continue_offerings(moves=done.moves, on=done.on, at=at)
