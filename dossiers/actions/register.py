"""Taking a dossier in at the one-stop desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.actions.proxies import Proxy, record_proxy
from dossiers.actions.record import as_recorded, calendars_of, enter_book, mark_stale, tell_only_applicant, write_legs
from dossiers.models import Dossier, DossierEvent, ReceivedDocument, local_day
from dossiers.plan import plan_for
from dossiers.reasons import is_real_reason
from dossiers.replay import CACHED, state_of
from dossiers.secret import new_secret
from dossiers.states import EventKind, Status
from notices.models import Notice
from procedures.folding import fold
from procedures.models import Offering, ProcedureVersion
from units.calendars import current_edition
from units.models import Unit
from units.numbering import next_code
from units.rules import RuleBroken
from units.working_time import term_as_json

# Written out, since all desks register all morning and building these anew each time takes longer than their answer.

# Two statements in one message: the second must see what the holder of the lock committed.
_MADE_BEFORE = """
    SELECT pg_advisory_xact_lock(%s);
    SELECT id FROM dossiers_dossier WHERE request_key = %s
"""
_IN_FORCE = """
    SELECT id, procedure_id, name, term_amount, term_unit, cut_off FROM procedures_procedureversion
    WHERE procedure_id = %s AND valid @> %s::date
"""


FURTHEST: Final = timedelta(days=730)
"""How far from receipt a date set by hand may lie; the portal's own limit against a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who the dossier is for. `id_number` is a citizen's number, a passport's or an organisation's tax code; only
    foreigners have a `nationality` here."""

    name: str
    kind: str = Dossier.ApplicantKind.PERSON
    id_number: str = ""
    born_on: date | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    nationality: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper taken in: how many originals and how many copies."""

    name: str
    originals: int = 0
    copies: int = 0
    required_id: int | None = None


@dataclass(frozen=True, slots=True)
class DueSet:
    """A due date chosen by the clerk, and why: only where the law states the term in words."""

    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How the result reaches the applicant and what it costs."""

    intake: str = Dossier.Intake.DESK
    delivery: str = Dossier.Delivery.DESK
    fee_vnd: int = 0
    fee_status: str = Dossier.FeeStatus.NONE
    sets: int = 1
    note: str = ""
    waiver_ground: str = ""


@transaction.atomic
def register_dossier(
    *,
    request_key: UUID,
    desk: Unit,
    offering: Offering,
    applicant: Applicant,
    papers: Iterable[Paper],
    actor: User | None,
    at: datetime,
    terms: Terms | None = None,
    due_set: DueSet | None = None,
    proxy: Proxy | None = None,
    seconds: int | None = None,
) -> Dossier:
    """Accept a dossier: code, due date with its derivation, first event, notice and mark, or nothing at all.

    The version in force on the local day of `at` is pinned. The same `request_key` again gives the dossier that it
    made before, if that is of the same person and procedure. `seconds`: how long it took at the counter.

    Raises RuleBroken (with the form field it concerns).
    """
    if made := made_before(request_key, desk, offering, applicant):
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
    dossier = new_row(request_key, desk, offering, version, applicant, terms or Terms())
    dossier.counter_seconds = seconds
    write_new(dossier, [first], actor)
    take_papers(dossier, papers)
    record_proxy(dossier, proxy, at)
    tell_only_applicant(dossier, Notice.Kind.REGISTERED, at=at)
    mark_stale(dossier, at)
    return dossier


def made_before(request_key: UUID, desk: Unit, offering: Offering, applicant: Applicant) -> Dossier | None:
    """The dossier this key already made; a second call with the same key waits here for the first to commit.

    Raises RuleBroken when that dossier is another desk's, another person's or about another procedure: the clerk went
    back in the browser and typed the next one into the same form.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MADE_BEFORE, [int.from_bytes(request_key.bytes[:8], signed=True), request_key])
        cursor.nextset()
        found = cursor.fetchone()
    if found is None:
        return None
    made = Dossier.objects.for_list().get(pk=found[0])
    if made.desk_id != desk.pk:
        raise RuleBroken(_("Phiếu nhập này đã được dùng ở nơi khác."), field="request_key")
    asked = (offering.pk, applicant.name.strip(), applicant.id_number)
    if asked != (made.offering_id, made.applicant_name, made.applicant_id):
        told = _("Phiếu nhập này đã dùng cho hồ sơ %(code)s. Muốn nhận thêm hồ sơ này thì bấm lại.")
        raise RuleBroken(told % {"code": made.code}, field="request_key")
    return made


def version_in_force(offering: Offering, desk: Unit, at: datetime) -> ProcedureVersion:
    day = local_day(at)
    if offering.unit_id not in {desk.pk, desk.parent_id}:
        raise RuleBroken(_("Nơi này không tiếp nhận thủ tục đã chọn."), field="offering")
    for version in ProcedureVersion.objects.raw(_IN_FORCE, [offering.procedure_id, day]):
        if day in offering.valid:
            return version
    raise RuleBroken(_("Thủ tục này hôm nay không còn được tiếp nhận ở đây."), field="offering")


def pinned(offering: Offering, version: ProcedureVersion) -> dict[str, Any]:
    """What a dossier is about and who handles it, for its first event and for corrections."""
    return {
        "procedure": version.procedure_id,
        "version": version.pk,
        "offering": offering.pk,
        "handler": offering.handler_id,
    }


def acceptance_data(
    offering: Offering, version: ProcedureVersion, desk: Unit, due_set: DueSet | None, at: datetime
) -> dict[str, Any]:
    """Everything replay needs to count the due date and the legs again. Raises RuleBroken."""
    clock = _clock_data(offering, version, due_set, at)
    plan = {"plan": plan_for(offering, version, desk), "calendar": current_edition()}
    return pinned(offering, version) | clock | plan


def _clock_data(offering: Offering, version: ProcedureVersion, due_set: DueSet | None, at: datetime) -> dict[str, Any]:
    """The terms, or the moment the clerk chose."""
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


def new_row(
    request_key: UUID, desk: Unit, offering: Offering, version: ProcedureVersion, applicant: Applicant, terms: Terms
) -> Dossier:
    """The columns that no event decides."""
    if not applicant.name.strip():
        raise RuleBroken(_("Hãy ghi họ và tên người nộp."), field="name")
    waiver_ground = check_waiver(terms.fee_status, terms.waiver_ground)
    return Dossier(
        request_key=request_key,
        secret=new_secret(),
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


def check_waiver(fee_status: str, ground: str) -> str:
    """What a waiver of the fee rests on; empty where the fee is not waived. Raises RuleBroken for no real ground."""
    if fee_status != Dossier.FeeStatus.WAIVED:
        return ""
    if not is_real_reason(ground):
        raise RuleBroken(_("Hãy ghi căn cứ miễn: điều, khoản và tên văn bản."), field="waiver_ground")
    return ground.strip()


def write_new(dossier: Dossier, events: list[DossierEvent], actor: User | None) -> None:
    """Insert the row as its first events leave it. The running number is taken last: its lock makes others wait."""
    desk = dossier.receiving_desk
    state = state_of(map(as_recorded, events), calendars_of(desk))
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


def replace_papers(dossier: Dossier, papers: Iterable[Paper]) -> None:
    """The papers as they are now, in place of those listed before."""
    dossier.documents.all().delete()
    take_papers(dossier, papers)


def take_papers(dossier: Dossier, papers: Iterable[Paper]) -> None:
    ReceivedDocument.objects.bulk_create(
        ReceivedDocument(
            dossier=dossier,
            position=position,
            name=paper.name,
            originals=paper.originals,
            copies=paper.copies,
            required_id=paper.required_id,
        )
        for position, paper in enumerate(papers, 1)
    )
