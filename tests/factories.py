"""Plain functions that make rows for tests: a small city, procedures with a promise, staff, dossiers.

Every function makes whole, legal rows with sensible values; a test names only what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Membership, User
from dossiers.intake.register import register_dossier
from dossiers.models import Dossier
from dossiers.particulars.submission import Applicant, DueSet, TakenPaper
from procedures.models import Field, Offering, Procedure, ProcedureVersion, Process, ProcessStep, RequiredDocument
from units.clock.working_calendar import OFFICE_TIME
from units.models import CodeTemplate, Unit, UnitKind
from units.texts.folding import fold

SINCE = date(2015, 1, 1)
PASSWORD = "mot-cua-thu-nghiem"

_serial = count(1)


def hanoi(year: int, month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment as the clock on an office wall shows it."""
    return datetime(year, month, day, hour, minute, second, tzinfo=OFFICE_TIME)


@dataclass(frozen=True)
class City:
    """A district with a department, two wards, and the desk of each office."""

    district: Unit
    district_desk: Unit
    department: Unit
    ward: Unit
    ward_desk: Unit
    other_ward: Unit
    other_desk: Unit

    @property
    def desks(self) -> tuple[Unit, Unit, Unit]:
        return self.district_desk, self.ward_desk, self.other_desk


def make_kind(code: str) -> UnitKind:
    kind, _ = UnitKind.objects.get_or_create(code=code, defaults={"name": code.title(), "name_en": code.title()})
    return kind


def make_unit(name: str, kind: str, parent: Unit | None = None, **fields: Any) -> Unit:
    fields = {"short_name": name, "slug": f"unit-{next(_serial)}", "valid_from": SINCE} | fields
    return Unit.objects.create(name=name, kind=make_kind(kind), parent=parent, **fields)


def make_desk(office: Unit, prefix: str) -> Unit:
    """The desk of an office, able to issue codes that begin with `prefix`."""
    desk = make_unit(f"Một cửa {office.short_name}", UnitKind.DESK, office, telephone="024 3000 0000")
    CodeTemplate.objects.create(unit=desk, prefix=prefix, valid_from=SINCE)
    return desk


def make_units() -> City:
    """Seven units and three code templates in eight statements: most tests begin with them."""
    kinds = _make_kinds(UnitKind.DISTRICT, UnitKind.WARD, UnitKind.DEPARTMENT, UnitKind.DESK)
    pks = _next_pks(7)

    def unit(name: str, kind: str, parent: Unit | None = None, **fields: Any) -> Unit:
        pk = next(pks)
        return Unit(
            pk=pk,
            kind=kinds[kind],
            parent=parent,
            name=name,
            short_name=name,
            slug=f"unit-{next(_serial)}",
            path=f"{parent.path if parent else '/'}{pk}/",
            valid_from=SINCE,
            **fields,
        )

    def desk(office: Unit) -> Unit:
        return unit(f"Một cửa {office.short_name}", UnitKind.DESK, office, telephone="024 3000 0000")

    district = unit("Quận Thử", UnitKind.DISTRICT, is_tenant=not Unit.objects.filter(is_tenant=True).exists())
    ward, other_ward = (unit(name, UnitKind.WARD, district) for name in ("Phường Thử Nhất", "Phường Thử Hai"))
    city = City(
        district=district,
        district_desk=desk(district),
        department=unit("Phòng Thử", UnitKind.DEPARTMENT, district),
        ward=ward,
        ward_desk=desk(ward),
        other_ward=other_ward,
        other_desk=desk(other_ward),
    )
    Unit.objects.bulk_create(vars(city).values())
    serial = next(_serial)
    CodeTemplate.objects.bulk_create(
        CodeTemplate(unit=desk, prefix=f"T{serial}.{number:02d}", valid_from=SINCE)
        for number, desk in enumerate(city.desks)
    )
    return city


def _make_kinds(*codes: str) -> dict[str, UnitKind]:
    names = [code.title() for code in codes]
    UnitKind.objects.bulk_create(
        (UnitKind(code=code, name=name, name_en=name) for code, name in zip(codes, names, strict=True)),
        ignore_conflicts=True,
    )
    return {kind.code: kind for kind in UnitKind.objects.filter(code__in=codes)}


def _next_pks(how_many: int) -> Iterator[int]:
    """Keys for new units, known before they are saved: a unit's path names its own key and those above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('units_unit', 'id')) FROM generate_series(1, %s)", [how_many]
        )
        return iter([pk for (pk,) in cursor.fetchall()])


def make_procedure(
    name: str = "Đăng ký thử nghiệm", *, level: str = "ward", documents: int = 2, **fields: Any
) -> ProcedureVersion:
    """A procedure with one version in force since 2015: five working days unless `fields` says otherwise."""
    field, _ = Field.objects.get_or_create(slug="thu-nghiem", defaults={"name": "Thử nghiệm", "group": "Thử"})
    procedure = Procedure.objects.create(ref=f"THU-{next(_serial):04d}", level=make_kind(level), field=field)
    fields = {"term_amount": 5, "term_unit": "working_day", "valid": DateRange(SINCE, None), "fee_vnd": 0} | fields
    version = make_version(procedure, name=name, **fields)
    for position in range(1, documents + 1):
        RequiredDocument.objects.create(version=version, position=position, name=f"Giấy tờ {position}", originals=1)
    return version


def make_version(procedure: Procedure, *, name: str = "Đăng ký thử nghiệm", **fields: Any) -> ProcedureVersion:
    return ProcedureVersion.objects.create(procedure=procedure, name=name, name_folded=fold(name), **fields)


def make_process(version: ProcedureVersion, *steps: tuple[Any, ...], approved: bool = True, **fields: Any) -> Process:
    """The next edition of a version's internal process. A step is (place, hours), (unit, hours), or either with the
    number of a parallel group: `make_process(version, ("desk", 8), (agency, 24, 1), ("handler", 24, 1), ("desk", 8))`.
    """
    edition = version.processes.count() + 1
    approval = {"number": f"QT-{edition}", "decision": "01/QĐ", "approver": "Người duyệt"}
    process = Process.objects.create(
        version=version, edition=edition, approved_on=SINCE if approved else None, **approval | fields
    )
    for position, (where, hours, *group) in enumerate(steps, 1):
        place = {"place": "partner", "unit": where} if isinstance(where, Unit) else {"place": where}
        ProcessStep.objects.create(
            process=process, position=position, name=f"Khâu {position}", hours=hours, group=sum(group), **place
        )
    return process


def make_offering(version: ProcedureVersion, office: Unit, *, handler: Unit | None = None, **fields: Any) -> Offering:
    fields = {"valid": DateRange(SINCE, None)} | fields
    return Offering.objects.create(procedure=version.procedure, unit=office, handler=handler or office, **fields)


def make_user(role: str, unit: Unit, *, username: str = "", **fields: Any) -> User:
    """A person with one role at one unit; the password is `PASSWORD`."""
    username = username or f"{role}{next(_serial)}"
    fields = {"full_name": f"Người {username}"} | fields
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    Membership.objects.create(user=user, unit=unit, role=role, valid_from=SINCE)
    return user


def make_applicant(**fields: Any) -> Applicant:
    return Applicant(**({"name": "Nguyễn Thị Phượng", "phone": "0912345471"} | fields))


def register(offering: Offering, desk: Unit, *, at: datetime, **fields: Any) -> Dossier:
    """Register a dossier through the real action."""
    fields = {
        "request_key": uuid4(),
        "applicant": make_applicant(),
        "papers": [TakenPaper(name="Tờ khai", originals=1)],
        "actor": None,
    } | fields
    return register_dossier(desk=desk, offering=offering, at=at, **fields)


def due_set(due_at: datetime, reason: str = "Pháp luật quy định theo từng trường hợp") -> DueSet:
    return DueSet(due_at=due_at, reason=reason)
