"""Same-day procedures: results given at once at the counter, and the longer term for many copies.

Sources: Decree 61/2018/ND-CP, article 17.4 (no receipt slip unless asked for, but a record); Decree 23/2015/ND-CP,
articles 7 and 21 (certification the same day; many or long copies up to two working days more).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.plan import PlanJson
from dossiers.clock.states import EventKind, Outcome
from dossiers.events.reasons import require_reason
from dossiers.events.record import append_event, locked, notify_applicant
from dossiers.models import Dossier, DossierEvent
from dossiers.operations.finishing.actions import (
    Receiver,
    Result,
    conclude,
    record_result,
    return_result,
    start_work,
)
from dossiers.slips.receipt_versions import renew_receipt, store_receipt
from notices.models import Notice
from units.clock.due_dates import Rule, Term, TermUnit, term_as_json, term_from_json
from units.rules import RuleBroken

MOST_DAYS: Final = 2


@transaction.atomic
def give_instant_result(
    *, dossier: Dossier, result: Result, receiver: Receiver, actor: User | None, at: datetime
) -> Dossier:
    """Starts, finishes and hands out a dossier just received; receipt and finish keep their times.

    Only for a same-day procedure. Raises RuleBroken.
    """
    dossier = locked(dossier)
    if not is_same_day(dossier):
        raise RuleBroken(_("Chỉ thủ tục trả trong ngày mới trả kết quả ngay được."))
    dossier = start_work(dossier=dossier, actor=actor, at=at)
    if dossier.due_at is not None and at > dossier.due_at:
        raise RuleBroken(_("Đã quá giờ hẹn trả: hãy ghi kết quả và nguyên nhân trễ."))
    conclude(dossier, Outcome.GRANTED, actor, at, reason="", more={})
    record_result(dossier, result, at)
    return return_result(dossier=dossier, receiver=receiver, actor=actor, at=at)


@transaction.atomic
def extend_bulk_copies(
    *, dossier: Dossier, working_days: int, reason: str, actor: User | None, at: datetime
) -> Dossier:
    """Extends the term of many or long copies by one or two working days, once, with a reason. Raises RuleBroken.

    Both terms count again from the same receipt, and the applicant gets a new version of the slip. Not possible for an
    overdue dossier.
    """
    reason = require_reason(reason, "reason")
    if not 1 <= working_days <= MOST_DAYS:
        raise RuleBroken(_("Kéo dài nhiều nhất %(n)d ngày làm việc.") % {"n": MOST_DAYS}, field="working_days")
    dossier = locked(dossier)
    if dossier.due_at is None or at > dossier.due_at:
        raise RuleBroken(_("Chỉ kéo dài được khi hồ sơ còn trong hạn."))
    data = {**_longer(_terms(dossier), working_days), "plan": _current_plan(dossier)}
    old = store_receipt(dossier)
    event = DossierEvent(
        kind=EventKind.CORRECTED,
        to_status=dossier.state,
        at=at,
        unit_id=dossier.holder_id,
        actor=actor,
        reason=reason,
        data=data,
    )
    append_event(dossier, event)
    renew_receipt(dossier, old, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.EXTENDED, at=at, reason=reason)
    return dossier


def is_same_day(dossier: Dossier) -> bool:
    """Whether the result was promised for the day of receipt, or after the cut-off hour for the next one."""
    return dossier.derivation.get("rule") in {Rule.SAME_DAY, Rule.SAME_DAY_NEXT}


def _terms(dossier: Dossier) -> dict[str, Any]:
    """The data of the latest event with terms."""
    latest = dossier.events.filter(kind__in=[EventKind.REGISTERED, EventKind.CORRECTED], data__has_key="plan").last()
    assert latest is not None
    terms: dict[str, Any] = latest.data
    return terms


def _longer(terms: dict[str, Any], working_days: int) -> dict[str, Any]:
    """The terms with more working days. Raises RuleBroken unless the statutory term is the same day."""
    if "statutory" not in terms or term_from_json(terms["statutory"]).unit is not TermUnit.SAME_DAY:
        raise RuleBroken(_("Chỉ thủ tục mà quy định cho trả trong ngày mới kéo dài được như vậy."))
    same_day = term_from_json(terms["statutory"])
    longer: Term = replace(same_day, amount=working_days, unit=TermUnit.WORKING_DAY, late_receipt_next_day=True)
    stored = term_as_json(longer)
    return {"promised": stored, "statutory": stored}


def _current_plan(dossier: Dossier) -> PlanJson:
    """The current plan of legs, which a reorganisation or a change of receiver may have altered since acceptance."""
    legs = dossier.legs.order_by("position").values_list("unit_id", "hours", "step_id", "group")
    return [[unit, hours, step or 0, group] for unit, hours, step, group in legs]
