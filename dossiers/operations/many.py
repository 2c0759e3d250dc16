"""One operation on many dossiers ticked in a list, each by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.staff.permissions import WORKING_ROLES, Role
from dossiers.clock.states import RUNNING, Status
from dossiers.models import Dossier, DossierEvent, DossierLeg, LegQuerySet
from dossiers.operations.assignment.actions import assign_all
from dossiers.operations.finishing.actions import start_all
from dossiers.operations.handover.actions import Failed, Moved, hand_over_all, take_over_all
from dossiers.operations.perform import not_now_words
from dossiers.permissions import may_handle
from units.models import Unit
from units.texts.wording import short_datetime

SEND, TAKE, START, GIVE = "chuyen", "nhan", "bat-dau", "giao"

Many = Callable[[Sequence[Dossier], User, User | None, datetime], Moved]
"""Does one operation on all dossiers; the second user is the officer to whom work is assigned."""


def perform_many(act: str, codes: Iterable[str], user: User, at: datetime, *, person: User | None = None) -> Moved:
    """Does one of `MANY` on the dossiers with these codes that are the person's work.

    Other dossiers, and those that somebody else moved meanwhile, are among the failed, with their last event.
    """
    asked = list(dict.fromkeys(codes))
    work = Dossier.objects.to_do_at(user.unit_ids_as(*WORKING_ROLES)).filter(code__in=asked)
    found = {dossier.code: dossier for dossier in work.select_related("version", "desk", "handler", "holder")}
    moved = MANY[act]([found[code] for code in asked if code in found], user, person, at)
    unknown = [Failed(code, _("Không có trong danh sách của đơn vị.")) for code in asked if code not in found]
    order = {code: place for place, code in enumerate(asked)}
    failed = sorted([*_with_last_act(moved.failed, found), *unknown], key=lambda one: order[one.code])
    return replace(moved, failed=failed)


def _send(dossiers: Sequence[Dossier], user: User, person: User | None, at: datetime) -> Moved:
    """Hands over the legs of each unit of the person, with lists per unit."""
    legs = list(_legs(DossierLeg.objects.in_hand().with_next(), dossiers, user.unit_ids_as(*WORKING_ROLES)))
    by_sender: dict[Unit, list[DossierLeg]] = defaultdict(list)
    for leg in legs:
        by_sender[leg.unit].append(leg)
    sent = [hand_over_all(sender=unit, legs=own, actor=user, at=at) for unit, own in by_sender.items()]
    moved = Moved(
        done=[dossier for one in sent for dossier in one.done],
        failed=[failed for one in sent for failed in one.failed],
        papers=[paper for one in sent for paper in one.papers],
    )
    return _with_unmoved(moved, dossiers, legs)


def _take(dossiers: Sequence[Dossier], user: User, person: User | None, at: datetime) -> Moved:
    legs = list(_legs(DossierLeg.objects.on_the_way(), dossiers, user.unit_ids_as(*WORKING_ROLES)))
    return _with_unmoved(take_over_all(legs=legs, actor=user, at=at), dossiers, legs)


def _start(dossiers: Sequence[Dossier], user: User, person: User | None, at: datetime) -> Moved:
    ready = [one for one in dossiers if one.state is Status.ACCEPTED and may_handle(user, one)]
    moved = start_all(dossiers=ready, actor=user, at=at)
    others = [Failed(one.code, not_now_words(one)) for one in dossiers if one not in ready]
    return replace(moved, failed=moved.failed + others)


def _give(dossiers: Sequence[Dossier], user: User, person: User | None, at: datetime) -> Moved:
    legs = list(_legs(DossierLeg.objects.in_hand(), dossiers, user.unit_ids_as(Role.LEADER)))
    return _with_unmoved(assign_all(legs=legs, person=person, actor=user, at=at), dossiers, legs)


MANY: Final[dict[str, Many]] = {SEND: _send, TAKE: _take, START: _start, GIVE: _give}


def _legs(legs: LegQuerySet, dossiers: Sequence[Dossier], units: list[int]) -> LegQuerySet:
    """The legs of these dossiers at these units whose clock runs, in the order of the queue."""
    running = legs.filter(dossier__in=dossiers, dossier__status__in=sorted(RUNNING), unit__in=units)
    return running.select_related("dossier__version", "unit").order_by("dossier__due_at", "position")


def _with_unmoved(moved: Moved, dossiers: Sequence[Dossier], legs: Sequence[DossierLeg]) -> Moved:
    """Adds the dossiers without a leg to move to the failed ones."""
    having = {leg.dossier_id for leg in legs}
    others = [Failed(one.code, not_now_words(one)) for one in dossiers if one.pk not in having]
    return replace(moved, failed=moved.failed + others)


def _with_last_act(failed: Iterable[Failed], known: dict[str, Dossier]) -> list[Failed]:
    """Adds the last event of the dossier to each failure: somebody else may have been faster."""
    by_code = {one.code: one for one in failed}
    keys = [known[code].pk for code in by_code]
    last = DossierEvent.objects.filter(dossier__in=keys).order_by("dossier", "-number").distinct("dossier")
    for event in last.select_related("dossier", "actor", "unit"):
        words = {
            "act": event.get_kind_display(),
            "who": str(event.actor or event.unit.name),
            "at": short_datetime(event.at, get_language() or "vi"),
        }
        one = by_code[event.dossier.code]
        why = f"{one.why} " + _("Việc gần nhất: %(act)s, %(who)s, lúc %(at)s.") % words
        by_code[one.code] = replace(one, why=why)
    return list(by_code.values())
