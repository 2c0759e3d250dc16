"""Puts a version in force, ends a procedure, and takes either back.

That two people decide it is in `procedures/editing/actions/drafts.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext

from accounts.models import User
from procedures.models import (
    CatalogueUpdate,
    Channel,
    Offering,
    Procedure,
    ProcedureDraft,
    ProcedureVersion,
    Process,
    ProcessStep,
    Publication,
    RequiredDocument,
    Step,
)
from procedures.versions.actions.change_log import name_actor
from procedures.versions.actions.process_approval import approve_process
from procedures.versions.checking import (
    Fault,
    content_faults,
    faults_in_force,
    later_version,
    process_faults,
)
from procedures.versions.content import ALL, KEEP, Content, as_version, parts_of, process_steps_of
from units.rules import RuleBroken
from units.texts.wording import day_of

Kind = ProcedureDraft.Kind


class Decision(NamedTuple):
    """The decision and the day from which it applies; exactly one of `draft` and `update` is set."""

    words: str
    signed_on: date | None
    valid_from: date
    draft: ProcedureDraft | None = None
    update: CatalogueUpdate | None = None


@transaction.atomic
def put_in_force(
    *, procedure: Procedure, content: Content, decision: Decision, actor: User, at: datetime, is_whole: bool = True
) -> Publication:
    """Publishes a new version from `decision.valid_from`; the previous one ends that day and keeps its dossiers.

    Committed terms change as `content["committed"]` says: an offering in force ends that day and a new row begins, so
    that dossiers keep the promise under which they were received. Raises RuleBroken naming a field of the content.
    `is_whole` is False for records of the national database, which are published as they are and listed as incomplete.
    """
    name_actor(actor, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).select_related("field").get(pk=procedure.pk)
    begins = decision.valid_from
    own = content_faults(content) if is_whole else process_faults(content)
    faults = [*own, *faults_in_force(procedure, content, begins, day_of(at))]
    _refuse(faults)
    previous, before = _end_previous(procedure, begins)
    before |= _renew_offerings(procedure, content["committed"], begins)
    version = as_version(content, procedure)
    version.valid = DateRange(begins, previous.upper if previous else None)
    version.decision = decision.words
    version.save()
    papers, steps, ways = parts_of(content, version)
    RequiredDocument.objects.bulk_create(papers)
    Step.objects.bulk_create(steps)
    Channel.objects.bulk_create(ways)
    _approve_steps(version, content, actor, at)
    return published(procedure, Kind.VERSION, version, decision, before, actor, at)


@transaction.atomic
def withdraw(*, procedure: Procedure, decision: Decision, actor: User, at: datetime) -> Publication:
    """Ends a procedure: from `decision.valid_from` no office takes it in; open dossiers are settled as begun."""
    name_actor(actor, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
    ends = decision.valid_from
    if ends < day_of(at):
        raise RuleBroken(gettext("Ngày bãi bỏ không thể trước hôm nay."), field="valid_from")
    if message := later_version(procedure, ends):
        raise RuleBroken(message, field="valid_from")
    previous, before = _end_previous(procedure, ends)
    if previous is None:
        raise RuleBroken(gettext("Ngày đó thủ tục không có phiên bản nào để bãi bỏ."), field="valid_from")
    offered = list(Offering.objects.select_for_update().filter(procedure=procedure, valid__contains=ends))
    before["offerings"] = [as_was(offering) for offering in offered]
    for offering in offered:
        offering.valid = DateRange(offering.valid.lower, ends)
    Offering.objects.bulk_update(offered, ["valid"])
    return published(procedure, Kind.WITHDRAWAL, None, decision, before, actor, at)


@transaction.atomic
def call_off(*, publication: Publication, reason: str, actor: User, at: datetime) -> Publication:
    """One person takes back a publication that is not in force yet, with a reason. What is in force ends only by a
    withdrawal or another version, each by two people. Raises RuleBroken."""
    if publication.valid_from <= day_of(at):
        raise RuleBroken(gettext("Đã áp dụng nên không thu hồi được: hãy soạn phiên bản mới hoặc việc bãi bỏ."))
    if len(reason.strip()) < 10:
        raise RuleBroken(gettext("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field="reason")
    publication = take_back(publication=publication, actor=actor, at=at)
    publication.taken_back_why = reason.strip()
    publication.save(update_fields=["taken_back_why"])
    return publication


@transaction.atomic
def take_back(*, publication: Publication, actor: User, at: datetime) -> Publication:
    """Restores everything as before the publication, for `call_off` or when a whole update is undone. Raises
    RuleBroken once a dossier was received under it, or when something was published for the same procedure since."""
    name_actor(actor, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=publication.procedure_id)
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
    standing = procedure.publications.filter(taken_back_at=None)
    if publication.taken_back_at or standing.first() != publication:
        raise RuleBroken(gettext("Chỉ thu hồi được lần công bố sau cùng của thủ tục."))
    try:
        with transaction.atomic():
            ProcedureVersion.objects.filter(publication=publication).delete()
            Offering.objects.filter(pk__in=publication.before["made"]).delete()
    except ProtectedError as used:
        message = gettext("Đã có hồ sơ tiếp nhận theo lần công bố này nên không thu hồi được; hãy soạn phiên bản mới.")
        raise RuleBroken(message) from used
    _restore(publication.before)
    publication.version = None
    publication.taken_back_at, publication.taken_back_by = at, actor
    publication.save(update_fields=["version", "taken_back_at", "taken_back_by"])
    return publication


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise RuleBroken(faults[0].message, field=faults[0].field)


def _end_previous(procedure: Procedure, day: date) -> tuple[DateRange | None, dict[str, Any]]:
    """Ends the version in force on `day`; returns its previous range, for taking back."""
    before: dict[str, Any] = {"version": None, "offerings": [], "made": []}
    previous = procedure.versions.select_for_update().filter(valid__contains=day).first()
    if previous is None:
        return None, before
    was: DateRange = previous.valid
    previous.valid = DateRange(was.lower, day)
    previous.save(update_fields=["valid"])
    return was, before | {"version": [previous.pk, _text(was.upper)]}


def _renew_offerings(procedure: Procedure, committed: dict[str, Any], day: date) -> dict[str, Any]:
    """Changes the offices' committed terms on `day`; rows that begin later are changed in place."""
    if committed["change"] == KEEP:
        return {}
    amount, unit = (committed["amount"], committed["unit"]) if committed["change"] == ALL else (None, "")
    going_on = Q(valid__contains=day) | Q(valid__startswith__gt=day)
    rows = Offering.objects.select_for_update().filter(going_on, procedure=procedure)
    offered = [row for row in rows if (row.committed_amount, row.committed_unit) != (amount, unit)]
    was = [as_was(offering) for offering in offered]
    made = []
    for offering in offered:
        lower, upper = offering.valid.lower, offering.valid.upper
        if lower is None or lower < day:
            offering.valid = DateRange(lower, day)
            made.append(_copy(offering, DateRange(day, upper), amount, unit))
        else:
            offering.committed_amount, offering.committed_unit = amount, unit
    Offering.objects.bulk_update(offered, ["valid", "committed_amount", "committed_unit"])
    return {"offerings": was, "made": [row.pk for row in Offering.objects.bulk_create(made)]}


def _copy(offering: Offering, valid: DateRange, amount: int | None, unit: str) -> Offering:
    return Offering(
        procedure_id=offering.procedure_id,
        unit_id=offering.unit_id,
        handler_id=offering.handler_id,
        valid=valid,
        cut_off=offering.cut_off,
        committed_amount=amount,
        committed_unit=unit,
    )


def as_was(offering: Offering) -> list[Any]:
    """The previous values of a row, for taking back."""
    return [offering.pk, _text(offering.valid.upper), offering.committed_amount, offering.committed_unit]


def _restore(before: dict[str, Any]) -> None:
    if before["version"]:
        key, upper = before["version"]
        version = ProcedureVersion.objects.get(pk=key)
        version.valid = DateRange(version.valid.lower, _day(upper))
        version.save(update_fields=["valid"])
    was = {row[0]: row for row in before["offerings"]}
    rows = list(Offering.objects.select_for_update().filter(pk__in=was))
    for offering in rows:
        _key, upper, offering.committed_amount, offering.committed_unit = was[offering.pk]
        offering.valid = DateRange(offering.valid.lower, _day(upper))
    Offering.objects.bulk_update(rows, ["valid", "committed_amount", "committed_unit"])


def _approve_steps(version: ProcedureVersion, content: Content, actor: User, at: datetime) -> None:
    planned = content["process"]
    if not planned["steps"]:
        return
    approval = {name: planned[name] for name in ("number", "decision", "approver")}
    process = Process.objects.create(version=version, edition=1, **approval)
    ProcessStep.objects.bulk_create(process_steps_of(content, process))
    approve_process(process=process, on=day_of(at), actor=actor, at=at)


def published(
    procedure: Procedure,
    kind: str,
    version: ProcedureVersion | None,
    decision: Decision,
    before: dict[str, Any],
    actor: User,
    at: datetime,
) -> Publication:
    return Publication.objects.create(
        procedure=procedure,
        kind=kind,
        version=version,
        draft=decision.draft,
        update=decision.update,
        decision=decision.words,
        decided_on=decision.signed_on,
        valid_from=decision.valid_from,
        before=before,
        published_at=at,
        published_by=actor,
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
