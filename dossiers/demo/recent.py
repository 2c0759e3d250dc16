"""What happened last in the demo, done by the real verbs in office hours: an office was merged into another one, lists
went with what was handed over, and reminders of what is due and late were sent."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from accounts.models import Membership, User
from dossiers.changes.reorganisation.actions import carry_out
from dossiers.models import DossierLeg
from dossiers.operations.handover.actions import list_handover, take_over
from dossiers.reminders import actions, daily_worklist_mail, supplement_followup
from units.calendar.lookup import working_calendar
from units.clock.days import local_day
from units.models import Unit
from units.reorganisation.actions import Reorganisation, merge_units

LONGEST_REST: Final = timedelta(days=30)

Role = Membership.Role


def last_in_office(now: datetime) -> datetime:
    """`now` in office hours, otherwise the last moment of the last ones."""
    calendar = working_calendar()
    if calendar.is_open(now):
        return now
    return calendar.stretches(now - LONGEST_REST, now)[-1][1] - timedelta(seconds=1)


def merge_an_office(merged: dict[str, str], at: datetime) -> None:
    """Hands over what the office still had in hand, to where the data says."""
    old, new = Unit.objects.get(slug=merged["old"]), Unit.objects.get(slug=merged["into"])

    def change(moment: datetime) -> Reorganisation:
        return merge_units(olds=[old], new=new, on=local_day(moment), source=merged["source"], at=moment)

    carry_out(change=change, actor=None, at=at)


def list_hand_overs(at: datetime) -> None:
    """What is on its way from the tenant's desk goes with a list to each office; one office has begun to take it in,
    its newest first."""
    desk = Unit.objects.desks().get(parent__is_tenant=True)
    coming: dict[Unit, list[DossierLeg]] = defaultdict(list)
    sent = DossierLeg.objects.on_the_way().filter(dossier__holder=desk)
    for leg in sent.select_related("dossier__version", "unit").order_by("handed_over_at", "pk"):
        coming[leg.unit].append(leg)
    clerk = _newest(Role.CLERK, desk)
    for receiver, legs in coming.items():
        list_handover(sender=desk, receiver=receiver, dossiers=[leg.dossier for leg in legs], actor=clerk, at=at)
    receiver, legs = max(coming.items(), key=lambda one: len(one[1]))
    take_over(dossier=legs[-1].dossier, leg=legs[-1].position, actor=_newest(Role.SPECIALIST, receiver), at=at)


def make_rounds(at: datetime) -> None:
    """All scheduled reminders; the daily worklists at the hour when the offices opened."""
    daily_worklist_mail.send_daily_worklists(at=min(at, working_calendar().opening(local_day(at))))
    actions.remind_of_legs(at=at)
    actions.remind_of_hand_overs(at=at)
    actions.report_late_consultations(at=at)
    supplement_followup.remind_applicants(at=at)
    supplement_followup.draft_apologies(at=at)


def _newest(role: str, unit: Unit) -> User | None:
    """Who came last to a role: those who can sign in."""
    held = Membership.objects.filter(role=role, unit=unit).select_related("user").order_by("-pk").first()
    return held.user if held else None
