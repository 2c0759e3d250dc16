"""Accepts or refuses a dossier submitted before.

Decree 61/2018/ND-CP, article 17: an incomplete dossier gets one request with all defects, a refusal its reason in
writing; the clock starts on acceptance, never before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from dossiers.clock.states import EventKind, Status
from dossiers.events.reasons import require_legal_ground, require_reason
from dossiers.events.record import append_event, locked, mark_stale, notify_applicant
from dossiers.models import Dossier, DossierEvent, Slip
from dossiers.operations.supplement.actions import open_requests
from dossiers.particulars.acceptance import acceptance_data, version_in_force
from dossiers.particulars.submission import DueSet, TakenPaper, check_waiver, replace_papers
from dossiers.slips.actions import issue_slip
from dossiers.slips.heading import Issue
from dossiers.slips.notices import Contact, Refused, refusal_data
from notices.models import Notice
from procedures.models import Offering
from units.clock.days import local_day


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee in đồng, its `Dossier.FeeStatus`, and the ground of a waiver."""

    vnd: int = 0
    status: str = Dossier.FeeStatus.NONE
    waiver_ground: str = ""


@transaction.atomic
def refuse(
    *, dossier: Dossier, reason: str, ground: str, actor: User | None, at: datetime, papers_back: str = ""
) -> Dossier:
    """Refuses a dossier before acceptance, with slip 03; after acceptance a negative answer is a result.

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
    issue_refusal(dossier, Refused(reason.strip(), ground.strip(), papers_back.strip()), actor, at)
    mark_stale(dossier, at)
    return dossier


@transaction.atomic
def accept_completed(
    *,
    dossier: Dossier,
    actor: User | None,
    at: datetime,
    papers: Iterable[TakenPaper] | None = None,
    fee: Fee | None = None,
    due_set: DueSet | None = None,
) -> Dossier:
    """Accepts a submitted dossier once it is complete: the clock starts, under the version in force at `at`.

    `papers`, if given, replace those listed. Raises RuleBroken.
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
    notify_applicant(dossier, Notice.Kind.REGISTERED, at=at)
    mark_stale(dossier, at)
    return dossier


def _offering_now(dossier: Dossier, at: datetime) -> Offering:
    """The offering of the submission, or its successor at the current desk after a reorganisation."""
    places = [unit for unit in (dossier.desk_id, dossier.desk.parent_id) if unit]
    here = Offering.objects.in_force(local_day(at)).filter(procedure=dossier.procedure_id, unit__in=places)
    return here.filter(pk=dossier.offering_id).first() or here.first() or dossier.offering


def check_refusal(reason: str, ground: str, *, field: str) -> None:
    """Raises RuleBroken unless reason and ground are real texts; `field` is the reason's."""
    require_reason(reason, field)
    require_legal_ground(ground)


def issue_refusal(dossier: Dossier, refused: Refused, actor: User | None, at: datetime) -> None:
    """Issues slip 03 and the notice."""
    contact, issue = Contact(str(actor or "")), Issue(at, str(actor or ""))
    data = refusal_data(dossier, refused, contact, issue, "")
    issue_slip(dossier=dossier, form=Slip.Form.REFUSAL, data=data, unit=dossier.desk, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.REFUSED, at=at, reason=refused.reason)
