"""Registers a dossier at the one-stop desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.clock.replay import CACHED, state_of
from dossiers.clock.states import EventKind, Status
from dossiers.events.record import (
    as_event_record,
    calendars_of,
    enter_book,
    mark_stale,
    notify_only_applicant,
    write_legs,
)
from dossiers.models import Dossier, DossierEvent
from dossiers.particulars.acceptance import acceptance_data, version_in_force
from dossiers.particulars.proxies import Proxy, record_proxy
from dossiers.particulars.submission import (
    Applicant,
    DueSet,
    SubmissionTerms,
    TakenPaper,
    check_waiver,
    take_papers,
)
from notices.models import Notice
from procedures.models import Offering, ProcedureVersion
from units.clock.days import local_day
from units.models import Unit
from units.numbering.dossier_codes import next_code
from units.rules import RuleBroken
from units.texts.folding import fold

# Two statements in one message: the second must see what the holder of the lock committed.
_ALREADY_REGISTERED = """
    SELECT pg_advisory_xact_lock(%s);
    SELECT id FROM dossiers_dossier WHERE request_key = %s
"""


@transaction.atomic
def register_dossier(
    *,
    request_key: UUID,
    desk: Unit,
    offering: Offering,
    applicant: Applicant,
    papers: Iterable[TakenPaper],
    actor: User | None,
    at: datetime,
    terms: SubmissionTerms | None = None,
    due_set: DueSet | None = None,
    proxy: Proxy | None = None,
    seconds: int | None = None,
) -> Dossier:
    """Registers and accepts a dossier: code, due date with derivation, first event, notice and recount mark.

    Pins the version in force on the local day of `at`. A repeated `request_key` returns the dossier it made before, if
    person and procedure are the same. `seconds`: time at the counter.

    Raises RuleBroken, with the form field it concerns.
    """
    if made := already_registered(request_key, desk, offering, applicant):
        return made
    version = version_in_force(offering, desk, at)
    first = DossierEvent(
        number=1,
        kind=EventKind.REGISTERED,
        to_status=Status.ACCEPTED,
        at=at,
        unit=desk,
        actor=actor,
        reason=due_set.reason.strip() if due_set else "",
        data=acceptance_data(offering, version, desk, due_set, at),
    )
    dossier = new_dossier(request_key, desk, offering, version, applicant, terms or SubmissionTerms())
    dossier.counter_seconds = seconds
    insert_dossier(dossier, [first], actor)
    take_papers(dossier, papers)
    record_proxy(dossier, proxy, at)
    notify_only_applicant(dossier, Notice.Kind.REGISTERED, at=at)
    mark_stale(dossier, at)
    return dossier


def already_registered(request_key: UUID, desk: Unit, offering: Offering, applicant: Applicant) -> Dossier | None:
    """Returns the dossier made with this key before; a second call with the same key waits until the first commits.

    Raises RuleBroken where that dossier is of another desk, person or procedure: the clerk went back in the browser
    and typed the next dossier into the same form."""
    with connection.cursor() as cursor:
        cursor.execute(_ALREADY_REGISTERED, [int.from_bytes(request_key.bytes[:8], signed=True), request_key])
        cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        return None
    made = Dossier.objects.for_list().get(pk=found[0])
    if made.desk_id != desk.pk:
        raise RuleBroken(_("Phiếu nhập này đã được dùng ở nơi khác."), field="request_key")
    asked = (offering.pk, applicant.name.strip(), applicant.id_number)
    if asked != (made.offering_id, made.applicant_name, made.applicant_id):
        words = _("Phiếu nhập này đã dùng cho hồ sơ %(code)s. Muốn nhận thêm hồ sơ này thì bấm lại.")
        raise RuleBroken(words % {"code": made.code}, field="request_key")
    return made


def new_dossier(
    request_key: UUID,
    desk: Unit,
    offering: Offering,
    version: ProcedureVersion,
    applicant: Applicant,
    terms: SubmissionTerms,
) -> Dossier:
    """Returns an unsaved dossier with the columns that do not follow from events. Raises RuleBroken."""
    if not applicant.name.strip():
        raise RuleBroken(_("Hãy ghi họ và tên người nộp."), field="name")
    waiver_ground = check_waiver(terms.fee_status, terms.waiver_ground)
    return Dossier(
        request_key=request_key,
        receiving_desk=desk,
        offering=offering,
        version=version,
        intake=terms.intake,
        delivery=terms.delivery,
        fee_vnd=terms.fee_vnd,
        fee_status=terms.fee_status,
        waiver_ground=waiver_ground,
        sets=terms.sets,
        note=terms.note,
        applicant_kind=applicant.kind,
        applicant_name=applicant.name.strip(),
        applicant_id=applicant.id_number,
        applicant_born_on=applicant.born_on,
        applicant_address=applicant.address,
        applicant_phone=applicant.phone,
        applicant_email=applicant.email,
        applicant_nationality=applicant.nationality,
        applicant_folded=fold(applicant.name),
    )


def insert_dossier(dossier: Dossier, events: list[DossierEvent], actor: User | None) -> None:
    """Inserts the dossier with its first events. Takes the running number last, since its lock makes others wait.

    Raises RuleBroken where the desk has no code template for the day.
    """
    desk = dossier.receiving_desk
    state = state_of(map(as_event_record, events), calendars_of(desk))
    for name in CACHED:
        setattr(dossier, name, getattr(state, name))
    dossier.desk = desk
    dossier.registered_by = actor
    enter_book(dossier, state.received_at)
    code = next_code(desk, local_day(events[0].at))
    if code is None:
        raise RuleBroken(_("Nơi này chưa có mẫu mã hồ sơ cho hôm nay. Hãy báo quản trị."))
    dossier.code = code
    dossier.save(force_insert=True)
    for event in events:
        event.dossier = dossier
        event.save(force_insert=True)
    write_legs(dossier, (), state.legs)
