"""Where a procedure is taken in from a day on, by whom it is handled and what is promised there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from accounts.models import User
from procedures.actions.publishing import Decision, as_was, published
from procedures.actions.recording import name_actor
from procedures.content import Content
from procedures.models import Offering, Procedure, ProcedureDraft, Publication
from procedures.offices import facts_of, offer_of, office_faults
from units.rules import RuleBroken
from units.wording import day_of


@transaction.atomic
def offer_at(*, procedure: Procedure, content: Content, decision: Decision, actor: User, at: datetime) -> Publication:
    """From `decision.valid_from` on as `content` says, see `procedures.offices`.

    What changes at an office ends that day and goes on as a new row, so that dossiers keep the promise they were taken
    in by; what does not is not touched. Raises RuleBroken.
    """
    name_actor(actor, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
    begins = decision.valid_from
    for fault in office_faults(procedure, content, begins, day_of(at)):
        raise RuleBroken(fault.message, field=fault.field)
    wanted = {offer["unit"]: offer for offer in content["offers"]}
    present = list(Offering.objects.select_for_update().filter(procedure=procedure, valid__contains=begins))
    ending = [row for row in present if wanted.get(row.unit_id) != offer_of(row)]
    uppers = {row.unit_id: row.valid.upper for row in ending}
    kept = {row.unit_id for row in present} - uppers.keys()
    before: dict[str, Any] = {"version": None, "offerings": [as_was(row) for row in ending]}
    for row in ending:
        row.valid = DateRange(row.valid.lower, begins)
    Offering.objects.bulk_update(ending, ["valid"])
    beginning = [
        Offering(procedure=procedure, unit_id=unit, valid=DateRange(begins, uppers.get(unit)), **facts_of(offer))
        for unit, offer in wanted.items()
        if unit not in kept
    ]
    if not ending and not beginning:
        raise RuleBroken(gettext("Không có chỗ nào khác với nơi nhận đang có."))
    before["made"] = [row.pk for row in Offering.objects.bulk_create(beginning)]
    return published(procedure, ProcedureDraft.Kind.OFFICES, None, decision, before, actor, at)
