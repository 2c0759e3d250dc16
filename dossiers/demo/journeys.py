"""The whole life of recent dossiers: office by office, with everything that happens on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dossiers.clock.legs import Leg
from dossiers.clock.states import RUNNING, EventKind, Outcome, Status
from dossiers.demo import branches
from dossiers.demo.handovers import give, hand_out, pass_on
from dossiers.demo.made_up_dossier import Tale
from dossiers.demo.simple_lives import (
    accept,
    conclude,
    finish,
    hand_in_by_post,
    late_cause,
    submit,
    turn_away,
)
from units.clock.days import local_day

YOUNG: Final = timedelta(days=12)
_AN_HOUR: Final = 60.0


def tell_wholly(tale: Tale) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    shares = tale.setting.proportions["shares"]
    submitted = hand_in_by_post(tale, 0.06)
    luck = tale.rng.random()
    if luck < shares["refused"]:
        turn_away(tale, submitted=submitted)
        return
    if submitted:
        tale.work(tale.rng.uniform(20, 420))
    if luck < shares["refused"] + shares["incomplete"] and not complete(tale, submitted=submitted):
        return
    take_in(tale)
    if tale.is_same_day:
        _serve(tale)
        return
    if tale.chance(shares["corrected"]):
        _correct(tale)
    travel(tale, late_turn=_late_turn(tale) if tale.arrival.late else -1)


def take_in(tale: Tale) -> None:
    accept(tale)
    tale.first = tale.story.state


def complete(tale: Tale, *, submitted: bool) -> bool:
    """Incomplete on the counter: asked for before acceptance, brought or not; whether it can be accepted now."""
    if not submitted:
        submit(tale)
    request = branches.ask_supplement(tale)
    if tale.chance(0.1):
        branches.give_up(tale, request)
        return False
    tale.work(tale.rng.uniform(300, 4000))
    request.completed_at = tale.at if tale.at <= tale.setting.now else None
    return True


def travel(tale: Tale, *, late_turn: int = -1, appraise: bool = True) -> None:
    """From office to office until the result; the legs of turn `late_turn` overrun the promise."""
    last = tale.legs[-1].group
    while tale.story.now.status in RUNNING:
        here = [leg for leg in tale.legs if leg.in_hand]
        turn = here[0].group
        if appraise and here[0].unit_id == tale.handler:
            appraise = False
            _appraise(tale)
            continue
        if turn == late_turn:
            overrun(tale, here[0].unit_id)
        else:
            stay(tale, here[0])
        if turn + 1 >= last:
            break
        pass_on(tale, here)
    if tale.story.now.status is Status.IN_PROCESS:
        end(tale)


def end(tale: Tale) -> None:
    """Granted, or declined with slip 03; then handed out in one of several ways."""
    declined = tale.chance(tale.setting.proportions["shares"]["declined"] * 2)
    actor, reason = conclude(tale, Outcome.DECLINED if declined else Outcome.GRANTED)
    if declined:
        branches.refusal_slip(tale, actor, reason)
    give(tale)
    hand_out(tale)


def stay(tale: Tale, leg: Leg) -> None:
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


def overrun(tale: Tale, unit: int) -> None:
    """The promise is missed here, with an apology in time, a late one, or one that waits for its signature."""
    luck, until = tale.rng.random(), branches.apology_possible_until(tale)
    due_at, cause = tale.due_at, late_cause(tale)
    new_day = tale.calendar.nth_working_day(local_day(due_at), tale.rng.randrange(3, 9))
    if luck < 0.4 and until > tale.at:
        tale.work(tale.minutes_until(until) * tale.rng.uniform(0.5, 0.95))
        branches.sign_apology(tale, branches.draft_apology(tale, unit, cause), tale.calendar.closing(new_day))
    elif luck < 0.6:
        tale.wait(max(until, tale.at))
        tale.work(tale.rng.uniform(30, 5 * _AN_HOUR))
        branches.sign_apology(tale, branches.draft_apology(tale, unit, cause), tale.calendar.closing(new_day))
    else:
        tale.wait(tale.calendar.opening(tale.calendar.next_working_day(local_day(due_at))))
        branches.draft_apology(tale, unit, cause)
    tale.wait(due_at)
    tale.work(60 * min(160.0, 2 + tale.rng.expovariate(1 / 22)))


def _late_turn(tale: Tale) -> int:
    """Whose lateness it will be: mostly that of the office with the most time, and so the most work."""
    turns_ = {leg.group: leg.hours for leg in tale.legs[:-1]}
    return tale.rng.choices(list(turns_), [hours + 1 for hours in turns_.values()])[0]


def _serve(tale: Tale) -> None:
    """A result given while the applicant waits: begun, finished and handed out at one moment; or later that day."""
    if tale.arrival.late or tale.chance(0.4):
        tale.work(tale.rng.uniform(1, 6))
        tale.happen(EventKind.STARTED, tale.handler, Status.IN_PROCESS)
        finish(tale)
        give(tale)
        return
    tale.work(tale.rng.uniform(2, 25))
    tale.happen(EventKind.STARTED, tale.handler, Status.IN_PROCESS)
    conclude(tale, Outcome.GRANTED)
    give(tale)
    hand_out(tale, at_once=True)


def _correct(tale: Tale) -> None:
    tale.work(tale.rng.uniform(5, 90))
    branches.correct_phone(tale, f"010{tale.rng.randrange(10_000_000):07d}")


def _appraise(tale: Tale) -> None:
    """What the handling unit meets with before it decides; at most one thing that makes the clock rest."""
    shares, rng = tale.setting.proportions["shares"], tale.rng
    boost = 4 if tale.setting.now - tale.arrival.at < YOUNG else 1
    luck = rng.random()
    if luck < shares["withdrawn"] * boost:
        _withdraw(tale)
    elif luck < (shares["withdrawn"] + shares["stopped"]) * boost:
        _rest(tale)
    elif tale.chance(shares["supplement"] * 4):
        _supplement(tale)
    elif tale.line.takes_payment and tale.chance(shares["payment"]):
        tale.work(rng.uniform(0.05, 0.3) * max(60.0, tale.minutes_until(tale.due_at)))
        branches.pay(tale, rng.uniform(500, 4500))
    elif tale.minutes_until(tale.due_at) > 40 * _AN_HOUR:
        _look_into(tale)


def _withdraw(tale: Tale) -> None:
    tale.work(tale.rng.uniform(30, 600))
    reason = branches.ask_withdrawal(tale)
    tale.work(tale.rng.uniform(200, 1500))
    branches.close_resting(tale, Outcome.WITHDRAWN, reason)
    hand_out(tale)


def _rest(tale: Tale) -> None:
    tale.work(tale.rng.uniform(0.1, 0.6) * max(0.0, tale.minutes_until(tale.due_at)))
    branches.stop(tale)
    tale.work(tale.rng.uniform(2000, 9000))
    if tale.chance(0.3):
        branches.close_resting(tale, Outcome.STOPPED, tale.words("stopped_for_good"))
        hand_out(tale)
    else:
        branches.resume(tale)


def _supplement(tale: Tale) -> None:
    tale.work(tale.rng.uniform(30, 300))
    if not branches.may_still_ask(tale):
        return
    request = branches.ask_supplement(tale)
    if tale.chance(0.06):
        branches.give_up(tale, request)
        return
    tale.work(tale.rng.uniform(300, 4500))
    branches.bring(tale, request)
    if tale.chance(0.04):
        tale.work(tale.rng.uniform(120, 900))
        again = branches.ask_supplement(tale, override=True)
        tale.work(tale.rng.uniform(300, 3000))
        branches.bring(tale, again)


def _look_into(tale: Tale) -> None:
    """A long term leaves time to ask others and to go and see."""
    shares, rng = tale.setting.proportions["shares"], tale.rng
    if tale.chance(shares["consulted"]):
        tale.work(rng.uniform(30, 300))
        offices = tale.setting.advisers(tale.holder)
        late = tale.chance(0.25) and tale.minutes_until(tale.due_at) > 70 * _AN_HOUR
        branches.consult(tale, rng.choice(offices), 3, answered_after=rng.uniform(1500, 2200) if late else 600)
    if tale.chance(shares["visited"]):
        tale.work(rng.uniform(60, 400))
        branches.visit(tale)
