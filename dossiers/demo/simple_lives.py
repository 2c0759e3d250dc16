"""The plain life of most dossiers: accepted, worked on, finished, handed out, with the odd pause between.

Only events, by the hundred thousand: what needs a slip lives through the verbs (`dossiers.demo.situations`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.context import IN_WORDS
from dossiers.demo.made_up_dossier import Tale
from dossiers.demo.people import make_person
from dossiers.models import Dossier, LateCause, ResultRecord, ReturnRecord, SupplementRequest
from units.clock.days import local_day

ANSWER_DAYS: Final = 20
_DAY_OF_WORK: Final = timedelta(hours=8)


def tell_plainly(tale: Tale) -> None:
    """From the desk to the end. Raises NotYetError where now is reached."""
    if not take_in(tale, by_post=0.04):
        return
    _start(tale)
    pause(tale)
    if tale.story.now.status is Status.IN_PROCESS:
        finish(tale)
        hand_out(tale)


def take_in(tale: Tale, *, by_post: float) -> bool:
    """Accepted, at once or where it came by post after a while; False where it was refused."""
    is_refused = tale.arrival.refused
    # Its number in the book is of the year in which it came, so it must be accepted in that year.
    is_by_post = tale.chance(by_post) and tale.is_archived and (tale.at + timedelta(days=15)).year == tale.at.year
    if is_by_post:
        tale.intake = Dossier.Intake.POST
    if is_by_post or is_refused:
        acceptance = tale.setting.acceptance(tale.arrival, tale.line)
        data = {name: acceptance[name] for name in ("procedure", "version", "offering", "handler")}
        tale.happen(EventKind.SUBMITTED, tale.desk, Status.SUBMITTED, data=data)
        tale.work(tale.rng.uniform(2, 30) if is_refused else tale.rng.uniform(20, 420))
    if is_refused:
        tale.happen(EventKind.REFUSED, tale.desk, Status.REFUSED, reason=tale.words("refused"))
        return False
    _accept(tale)
    return True


def _accept(tale: Tale) -> None:
    data, reason = tale.setting.acceptance(tale.arrival, tale.line), ""
    if "promised" not in data:
        day = tale.calendar.nth_working_day(tale.at.date(), IN_WORDS)
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


# The odd pause


def pause(tale: Tale) -> None:
    """At most one thing that makes the clock rest; it may be the end."""
    shares, luck = tale.setting.proportions["shares"], tale.rng.random()
    if tale.is_same_day or not tale.is_archived:
        return
    if luck < shares["withdrawn"]:
        _withdraw(tale)
    elif luck < shares["withdrawn"] + shares["stopped"]:
        _rest(tale)
    elif tale.chance(shares["supplement"] * 4):
        _supplement(tale)
    elif tale.line.takes_payment and tale.chance(shares["payment"]):
        _pay(tale)


def _withdraw(tale: Tale) -> None:
    tale.work(tale.rng.uniform(30, 600))
    reason = tale.words("withdrawn")
    tale.happen(EventKind.WITHDRAWAL_ASKED, tale.desk, Status.WITHDRAWAL_ASKED, reason=reason)
    tale.work(tale.rng.uniform(200, 1500))
    _close(tale, Outcome.WITHDRAWN, reason)


def _rest(tale: Tale) -> None:
    """Stopped for some weeks; then it is resumed, or not."""
    tale.work(tale.rng.uniform(0.1, 0.8) * max(0.0, tale.minutes_until(tale.due_at)))
    reason = tale.words("stopped")
    tale.happen(EventKind.STOPPED, tale.handler, Status.STOPPED, reason=reason)
    tale.work(tale.rng.uniform(2000, 9000))
    if tale.chance(0.5):
        _close(tale, Outcome.STOPPED, reason)
    else:
        tale.happen(EventKind.RESUMED, tale.holder, Status.IN_PROCESS, reason=tale.words("resumed"))


def _close(tale: Tale, outcome: Outcome, reason: str) -> None:
    """A stopped or withdrawn dossier ends without a result."""
    tale.happen(EventKind.FINISHED, tale.handler, Status.DONE, reason=reason, data=tale.ended(outcome))
    hand_out(tale)


def _supplement(tale: Tale) -> None:
    """Within three working days of acceptance, as Decree 61/2018 article 19.4 has it."""
    tale.work(tale.rng.uniform(60, 600))
    text = tale.words("supplement")
    actor = tale.happen(
        *(EventKind.SUPPLEMENT_ASKED, tale.handler, Status.AWAITING_SUPPLEMENT),
        reason=text,
        data={"holder": tale.desk},
    )
    request = SupplementRequest(
        dossier_id=tale.key,
        stage=SupplementRequest.Stage.APPRAISAL,
        reasons=[SupplementRequest.Defect.MISSING],
        text=text,
        asked_at=tale.at,
        answer_by=tale.closing_in(ANSWER_DAYS),
        asked_by_id=actor,
    )
    tale.note(request)
    tale.work(tale.rng.uniform(300, 4500))
    tale.happen(EventKind.SUPPLEMENTED, tale.desk, Status.IN_PROCESS)
    request.completed_at = tale.at


def _pay(tale: Tale) -> None:
    tale.work(tale.rng.uniform(300, 900))
    data = {"amount": tale.rng.randrange(20, 900) * 50_000}
    tale.happen(EventKind.PAYMENT_ASKED, tale.holder, Status.AWAITING_PAYMENT, reason=tale.words("payment"), data=data)
    tale.work(tale.rng.uniform(500, 4500))
    receipt = f"BL-{tale.rng.randrange(100_000, 999_999)}"
    tale.happen(EventKind.PAID, tale.holder, Status.IN_PROCESS, reason=receipt)


# The result


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
    conclude(tale)


def conclude(tale: Tale) -> None:
    """A result is there; a late one has its cause."""
    is_declined = tale.is_archived and tale.chance(tale.setting.proportions["shares"]["declined"])
    outcome = Outcome.DECLINED if is_declined else Outcome.GRANTED
    data = tale.ended(outcome, late_cause(tale) if tale.at > tale.due_at else "")
    reason = tale.words("declined") if is_declined else ""
    tale.happen(EventKind.FINISHED, tale.handler, Status.DONE, reason=reason, data=data)


def late_cause(tale: Tale) -> str:
    causes: dict[str, int] = tale.setting.proportions["causes"]
    return LateCause(tale.rng.choices(list(causes), list(causes.values()))[0]).value


def give(tale: Tale) -> None:
    """The result itself: its number and the day it was signed."""
    kind = ResultRecord.Kind.ELECTRONIC if tale.chance(0.2) else ResultRecord.Kind.PAPER
    number = f"{tale.rng.randrange(1, 4000)}/{tale.words('result_letters')}"
    tale.result = (number, local_day(tale.at), kind.value)


def hand_out(tale: Tale, *, at_once: bool = False) -> None:
    """In person, to somebody who comes for the applicant, or by post; at once or some days later."""
    if not at_once:
        waits = tale.story.now.outcome == Outcome.GRANTED and not tale.is_same_day
        tale.work(min(tale.rng.expovariate(1 / 500), 6000) if waits else tale.rng.uniform(2, 30))
    luck = 1.0 if at_once else tale.rng.random()
    method, (name, number, paper), sent = ReturnRecord.Method.DESK, tale.collector, ""
    if luck < 0.07:
        method, tale.delivery = ReturnRecord.Method.POST, Dossier.Delivery.POST
        name, number, paper, sent = tale.person.name, tale.person.id_number, "", f"EB{tale.rng.randrange(10**9):09d}VN"
    elif luck < 0.14 and not tale.proxy:
        other = make_person(tale.rng, tale.setting.names, "")
        name, number, paper = other.name, other.id_number, tale.words("proxy_paper")
    tale.happen(EventKind.RETURNED, tale.desk, Status.RETURNED, data={"method": method.value})
    originals = tale.words("originals") if tale.chance(0.3) else ""
    tale.receiver = (name, number, method.value, tale.at, paper, not sent, sent, originals)
