"""The plain life of most dossiers: accepted, worked on, finished, handed out, with the odd pause between.

Only events, by the hundred thousand: what needs a slip lives through the verbs (`dossiers.demo.situations`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.context import IN_WORDS
from dossiers.demo.people import make_person
from dossiers.demo.replayed_dossier import ReplayedDossier
from dossiers.models import Dossier, LateCause, ResultRecord, ReturnRecord, SupplementRequest
from units.clock.days import local_day

ANSWER_DAYS: Final = 20
_DAY_OF_WORK: Final = timedelta(hours=8)


def live_plainly(dossier: ReplayedDossier) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    if not take_in(dossier, by_post=0.04):
        return
    _start(dossier)
    pause(dossier)
    if dossier.replay.now.status is Status.IN_PROCESS:
        finish(dossier)
        hand_out(dossier)


def take_in(dossier: ReplayedDossier, *, by_post: float) -> bool:
    """Accepted, at once or where it came by post after a while; False where it was refused."""
    is_refused = dossier.arrival.refused
    # Its number in the book is of the year in which it came, so it must be accepted in that year.
    is_by_post = (
        dossier.chance(by_post) and dossier.is_archived and (dossier.at + timedelta(days=15)).year == dossier.at.year
    )
    if is_by_post:
        dossier.intake = Dossier.Intake.POST
    if is_by_post or is_refused:
        acceptance = dossier.setting.acceptance(dossier.arrival, dossier.line)
        data = {name: acceptance[name] for name in ("procedure", "version", "offering", "handler")}
        dossier.happen(EventKind.SUBMITTED, dossier.desk, Status.SUBMITTED, data=data)
        dossier.work(dossier.rng.uniform(2, 30) if is_refused else dossier.rng.uniform(20, 420))
    if is_refused:
        dossier.happen(EventKind.REFUSED, dossier.desk, Status.REFUSED, reason=dossier.words("refused"))
        return False
    _accept(dossier)
    return True


def _accept(dossier: ReplayedDossier) -> None:
    data, reason = dossier.setting.acceptance(dossier.arrival, dossier.line), ""
    if "promised" not in data:
        day = dossier.calendar.nth_working_day(dossier.at.date(), IN_WORDS)
        data = data | {"due_at": dossier.calendar.closing(day).isoformat()}
        reason = dossier.words("due_set")
    dossier.happen(EventKind.REGISTERED, dossier.desk, Status.ACCEPTED, reason=reason, data=data)


def _start(dossier: ReplayedDossier) -> None:
    if dossier.is_same_day:
        dossier.work(dossier.rng.uniform(1, 6))
    elif dossier.at.hour < 15:
        dossier.work(dossier.rng.uniform(10, 100))
    else:
        dossier.work(dossier.rng.uniform(120, 240))  # after 15:00 the file moves on the next morning
    dossier.happen(EventKind.STARTED, dossier.handler, Status.IN_PROCESS)


# The odd pause


def pause(dossier: ReplayedDossier) -> None:
    """At most one thing that makes the clock rest; it may be the end."""
    shares, luck = dossier.setting.proportions["shares"], dossier.rng.random()
    if dossier.is_same_day or not dossier.is_archived:
        return
    if luck < shares["withdrawn"]:
        _withdraw(dossier)
    elif luck < shares["withdrawn"] + shares["stopped"]:
        _rest(dossier)
    elif dossier.chance(shares["supplement"] * 4):
        _supplement(dossier)
    elif dossier.line.takes_payment and dossier.chance(shares["payment"]):
        _pay(dossier)


def _withdraw(dossier: ReplayedDossier) -> None:
    dossier.work(dossier.rng.uniform(30, 600))
    reason = dossier.words("withdrawn")
    dossier.happen(EventKind.WITHDRAWAL_ASKED, dossier.desk, Status.WITHDRAWAL_ASKED, reason=reason)
    dossier.work(dossier.rng.uniform(200, 1500))
    _close(dossier, Outcome.WITHDRAWN, reason)


def _rest(dossier: ReplayedDossier) -> None:
    """Stopped for some weeks; then it is resumed, or not."""
    dossier.work(dossier.rng.uniform(0.1, 0.8) * max(0.0, dossier.minutes_until(dossier.due_at)))
    reason = dossier.words("stopped")
    dossier.happen(EventKind.STOPPED, dossier.handler, Status.STOPPED, reason=reason)
    dossier.work(dossier.rng.uniform(2000, 9000))
    if dossier.chance(0.5):
        _close(dossier, Outcome.STOPPED, reason)
    else:
        dossier.happen(EventKind.RESUMED, dossier.holder, Status.IN_PROCESS, reason=dossier.words("resumed"))


def _close(dossier: ReplayedDossier, outcome: Outcome, reason: str) -> None:
    """A stopped or withdrawn dossier ends without a result."""
    dossier.happen(EventKind.FINISHED, dossier.handler, Status.DONE, reason=reason, data=dossier.ended(outcome))
    hand_out(dossier)


def _supplement(dossier: ReplayedDossier) -> None:
    """Within three working days of acceptance, as Decree 61/2018 article 19.4 has it."""
    dossier.work(dossier.rng.uniform(60, 600))
    text = dossier.words("supplement")
    actor = dossier.happen(
        *(EventKind.SUPPLEMENT_ASKED, dossier.handler, Status.AWAITING_SUPPLEMENT),
        reason=text,
        data={"holder": dossier.desk},
    )
    request = SupplementRequest(
        dossier_id=dossier.key,
        stage=SupplementRequest.Stage.APPRAISAL,
        reasons=[SupplementRequest.Defect.MISSING],
        text=text,
        asked_at=dossier.at,
        answer_by=dossier.closing_in(ANSWER_DAYS),
        asked_by_id=actor,
    )
    dossier.note(request)
    dossier.work(dossier.rng.uniform(300, 4500))
    dossier.happen(EventKind.SUPPLEMENTED, dossier.desk, Status.IN_PROCESS)
    request.completed_at = dossier.at


def _pay(dossier: ReplayedDossier) -> None:
    dossier.work(dossier.rng.uniform(300, 900))
    data = {"amount": dossier.rng.randrange(20, 900) * 50_000}
    dossier.happen(
        EventKind.PAYMENT_ASKED, dossier.holder, Status.AWAITING_PAYMENT, reason=dossier.words("payment"), data=data
    )
    dossier.work(dossier.rng.uniform(500, 4500))
    receipt = f"BL-{dossier.rng.randrange(100_000, 999_999)}"
    dossier.happen(EventKind.PAID, dossier.holder, Status.IN_PROCESS, reason=receipt)


# The result


def finish(dossier: ReplayedDossier) -> None:
    """In time, or late where that was its lot."""
    due_at, rng = dossier.due_at, dossier.rng
    if dossier.arrival.late and dossier.at <= due_at:
        dossier.at = dossier.calendar.advance(due_at, timedelta(hours=min(160.0, 2 + rng.expovariate(1 / 22))))
    elif dossier.at < due_at:
        left = dossier.calendar.worked_time_between(dossier.at, due_at)
        # Most work is done early; a third waits for the last day, as work does.
        used = (
            rng.betavariate(2.2, 2.4)
            if rng.random() < 0.66
            else 1 - rng.random() * _DAY_OF_WORK / max(left, _DAY_OF_WORK)
        )
        if dossier.is_same_day:
            used = rng.betavariate(1.2, 7)
        dossier.work(left / timedelta(minutes=1) * min(used, 0.995))
    conclude(dossier)


def conclude(dossier: ReplayedDossier) -> None:
    """A result is there; a late one has its cause."""
    is_declined = dossier.is_archived and dossier.chance(dossier.setting.proportions["shares"]["declined"])
    outcome = Outcome.DECLINED if is_declined else Outcome.GRANTED
    data = dossier.ended(outcome, late_cause(dossier) if dossier.at > dossier.due_at else "")
    reason = dossier.words("declined") if is_declined else ""
    dossier.happen(EventKind.FINISHED, dossier.handler, Status.DONE, reason=reason, data=data)


def late_cause(dossier: ReplayedDossier) -> str:
    causes: dict[str, int] = dossier.setting.proportions["causes"]
    return LateCause(dossier.rng.choices(list(causes), list(causes.values()))[0]).value


def give(dossier: ReplayedDossier) -> None:
    """The result itself: its number and the day it was signed."""
    kind = ResultRecord.Kind.ELECTRONIC if dossier.chance(0.2) else ResultRecord.Kind.PAPER
    number = f"{dossier.rng.randrange(1, 4000)}/{dossier.words('result_letters')}"
    dossier.result = (number, local_day(dossier.at), kind.value)


def hand_out(dossier: ReplayedDossier, *, at_once: bool = False) -> None:
    """In person, to somebody who comes for the applicant, or by post; at once or some days later."""
    if not at_once:
        waits = dossier.replay.now.outcome == Outcome.GRANTED and not dossier.is_same_day
        dossier.work(min(dossier.rng.expovariate(1 / 500), 6000) if waits else dossier.rng.uniform(2, 30))
    luck = 1.0 if at_once else dossier.rng.random()
    method, (name, number, paper), sent = ReturnRecord.Method.DESK, dossier.collector, ""
    if luck < 0.07:
        method, dossier.delivery = ReturnRecord.Method.POST, Dossier.Delivery.POST
        name, number, paper, sent = (
            dossier.person.name,
            dossier.person.id_number,
            "",
            f"EB{dossier.rng.randrange(10**9):09d}VN",
        )
    elif luck < 0.14 and not dossier.proxy:
        other = make_person(dossier.rng, dossier.setting.names, "")
        name, number, paper = other.name, other.id_number, dossier.words("proxy_paper")
    dossier.happen(EventKind.RETURNED, dossier.desk, Status.RETURNED, data={"method": method.value})
    originals = dossier.words("originals") if dossier.chance(0.3) else ""
    dossier.receiver = (name, number, method.value, dossier.at, paper, not sent, sent, originals)
