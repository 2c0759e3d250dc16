"""The whole catalogue as one table, for spreadsheets and programs: rows, and what its columns mean (Table Schema)."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, Final, NamedTuple

from procedures.cards import places_of
from procedures.models import ProcedureVersion

Row = dict[str, Any]


class Column(NamedTuple):
    name: str
    kind: str
    title: str
    required: bool = True


COLUMNS: Final = [
    Column("ref", "string", "Mã dùng trên cổng; không bao giờ đổi"),
    Column("national_code", "string", "Mã quốc gia đã kiểm chứng", required=False),
    Column("name", "string", "Tên thủ tục"),
    Column("level", "string", "Cấp tiếp nhận"),
    Column("field", "string", "Lĩnh vực"),
    Column("audience", "string", "Dành cho; ngăn bằng dấu |", required=False),
    Column("term_amount", "integer", "Thời hạn theo quy định, số", required=False),
    Column("term_unit", "string", "Đơn vị thời hạn", required=False),
    Column("term_note", "string", "Ghi chú thời hạn", required=False),
    Column("fee_vnd", "integer", "Phí, lệ phí (đồng); trống là theo quy định địa phương", required=False),
    Column("fee_note", "string", "Ghi chú phí, lệ phí", required=False),
    Column("online_level", "string", "Mức trực tuyến", required=False),
    Column("result", "string", "Kết quả", required=False),
    Column("valid_from", "date", "Bản này có hiệu lực từ", required=False),
    Column("places", "string", "Nơi tiếp nhận; ngăn bằng dấu |"),
]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def rows(versions: Iterable[ProcedureVersion]) -> Iterator[Row]:
    """`versions` as read by `for_list`."""
    for version in versions:
        procedure = version.procedure
        yield {
            "ref": procedure.ref,
            "national_code": procedure.official_code or None,
            "name": version.name,
            "level": procedure.level.code,
            "field": procedure.field.name,
            "audience": "|".join(version.audience) or None,
            "term_amount": version.term_amount,
            "term_unit": version.term_unit or None,
            "term_note": version.term_note or None,
            "fee_vnd": version.fee_vnd,
            "fee_note": version.fee_note or None,
            "online_level": version.online_level or None,
            "result": version.result or None,
            "valid_from": version.valid.lower.isoformat() if version.valid.lower else None,
            "places": "|".join(place.unit.slug for place in places_of(version)),
        }


def as_csv(table: Iterable[Row]) -> str:
    """Comma-separated, with a header; text that a spreadsheet would take for a formula is quoted off."""
    written = StringIO()
    writer = csv.DictWriter(written, [column.name for column in COLUMNS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in table)
    return written.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def table_schema() -> dict[str, Any]:
    """Frictionless Table Schema of the rows, in CSV and JSON alike."""
    fields = [
        {"name": name, "type": kind, "title": title, **({"constraints": {"required": True}} if required else {})}
        for name, kind, title, required in COLUMNS
    ]
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": fields,
        "primaryKey": "ref",
        "missingValues": [""],
    }
