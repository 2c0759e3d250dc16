"""The life of recent dossiers, and of all that several offices work on: office by office, by events alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dossiers.clock.legs import Leg
from dossiers.clock.replay import apology_deadline
from dossiers.clock.states import RUNNING, EventKind, Status
from dossiers.demo.made_up_dossier import Tale
from dossiers.demo.simple_lives import conclude, finish, give, hand_out, late_cause, pause, take_in
from dossiers.models import Apology
from units.clock.days import local_day

_AN_HOUR = 60.0


def tell_by_offices(tale: Tale) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    if not take_in(tale, by_post=0.06):
        return
    if tale.is_same_day:
        _serve(tale)
    else:
        _travel(tale, late_group=_late_group(tale) if tale.arrival.late else -1)


def _serve(tale: Tale) -> None:
    """A result given while the applicant waits: begun, finished and handed out at one moment; or later that day."""
    is_late = tale.arrival.late or tale.chance(0.4)
    tale.work(tale.rng.uniform(1, 6) if is_late else tale.rng.uniform(2, 25))
    tale.happen(EventKind.STARTED, tale.handler, Status.IN_PROCESS)
    if is_late:
        finish(tale)
    else:
        conclude(tale)
    give(tale)
    hand_out(tale, at_once=not is_late)


def _travel(tale: Tale, *, late_group: int) -> None:
    """From office to office until the result; the legs of group `late_group` overrun the promise."""
    last, may_pause = tale.legs[-1].group, True
    while tale.story.now.status in RUNNING:
        here = [leg for leg in tale.legs if leg.in_hand]
        if may_pause and here[0].unit_id == tale.handler:
            may_pause = False
            pause(tale)
            continue
        if here[0].group == late_group:
            _overrun(tale, here[0].unit_id)
        else:
            _stay(tale, here[0])
        if here[0].group + 1 >= last:
            conclude(tale)
            give(tale)
            hand_out(tale)
            return
        _pass_on(tale, here)


def _late_group(tale: Tale) -> int:
    """Whose lateness it will be: mostly that of the office with the most time, and so the most work."""
    groups = {leg.group: leg.hours for leg in tale.legs[:-1]}
    return tale.rng.choices(list(groups), [hours + 1 for hours in groups.values()])[0]


def _stay(tale: Tale, leg: Leg) -> None:
    """Work on a leg: within its share of what is left, seldom beyond its own time though not beyond the promise."""
    if tale.at >= tale.due_at:
        tale.work(tale.rng.uniform(30, 4 * _AN_HOUR))
        return
    left = tale.minutes_until(tale.due_at)
    if tale.chance(tale.setting.proportions["shares"]["late_leg"]) and leg.due_at is not None:
        over = tale.calendar.advance(leg.due_at, timedelta(minutes=tale.rng.uniform(60, 400)))
        if over > tale.at and left - tale.minutes_until(over) > 6 * _AN_HOUR:
            tale.wait(over)
            return
    to_come = {one.group: one.hours for one in tale.legs if one.group >= leg.group}
    share = leg.hours / max(1, sum(to_come.values()))
    tale.work(left * share * tale.rng.uniform(0.15, 0.9))


def _overrun(tale: Tale, unit: int) -> None:
    """The promise is missed here, with an apology in time or a late one, or none yet."""
    luck, until, due_at = tale.rng.random(), apology_deadline(tale.due_at, tale.calendar), tale.due_at
    if luck < 0.4 and until > tale.at:
        tale.work(tale.minutes_until(until) * tale.rng.uniform(0.5, 0.95))
        _apologise(tale, unit)
    elif luck < 0.6:
        tale.wait(max(until, tale.at))
        tale.work(tale.rng.uniform(30, 5 * _AN_HOUR))
        _apologise(tale, unit)
    tale.wait(due_at)
    tale.work(60 * min(160.0, 2 + tale.rng.expovariate(1 / 22)))


def _apologise(tale: Tale, unit: int) -> None:
    """Apologise and promise a new date; once."""
    old_due_at, staff, reason = tale.due_at, tale.setting.staff, tale.words("apology")
    new_day = tale.calendar.nth_working_day(local_day(max(old_due_at, tale.at)), tale.rng.randrange(3, 9))
    new_due_at = tale.calendar.closing(new_day)
    signer = staff.leader(unit, tale.handler) or staff.pick(unit, tale.rng)
    tale.happen(EventKind.REAPPOINTED, unit, reason=reason, data={"again": new_due_at.isoformat()}, actor=signer)
    tale.note(
        Apology(
            dossier_id=tale.key,
            unit_id=unit,
            cause=late_cause(tale),
            reason=reason,
            old_due_at=old_due_at,
            new_due_at=new_due_at,
            drafted_at=tale.at,
            signed_at=tale.at,
            signer_id=signer,
            is_late=tale.story.now.is_late_apology,
        )
    )


# Hand-overs


def _pass_on(tale: Tale, here: Sequence[Leg]) -> None:
    """From the offices that have it to the next ones."""
    for leg in here:
        if leg is not here[0]:
            tale.work(tale.rng.uniform(5, 120))
        tale.happen(EventKind.HANDED_OVER, leg.unit_id, data={"leg": leg.position})
    coming = [leg for leg in tale.legs if leg.on_its_way]
    for leg in coming:
        if leg.unit_id != here[-1].unit_id:
            _carry(tale)
        if len(coming) == 1 and leg.unit_id != here[0].unit_id == here[-1].unit_id:
            _send_back_some(tale, here[0], leg)
        to = Status.IN_PROCESS if tale.story.now.status is Status.ACCEPTED else None
        tale.happen(EventKind.TAKEN_OVER, leg.unit_id, to, data={"leg": leg.position})
        if tale.chance(tale.setting.proportions["shares"]["assigned"]):
            _assign(tale, leg)


def _send_back_some(tale: Tale, sent: Leg, coming: Leg) -> None:
    """The receiver does not take it; the sender puts it right and hands it over again."""
    if not tale.chance(tale.setting.proportions["shares"]["sent_back"]):
        return
    tale.happen(EventKind.SENT_BACK, coming.unit_id, reason=tale.words("sent_back"), data={"leg": coming.position})
    tale.work(tale.rng.uniform(15, 60))
    tale.happen(EventKind.HANDED_OVER, sent.unit_id, data={"leg": sent.position})
    tale.work(tale.rng.uniform(5, 30))


def _assign(tale: Tale, leg: Leg) -> None:
    """To somebody of the office, by its leader where it has one."""
    person = tale.setting.staff.pick(leg.unit_id, tale.rng)
    if person is not None:
        leader = tale.setting.staff.leader(leg.unit_id) or person
        data = {"leg": leg.position, "person": person}
        tale.happen(EventKind.ASSIGNED, leg.unit_id, data=data, actor=leader)


def _carry(tale: Tale) -> None:
    """On the way from one office to another; after 15:00 it arrives on the next morning. Never most of the time
    left."""
    rng = tale.rng
    minutes = rng.uniform(10, 80) if tale.at.hour < 15 else rng.uniform(120, 240)
    if tale.chance(tale.setting.proportions["shares"]["slow_hand_over"]):
        minutes = rng.uniform(300, 900)
    if tale.at < tale.due_at:
        minutes = min(minutes, tale.minutes_until(tale.due_at) * 0.15)
    tale.work(minutes)
