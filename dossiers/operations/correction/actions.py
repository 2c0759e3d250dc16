"""Correcting what was taken down wrongly at the counter: a person's particulars and papers, or the procedure itself.

The code, the number in the book and the moment of receipt never change. A dossier that was accepted gets a new version
of its receipt; the old one is kept and marked. Events say which fields changed, never what they said.
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
from procedures.folding import fold
from procedures.models import Offering
from units.rules import RuleBroken

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
    """Write the applicant's particulars, and the papers if given, as they should have been. Raises RuleBroken."""
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
    """The dossier was about another procedure of the same desk: its terms and its way, from the original receipt.

    The version is the one in force on the day of receipt. Only while the dossier is where it can still take the other
    way: at the desk, or at the handling unit of both. Raises RuleBroken.
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
    mark_days(work_days(state.legs))  # done before, and counted with the other procedure until now
    notify_applicant(dossier, Notice.Kind.CORRECTED, at=at)
    return dossier


@transaction.atomic
def correct_proxy(*, dossier: Dossier, proxy: Proxy | None, reason: str, actor: User | None, at: datetime) -> Dossier:
    """Write who handed the dossier in as it should have been; None: the applicant did. Raises RuleBroken."""
    reason = require_reason(reason, "reason")
    dossier = locked(dossier)
    if proxy == proxy_of(dossier):
        raise RuleBroken(_("Chưa có gì thay đổi so với hồ sơ đang lưu."))
    old = store_receipt(dossier)
    append_event(dossier, _event(dossier, reason, actor, at, {"fields": [PROXY]}))
    replace_proxy(dossier, proxy, at)
    dossier = locked(dossier)  # as it stands now: the row that was read before may know another proxy
    renew_receipt(dossier, old, actor=actor, at=at)
    notify_applicant(dossier, Notice.Kind.CORRECTED, at=at)
    return dossier


def applicant_of(dossier: Dossier) -> Applicant:
    """Who the dossier is for, as it is kept now."""
    return Applicant(**{name: getattr(dossier, column) for name, column in COLUMNS.items()})


COLUMNS = {field.name: f"applicant_{field.name.removesuffix('_number')}" for field in fields(Applicant)}
"""The column of each particular."""


def _changed(dossier: Dossier, applicant: Applicant, papers: list[TakenPaper] | None) -> list[str]:
    if not applicant.name:
        raise RuleBroken(_("Hãy ghi họ và tên người nộp."), field="name")
    kept = applicant_of(dossier)
    changed = [name for name in COLUMNS if getattr(kept, name) != getattr(applicant, name)]
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
    """Legs that are over or on their way cannot be taken back by a correction."""
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
