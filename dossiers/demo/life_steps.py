"""What several lives of the demo have in common. A step yields the moments at which it acts next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heapreplace
from typing import Any, Final

from dossiers.clock.states import Outcome
from dossiers.demo.lived_dossier import LivedDossier
from dossiers.models import Consultation, DossierLeg, ReturnRecord
from dossiers.operations.apologies.actions import FURTHEST, Excuse, sign_apology
from dossiers.operations.assignment.actions import assign
from dossiers.operations.consultation.actions import Question, answer_consultation
from dossiers.operations.consultation.actions import consult as ask_office
from dossiers.operations.finishing.actions import finish_dossier, return_result
from dossiers.operations.handover.actions import hand_over, take_over
from dossiers.operations.pauses.actions import Order, stop_by_order
from dossiers.operations.supplement.actions import Override, complete_supplement
from dossiers.operations.supplement.actions import ask_supplement as ask_for_papers
from units.clock.days import local_day
from units.models import Unit

Life = Iterator[datetime]
"""The moments at which a dossier acts next; between them it acts."""
NO_MONEY: Final = "Không thu phí, lệ phí"


def live(lives: Iterable[tuple[LivedDossier, Life]], now: datetime) -> Iterator[None]:
    """Lets all of them act in the order of time until `now`, so that numbers of slips count up as at a real desk. Each
    step is an act."""
    queue = [(one.at, place, one, life) for place, (one, life) in enumerate(lives)]
    heapify(queue)
    while queue and queue[0][0] <= now:
        at, place, one, life = queue[0]
        one.at = at
        following = next(life, None)
        if following is None:
            heappop(queue)
        else:
            heapreplace(queue, (max(at, following), place, one, life))
        yield


# From office to office


def reach(one: LivedDossier, group: int) -> Life:
    """Registered, unless it is, and carried on to the legs of a group without losing time."""
    if not one.key:
        one.register()
    while (here := one.here)[0].group < group:
        yield one.after(one.rng.uniform(20, 60))
        yield from pass_on(one, here)


def pass_on(one: LivedDossier, here: list[DossierLeg]) -> Life:
    """From the offices that have it to the next ones, where somebody gets it to do."""
    for leg in here:
        one.do(hand_over, leg.unit_id, leg=leg.position)
    for leg in one.coming:
        yield one.after(one.rng.uniform(10, 80))
        one.do(take_over, leg.unit_id, leg=leg.position)
        give_to(one, leg)


def give_to(one: LivedDossier, leg: DossierLeg) -> None:
    """To somebody of the office, by its leader where it has one."""
    person = one.worker(leg.unit_id)
    if person is not None:
        one.do(assign, actor=one.leader(leg.unit_id), leg=leg.position, person=person)


def travel(one: LivedDossier) -> Life:
    """From office to office until the result is handed out, each within its share of the time left."""
    while is_before_the_result(one):
        yield _stay(one, one.here[0])
        yield from pass_on(one, one.here)
    yield _stay(one, one.here[0])
    finish(one)
    yield from hand_out(one)


def is_before_the_result(one: LivedDossier) -> bool:
    """Whether other offices still have to do with it."""
    leg = one.here[0]
    return leg.group + 1 < one.legs[-1].group or one.is_elsewhere(leg)


def _stay(one: LivedDossier, here: DossierLeg) -> datetime:
    hours = sum(leg.hours for leg in one.legs if leg.group >= here.group)
    left = one.minutes_until(one.due_at) if one.at < one.due_at else 0
    return one.after(max(60, left * here.hours / max(1, hours) * one.rng.uniform(0.15, 0.9)))


# To the end


def finish(one: LivedDossier, outcome: Outcome = Outcome.GRANTED) -> None:
    arguments: dict[str, Any] = {"result": one.result()}
    if outcome is Outcome.DECLINED:
        arguments = {"reason": one.words("declined"), "ground": one.words("ground")}
    cause = one.late_cause() if one.at > one.due_at else ""
    one.do(finish_dossier, one.file.handler_id, outcome=outcome, cause=cause, **arguments)


def hand_out(one: LivedDossier) -> Life:
    """To the person who comes for it, some time later."""
    yield one.after(min(one.rng.expovariate(1 / 500), 6000))
    one.do(return_result, one.desk.pk, receiver=one.receiver(ReturnRecord.Method.DESK))


# Papers, orders, questions


def ask_supplement(one: LivedDossier, override: Override | None = None) -> None:
    one.do(ask_for_papers, one.file.handler_id, defects=one.defects(), override=override)


def bring(one: LivedDossier) -> None:
    one.do(complete_supplement, one.desk.pk)


def stop(one: LivedDossier) -> None:
    """A competent body has the work stopped."""
    document, dated = f"{one.rng.randrange(100, 900)}/CV", local_day(one.at) - timedelta(days=1)
    order = Order(one.words("body"), document, dated, one.words("stopped"))
    one.do(stop_by_order, order=order, consequences=NO_MONEY)


def consult(one: LivedDossier, office: int, working_days: int) -> Consultation:
    """The adviser at this place in the list is asked."""
    asker: Unit = one.file.holder
    asked = one.setting.units[one.setting.advisers(asker.pk)[office]]
    return one.do(
        ask_office, asker=asker, question=Question(asked, one.words("question"), one.closing_in(working_days))
    )


def answer(one: LivedDossier, asked: Consultation) -> None:
    answer_consultation(consultation=asked, answer=one.words("answer"), actor=one.worker(asked.office_id), at=one.at)


def apologise(one: LivedDossier, cause: str, working_days: int) -> None:
    """The office that holds it apologises and promises so many working days more."""
    file = one.file
    new_day = one.calendar.nth_working_day(local_day(max(one.due_at, one.at)), working_days)
    new_day = min(new_day, one.calendar.on_or_before(local_day(one.at) + FURTHEST))
    excuse = Excuse(file.holder, cause, one.words("apology"), new_day)
    one.do(sign_apology, actor=one.leader(file.holder_id, file.handler_id), excuse=excuse)
