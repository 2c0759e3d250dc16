"""Receives a dossier unchecked or incomplete, or refuses it at the desk."""

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
from dossiers.intake.register import already_registered, insert_dossier, new_dossier
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.acceptance.actions import check_refusal, issue_refusal
from dossiers.operations.supplement.actions import Defects, check_defects, record_request
from dossiers.particulars.acceptance import pinned, version_in_force
from dossiers.particulars.proxies import Proxy, record_proxy
from dossiers.particulars.submission import Applicant, SubmissionTerms, TakenPaper, take_papers
from dossiers.slips.notices import Refused
from procedures.models import Offering
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Submission:
    """A dossier submitted at the counter and not accepted yet; a repeated `request_key` returns the same dossier."""

    request_key: UUID
    desk: Unit
    offering: Offering
    applicant: Applicant
    papers: Iterable[TakenPaper] = ()
    terms: SubmissionTerms | None = None
    proxy: Proxy | None = None


@transaction.atomic
def submit_dossier(*, handed_in: Submission, actor: User | None, at: datetime) -> Dossier:
    """Receives a dossier to be checked later, for example by post: it gets a code, no clock. Raises RuleBroken."""
    return _already_registered(handed_in) or _insert(handed_in, [], actor, at)


@transaction.atomic
def submit_incomplete(*, handed_in: Submission, defects: Defects, actor: User | None, at: datetime) -> Dossier:
    """Receives an incomplete dossier, with slip 02 for all defects. No clock starts. Raises RuleBroken."""
    if made := _already_registered(handed_in):
        return made
    check_defects(defects)
    asked = {"kind": EventKind.SUPPLEMENT_ASKED, "to_status": Status.AWAITING_SUPPLEMENT, "reason": defects.text}
    dossier = _insert(handed_in, [asked], actor, at)
    record_request(dossier, defects, actor, at)
    return dossier


@transaction.atomic
def refuse_at_desk(*, handed_in: Submission, reason: str, ground: str, actor: User | None, at: datetime) -> Dossier:
    """Records a dossier refused at once, with slip 03: the reason in words and its legal ground.

    It gets a code of the same running numbers as accepted ones. No clock starts. Raises RuleBroken.
    """
    if made := _already_registered(handed_in):
        return made
    check_refusal(reason, ground, field="refusal")
    refused = {"kind": EventKind.REFUSED, "to_status": Status.REFUSED, "reason": reason}
    dossier = _insert(handed_in, [refused], actor, at)
    issue_refusal(dossier, Refused(reason.strip(), ground.strip()), actor, at)
    return dossier


def _already_registered(handed_in: Submission) -> Dossier | None:
    return already_registered(handed_in.request_key, handed_in.desk, handed_in.offering, handed_in.applicant)


def _insert(handed_in: Submission, acts: list[dict[str, Any]], actor: User | None, at: datetime) -> Dossier:
    """Inserts the dossier with its first events: submitted, then `acts` at the same time."""
    desk, offering = handed_in.desk, handed_in.offering
    version = version_in_force(offering, desk, at)
    shared = {"at": at, "unit": desk, "actor": actor}
    first = DossierEvent(
        number=1, kind=EventKind.SUBMITTED, to_status=Status.SUBMITTED, data=pinned(offering, version), **shared
    )
    events = [first]
    for act in acts:
        values = act | {"reason": act["reason"].strip(), "from_status": Status.SUBMITTED}
        events.append(DossierEvent(number=len(events) + 1, **values, **shared))
    terms = handed_in.terms or SubmissionTerms()
    dossier = new_dossier(handed_in.request_key, desk, offering, version, handed_in.applicant, terms)
    insert_dossier(dossier, events, actor)
    take_papers(dossier, handed_in.papers)
    record_proxy(dossier, handed_in.proxy, at)
    mark_stale(dossier, at)
    return dossier
