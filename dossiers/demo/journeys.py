"""The life of recent dossiers, and of all that several offices work on: office by office, by events alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dossiers.clock.legs import Leg
from dossiers.clock.replay import apology_deadline
from dossiers.clock.states import RUNNING, EventKind, Status
from dossiers.demo.replayed_dossier import ReplayedDossier
from dossiers.demo.simple_lives import conclude, finish, give, hand_out, late_cause, pause, take_in
from dossiers.models import Apology
from units.clock.days import local_day

_AN_HOUR = 60.0


def live_by_offices(dossier: ReplayedDossier) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    if not take_in(dossier, by_post=0.06):
        return
    if dossier.is_same_day:
        _serve(dossier)
    else:
        _travel(dossier, late_group=_late_group(dossier) if dossier.arrival.late else -1)


def _serve(dossier: ReplayedDossier) -> None:
    """A result given while the applicant waits: begun, finished and handed out at one moment; or later that day."""
    is_late = dossier.arrival.late or dossier.chance(0.4)
    dossier.work(dossier.rng.uniform(1, 6) if is_late else dossier.rng.uniform(2, 25))
    dossier.happen(EventKind.STARTED, dossier.handler, Status.IN_PROCESS)
    if is_late:
        finish(dossier)
    else:
        conclude(dossier)
    give(dossier)
    hand_out(dossier, at_once=not is_late)


def _travel(dossier: ReplayedDossier, *, late_group: int) -> None:
    """From office to office until the result; the legs of group `late_group` overrun the promise."""
    last, may_pause = dossier.legs[-1].group, True
    while dossier.replay.now.status in RUNNING:
        here = [leg for leg in dossier.legs if leg.in_hand]
        if may_pause and here[0].unit_id == dossier.handler:
            may_pause = False
            pause(dossier)
            continue
        if here[0].group == late_group:
            _overrun(dossier, here[0].unit_id)
        else:
            _stay(dossier, here[0])
        if here[0].group + 1 >= last:
            conclude(dossier)
            give(dossier)
            hand_out(dossier)
            return
        _pass_on(dossier, here)


def _late_group(dossier: ReplayedDossier) -> int:
    """Whose lateness it will be: mostly that of the office with the most time, and so the most work."""
    groups = {leg.group: leg.hours for leg in dossier.legs[:-1]}
    return dossier.rng.choices(list(groups), [hours + 1 for hours in groups.values()])[0]


def _stay(dossier: ReplayedDossier, leg: Leg) -> None:
    """Work on a leg: within its share of what is left, seldom beyond its own time though not beyond the promise."""
    if dossier.at >= dossier.due_at:
        dossier.work(dossier.rng.uniform(30, 4 * _AN_HOUR))
        return
    left = dossier.minutes_until(dossier.due_at)
    if dossier.chance(dossier.setting.proportions["shares"]["late_leg"]) and leg.due_at is not None:
        over = dossier.calendar.advance(leg.due_at, timedelta(minutes=dossier.rng.uniform(60, 400)))
        if over > dossier.at and left - dossier.minutes_until(over) > 6 * _AN_HOUR:
            dossier.wait(over)
            return
    to_come = {one.group: one.hours for one in dossier.legs if one.group >= leg.group}
    share = leg.hours / max(1, sum(to_come.values()))
    dossier.work(left * share * dossier.rng.uniform(0.15, 0.9))


def _overrun(dossier: ReplayedDossier, unit: int) -> None:
    """The promise is missed here, with an apology in time or a late one, or none yet."""
    luck, until, due_at = dossier.rng.random(), apology_deadline(dossier.due_at, dossier.calendar), dossier.due_at
    if luck < 0.4 and until > dossier.at:
        dossier.work(dossier.minutes_until(until) * dossier.rng.uniform(0.5, 0.95))
        _apologise(dossier, unit)
    elif luck < 0.6:
        dossier.wait(max(until, dossier.at))
        dossier.work(dossier.rng.uniform(30, 5 * _AN_HOUR))
        _apologise(dossier, unit)
    dossier.wait(due_at)
    dossier.work(60 * min(160.0, 2 + dossier.rng.expovariate(1 / 22)))


def _apologise(dossier: ReplayedDossier, unit: int) -> None:
    """Apologise and promise a new date; once."""
    old_due_at, staff, reason = dossier.due_at, dossier.setting.staff, dossier.words("apology")
    new_day = dossier.calendar.nth_working_day(local_day(max(old_due_at, dossier.at)), dossier.rng.randrange(3, 9))
    new_due_at = dossier.calendar.closing(new_day)
    signer = staff.leader(unit, dossier.handler) or staff.pick(unit, dossier.rng)
    dossier.happen(EventKind.REAPPOINTED, unit, reason=reason, data={"again": new_due_at.isoformat()}, actor=signer)
    dossier.note(
        Apology(
            dossier_id=dossier.key,
            unit_id=unit,
            cause=late_cause(dossier),
            reason=reason,
            old_due_at=old_due_at,
            new_due_at=new_due_at,
            drafted_at=dossier.at,
            signed_at=dossier.at,
            signer_id=signer,
            is_late=dossier.replay.now.is_late_apology,
        )
    )


# Hand-overs


def _pass_on(dossier: ReplayedDossier, here: Sequence[Leg]) -> None:
    """From the offices that have it to the next ones."""
    for leg in here:
        if leg is not here[0]:
            dossier.work(dossier.rng.uniform(5, 120))
        dossier.happen(EventKind.HANDED_OVER, leg.unit_id, data={"leg": leg.position})
    coming = [leg for leg in dossier.legs if leg.on_its_way]
    for leg in coming:
        if leg.unit_id != here[-1].unit_id:
            _carry(dossier)
        if len(coming) == 1 and leg.unit_id != here[0].unit_id == here[-1].unit_id:
            _send_back_some(dossier, here[0], leg)
        to = Status.IN_PROCESS if dossier.replay.now.status is Status.ACCEPTED else None
        dossier.happen(EventKind.TAKEN_OVER, leg.unit_id, to, data={"leg": leg.position})
        if dossier.chance(dossier.setting.proportions["shares"]["assigned"]):
            _assign(dossier, leg)


def _send_back_some(dossier: ReplayedDossier, sent: Leg, coming: Leg) -> None:
    """The receiver does not take it; the sender puts it right and hands it over again."""
    if not dossier.chance(dossier.setting.proportions["shares"]["sent_back"]):
        return
    dossier.happen(
        EventKind.SENT_BACK, coming.unit_id, reason=dossier.words("sent_back"), data={"leg": coming.position}
    )
    dossier.work(dossier.rng.uniform(15, 60))
    dossier.happen(EventKind.HANDED_OVER, sent.unit_id, data={"leg": sent.position})
    dossier.work(dossier.rng.uniform(5, 30))


def _assign(dossier: ReplayedDossier, leg: Leg) -> None:
    """To somebody of the office, by its leader where it has one."""
    person = dossier.setting.staff.pick(leg.unit_id, dossier.rng)
    if person is not None:
        leader = dossier.setting.staff.leader(leg.unit_id) or person
        data = {"leg": leg.position, "person": person}
        dossier.happen(EventKind.ASSIGNED, leg.unit_id, data=data, actor=leader)


def _carry(dossier: ReplayedDossier) -> None:
    """On the way from one office to another; after 15:00 it arrives on the next morning. Never most of the time
    left."""
    rng = dossier.rng
    minutes = rng.uniform(10, 80) if dossier.at.hour < 15 else rng.uniform(120, 240)
    if dossier.chance(dossier.setting.proportions["shares"]["slow_hand_over"]):
        minutes = rng.uniform(300, 900)
    if dossier.at < dossier.due_at:
        minutes = min(minutes, dossier.minutes_until(dossier.due_at) * 0.15)
    dossier.work(minutes)
