"""Changes which offices take a procedure in, who handles it and what term they promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from procedures.models import Offering, Procedure, ProcedureDraft, Publication
from procedures.versions.actions.change_log import name_actor
from procedures.versions.actions.publishing import Decision, as_was, published
from procedures.versions.content import Content
from procedures.versions.offices import facts_of, offer_of, office_faults
from units.rules import RuleBroken
from units.texts.wording import day_of


@transaction.atomic
def offer_at(*, procedure: Procedure, content: Content, decision: Decision, actor: User, at: datetime) -> Publication:
    """Applies `content` (see `procedures.versions.offices`) from `decision.valid_from`.

    A changed offering ends that day and a new row begins, so that dossiers keep the promise under which they were
    received; unchanged ones are not touched. Raises RuleBroken.
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
    unchanged = {row.unit_id for row in present} - uppers.keys()
    before: dict[str, Any] = {"version": None, "offerings": [as_was(row) for row in ending]}
    for row in ending:
        row.valid = DateRange(row.valid.lower, begins)
    Offering.objects.bulk_update(ending, ["valid"])
    beginning = [
        Offering(procedure=procedure, unit_id=unit, valid=DateRange(begins, uppers.get(unit)), **facts_of(offer))
        for unit, offer in wanted.items()
        if unit not in unchanged
    ]
    if not ending and not beginning:
        raise RuleBroken(gettext("Không có chỗ nào khác với nơi nhận đang có."))
    before["made"] = [row.pk for row in Offering.objects.bulk_create(beginning)]
    return published(procedure, ProcedureDraft.Kind.OFFICES, None, decision, before, actor, at)


@transaction.atomic
def continue_offerings(*, moves: Mapping[int, int], on: date, at: datetime) -> int:
    """Gives the successors what the units that ended on the day `on` offered; returns how many offerings began.

    `moves` is a reorganisation's: id of a unit that ended → id of its successor. Offerings of the successor stay as
    they are. A committed term is transferred only if all merged units promised the same one: a new office is not bound
    to what it did not promise. Dossiers keep the offering under which they were received.
    """
    name_actor(None, at)
    ended = Offering.objects.in_force(on).exclude(valid__startswith=on)
    ending = list(ended.filter(Q(unit__in=moves.keys()) | Q(handler__in=moves.keys())).order_by("pk"))
    joined: dict[tuple[int, int], list[Offering]] = defaultdict(list)
    for offering in ending:
        joined[offering.procedure_id, moves.get(offering.unit_id, offering.unit_id)].append(offering)
    begun = [_joined(offerings, unit, moves, on) for (_procedure, unit), offerings in joined.items()]
    for offering in ending:
        offering.valid = DateRange(offering.valid.lower, on)
    Offering.objects.bulk_update(ending, ["valid"], batch_size=500)
    there = set(Offering.objects.filter(valid__overlap=DateRange(on, None)).values_list("procedure_id", "unit_id"))
    return len(Offering.objects.bulk_create(row for row in begun if (row.procedure_id, row.unit_id) not in there))


def _joined(offerings: Sequence[Offering], unit_id: int, moves: Mapping[int, int], on: date) -> Offering:
    first = offerings[0]
    promises = {(offering.committed_amount, offering.committed_unit, offering.cut_off) for offering in offerings}
    amount, unit, cut_off = promises.pop() if len(promises) == 1 else (None, "", None)
    ends = [offering.valid.upper for offering in offerings]
    return Offering(
        procedure_id=first.procedure_id,
        unit_id=unit_id,
        handler_id=moves.get(first.handler_id, first.handler_id),
        valid=DateRange(on, None if None in ends else max(ends)),
        committed_amount=amount,
        committed_unit=unit,
        cut_off=cut_off,
    )
