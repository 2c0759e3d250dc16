"""Corrects what was recorded wrongly at the counter: particulars, papers, the proxy, or the procedure.

Code, book number and time of receipt never change. An accepted dossier gets a new version of its receipt; the old one
stays, marked as replaced. Events name the changed fields, never their values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.replay import State
from dossiers.clock.states import EventKind
from dossiers.events.reasons import require_reason
from dossiers.events.record import (
    append_event,
    history_of,
    locked,
    mark_days,
    mark_stale,
    notify_applicant,
    work_days,
)
from dossiers.models import Dossier, DossierEvent
from dossiers.particulars.acceptance import acceptance_data, pinned, version_in_force
from dossiers.particulars.proxies import Proxy, proxy_of, replace_proxy
from dossiers.particulars.submission import Applicant, DueSet, TakenPaper, replace_papers
from dossiers.slips.receipt_versions import renew_receipt, store_receipt
from notices.models import Notice
from procedures.models import Offering
from units.rules import RuleBroken
from units.texts.folding import fold

PAPERS, PROXY = "papers", "proxy"


@transaction.atomic
def correct_particulars(
    *,
    dossier: Dossier,
    applicant: Applicant,
    reason: str,
    actor: User | None,
    at: datetime,
    papers: Iterable[TakenPaper] | None = None,
) -> Dossier:
    """Corrects the applicant's particulars, and the papers if given. Raises RuleBroken."""
    reason = require_reason(reason, "reason")
    dossier, applicant = locked(dossier), replace(applicant, name=applicant.name.strip())
    wanted = None if papers is None else list(papers)
    changed = _changed(dossier, applicant, wanted)
    if not changed:
        raise RuleBroken(_("Chưa có gì thay đổi so với hồ sơ đang lưu."))
    old = store_receipt(dossier)
    append_event(dossier, _event(dossier, reason, actor, at, {"fields": changed}))
    _write(dossier, applicant)
    if PAPERS in changed:
        replace_papers(dossier, wanted or [])
    renew_receipt(dossier, old, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.CORRECTED, at=at)
    return dossier


@transaction.atomic
def correct_procedure(
    *,
    dossier: Dossier,
    offering: Offering,
    reason: str,
    actor: User | None,
    at: datetime,
    due_set: DueSet | None = None,
) -> Dossier:
    """Changes the procedure to another one of the same desk; its terms and legs count from the original receipt.

    Uses the version in force on the day of receipt. Possible only while the dossier is at the desk, or at the handling
    unit of both procedures. Raises RuleBroken.
    """
    reason = require_reason(reason, "reason")
    dossier = locked(dossier)
    if offering.pk == dossier.offering_id:
        raise RuleBroken(_("Hồ sơ đang theo đúng thủ tục này rồi."), field="offering")
    state = history_of(dossier).state
    _check_place(dossier, state, offering)
    version = version_in_force(offering, dossier.desk, dossier.received_at or at)
    data = pinned(offering, version)
    if dossier.received_at is not None:
        data = acceptance_data(offering, version, dossier.desk, due_set, dossier.received_at)
        _check_way(state, len(data["plan"]))
        mark_stale(dossier, dossier.received_at)
    old = store_receipt(dossier)
    append_event(dossier, _event(dossier, reason, actor, at, data))
    renew_receipt(dossier, old, actor=actor, at=at)
    mark_stale(dossier, dossier.received_at or at)
    mark_days(work_days(state.legs))  # finished legs were counted with the other procedure until now
    notify_applicant(dossier, Notice.Kind.CORRECTED, at=at)
    return dossier


@transaction.atomic
def correct_proxy(*, dossier: Dossier, proxy: Proxy | None, reason: str, actor: User | None, at: datetime) -> Dossier:
    """Corrects the proxy; None: the applicant submitted the dossier. Raises RuleBroken."""
    reason = require_reason(reason, "reason")
    dossier = locked(dossier)
    if proxy == proxy_of(dossier):
        raise RuleBroken(_("Chưa có gì thay đổi so với hồ sơ đang lưu."))
    old = store_receipt(dossier)
    append_event(dossier, _event(dossier, reason, actor, at, {"fields": [PROXY]}))
    replace_proxy(dossier, proxy, at)
    dossier = locked(dossier)  # the instance read before may have cached the old proxy
    renew_receipt(dossier, old, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.CORRECTED, at=at)
    return dossier


def applicant_of(dossier: Dossier) -> Applicant:
    """The stored applicant of the dossier."""
    return Applicant(**{name: getattr(dossier, column) for name, column in COLUMNS.items()})


COLUMNS = {field.name: f"applicant_{field.name.removesuffix('_number')}" for field in fields(Applicant)}
"""Field of `Applicant` → column."""


def _changed(dossier: Dossier, applicant: Applicant, papers: list[TakenPaper] | None) -> list[str]:
    if not applicant.name:
        raise RuleBroken(_("Hãy ghi họ và tên người nộp."), field="name")
    stored = applicant_of(dossier)
    changed = [name for name in COLUMNS if getattr(stored, name) != getattr(applicant, name)]
    listed = list(dossier.documents.values_list("name", "originals", "copies"))
    if papers is not None and listed != [(paper.name, paper.originals, paper.copies) for paper in papers]:
        changed.append(PAPERS)
    return changed


def _write(dossier: Dossier, applicant: Applicant) -> None:
    for name, column in COLUMNS.items():
        setattr(dossier, column, getattr(applicant, name))
    dossier.applicant_folded = fold(applicant.name)
    dossier.save(update_fields=[*COLUMNS.values(), "applicant_folded"])


def _event(dossier: Dossier, reason: str, actor: User | None, at: datetime, data: dict[str, object]) -> DossierEvent:
    return DossierEvent(
        kind=EventKind.CORRECTED,
        to_status=dossier.state,
        at=at,
        unit_id=dossier.desk_id,
        actor=actor,
        reason=reason,
        data=data,
    )


def _check_place(dossier: Dossier, state: State, offering: Offering) -> None:
    """Raises RuleBroken where legs are finished or on their way: a correction cannot undo them."""
    if any(leg.on_its_way for leg in state.legs):
        raise RuleBroken(_("Hồ sơ đang được bàn giao: đợi nơi nhận nhận hoặc từ chối rồi mới đổi thủ tục."))
    allowed = {dossier.desk_id} if offering.handler_id != dossier.handler_id else {dossier.desk_id, dossier.handler_id}
    at_desk = not any(leg.finished_at for leg in state.legs)
    if dossier.holder_id not in allowed or not (at_desk or offering.handler_id == dossier.handler_id):
        raise RuleBroken(
            _("Hồ sơ đang ở %(holder)s, không đổi sang thủ tục của đơn vị khác được: hãy chuyển về nơi nhận trước.")
            % {"holder": dossier.holder.name}
        )


def _check_way(state: State, length: int) -> None:
    if any(leg.accepted_at is not None and leg.position >= length - 1 for leg in state.legs):
        raise RuleBroken(_("Hồ sơ đã đi qua hết các bước của thủ tục mới, không đổi được."), field="offering")
