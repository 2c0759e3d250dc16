"""Cases for tests, made by the real acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from accounts.models import Membership, User
from complaints.clock.states import Kind
from complaints.models import Case, Ground
from complaints.models.labels import Channel
from complaints.models.people import Person
from complaints.operations.acceptance.actions import accept_case
from complaints.operations.acceptance.classification import Sorting, sort_case
from complaints.operations.settlement.actions import start_settling
from complaints.registration.actions import NewCase, receive_case
from tests.factories import hanoi, make_user
from units.models import Unit

AT = hanoi(2026, 7, 6)
NAME, PHONE, ADDRESS = "Trần Thị Ngọc Hạnh", "0987654399", "Số 7 ngõ Vân Hồ"
CONTENT = "Vỉa hè trước số nhà 12 bị đào lên đã hai tuần, không có rào chắn."


def new_case(unit: Unit, kind: Kind = Kind.PETITION, **fields: Any) -> NewCase:
    person = Person(name=NAME, phone=PHONE, address=ADDRESS, email="ngochanh@example.test")
    made: dict[str, Any] = {"channel": Channel.WEB, "content": CONTENT, "person": person} | fields
    return NewCase(request_key=made.pop("request_key", None) or uuid4(), kind=kind, unit=unit, **made)


def received(
    unit: Unit, kind: Kind = Kind.PETITION, *, at: datetime = AT, actor: User | None = None, **fields: Any
) -> Case:
    return receive_case(new=new_case(unit, kind, **fields), actor=actor, at=at)


def in_work(unit: Unit, kind: Kind = Kind.PETITION, *, at: datetime = AT, **fields: Any) -> Case:
    """Received, sorted, accepted and begun at one moment."""
    case = received(unit, kind, at=at, **fields)
    sort_case(case=case, sorting=Sorting(Kind(case.kind)), actor=None, at=at)
    accept_case(case=case, actor=None, at=at)
    return start_settling(case=case, actor=None, at=at)


def make_inspector(unit: Unit) -> User:
    return make_user(Membership.Role.INSPECTOR, unit)


def ground(case: Case, use: str) -> Ground:
    found = Ground.objects.filter(kind=case.kind, use=use).first()
    assert found is not None
    return found
