"""The check at intake: taken in unchecked, found incomplete, refused, or accepted once everything is there.

Decree 61/2018/ND-CP, article 17: an incomplete dossier gets one request with all defects, a refusal its reason in
writing; the clock starts on acceptance, never before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from dossiers.actions.proxies import Proxy, record_proxy
from dossiers.actions.record import append_event, locked, mark_stale, tell_applicant
from dossiers.actions.register import (
    Applicant,
    DueSet,
    Paper,
    Terms,
    acceptance_data,
    check_waiver,
    made_before,
    new_row,
    pinned,
    replace_papers,
    take_papers,
    version_in_force,
    write_new,
)
from dossiers.actions.slips import issue_slip
from dossiers.actions.supplement import Defects, check_defects, note_request, open_requests
from dossiers.actions.words import in_words, legal_ground
from dossiers.models import Dossier, DossierEvent, Slip, local_day
from dossiers.slips import Contact, Issue, Refused, refusal_data
from dossiers.states import EventKind, Status
from notices.models import Notice
from procedures.models import Offering
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Fee:
    """What acceptance costs: đồng, `Dossier.FeeStatus`, and where it is waived on what ground."""

    vnd: int = 0
    status: str = Dossier.FeeStatus.NONE
    waiver_ground: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A dossier on the counter before it is judged: where, what, whose, with which papers. `key` makes it one."""

    request_key: UUID
    desk: Unit
    offering: Offering
    applicant: Applicant
    papers: Iterable[Paper] = ()
    terms: Terms | None = None
    proxy: Proxy | None = None


@transaction.atomic
def submit_dossier(*, handed_in: HandedIn, actor: User | None, at: datetime) -> Dossier:
    """Take in a dossier that is checked later, as one that came by post: a code, no clock. Raises RuleBroken."""
    return _made(handed_in) or _written(handed_in, [], actor, at)


@transaction.atomic
def submit_incomplete(*, handed_in: HandedIn, defects: Defects, actor: User | None, at: datetime) -> Dossier:
    """Take in a dossier that lacks something, with slip 02 for all of it. No clock starts. Raises RuleBroken."""
    if made := _made(handed_in):
        return made
    check_defects(defects)
    asked = {"kind": EventKind.SUPPLEMENT_ASKED, "to_status": Status.AWAITING_SUPPLEMENT, "reason": defects.text}
    dossier = _written(handed_in, [asked], actor, at)
    note_request(dossier, defects, actor, at)
    return dossier


@transaction.atomic
def refuse_at_desk(*, handed_in: HandedIn, reason: str, ground: str, actor: User | None, at: datetime) -> Dossier:
    """Record a dossier handed in and refused at once, with slip 03: the reason in words and its legal ground.

    It takes a code from the same running numbers as accepted ones. No clock ever starts. Raises RuleBroken.
    """
    if made := _made(handed_in):
        return made
    check_refusal(reason, ground, field="refusal")
    refused = {"kind": EventKind.REFUSED, "to_status": Status.REFUSED, "reason": reason}
    dossier = _written(handed_in, [refused], actor, at)
    _tell_refused(dossier, Refused(reason.strip(), ground.strip()), actor, at)
    return dossier


@transaction.atomic
def refuse(
    *, dossier: Dossier, reason: str, ground: str, actor: User | None, at: datetime, papers_back: str = ""
) -> Dossier:
    """Do not accept a dossier that was handed in: slip 03. After acceptance an answer is a result instead.

    Raises RuleBroken.
    """
    check_refusal(reason, ground, field="reason")
    dossier = locked(dossier)
    event = DossierEvent(
        kind=EventKind.REFUSED,
        to_status=Status.REFUSED,
        at=at,
        unit_id=dossier.desk_id,
        actor=actor,
        reason=reason.strip(),
    )
    append_event(dossier, event)
    open_requests(dossier).update(abandoned_at=at)
    _tell_refused(dossier, Refused(reason.strip(), ground.strip(), papers_back.strip()), actor, at)
    mark_stale(dossier, at)
    return dossier


@transaction.atomic
def accept_completed(
    *,
    dossier: Dossier,
    actor: User | None,
    at: datetime,
    papers: Iterable[Paper] | None = None,
    fee: Fee | None = None,
    due_set: DueSet | None = None,
) -> Dossier:
    """Accept a dossier that was handed in before, now that it is complete: the clock starts, under today's version.

    `papers` replace those listed, if given. Raises RuleBroken.
    """
    dossier = locked(dossier)
    offering = _offering_now(dossier, at)
    version = version_in_force(offering, dossier.desk, at)
    event = DossierEvent(
        kind=EventKind.REGISTERED,
        to_status=Status.ACCEPTED,
        at=at,
        unit_id=dossier.desk_id,
        actor=actor,
        reason=due_set.reason.strip() if due_set else "",
        data=acceptance_data(offering, version, dossier.desk, due_set, at),
    )
    append_event(dossier, event)
    dossier.registered_by = actor
    if fee:
        dossier.fee_vnd, dossier.fee_status = fee.vnd, fee.status
        dossier.waiver_ground = check_waiver(fee.status, fee.waiver_ground)
    dossier.save(update_fields=["registered_by", "fee_vnd", "fee_status", "waiver_ground"])
    if papers is not None:
        replace_papers(dossier, papers)
    open_requests(dossier).update(completed_at=at)
    tell_applicant(dossier, Notice.Kind.REGISTERED, at=at)
    mark_stale(dossier, at)
    return dossier


def _offering_now(dossier: Dossier, at: datetime) -> Offering:
    """The offering it was handed in under, or what continues it at the desk of today after a reorganisation."""
    places = [unit for unit in (dossier.desk_id, dossier.desk.parent_id) if unit]
    here = Offering.objects.in_force(local_day(at)).filter(procedure=dossier.procedure_id, unit__in=places)
    return here.filter(pk=dossier.offering_id).first() or here.first() or dossier.offering


def check_refusal(reason: str, ground: str, *, field: str) -> None:
    """Raises RuleBroken unless both say something in words; `field` is that of the reason."""
    in_words(reason, field)
    legal_ground(ground)


def _made(handed_in: HandedIn) -> Dossier | None:
    return made_before(handed_in.request_key, handed_in.desk, handed_in.offering, handed_in.applicant)


def _written(handed_in: HandedIn, acts: list[dict[str, Any]], actor: User | None, at: datetime) -> Dossier:
    """The row with its first events: handed in, then `acts` at the same moment."""
    desk, offering = handed_in.desk, handed_in.offering
    version = version_in_force(offering, desk, at)
    shared = {"at": at, "unit": desk, "actor": actor}
    first = DossierEvent(
        number=1, kind=EventKind.SUBMITTED, to_status=Status.SUBMITTED, data=pinned(offering, version), **shared
    )
    events = [first]
    for act in acts:
        told = act | {"reason": act["reason"].strip(), "from_status": Status.SUBMITTED}
        events.append(DossierEvent(number=len(events) + 1, **told, **shared))
    terms = handed_in.terms or Terms()
    dossier = new_row(handed_in.request_key, desk, offering, version, handed_in.applicant, terms)
    write_new(dossier, events, actor)
    take_papers(dossier, handed_in.papers)
    record_proxy(dossier, handed_in.proxy, at)
    mark_stale(dossier, at)
    return dossier


def _tell_refused(dossier: Dossier, refused: Refused, actor: User | None, at: datetime) -> None:
    """Slip 03 and the notice."""
    contact, issue = Contact(str(actor or "")), Issue(at, str(actor or ""))
    data = refusal_data(dossier, refused, contact, issue, "")
    issue_slip(dossier=dossier, form=Slip.Form.REFUSAL, data=data, unit=dossier.desk, actor=actor, at=at)
    tell_applicant(dossier, Notice.Kind.REFUSED, at=at, reason=refused.reason)
