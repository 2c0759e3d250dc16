"""Drafts of the next version of a procedure, of its end, or of its offices: one editor writes, another publishes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from procedures.models import Field, Procedure, ProcedureDraft, ProcedureVersion, Publication
from procedures.versions.actions.change_log import name_actor
from procedures.versions.actions.offerings import offer_at
from procedures.versions.actions.publishing import Decision, put_in_force, withdraw
from procedures.versions.checking import Fault, content_faults, faults_in_force, later_version
from procedures.versions.content import Content, content_of, empty_content, with_content
from procedures.versions.content_differences import shown_state
from procedures.versions.offices import offered, office_faults
from units.models import UnitKind
from units.rules import RuleBroken
from units.texts.wording import day_of

Kind, Status = ProcedureDraft.Kind, ProcedureDraft.Status


class DraftChangedMeanwhile(RuleBroken):
    """The draft is no longer what the page showed: another window or person changed it."""


@transaction.atomic
def begin_procedure(
    *, ref: str, name: str, national_code: str, level: UnitKind, field: Field, author: User, at: datetime
) -> ProcedureDraft:
    """Creates a procedure, not yet public, and the draft of its first version."""
    name_actor(author, at)
    if Procedure.objects.filter(ref__iexact=ref).exists():
        raise RuleBroken(_("Mã này đã có trên cổng."), field="ref")
    if national_code and Procedure.objects.filter(national_code=national_code, level=level).exists():
        raise RuleBroken(_("Mã quốc gia này đã có ở cấp đó."), field="national_code")
    procedure = Procedure.objects.create(ref=ref, national_code=national_code, level=level, field=field)
    content = empty_content() | {"name": name}
    return ProcedureDraft.objects.create(procedure=procedure, content=content, author=author, created_at=at)


@transaction.atomic
def begin_draft(*, procedure: Procedure, author: User, at: datetime) -> ProcedureDraft:
    """Starts a draft as a copy of the latest version of `procedure`."""
    procedure = _procedure_without_draft(procedure, author, at)
    latest = with_content(ProcedureVersion.objects.filter(procedure=procedure)).order_by("-valid").first()
    content = content_of(latest) if latest else empty_content()
    return ProcedureDraft.objects.create(procedure=procedure, content=content, author=author, created_at=at)


@transaction.atomic
def begin_withdrawal(*, procedure: Procedure, author: User, at: datetime) -> ProcedureDraft:
    procedure = _procedure_without_draft(procedure, author, at)
    if not procedure.versions.filter(valid__endswith=None).exists():
        raise RuleBroken(_("Thủ tục này không có phiên bản nào còn hiệu lực để bãi bỏ."))
    return ProcedureDraft.objects.create(
        procedure=procedure, kind=Kind.WITHDRAWAL, content={}, author=author, created_at=at
    )


@transaction.atomic
def begin_offices(*, procedure: Procedure, author: User, at: datetime) -> ProcedureDraft:
    """Starts a draft of the offices that take the procedure in, as a copy of today's."""
    procedure = _procedure_without_draft(procedure, author, at)
    if not procedure.versions.filter(valid__endswith=None).exists():
        raise RuleBroken(_("Hãy công bố phiên bản đầu tiên trước khi giao nơi nhận."))
    return ProcedureDraft.objects.create(
        procedure=procedure, kind=Kind.OFFICES, content=offered(procedure, day_of(at)), author=author, created_at=at
    )


@transaction.atomic
def save_content(
    *, draft: ProcedureDraft, content: Content, edition: int, actor: User, at: datetime
) -> ProcedureDraft:
    """Saves the content, complete or not. Raises DraftChangedMeanwhile when the draft is no longer at `edition`, so
    that two windows of one author never overwrite each other."""
    draft = _own_and_written(draft, actor, at, edition)
    if draft.content == content:
        return draft
    draft.content = content
    return _saved(draft)


@transaction.atomic
def save_decision(
    *,
    draft: ProcedureDraft,
    decision: str,
    decided_on: date | None,
    valid_from: date | None,
    edition: int,
    actor: User,
    at: datetime,
) -> ProcedureDraft:
    draft = _own_and_written(draft, actor, at, edition)
    if (draft.decision, draft.decided_on, draft.valid_from) == (decision, decided_on, valid_from):
        return draft
    draft.decision, draft.decided_on, draft.valid_from = decision, decided_on, valid_from
    return _saved(draft)


def draft_faults(draft: ProcedureDraft, today: date) -> list[Fault]:
    """Everything that prevents the draft from being submitted."""
    faults = [] if draft.decision else [Fault("decision", _("Hãy ghi số quyết định công bố."))]
    if draft.decided_on is None:
        faults.append(Fault("decided_on", _("Hãy ghi ngày ký quyết định.")))
    elif draft.decided_on > today:
        faults.append(Fault("decided_on", _("Ngày ký quyết định không thể sau hôm nay.")))
    if draft.valid_from is None:
        faults.append(Fault("valid_from", _("Hãy ghi ngày bắt đầu áp dụng.")))
    if draft.kind == Kind.WITHDRAWAL:
        message = draft.valid_from and later_version(draft.procedure, draft.valid_from)
        return [*faults, Fault("valid_from", message)] if message else faults
    if draft.kind == Kind.OFFICES:
        return [*faults, *office_faults(draft.procedure, draft.content, draft.valid_from or today, today)]
    faults += content_faults(draft.content)
    return [*faults, *faults_in_force(draft.procedure, draft.content, draft.valid_from or today, today)]


@transaction.atomic
def submit_draft(*, draft: ProcedureDraft, actor: User, at: datetime, edition: int | None = None) -> ProcedureDraft:
    """Submits the draft for review; from then on it cannot be edited. Raises RuleBroken with the first fault,
    DraftChangedMeanwhile when it is not at `edition`, where one is given."""
    draft = _own_and_written(draft, actor, at, edition)
    for fault in draft_faults(draft, day_of(at)):
        raise RuleBroken(fault.message, field=fault.field)
    draft.status, draft.submitted_at = Status.SUBMITTED, at
    draft.reviewer, draft.sent_back_at, draft.sent_back_why = None, None, ""
    return _saved(draft)


@transaction.atomic
def recall_draft(*, draft: ProcedureDraft, actor: User, at: datetime) -> ProcedureDraft:
    """The author takes the draft back before anybody decided."""
    draft = _locked(draft, actor, at)
    if draft.status != Status.SUBMITTED or draft.author_id != actor.pk:
        raise DraftChangedMeanwhile(_wrong_status(draft))
    draft.status, draft.submitted_at = Status.WRITING, None
    return _saved(draft)


@transaction.atomic
def send_back(*, draft: ProcedureDraft, seen: str, reason: str, actor: User, at: datetime) -> ProcedureDraft:
    """Returns the draft to its author; `seen` as for `publish_draft`."""
    draft = _to_decide(draft, seen, actor, at)
    if len(reason.strip()) < 10:
        raise RuleBroken(_("Hãy nêu rõ chỗ cần sửa, ít nhất 10 chữ cái."), field="reason")
    draft.status, draft.submitted_at, draft.reviewer = Status.WRITING, None, actor
    draft.sent_back_at, draft.sent_back_why = at, reason.strip()
    return _saved(draft)


@transaction.atomic
def publish_draft(*, draft: ProcedureDraft, seen: str, valid_from: date, actor: User, at: datetime) -> Publication:
    """Publishes the draft, in force from `valid_from`: today or later; the reviewer may choose a later day than the
    author did.

    `seen` is `content_differences.shown_state` of the page on which the reviewer decided; raises DraftChangedMeanwhile
    when it has changed since. The catalogue may have changed since the draft was submitted, so everything is checked
    again. Raises RuleBroken.
    """
    draft = _to_decide(draft, seen, actor, at)
    draft.status, draft.reviewer, draft.published_at, draft.valid_from = Status.PUBLISHED, actor, at, valid_from
    draft.sent_back_at, draft.sent_back_why = None, ""
    draft = _saved(draft)
    decision = Decision(draft.decision, draft.decided_on, valid_from, draft=draft)
    if draft.kind == Kind.WITHDRAWAL:
        return withdraw(procedure=draft.procedure, decision=decision, actor=actor, at=at)
    if draft.kind == Kind.OFFICES:
        return offer_at(procedure=draft.procedure, content=draft.content, decision=decision, actor=actor, at=at)
    return put_in_force(procedure=draft.procedure, content=draft.content, decision=decision, actor=actor, at=at)


@transaction.atomic
def drop_draft(*, draft: ProcedureDraft, actor: User, at: datetime) -> ProcedureDraft:
    """The author gives the draft up."""
    draft = _own_and_written(draft, actor, at)
    draft.status, draft.dropped_at = Status.DROPPED, at
    return _saved(draft)


def _procedure_without_draft(procedure: Procedure, author: User, at: datetime) -> Procedure:
    """Locks the procedure. Raises RuleBroken when it has an open draft."""
    name_actor(author, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
    if procedure.drafts.open().exists():
        raise RuleBroken(_("Thủ tục này đang có một dự thảo khác: hãy làm tiếp hoặc bỏ dự thảo đó trước."))
    return procedure


def _locked(draft: ProcedureDraft, actor: User, at: datetime) -> ProcedureDraft:
    name_actor(actor, at)
    return ProcedureDraft.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=draft.pk)


def _saved(draft: ProcedureDraft) -> ProcedureDraft:
    draft.edition += 1
    draft.save()
    return draft


def _own_and_written(draft: ProcedureDraft, actor: User, at: datetime, edition: int | None = None) -> ProcedureDraft:
    """Locks the draft for its author, at that `edition` where one is given."""
    draft = _locked(draft, actor, at)
    if draft.status != Status.WRITING:
        raise DraftChangedMeanwhile(_wrong_status(draft))
    if draft.author_id != actor.pk:
        raise RuleBroken(_("Chỉ người soạn được sửa và gửi dự thảo của mình."))
    if edition not in {None, draft.edition}:
        raise DraftChangedMeanwhile(_("Chưa lưu: dự thảo này đã được lưu ở một cửa sổ khác sau khi mở trang này."))
    return draft


def _to_decide(draft: ProcedureDraft, seen: str, actor: User, at: datetime) -> ProcedureDraft:
    draft = _locked(draft, actor, at)
    if draft.author_id == actor.pk:
        raise RuleBroken(_("Người soạn không được tự duyệt: cần một người thứ hai."))
    if draft.status != Status.SUBMITTED:
        raise DraftChangedMeanwhile(_wrong_status(draft))
    Procedure.objects.select_for_update(of=("self",)).get(pk=draft.procedure_id)  # until then nobody else can publish
    if seen != shown_state(draft):
        raise DraftChangedMeanwhile(
            _("Chưa làm gì: dự thảo đã đổi sau khi mở trang này. Dưới đây là dự thảo như bây giờ.")
        )
    return draft


def _wrong_status(draft: ProcedureDraft) -> str:
    return _("Không làm được việc này: dự thảo hiện ở trạng thái “%(status)s”.") % {
        "status": draft.get_status_display()
    }
