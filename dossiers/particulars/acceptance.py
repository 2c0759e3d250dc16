"""The data that acceptance pins in its event: version in force, terms, planned legs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from dossiers.clock.plan import plan_for
from dossiers.particulars.submission import DueSet
from procedures.models import Offering, ProcedureVersion
from units.calendar.lookup import current_edition
from units.clock.days import local_day
from units.clock.due_dates import term_as_json
from units.models import Unit
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason

_IN_FORCE = """
    SELECT id, procedure_id, name, term_amount, term_unit, cut_off FROM procedures_procedureversion
    WHERE procedure_id = %s AND valid @> %s::date
"""


FURTHEST: Final = timedelta(days=730)
"""How far from receipt a date set by hand may be; the portal's own limit against typing errors."""


def version_in_force(offering: Offering, desk: Unit, at: datetime) -> ProcedureVersion:
    day = local_day(at)
    if offering.unit_id not in {desk.pk, desk.parent_id}:
        raise RuleBroken(_("Nơi này không tiếp nhận thủ tục đã chọn."), field="offering")
    for version in ProcedureVersion.objects.raw(_IN_FORCE, [offering.procedure_id, day]):
        if day in offering.valid:
            return version
    raise RuleBroken(_("Thủ tục này hôm nay không còn được tiếp nhận ở đây."), field="offering")


def pinned(offering: Offering, version: ProcedureVersion) -> dict[str, Any]:
    """Procedure, version, offering and handling unit, as stored in the first event and in corrections."""
    return {
        "procedure": version.procedure_id,
        "version": version.pk,
        "offering": offering.pk,
        "handler": offering.handler_id,
    }


def acceptance_data(
    offering: Offering, version: ProcedureVersion, desk: Unit, due_set: DueSet | None, at: datetime
) -> dict[str, Any]:
    """Everything that the replay needs for the due date and the legs. Raises RuleBroken."""
    clock = _clock_data(offering, version, due_set, at)
    plan = {"plan": plan_for(offering, version, desk), "calendar": current_edition()}
    return pinned(offering, version) | clock | plan


def _clock_data(offering: Offering, version: ProcedureVersion, due_set: DueSet | None, at: datetime) -> dict[str, Any]:
    """The terms, or the due time chosen by the clerk."""
    promised = offering.promised_term(version)
    if promised is not None:
        statutory = offering.statutory_term(version) or promised
        return {"promised": term_as_json(promised), "statutory": term_as_json(statutory)}
    if due_set is None:
        raise RuleBroken(_("Thời hạn của thủ tục này ghi bằng lời: hãy chọn ngày trả và nêu lý do."), field="due_on")
    if due_set.due_at <= at:
        raise RuleBroken(_("Ngày trả phải sau lúc tiếp nhận."), field="due_on")
    if due_set.due_at > at + FURTHEST:
        raise RuleBroken(_("Ngày trả quá xa: nhiều nhất %(n)d ngày.") % {"n": FURTHEST.days}, field="due_on")
    if not is_real_reason(due_set.reason):
        raise RuleBroken(_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field="due_reason")
    return {"due_at": due_set.due_at.isoformat()}
