"""Registers, finishes and hands out a dossier by one submit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from dossiers.clock.states import Status
from dossiers.intake.register import register_dossier
from dossiers.models import Dossier
from dossiers.operations.finishing.actions import Receiver, Result
from dossiers.operations.finishing.same_day import give_instant_result
from dossiers.particulars.proxies import Proxy
from dossiers.particulars.submission import Applicant, SubmissionTerms, TakenPaper
from procedures.models import Offering
from units.models import Unit


@transaction.atomic
def serve_at_once(
    *,
    request_key: UUID,
    desk: Unit,
    offering: Offering,
    applicant: Applicant,
    papers: Iterable[TakenPaper],
    result: Result,
    receiver: Receiver,
    actor: User | None,
    received_at: datetime,
    at: datetime,
    terms: SubmissionTerms | None = None,
    proxy: Proxy | None = None,
    seconds: int | None = None,
) -> Dossier:
    """Registers at `received_at` and hands out at `at` in one transaction. Raises RuleBroken.

    A repeated `request_key` returns the dossier already handed out.
    """
    dossier = register_dossier(
        request_key=request_key,
        desk=desk,
        offering=offering,
        applicant=applicant,
        papers=papers,
        terms=terms,
        proxy=proxy,
        actor=actor,
        at=received_at,
        seconds=seconds,
    )
    if dossier.state is Status.RETURNED:
        return dossier
    return give_instant_result(dossier=dossier, result=result, receiver=receiver, actor=actor, at=at)
