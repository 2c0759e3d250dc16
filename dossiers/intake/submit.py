"""Taking a dossier in unchecked or incomplete, and refusing it at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from dossiers.clock.states import EventKind, Status
from dossiers.events.record import mark_stale
from dossiers.intake.register import made_before, new_row, write_new
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.acceptance.actions import check_refusal, tell_refused
from dossiers.operations.supplement.actions import Defects, check_defects, note_request
from dossiers.particulars.acceptance import pinned, version_in_force
from dossiers.particulars.proxies import Proxy, record_proxy
from dossiers.particulars.submission import Applicant, Paper, Terms, take_papers
from dossiers.slips.notices import Refused
from procedures.models import Offering
from units.models import Unit


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
    tell_refused(dossier, Refused(reason.strip(), ground.strip()), actor, at)
    return dossier


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
