"""One dossier in every situation that there is, whatever chance brings, through the verbs of pages and API.

Each lives until it is in its situation and stays there, or goes its way from it; a life yields the moments at which it
acts next. How long ago it came and about what is data (`dossiers/data/demo.json`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from dossiers.clock.replay import apology_deadline
from dossiers.clock.states import Outcome
from dossiers.demo.life_steps import (
    NO_MONEY,
    Life,
    answer,
    apologise,
    ask_supplement,
    bring,
    consult,
    finish,
    hand_out,
    is_before_the_result,
    pass_on,
    reach,
    stop,
    travel,
)
from dossiers.demo.lived_dossier import LivedDossier
from dossiers.models import Dossier, LateCause, ReturnRecord, SupplementRequest
from dossiers.operations.acceptance.actions import refuse
from dossiers.operations.apologies.actions import draft_apology
from dossiers.operations.assignment.actions import assign
from dossiers.operations.consultation.actions import VisitReport, record_visit
from dossiers.operations.correction.actions import correct_particulars, correct_procedure
from dossiers.operations.finishing.actions import return_result
from dossiers.operations.handover.actions import hand_over, issue_control_sheet, send_back
from dossiers.operations.pauses.actions import (
    ask_payment,
    ask_withdrawal,
    close_stopped,
    close_withdrawal,
    record_payment,
    resume,
)
from dossiers.operations.supplement.actions import Override, abandon_unanswered, approvers_for
from units.clock.days import local_day

Telling = Callable[[LivedDossier], Life]


# At the desk


def unchecked(one: LivedDossier) -> Life:
    one.submit(intake=Dossier.Intake.POST)
    yield from ()


def incomplete(one: LivedDossier) -> Life:
    one.submit_incomplete()
    yield from ()


def incomplete_abandoned(one: LivedDossier) -> Life:
    one.submit_incomplete()
    yield from _give_up(one)


def incomplete_brought(one: LivedDossier) -> Life:
    one.submit_incomplete()
    yield one.after(900)
    one.accept_completed()
    yield from travel(one)


def refused(one: LivedDossier) -> Life:
    one.submit()
    yield one.after(12)
    one.do(refuse, one.desk.pk, reason=one.words("refused"), ground=one.words("ground"))


def at_the_desk(one: LivedDossier) -> Life:
    one.register()
    yield from ()


# Papers


def supplement_open(one: LivedDossier) -> Life:
    yield from reach(one, 1)
    yield one.after(200)
    ask_supplement(one)


def supplement_brought(one: LivedDossier) -> Life:
    yield from supplement_open(one)
    yield one.after(700)
    bring(one)


def supplement_abandoned(one: LivedDossier) -> Life:
    yield from supplement_open(one)
    yield from _give_up(one)


def supplement_overridden(one: LivedDossier) -> Life:
    """Asked for a second time, by a ground of its own and with a leader's approval."""
    yield from supplement_brought(one)
    yield one.after(300)
    approver = approvers_for(one.file, one.at)[0]
    ask_supplement(one, Override(one.words("override"), approver))


def _give_up(one: LivedDossier) -> Life:
    """Nobody answers in time."""
    request = SupplementRequest.objects.get(dossier=one.key)
    yield one.opening_after(request.answer_by)
    abandon_unanswered(request=request, at=one.at)


# While the clock rests


def payment_open(one: LivedDossier) -> Life:
    yield from reach(one, 1)
    yield one.after(400)
    one.do(ask_payment, amount_vnd=one.rng.randrange(20, 900) * 50_000, purpose=one.words("payment"))


def payment_made(one: LivedDossier) -> Life:
    yield from payment_open(one)
    yield one.after(900)
    one.do(record_payment, receipt=f"BL-{one.rng.randrange(100_000, 999_999)}")


def stopped(one: LivedDossier) -> Life:
    yield from reach(one, 1)
    yield one.after(500)
    stop(one)


def resumed(one: LivedDossier) -> Life:
    yield from stopped(one)
    yield one.after(2500)
    one.do(resume, reason=one.words("resumed"), document="")


def stopped_for_good(one: LivedDossier) -> Life:
    yield from stopped(one)
    yield one.after(3000)
    reason, back = one.words("stopped_for_good"), one.words("papers_back")
    one.do(close_stopped, one.file.handler_id, reason=reason, consequences=NO_MONEY, papers_back=back)


def withdrawal(one: LivedDossier) -> Life:
    yield from reach(one, 1)
    yield one.after(300)
    one.do(ask_withdrawal, reason=one.words("withdrawn"))


def withdrawn(one: LivedDossier) -> Life:
    yield from withdrawal(one)
    yield one.after(500)
    one.do(close_withdrawal, one.desk.pk, consequences=NO_MONEY, papers_back=one.words("papers_back"))
    yield from hand_out(one)


# From office to office


def on_its_way(one: LivedDossier) -> Life:
    """Handed over days ago, and nobody has accepted it."""
    one.register()
    yield one.after(60)
    one.do(hand_over, one.desk.pk, leg=0)


def sent_back(one: LivedDossier) -> Life:
    """The desk has it again and must put it right."""
    yield from on_its_way(one)
    yield one.after(90)
    (leg,) = one.coming
    one.do(send_back, leg.unit_id, leg=leg.position, reason=one.words("sent_back"))


def sent_back_and_on(one: LivedDossier) -> Life:
    yield from sent_back(one)
    yield one.after(40)
    yield from pass_on(one, one.here)


def reassigned(one: LivedDossier) -> Life:
    """Given to one officer, and to another when the first fell ill."""
    yield from reach(one, 1)
    (leg,) = one.here
    for person in one.setting.staff.workers[leg.unit_id][:2]:
        yield one.after(120)
        if person != one.here[0].assignee_id:
            one.do(assign, leg.unit_id, leg=leg.position, person=one.setting.staff.people[person])


def side_by_side(one: LivedDossier) -> Life:
    """Two offices work on it at the same time; one of them is done."""
    yield from reach(one, 2)
    yield one.after(400)
    first = one.here[0]
    one.do(hand_over, first.unit_id, leg=first.position)


def late_in_the_city(one: LivedDossier) -> Life:
    """Another office than those of the tenant has it for longer than its time."""
    yield from reach(one, 3)


def back_from_the_city(one: LivedDossier) -> Life:
    yield from reach(one, 3)
    (leg,) = one.here
    assert leg.due_at is not None
    yield one.calendar.advance(leg.due_at, timedelta(minutes=500))
    yield from pass_on(one, [leg])
    yield from travel(one)


def in_hand(one: LivedDossier) -> Life:
    """With the handling unit, which has done nothing yet: soon due or past due, by how long ago it came."""
    yield from reach(one, 1)


# Others are asked


def asked(one: LivedDossier) -> Life:
    """Another office has been asked and has time left; where it came longer ago, the answer is late."""
    yield from reach(one, 1)
    yield one.after(240)
    consult(one, 0, 5)


def answered(one: LivedDossier) -> Life:
    yield from _ask_and_wait(one, 1, 5, 1100)
    yield one.after(200)
    on = one.calendar.on_or_before(local_day(one.at))
    seen = VisitReport(on, one.person.address, one.words("findings"), one.words("people"))
    one.do(record_visit, unit=one.file.holder, seen=seen)


def answered_late(one: LivedDossier) -> Life:
    yield from _ask_and_wait(one, 0, 2, 1500)


def _ask_and_wait(one: LivedDossier, office: int, working_days: int, minutes: float) -> Life:
    yield from reach(one, 1)
    yield one.after(240)
    question = consult(one, office, working_days)
    yield one.after(minutes)
    answer(one, question)


# Lateness


def overdue(one: LivedDossier) -> Life:
    """Past its promise; the apology is drafted and waits for its signature."""
    yield from reach(one, 1)
    yield one.opening_after(one.due_at)
    draft_apology(dossier=one.file, at=one.at)


def apologised(one: LivedDossier) -> Life:
    """An apology the day before the last possible one; the new date still lies ahead."""
    yield from _late_or_nearly(one, -60)


def apologised_late(one: LivedDossier) -> Life:
    yield from _late_or_nearly(one, 90)


def _late_or_nearly(one: LivedDossier, minutes_from_limit: float) -> Life:
    yield from reach(one, 1)
    limit = apology_deadline(one.due_at, one.calendar)
    yield one.calendar.advance(limit, timedelta(minutes=minutes_from_limit))
    apologise(one, one.late_cause(), 8)


# Corrections


def corrected(one: LivedDossier) -> Life:
    one.register(phone="0100000017")
    yield from _correct_phone(one)
    yield from reach(one, 1)


def corrected_procedure(one: LivedDossier) -> Life:
    """Another procedure of the same desk was meant."""
    one.register()
    yield one.after(30)
    line = one.setting.line("corrected_to")
    one.do(correct_procedure, one.desk.pk, offering=line.offering, reason=one.words("wrong_procedure"))
    yield from reach(one, 1)


def _correct_phone(one: LivedDossier) -> Life:
    yield one.after(30)
    one.do(correct_particulars, one.desk.pk, applicant=one.applicant(), reason=one.words("correction"))


# Results


def declined(one: LivedDossier) -> Life:
    yield from reach(one, 2)
    yield one.after(200)
    finish(one, Outcome.DECLINED)


def ready(one: LivedDossier) -> Life:
    """The result waits at the desk."""
    yield from reach(one, 2)
    yield one.after(100)
    finish(one)


def sent_by_post(one: LivedDossier) -> Life:
    yield from ready(one)
    yield one.after(300)
    one.do(return_result, one.desk.pk, receiver=one.receiver(ReturnRecord.Method.POST))


def at_once(one: LivedDossier) -> Life:
    """Registered, finished and handed out while the applicant waits."""
    yield one.after(9)
    one.serve_at_once()


# Everything at once, to be shown


def whole_way(one: LivedDossier) -> Life:
    """Finished and handed out: late by one office, excused in time, with a supplement and two corrected receipts."""
    yield from _excused_in_the_city(one, hours_early=2, working_days=5)
    yield one.calendar.advance(one.due_at, timedelta(hours=9))
    while is_before_the_result(one):
        yield from pass_on(one, one.here)
        yield one.after(100)
    finish(one)
    one.do(issue_control_sheet, one.file.handler_id)
    yield from hand_out(one)


def under_way(one: LivedDossier) -> Life:
    """The same, not at its end: with the office that is late, which has apologised; the new date lies ahead."""
    yield from _excused_in_the_city(one, hours_early=3, working_days=12)


def _excused_in_the_city(one: LivedDossier, hours_early: int, working_days: int) -> Life:
    """Corrected at the desk, completed at the handling unit, on to the office outside that has most of the time."""
    one.register(phone="0100000042")
    yield from _correct_phone(one)
    yield from supplement_open(one)
    yield one.after(600)
    bring(one)
    longest = max(one.legs, key=lambda leg: (one.is_elsewhere(leg), leg.hours))
    yield one.after(120)
    yield from reach(one, longest.group)
    yield apology_deadline(one.due_at, one.calendar) - timedelta(hours=hours_early)
    apologise(one, LateCause.VERIFICATION, working_days)


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
            *(in_hand, sent_by_post, whole_way, under_way),
        )
    }
)
"""By name, as the data has them."""
