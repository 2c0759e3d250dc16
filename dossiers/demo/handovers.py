"""Hand-overs between offices, and the result into the applicant's hands, in the demo."""

from __future__ import annotations

from collections.abc import Sequence

from dossiers.clock.legs import Leg
from dossiers.clock.states import EventKind, Outcome, Status
from dossiers.demo.made_up_dossier import Tale
from dossiers.demo.people import make_person
from dossiers.models import Dossier, ResultRecord, ReturnRecord
from units.clock.days import local_day

Method = ReturnRecord.Method


def pass_on(tale: Tale, here: Sequence[Leg]) -> None:
    """From the offices that have it to the next ones."""
    for leg in here:
        if leg is not here[0]:
            tale.work(tale.rng.uniform(5, 120))
        tale.happen(EventKind.HANDED_OVER, leg.unit_id, data={"leg": leg.position})
    coming = [leg for leg in tale.legs if leg.on_its_way]
    if len(here) == len(coming) == 1 and coming[0].unit_id != here[0].unit_id:
        _carry(tale)
        if tale.chance(tale.setting.proportions["shares"]["sent_back"]):
            send_back(tale, here[0], coming[0])
    for leg in coming:
        if leg.unit_id != here[-1].unit_id and (len(here) > 1 or len(coming) > 1):
            _carry(tale)
        take_over(tale, leg)


def take_over(tale: Tale, leg: Leg) -> None:
    """In the receiver's hands; where several work there, it is given to one of them."""
    to = Status.IN_PROCESS if tale.story.now.status is Status.ACCEPTED else None
    tale.happen(EventKind.TAKEN_OVER, leg.unit_id, to, data={"leg": leg.position})
    if tale.chance(tale.setting.proportions["shares"]["assigned"]):
        assign(tale, leg)


def send_back(tale: Tale, sent: Leg, coming: Leg) -> None:
    """The receiver does not take it; the sender puts it right and hands it over again."""
    tale.happen(EventKind.SENT_BACK, coming.unit_id, reason=tale.words("sent_back"), data={"leg": coming.position})
    tale.work(tale.rng.uniform(15, 60))
    tale.happen(EventKind.HANDED_OVER, sent.unit_id, data={"leg": sent.position})
    tale.work(tale.rng.uniform(5, 30))


def assign(tale: Tale, leg: Leg) -> None:
    """To somebody of the office, by its leader where it has one."""
    person = tale.setting.staff.pick(leg.unit_id, tale.rng)
    if person is None:
        return
    leader = tale.setting.staff.leader(leg.unit_id) or person
    data = {"leg": leg.position, "person": person}
    tale.happen(EventKind.ASSIGNED, leg.unit_id, data=data, actor=leader)


def give(tale: Tale) -> None:
    """The result itself: its number and the day it was signed."""
    kind = ResultRecord.Kind.ELECTRONIC if tale.chance(0.2) else ResultRecord.Kind.PAPER
    number = f"{tale.rng.randrange(1, 4000)}/{tale.words('result_letters')}"
    tale.result = (number, local_day(tale.at), kind.value)


def hand_out(tale: Tale, *, at_once: bool = False, by_post: bool = False) -> None:
    """In person, to somebody who comes for the applicant, or by post."""
    if not at_once:
        granted = tale.story.now.outcome == Outcome.GRANTED
        tale.work(min(tale.rng.expovariate(1 / 500), 6000) if granted else tale.rng.uniform(2, 30))
    luck = 1.0 if at_once else 0.0 if by_post else tale.rng.random()
    method = Method.POST if luck < 0.07 else Method.DESK
    tale.happen(EventKind.RETURNED, tale.desk, Status.RETURNED, data={"method": method.value})
    _receive(tale, method, by_proxy=0.07 <= luck < 0.14)


def _receive(tale: Tale, method: Method, *, by_proxy: bool) -> None:
    name, number, paper, sent = tale.person.name, tale.person.id_number, "", ""
    if tale.proxy and method is Method.DESK:
        name, number, paper = tale.collector
    elif by_proxy:
        other = make_person(tale.rng, tale.setting.names, "")
        name, number, paper = other.name, other.id_number, tale.words("proxy_paper")
    if method is Method.POST:
        tale.delivery = Dossier.Delivery.POST
        sent = f"EB{tale.rng.randrange(10**9):09d}VN"
    originals = tale.words("originals") if tale.chance(0.3) else ""
    tale.receiver = (name, number, method.value, tale.at, paper, method is Method.DESK, sent, originals)


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
