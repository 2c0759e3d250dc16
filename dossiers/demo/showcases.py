"""Dossiers that carry everything at once, to be shown: two offices and the city, a leg that is late, a supplement, an
apology and a correction."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from dossiers.clock.legs import Leg
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo import branches
from dossiers.demo.handovers import give, hand_out, pass_on
from dossiers.demo.journeys import take_in
from dossiers.demo.made_up_dossier import Tale
from dossiers.models import Dossier, DossierEvent, DossierLeg, LateCause, Slip
from dossiers.slips.heading import Issue
from dossiers.slips.paper import Data
from dossiers.slips.travelling import control_data


def whole_way(tale: Tale) -> None:
    """Finished and handed out: late by one office, excused in time, with a supplement and two corrected receipts."""
    _to_the_city(tale)
    city = _here(tale)
    tale.wait(branches.apology_possible_until(tale) - timedelta(hours=2))
    apology = branches.draft_apology(tale, city.unit_id, LateCause.VERIFICATION)
    new_day = tale.calendar.nth_working_day(tale.due_at.date(), 5)
    branches.sign_apology(tale, apology, tale.calendar.closing(new_day))
    tale.wait(tale.calendar.advance(tale.due_at, timedelta(hours=9)))
    last = tale.legs[-1].group
    while _here(tale).group + 1 < last:
        pass_on(tale, [_here(tale)])
        tale.work(100)
    data = tale.ended(Outcome.GRANTED, LateCause.VERIFICATION.value)
    actor = tale.happen(EventKind.FINISHED, tale.handler, Status.DONE, data=data)
    give(tale)
    tale.issue(Slip.Form.CONTROL, actor, partial(_control_slip, tale))
    hand_out(tale)


def under_way(tale: Tale) -> None:
    """The same, not at its end: with the office that is late, which has apologised; the new date lies ahead."""
    _to_the_city(tale)
    city = _here(tale)
    tale.wait(branches.apology_possible_until(tale) - timedelta(hours=3))
    apology = branches.draft_apology(tale, city.unit_id, LateCause.VERIFICATION)
    new_day = tale.calendar.nth_working_day(tale.due_at.date(), 12)
    branches.sign_apology(tale, apology, tale.calendar.closing(new_day))


def reach(tale: Tale, turn: int) -> None:
    """Taken in, unless it is, and carried on to an office's turn without losing time."""
    if tale.story.now.received_at is None:
        take_in(tale)
    while (here := [leg for leg in tale.legs if leg.in_hand])[0].group < turn:
        tale.work(tale.rng.uniform(20, 60))
        pass_on(tale, here)


def _to_the_city(tale: Tale) -> None:
    """Corrected at the desk, completed at the handling unit, on to the office outside that has most of the time."""
    take_in(tale)
    tale.work(25)
    branches.correct_phone(tale, "0100000042")
    reach(tale, 1)
    tale.work(240)
    request = branches.ask_supplement(tale)
    tale.work(600)
    branches.bring(tale, request)
    longest = max(tale.legs, key=lambda leg: (_is_outside(tale, leg), leg.hours))
    tale.work(120)
    reach(tale, longest.group)


def _is_outside(tale: Tale, leg: Leg) -> bool:
    return leg.unit_id not in {tale.desk, tale.handler, tale.setting.units[tale.desk].parent_id}


def _here(tale: Tale) -> Leg:
    return next(leg for leg in tale.legs if leg.in_hand)


def _control_slip(tale: Tale, dossier: Dossier, issue: Issue) -> Data:
    """Slip 05 as the legs stood when the result came."""
    told = next(slip for slip in tale.slips if slip.form == Slip.Form.CONTROL)
    legs = [_leg_row(tale, leg) for leg in told.state.legs]
    people = tale.setting.staff.people
    events = [
        DossierEvent(
            number=row[1], kind=row[2], at=row[5], actor=people[row[7]] if row[7] else None, data=tale.data_of(row)
        )
        for row in tale.events[: told.events]
    ]
    return control_data(dossier, legs, events, issue, "")


def _leg_row(tale: Tale, leg: Leg) -> DossierLeg:
    row = DossierLeg(
        position=leg.position,
        unit=tale.setting.units[leg.unit_id],
        step=tale.setting.named_steps.get(leg.step_id or 0),
        hours=leg.hours,
    )
    row.due_at, row.handed_over_at, row.accepted_at = leg.due_at, leg.handed_over_at, leg.accepted_at
    row.finished_at, row.skipped = leg.finished_at, leg.skipped
    return row
