"""The plain life of most dossiers: taken in, worked on in one go, finished, handed out, with the odd rest between."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.branches import ask_supplement, bring, close_resting, pay, refuse, resume
from dossiers.demo.context import NOTHING
from dossiers.demo.made_up_dossier import Tale
from dossiers.models import Dossier, LateCause
from units.clock.due_dates import Term, TermUnit

_DAY_OF_WORK: Final = timedelta(hours=8)
_IN_WORDS: Final = Term(15, TermUnit.WORKING_DAY)
"""What the office plans for a procedure whose term the law states in words."""


def tell_plainly(tale: Tale) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    submitted = hand_in_by_post(tale, 0.04)
    if tale.chance(tale.setting.proportions["shares"]["refused"]):
        turn_away(tale, submitted=submitted)
        return
    if submitted:
        tale.work(tale.rng.uniform(20, 420))
    accept(tale)
    _start(tale)
    _process(tale)


def hand_in_by_post(tale: Tale, share: float) -> bool:
    """Whether it came by post, to be checked later."""
    if not tale.chance(share):
        return False
    tale.intake = Dossier.Intake.POST
    submit(tale)
    return True


def submit(tale: Tale) -> None:
    acceptance = tale.setting.acceptance(tale.arrival, tale.line)
    data = {name: acceptance[name] for name in ("procedure", "version", "offering", "handler")}
    tale.happen(EventKind.SUBMITTED, tale.desk, Status.SUBMITTED, data=data)


def turn_away(tale: Tale, *, submitted: bool) -> None:
    if not submitted:
        submit(tale)
    tale.work(tale.rng.uniform(2, 30))
    refuse(tale)


def accept(tale: Tale) -> None:
    data, reason = tale.setting.acceptance(tale.arrival, tale.line), ""
    if "promised" not in data:
        day = tale.calendar.nth_working_day(tale.at.date(), _IN_WORDS.amount)
        data = data | {"due_at": tale.calendar.closing(day).isoformat()}
        reason = tale.words("due_set")
    tale.happen(EventKind.REGISTERED, tale.desk, Status.ACCEPTED, reason=reason, data=data)


def _start(tale: Tale) -> None:
    if tale.is_same_day:
        tale.work(tale.rng.uniform(1, 6))
    elif tale.at.hour < 15:
        tale.work(tale.rng.uniform(10, 100))
    else:
        tale.work(tale.rng.uniform(120, 240))  # after 15:00 the file moves on the next morning
    tale.happen(EventKind.STARTED, tale.handler, Status.IN_PROCESS)


def _process(tale: Tale) -> None:
    shares, same_day = tale.setting.proportions["shares"], tale.is_same_day
    luck = tale.rng.random()
    if luck < shares["withdrawn"]:
        withdraw(tale)
        return
    if luck < shares["withdrawn"] + shares["stopped"] and not same_day:
        rest(tale)
    elif not same_day and tale.chance(shares["supplement"] * 4):
        _supplement(tale)
    elif tale.line.takes_payment and not same_day and tale.chance(shares["payment"]):
        tale.work(tale.rng.uniform(300, 900))
        pay(tale, tale.rng.uniform(500, 4500))
    if tale.story.now.status is Status.IN_PROCESS:
        finish(tale)


def withdraw(tale: Tale) -> None:
    tale.work(tale.rng.uniform(30, 600))
    reason = tale.words("withdrawn")
    tale.happen(EventKind.WITHDRAWAL_ASKED, tale.desk, Status.WITHDRAWAL_ASKED, reason=reason)
    tale.work(tale.rng.uniform(200, 1500))
    close_resting(tale, Outcome.WITHDRAWN, reason)
    hand_out(tale)


def rest(tale: Tale) -> None:
    """Stopped for some weeks; then it goes on, or not."""
    tale.work(tale.rng.uniform(0.1, 0.8) * tale.minutes_until(tale.due_at))
    reason = tale.words("stopped")
    tale.happen(EventKind.STOPPED, tale.handler, Status.STOPPED, reason=reason)
    tale.work(tale.rng.uniform(2000, 9000))
    if tale.chance(0.5):
        close_resting(tale, Outcome.STOPPED, reason)
        hand_out(tale)
    else:
        resume(tale)


def _supplement(tale: Tale) -> None:
    """Within three working days of acceptance, as Decree 61/2018 article 19.4 has it."""
    tale.work(tale.rng.uniform(120, 900))
    request = ask_supplement(tale)
    tale.work(tale.rng.uniform(300, 4500))
    bring(tale, request)


def finish(tale: Tale) -> None:
    """In time, or late where that was its lot."""
    due_at, rng = tale.due_at, tale.rng
    if tale.arrival.late and tale.at <= due_at:
        tale.at = tale.calendar.advance(due_at, timedelta(hours=min(160.0, 2 + rng.expovariate(1 / 22))))
    elif tale.at < due_at:
        left = tale.calendar.worked_time_between(tale.at, due_at)
        # Most work is done early; a third waits for the last day, as work does.
        used = (
            rng.betavariate(2.2, 2.4)
            if rng.random() < 0.66
            else 1 - rng.random() * _DAY_OF_WORK / max(left, _DAY_OF_WORK)
        )
        if tale.is_same_day:
            used = rng.betavariate(1.2, 7)
        tale.work(left / timedelta(minutes=1) * min(used, 0.995))
    declined = tale.chance(tale.setting.proportions["shares"]["declined"])
    conclude(tale, Outcome.DECLINED if declined else Outcome.GRANTED)
    hand_out(tale)


def conclude(tale: Tale, outcome: Outcome) -> tuple[int | None, str]:
    """A result is there; returns who recorded it and the reason of a refusal. A late one has its cause."""
    reason = tale.words("declined") if outcome is Outcome.DECLINED else ""
    data = tale.ended(outcome, late_cause(tale) if tale.at > tale.due_at else "")
    return tale.happen(EventKind.FINISHED, tale.handler, Status.DONE, reason=reason, data=data), reason


def late_cause(tale: Tale) -> str:
    causes: dict[str, int] = tale.setting.proportions["causes"]
    return LateCause(tale.rng.choices(list(causes), list(causes.values()))[0]).value


def hand_out(tale: Tale) -> None:
    """To the applicant in person, at once or some days later."""
    if tale.is_same_day or tale.story.now.outcome != Outcome.GRANTED:
        tale.work(tale.rng.uniform(2, 30))
    else:
        tale.work(min(tale.rng.expovariate(1 / 500), 6000))
    tale.happen(EventKind.RETURNED, tale.desk, Status.RETURNED, data=NOTHING)
    name, number, paper = tale.collector
    tale.receiver = (name, number, "desk", tale.at, paper, True, "", "")
