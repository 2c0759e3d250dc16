"""One dossier in every situation that there is, whatever chance brings: told on purpose, at the tenant's desk.

Each is told until it is in its situation and stays there, or goes its way from it. How long ago it came and about what
is data (`dossiers/data/demo.json`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo import branches, showcases
from dossiers.demo.handovers import assign, give, hand_out, pass_on, send_back
from dossiers.demo.journeys import take_in, travel
from dossiers.demo.made_up_dossier import Tale
from dossiers.demo.showcases import reach
from dossiers.demo.simple_lives import conclude, late_cause, submit
from dossiers.models import Dossier

Telling = Callable[[Tale], None]


def unchecked(tale: Tale) -> None:
    tale.intake = Dossier.Intake.POST
    submit(tale)


def incomplete(tale: Tale) -> None:
    submit(tale)
    branches.ask_supplement(tale)


def incomplete_abandoned(tale: Tale) -> None:
    submit(tale)
    branches.give_up(tale, branches.ask_supplement(tale))


def incomplete_brought(tale: Tale) -> None:
    submit(tale)
    request = branches.ask_supplement(tale)
    tale.work(900)
    request.completed_at = tale.at
    take_in(tale)
    travel(tale)


def refused(tale: Tale) -> None:
    submit(tale)
    tale.work(12)
    branches.refuse(tale)


def at_the_desk(tale: Tale) -> None:
    take_in(tale)


def supplement_open(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(200)
    branches.ask_supplement(tale)


def supplement_brought(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(200)
    request = branches.ask_supplement(tale)
    tale.work(700)
    branches.bring(tale, request)


def supplement_abandoned(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(200)
    branches.give_up(tale, branches.ask_supplement(tale))


def supplement_overridden(tale: Tale) -> None:
    supplement_brought(tale)
    tale.work(300)
    branches.ask_supplement(tale, override=True)


def payment_open(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(400)
    branches.ask_payment(tale)


def payment_made(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(400)
    branches.pay(tale, 900)


def stopped(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(500)
    branches.stop(tale)


def resumed(tale: Tale) -> None:
    stopped(tale)
    tale.work(2500)
    branches.resume(tale)


def stopped_for_good(tale: Tale) -> None:
    stopped(tale)
    tale.work(3000)
    branches.close_resting(tale, Outcome.STOPPED, tale.words("stopped_for_good"))


def withdrawal(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(300)
    branches.ask_withdrawal(tale)


def withdrawn(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(300)
    reason = branches.ask_withdrawal(tale)
    tale.work(500)
    branches.close_resting(tale, Outcome.WITHDRAWN, reason)
    hand_out(tale)


def on_its_way(tale: Tale) -> None:
    """Handed over days ago, and nobody has accepted it."""
    take_in(tale)
    tale.work(60)
    tale.happen(EventKind.HANDED_OVER, tale.desk, data={"leg": 0})


def sent_back(tale: Tale) -> None:
    """The desk has it again and must put it right."""
    on_its_way(tale)
    tale.work(90)
    coming = next(leg for leg in tale.legs if leg.on_its_way)
    data = {"leg": coming.position}
    tale.happen(EventKind.SENT_BACK, coming.unit_id, reason=tale.words("sent_back"), data=data)


def sent_back_and_on(tale: Tale) -> None:
    on_its_way(tale)
    tale.work(90)
    coming = next(leg for leg in tale.legs if leg.on_its_way)
    send_back(tale, tale.legs[0], coming)
    tale.happen(EventKind.TAKEN_OVER, coming.unit_id, Status.IN_PROCESS, data={"leg": coming.position})


def reassigned(tale: Tale) -> None:
    """Given to one officer, and to another when the first fell ill."""
    reach(tale, 1)
    here = next(leg for leg in tale.legs if leg.in_hand)
    people = tale.setting.staff.workers[here.unit_id]
    for person in people[:2]:
        tale.work(120)
        data = {"leg": here.position, "person": person}
        tale.happen(EventKind.ASSIGNED, here.unit_id, reason=tale.words("reassigned"), data=data)


def asked(tale: Tale) -> None:
    """Another office has been asked and has time left; where it came longer ago, the answer is late."""
    reach(tale, 1)
    tale.work(240)
    branches.consult(tale, tale.setting.advisers(tale.holder)[0], 5, answered_after=None)


def answered(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(240)
    branches.consult(tale, tale.setting.advisers(tale.holder)[1], 5, answered_after=1100)
    tale.work(200)
    branches.visit(tale)


def answered_late(tale: Tale) -> None:
    reach(tale, 1)
    tale.work(240)
    branches.consult(tale, tale.setting.advisers(tale.holder)[0], 2, answered_after=1500)


def overdue(tale: Tale) -> None:
    """Past its promise; the apology is drafted and waits for its signature."""
    reach(tale, 1)
    here = next(leg for leg in tale.legs if leg.in_hand)
    assign(tale, here)
    tale.wait(tale.calendar.opening(tale.calendar.next_working_day(tale.due_at.date())))
    branches.draft_apology(tale, here.unit_id, late_cause(tale))


def apologised(tale: Tale) -> None:
    """An apology the day before the last possible one; the new date still lies ahead."""
    reach(tale, 1)
    _apologise(tale, -60)


def apologised_late(tale: Tale) -> None:
    reach(tale, 1)
    _apologise(tale, 90)


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def _apologise(tale: Tale, minutes_from_limit: float) -> None:
    limit = branches.apology_possible_until(tale)
    tale.wait(tale.calendar.advance(limit, _minutes(minutes_from_limit)))
    new_day = tale.calendar.nth_working_day(max(tale.due_at, tale.at).date(), 8)
    apology = branches.draft_apology(tale, tale.holder, late_cause(tale))
    branches.sign_apology(tale, apology, tale.calendar.closing(new_day))


def declined(tale: Tale) -> None:
    reach(tale, 2)
    tale.work(200)
    actor, reason = conclude(tale, Outcome.DECLINED)
    branches.refusal_slip(tale, actor, reason)


def ready(tale: Tale) -> None:
    """The result waits at the desk."""
    reach(tale, 2)
    tale.work(100)
    conclude(tale, Outcome.GRANTED)
    give(tale)


def corrected(tale: Tale) -> None:
    take_in(tale)
    tale.work(30)
    branches.correct_phone(tale, "0100000017")
    tale.work(30)
    reach(tale, 1)


def corrected_procedure(tale: Tale) -> None:
    take_in(tale)
    tale.work(30)
    branches.correct_procedure(tale, tale.setting.line("corrected_to"))
    reach(tale, 1)


def at_once(tale: Tale) -> None:
    """Taken in, finished and handed out while the applicant waits."""
    take_in(tale)
    tale.work(9)
    tale.happen(EventKind.STARTED, tale.handler, Status.IN_PROCESS)
    conclude(tale, Outcome.GRANTED)
    give(tale)
    hand_out(tale, at_once=True)


def side_by_side(tale: Tale) -> None:
    """Two offices work on it at the same time; one of them is done."""
    reach(tale, 2)
    tale.work(400)
    first = next(leg for leg in tale.legs if leg.in_hand)
    tale.happen(EventKind.HANDED_OVER, first.unit_id, data={"leg": first.position})


def late_in_the_city(tale: Tale) -> None:
    """Another office than those of the tenant has it for longer than its time."""
    reach(tale, 3)


def back_from_the_city(tale: Tale) -> None:
    reach(tale, 3)
    here = next(leg for leg in tale.legs if leg.in_hand)
    assert here.due_at is not None
    tale.wait(tale.calendar.advance(here.due_at, _minutes(500)))
    pass_on(tale, [here])
    travel(tale, appraise=False)


def in_hand(tale: Tale) -> None:
    """With the handling unit, which has done nothing yet: soon due or past due, by how long ago it came."""
    reach(tale, 1)


def sent_by_post(tale: Tale) -> None:
    reach(tale, 2)
    tale.work(100)
    conclude(tale, Outcome.GRANTED)
    give(tale)
    hand_out(tale, by_post=True)


SITUATIONS: Final[Mapping[str, Telling]] = MappingProxyType(
    {
        telling.__name__: telling
        for telling in (
            *(unchecked, incomplete, incomplete_abandoned, incomplete_brought, refused, at_the_desk),
            *(supplement_open, supplement_brought, supplement_abandoned, supplement_overridden),
            *(payment_open, payment_made, stopped, resumed, stopped_for_good, withdrawal, withdrawn),
            *(on_its_way, sent_back, sent_back_and_on, reassigned, asked, answered, answered_late),
            *(overdue, apologised, apologised_late, declined, ready, corrected, corrected_procedure),
            *(at_once, side_by_side, late_in_the_city, back_from_the_city),
            *(in_hand, sent_by_post),
            *(showcases.whole_way, showcases.under_way),
        )
    }
)
"""By name, as the data has them."""
