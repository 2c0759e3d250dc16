"""Registers a case, however it came in: code, secret, clock, and the handlers of a sealed case."""

from __future__ import annotations

import secrets as random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.citizens.secret import hashed, new_secret, printed
from accounts.models import Membership, User
from complaints.clock.replay import CACHED, EventRecord, state_of
from complaints.clock.rules import Grade, Rules
from complaints.clock.states import SEALED_KINDS, EventKind, Kind, Status
from complaints.events.notices import notify_reporter
from complaints.events.record import append_event
from complaints.models import Case, CaseDossier, CaseHandler, Category, RuleSet
from complaints.models.labels import Channel
from complaints.models.people import Person, TextSort
from complaints.texts.actions import checked_text, store_reporter, store_text
from dossiers.events.record import calendars_of
from dossiers.models import Dossier
from notices.models import Notice
from units.calendar.lookup import current_edition
from units.clock.days import local_day
from units.codes import dossier_code
from units.models import CodeTemplate, Unit
from units.rules import RuleBroken

PREFIX: Final = "PA"
CODE_TEMPLATE: Final = "{prefix}-{yymmdd}-{number:06d}"
_ORDINALS: Final = 1_000_000
_TRIES: Final = 8
WRITTEN_OR_IN_PERSON: Final = frozenset({Channel.COUNTER, Channel.BOX, Channel.POST})
"""The only ways in which a denunciation is formally one (Law on Denunciations 2018, article 22)."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What came in. `request_key` makes a repeated submit the same case; `acted_on`: the day of the act complained of;
    `received_at`: when it came, where that was before its registration (a letter in a box); `message_id`: of the
    e-mail it came in; `dossier_typed`: a code that no dossier has; `is_split_off`: split off another case, so that its
    reporter saw no page of it; `is_notified`: whether its reporter gets a notice."""

    request_key: UUID
    kind: Kind
    channel: Channel
    unit: Unit
    content: str
    subject: str = ""
    person: Person = field(default_factory=Person)
    category: Category | None = None
    grade: Grade = Grade.NORMAL
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    acted_on: date | None = None
    people: int = 1
    consents: bool = False
    dossiers: Sequence[Dossier] = ()
    received_at: datetime | None = None
    message_id: str = ""
    dossier_typed: str = ""
    is_split_off: bool = False
    is_notified: bool = True


def formal_kind(kind: Kind, channel: Channel) -> Kind:
    """A denunciation by web, telephone or e-mail is information with such content."""
    if kind is Kind.DENUNCIATION and channel not in WRITTEN_OR_IN_PERSON:
        return Kind.DENUNCIATION_INFO
    return kind


def rules_in_force(kind: Kind, on: date) -> Rules:
    """The set in force on a local day. Raises RuleBroken where there is none."""
    found = RuleSet.objects.in_force(kind.value, on).first()
    if found is None:
        raise RuleBroken(_("Chưa có bộ thời hạn cho loại này vào ngày nhận."))
    return found.terms


def inspectors_of(unit: Unit, on: date) -> list[User]:
    """The handlers of a denunciation at a unit: the inspectors of the nearest unit, upwards, that has any."""
    held = Membership.objects.in_force(on).with_roles([Membership.Role.INSPECTOR]).select_related("user", "unit")
    above = [one for one in held if unit.path.startswith(one.unit.path) and one.user.is_active]
    nearest = max((len(one.unit.path) for one in above), default=0)
    return [one.user for one in above if len(one.unit.path) == nearest]


@transaction.atomic
def receive_case(*, new: NewCase, actor: User | None, at: datetime) -> Case:
    """Register what somebody sent. The same request again gives the same case.

    Raises RuleBroken for a content that says nothing, a receipt in the future, and a denunciation where no unit above
    has an inspector. An expired limitation is no reason to refuse: that is decided when the case is sorted.
    """
    made = Case.objects.filter(request_key=new.request_key).first()
    if made is not None:
        return made
    content = checked_text(new.content, "content")
    kind = formal_kind(new.kind, new.channel)
    received = new.received_at or at
    if received > at:
        raise RuleBroken(_("Ngày nhận không thể ở tương lai."), field="received_at")
    handlers = inspectors_of(new.unit, local_day(at)) if kind in SEALED_KINDS else []
    if kind in SEALED_KINDS and not handlers:
        raise RuleBroken(_("Đơn vị chưa có người tiếp nhận tố cáo. Hãy gửi đơn trực tiếp tại trụ sở cấp trên."))
    case = _create_row(new, kind, actor, received)
    CaseHandler.objects.bulk_create(CaseHandler(case=case, user=user, since=at) for user in handlers)
    store_reporter(case, asdict(new.person), at=at, author=actor)
    store_text(case, TextSort.SUBJECT, new.subject.strip(), event=1, author=actor, at=received)
    store_text(case, TextSort.CONTENT, content, event=1, author=actor, at=received)
    if not case.is_sealed:
        CaseDossier.objects.bulk_create(CaseDossier(case=case, dossier=one) for one in new.dossiers)
        note = _("Người gửi ghi mã hồ sơ %(code)s; không có hồ sơ nào mang mã ấy.") % {"code": new.dossier_typed}
        store_text(case, TextSort.NOTE, note if new.dossier_typed else "", event=0, author=None, at=at)
    if new.is_notified:
        notify_reporter(case, Notice.Kind.CASE_RECEIVED, at=at, answers=new.message_id)
    return case


def _create_row(new: NewCase, kind: Kind, actor: User | None, received: datetime) -> Case:
    """The row with its first event."""
    rules = rules_in_force(kind, local_day(received))
    grade = new.grade if new.grade in rules.settle else Grade.NORMAL
    data: dict[str, Any] = {"kind": kind.value, "rules": rules.as_json(), "grade": grade.value}
    is_secret = kind in SEALED_KINDS
    case = Case(
        request_key=new.request_key,
        kind=kind.value,
        is_sealed=is_secret,
        channel=new.channel,
        category=new.category,
        receiving_unit=new.unit,
        unit=new.unit,
        is_anonymous=not new.person.is_known,
        people=new.people,
        registered_by=actor,
    )
    if not is_secret:
        case.place, case.acted_on, case.consents = new.place.strip(), new.acted_on, new.consents
        case.latitude, case.longitude = new.latitude, new.longitude
    edition = current_edition()
    first = EventRecord(EventKind.RECEIVED, received, new.unit.pk, Status.NEW, data | {"calendar": edition})
    state = state_of([first], calendars_of(new.unit))
    for name in CACHED:
        setattr(case, name, getattr(state, name))
    case.status = Status.NEW.value
    _save_with_a_code(case, received)
    append_event(case, EventKind.RECEIVED, actor=actor, at=received, unit=new.unit, data=data)
    return case


def _save_with_a_code(case: Case, received: datetime) -> None:
    """A random ordinal of the day: a running one would reveal cases that its reader may not see."""
    day = local_day(received)
    case.fresh_secret = printed(new_secret())
    prefix = f"{PREFIX}.{authority_prefix(case.receiving_unit, day)}"
    for _try in range(_TRIES):
        number = random.randbelow(_ORDINALS - 1) + 1
        case.code = dossier_code(prefix, on=day, number=number, template=CODE_TEMPLATE)
        case.secret_hash = hashed(case.fresh_secret, case.code)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError as taken:
            if "code" not in str(taken):
                raise
        else:
            return
    raise RuleBroken(_("Hệ thống đang bận, hãy gửi lại sau ít phút."))


def authority_prefix(unit: Unit, on: date) -> str:
    """The code of the authority: the unit's own or its desk's, else that of the nearest unit above."""
    above = [int(step) for step in unit.path.split("/") if step]
    made = CodeTemplate.objects.in_force(on).filter(
        Q(unit__in=above) | Q(unit__parent__in=above, unit__kind__code="desk")
    )
    found: dict[int | None, str] = {}
    for key, parent, prefix in made.order_by("-unit").values_list("unit", "unit__parent", "prefix"):
        found[key] = prefix
        found.setdefault(parent, prefix)
    return next((found[key] for key in reversed(above) if key in found), "H00")
