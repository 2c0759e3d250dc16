"""Compares a file of the national database with the catalogue: new, changed, missing, refused. Reads only."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from django.utils.translation import gettext

from procedures.models import Field, Offering, Procedure, ProcedureVersion
from procedures.national.reading import (
    NAMES,
    Record,
    RecordIdentity,
    Rejected,
    content_from,
    identity_of,
)
from procedures.versions.checking import faults_beside, process_faults
from procedures.versions.content import Content, content_of, empty_content, with_content
from procedures.versions.content_differences import content_differences
from procedures.versions.differences import Difference
from procedures.versions.fitting import fitting_faults
from units.models import UnitKind

LEVELS = {"huyện": UnitKind.DISTRICT, "quận": UnitKind.DISTRICT, "xã": UnitKind.WARD, "phường": UnitKind.WARD}


class RecordChange(NamedTuple):
    """A procedure that would get a new version; `procedure` is unsaved if new to the catalogue."""

    procedure: Procedure
    content: Content
    rows: list[Difference]


class RefusedRecord(NamedTuple):
    place: int
    code: str
    why: str


@dataclass(slots=True)
class Comparison:
    """`missing` are in force with a national code that the file lacks, as (code, name)."""

    new: list[RecordChange] = field(default_factory=list)
    changed: list[RecordChange] = field(default_factory=list)
    same: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Equal for equal changes, in whatever language they are shown."""
        contents = [(change.procedure.ref, change.content) for change in chain(self.new, self.changed)]
        return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def packed(records: list[Any]) -> bytes:
    """For storage; may hold texts that a text column cannot."""
    return zlib.compress(json.dumps(records).encode())


def unpacked(stored: bytes) -> list[Any]:
    records: list[Any] = json.loads(zlib.decompress(stored))
    return records


def compare(records: Iterable[Record], *, valid_from: date, today: date, level: str = "") -> Comparison:
    """`level` is the code of the level for new procedures whose record has none.

    The number of queries does not depend on the number of records.
    """
    return _Comparing(valid_from, today, level).run(records)


class _Comparing:
    def __init__(self, valid_from: date, today: date, level: str) -> None:
        self.valid_from, self.today, self.level = valid_from, today, level
        self.levels = {kind.code: kind for kind in UnitKind.objects.all()}
        self.fields = {one.name.casefold(): one for one in Field.objects.all()}
        self.procedures_by_code: dict[str, list[Procedure]] = {}
        self.refs: set[str] = set()
        for procedure in Procedure.objects.select_related("field", "level"):
            self.refs.add(procedure.ref.upper())
            self.procedures_by_code.setdefault(procedure.national_code or procedure.ref, []).append(procedure)
        versions = with_content(ProcedureVersion.objects.in_force(valid_from)).select_related(
            "procedure__field", "procedure__level"
        )
        self.present = {version.procedure_id: version for version in versions}
        later = ProcedureVersion.objects.filter(valid__startswith__gte=valid_from).order_by("-valid__startswith")
        self.begins = {key: valid.lower for key, valid in later.values_list("procedure", "valid")}
        self.offerings = defaultdict[int, list[Offering]](list)
        for offering in Offering.objects.exclude(committed_amount=None).select_related("unit"):
            self.offerings[offering.procedure_id].append(offering)
        self.seen: set[tuple[str, str]] = set()
        self.done = Comparison()

    def run(self, records: Iterable[Record]) -> Comparison:
        for place, record in enumerate(records, 1):
            code = _printable(record.get("MATTHC", "")) if isinstance(record, dict) else ""
            try:
                self._take(record)
            except Rejected as rejected:
                self.done.refused.append(RefusedRecord(place, code, str(rejected)))
        codes = {code for code, _level in self.seen} | {row.code for row in self.done.refused}
        gone = [version for version in self.present.values() if version.procedure.national_code not in {"", *codes}]
        self.done.missing = sorted((version.procedure.national_code, version.name) for version in gone)
        return self.done

    def _take(self, record: Record) -> None:
        if not isinstance(record, dict):
            raise Rejected(gettext("Không phải một bản ghi thủ tục."))
        identity = identity_of(record)
        procedure = self._procedure(identity)
        if (identity.code, procedure.level.code) in self.seen:
            raise Rejected(gettext("Mã này đã có ở bản ghi trước trong tệp."))
        self.seen.add((identity.code, procedure.level.code))
        version = self.present.get(procedure.pk)
        content = content_from(record, content_of(version) if version else empty_content())
        self._check(procedure, content)
        rows = content_differences(version, content, procedure)
        if procedure._state.adding:
            self.refs.add(procedure.ref.upper())
        if version is None:
            self.done.new.append(RecordChange(procedure, content, rows))
        elif rows:
            self.done.changed.append(RecordChange(procedure, content, rows))
        else:
            self.done.same += 1

    def _procedure(self, identity: RecordIdentity) -> Procedure:
        level = self._level(identity)
        found = [one for one in self.procedures_by_code.get(identity.code, []) if not level or one.level.code == level]
        if len(found) > 1:
            raise Rejected(gettext("Mã này có ở nhiều cấp: bản ghi phải nêu cấp (CAPTHUCHIEN)."))
        return found[0] if found else self._new(identity, level)

    def _level(self, identity: RecordIdentity) -> str:
        named = identity.level.casefold()
        return next((code for word, code in LEVELS.items() if word in named), "")

    def _new(self, identity: RecordIdentity, level: str) -> Procedure:
        kind = self.levels.get(level or self.level)
        field_ = self.fields.get(identity.field.casefold())
        if kind is None:
            raise Rejected(gettext("Thủ tục mới phải nêu cấp thực hiện (CAPTHUCHIEN)."))
        if field_ is None:
            raise Rejected(gettext("Chưa có lĩnh vực “%(name)s” trong danh mục.") % {"name": identity.field[:80]})
        if identity.code.upper() in self.refs:
            raise Rejected(gettext("Mã này đang là địa chỉ của một thủ tục khác trên cổng."))
        return Procedure(ref=identity.code, national_code=identity.code, code_verified=True, level=kind, field=field_)

    def _check(self, procedure: Procedure, content: Content) -> None:
        faults = [*process_faults(content)]
        if procedure.pk:
            beside = self.begins.get(procedure.pk), self.offerings[procedure.pk]
            faults += faults_beside(content, *beside, self.valid_from, self.today)
        if faults:
            raise Rejected(faults[0].message)
        for fault in fitting_faults(procedure, content):
            raise Rejected(f"{NAMES.get(fault.field, fault.field)}: {fault.message}")


def _printable(code: object) -> str:
    """The code of a record, also where it is none."""
    return str(code).encode("utf-8", "replace").decode()[:40]
