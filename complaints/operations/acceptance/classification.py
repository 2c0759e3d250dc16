"""Sorts a case: kind in law, category, unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.changes.calendar.recalculation import forget_case_moves
from complaints.clock.rules import Grade
from complaints.clock.states import SEALED_KINDS, EventKind, Kind
from complaints.events.record import append_event, locked
from complaints.models import (
    Case,
    CaseDossier,
    CaseFile,
    CaseHandler,
    CaseLink,
    Category,
    Letter,
    Mail,
    ReceptionEntry,
)
from complaints.models.labels import Channel
from complaints.models.people import TextSort
from complaints.registration.actions import formal_kind, inspectors_of, rules_in_force
from complaints.sealed.files import seal_files, unseal_files
from complaints.texts.actions import seal_words, store_text, unseal_words
from dossiers.events.record import mark_days
from notices.issuing.actions import forget_notices
from units.clock.days import local_day
from units.models import Unit
from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Sorting:
    """`is_longer`: the longer term for acceptance, where several places must be asked."""

    kind: Kind
    category: Category | None = None
    unit: Unit | None = None
    grade: Grade = Grade.NORMAL
    is_longer: bool = False
    reason: str = ""


@transaction.atomic
def sort_case(*, case: Case, sorting: Sorting, actor: User | None, at: datetime) -> Case:
    """Set kind, category, unit and grade. Its clock counts from receipt, by the rules of that day for its kind.

    A case that proves to be a denunciation is sealed at once with its files, and the unit's inspectors become its
    handlers; one that proves to be none is unsealed. Call it within `all_or_nothing()` where there are files.
    Raises RuleBroken, also where a sealed case would be opened without a reason.
    """
    case = locked(case)
    kind = formal_kind(sorting.kind, Channel(case.channel))
    rules = rules_in_force(kind, local_day(case.received_at))
    if sorting.grade not in rules.settle:
        raise RuleBroken(_("Loại này không có mức độ đó."), field="grade")
    data: dict[str, Any] = {"kind": kind.value, "rules": rules.as_json(), "grade": sorting.grade.value}
    if sorting.is_longer:
        data["longer"] = True
    if sorting.unit is not None and sorting.unit.pk != case.unit_id:
        data["unit"] = sorting.unit.pk
    _seal(case, kind, sorting, actor, at)
    event = append_event(case, EventKind.SORTED, actor=actor, at=at, data=data)
    if case.category != sorting.category:
        case.category = sorting.category
        case.save(update_fields=["category"])
        mark_days([(case.unit_id, local_day(case.received_at))])
    store_text(case, TextSort.REASON, sorting.reason, event=event.number, author=actor, at=at)
    return case


def _seal(case: Case, kind: Kind, sorting: Sorting, actor: User | None, at: datetime) -> None:
    """Make `is_sealed` follow the kind: encrypt or decrypt all its content."""
    is_secret = kind in SEALED_KINDS
    if is_secret == case.is_sealed:
        return
    if is_secret:
        _close(case, sorting.unit or case.unit, actor, at)
    else:
        if not sorting.reason.strip():
            raise RuleBroken(_("Hãy ghi vì sao vụ việc không phải là tố cáo."), field="reason")
        case.is_sealed, case.kind = False, kind.value
        case.save(update_fields=["is_sealed", "kind"])
        unseal_words(case)
        unseal_files(case, at=at)
        CaseHandler.objects.filter(case=case, until=None).update(until=at)


def _close(case: Case, unit: Unit, actor: User | None, at: datetime) -> None:
    handlers = inspectors_of(unit, local_day(at))
    if not handlers:
        raise RuleBroken(_("Đơn vị chưa có người tiếp nhận tố cáo."), field="kind")
    if ReceptionEntry.objects.filter(case=case).exists():
        message = _("Vụ việc có trong sổ tiếp công dân: hãy tách nội dung tố cáo thành vụ việc riêng.")
        raise RuleBroken(message, field="kind")
    CaseDossier.objects.filter(case=case).delete()
    Letter.objects.filter(case=case).delete()
    CaseLink.objects.filter(case=case).delete()
    CaseLink.objects.filter(other=case).delete()
    seal_words(case, actor=actor, at=at)
    seal_files(CaseFile.objects.filter(case=case), case)
    Mail.objects.filter(case=case).update(is_secret=True, sender="", message_id="")
    forget_notices(subject=case.code)
    forget_case_moves(case=case)
    case.is_sealed, case.kind = True, Kind.DENUNCIATION.value
    case.place, case.latitude, case.longitude, case.acted_on, case.consents = "", None, None, None, False
    case.save(update_fields=["is_sealed", "kind", "place", "latitude", "longitude", "acted_on", "consents"])
    CaseHandler.objects.bulk_create(
        [CaseHandler(case=case, user=user, since=at, named_by=actor) for user in handlers], ignore_conflicts=True
    )
