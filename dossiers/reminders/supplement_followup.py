"""Follows up deadlines: supplements that applicants owe, and apologies for dossiers that became overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from dossiers.clock.states import Status
from dossiers.events.followers import DossierNotice, notify_followers
from dossiers.events.record import reach_of, track_url
from dossiers.models import Apology, Dossier, SupplementRequest
from dossiers.operations.apologies.actions import draft_apology
from dossiers.operations.supplement.actions import abandon_unanswered, unanswered
from dossiers.reminders.reminder_run import (
    ReminderRun,
    WantedNotice,
    for_each_person,
    in_batches,
    issue_new,
    start_run,
)
from notices.issuing.actions import issue_once, taken_keys
from notices.models import Notice
from units.clock.days import local_day
from units.rules import RuleBroken

log = structlog.get_logger(__name__)

REMIND_DAYS: Final = 2
"""Applicants are reminded this many working days before a supplement is due."""

MOST_DRAFTS: Final = 1000
"""Apologies drafted in one run; a large backlog takes several runs."""


def remind_applicants(*, at: datetime) -> None:
    """Reminds applicants, once, that a supplement is due within two working days."""
    run = start_run(at)
    for calendar, units in run.open.items():
        until = calendar.nth_closing(local_day(at), REMIND_DAYS)[0]
        asked = SupplementRequest.objects.filter(
            completed_at=None,
            abandoned_at=None,
            answer_by__gte=at,
            answer_by__lte=until,
            dossier__status=Status.AWAITING_SUPPLEMENT,
            dossier__desk__in=units,
        )
        rows = asked.select_related("dossier__desk", "dossier__version")
        for batch in in_batches(rows.iterator(chunk_size=1000)):
            _remind({notice.key: (request, notice) for request in batch for notice in [_reminder(request, at)]}, at)


@transaction.atomic
def _remind(wanted: Mapping[str, tuple[SupplementRequest, Notice]], at: datetime) -> None:
    """Issues the notices not issued before, to applicants and followers. Locks the requests first: a parallel run
    waits and then finds the keys taken, since notices to followers have no keys of their own."""
    requests = SupplementRequest.objects.filter(pk__in=[request.pk for request, _notice in wanted.values()])
    list(requests.select_for_update().order_by("pk").values_list("pk"))
    issued = taken_keys(keys=wanted)
    fresh = [both for key, both in wanted.items() if key not in issued]
    issue_once(notices=[notice for _request, notice in fresh])
    notify_followers(
        {request.dossier_id: DossierNotice(notice.subject, notice.kind, notice.context) for request, notice in fresh},
        at=at,
    )


def give_up_unanswered(*, at: datetime) -> None:
    """Closes supplement requests not answered in time, one dossier a transaction; see `abandon_unanswered`."""
    run = start_run(at)
    late = unanswered(at).filter(dossier__desk__in=run.open_units).select_related("dossier")
    for request in late.iterator(chunk_size=1000):
        try:
            abandon_unanswered(request=request, at=at)
        except RuleBroken as broken:
            log.warning("supplement_not_abandoned", code=request.dossier.code, why=str(broken))


def draft_apologies(*, at: datetime) -> None:
    """Drafts an apology for every overdue dossier without one and notifies the heads who must sign it."""
    run = start_run(at)
    late = Dossier.objects.overdue(at).filter(handler__in=run.open_units, apologies=None, new_due_at=None)
    for pk in list(late.order_by("due_at").values_list("pk", flat=True)[:MOST_DRAFTS]):
        try:
            _draft(run, Dossier.objects.get(pk=pk))
        except RuleBroken as broken:  # finished or put on hold since it was listed
            log.info("apology_not_drafted", dossier=pk, why=str(broken))


@transaction.atomic
def _draft(run: ReminderRun, dossier: Dossier) -> None:
    apology = draft_apology(dossier=dossier, at=run.at)
    if apology.signed_at is None:
        issue_new(run, for_each_person(_waiting(apology), run.addressees.heads(apology.unit_id, 1)))


def _waiting(apology: Apology) -> WantedNotice:
    kind = Notice.Kind.APOLOGY_DRAFTED
    facts = {"until_at": apology.old_due_at.isoformat()}
    return WantedNotice(kind, f"{kind.value}:{apology.dossier_id}", apology.dossier_id, apology.unit_id, None, facts)


def _reminder(request: SupplementRequest, at: datetime) -> Notice:
    """The reminder to the applicant; names no person."""
    dossier = request.dossier
    kind = Notice.Kind.SUPPLEMENT_DUE
    reach = reach_of(dossier, kind)
    return Notice(
        subject=dossier.code,
        kind=kind,
        key=f"{kind.value}:{request.pk}:{request.answer_by.timestamp():.0f}",
        email=reach.email,
        phone=reach.phone,
        context={
            "procedure": dossier.version.name,
            "desk": dossier.desk.name,
            "telephone": dossier.desk.telephone,
            "track_url": track_url(dossier, reach),
            "answer_at": request.answer_by.isoformat(),
        },
        created_at=at,
    )
