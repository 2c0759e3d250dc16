"""The whole catalogue as one table, for spreadsheets and programs: rows, and what its columns mean (Table Schema).

A list is a JSON text in the CSV, as Table Schema writes an `array`, and a list in the JSON.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, Final, NamedTuple

from files.sheets.formulas import FORMULA_SIGNS
from procedures.exports.open_record import record_of
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
    Column("name_en", "string", "Tên tiếng Anh, không chính thức", required=False),
    Column("level", "string", "Cấp tiếp nhận"),
    Column("field", "string", "Lĩnh vực"),
    Column("field_en", "string", "Lĩnh vực bằng tiếng Anh, không chính thức", required=False),
    Column("audience", "string", "Dành cho; ngăn bằng dấu |", required=False),
    Column("term_amount", "integer", "Thời hạn theo quy định, số", required=False),
    Column("term_unit", "string", "Đơn vị thời hạn", required=False),
    Column("term_note", "string", "Ghi chú thời hạn", required=False),
    Column("cut_off", "string", "Giờ chốt trong ngày, với thủ tục trả trong ngày", required=False),
    Column("fee_vnd", "integer", "Phí, lệ phí (đồng); trống là theo quy định địa phương", required=False),
    Column("fee_note", "string", "Ghi chú phí, lệ phí", required=False),
    Column("online_level", "string", "Mức trực tuyến", required=False),
    Column("online_reason", "string", "Lý do chỉ trực tuyến một phần", required=False),
    Column("result", "string", "Kết quả", required=False),
    Column("conditions", "string", "Yêu cầu, điều kiện", required=False),
    Column("competent", "string", "Cơ quan có thẩm quyền", required=False),
    Column("handling", "string", "Đơn vị giải quyết", required=False),
    Column("coordinating", "array", "Cơ quan phối hợp", required=False),
    Column("interlinked", "boolean", "Thủ tục liên thông"),
    Column(
        "documents",
        "array",
        "Giấy tờ: case, name, originals, copies, form_code, form (địa chỉ tệp mẫu)",
        required=False,
    ),
    Column("steps", "array", "Trình tự thực hiện", required=False),
    Column("ways", "array", "Cách nộp: way, term_text, fee_vnd, fee_note", required=False),
    Column("legal_basis", "array", "Căn cứ pháp lý", required=False),
    Column("name_verified", "boolean", "Tên đã đối chiếu"),
    Column("term_verified", "boolean", "Thời hạn đã đối chiếu"),
    Column("decision", "string", "Quyết định công bố", required=False),
    Column("valid_from", "date", "Bản này có hiệu lực từ", required=False),
    Column("places", "string", "Nơi tiếp nhận; ngăn bằng dấu |"),
    Column("commitments", "array", "Thời hạn cam kết: place, amount, unit", required=False),
    Column("cut_offs", "array", "Giờ chốt riêng của nơi tiếp nhận: place, cut_off", required=False),
]
JOINED: Final = frozenset({"audience", "places"})
_GUARDED: Final = (*FORMULA_SIGNS, "'")


def rows(versions: Iterable[ProcedureVersion]) -> Iterator[Row]:
    """`versions` as read by `for_page`."""
    for version in versions:
        record = record_of(version)
        yield {column.name: _joined(column.name, record[column.name]) for column in COLUMNS}


def _joined(name: str, value: Any) -> Any:
    return "|".join(value) or None if name in JOINED else value


def as_json(table: Iterable[Row]) -> bytes:
    return json.dumps(list(table), ensure_ascii=False).encode()


def as_csv(table: Iterable[Row]) -> bytes:
    """Comma-separated, with a header. A text that a spreadsheet would read as a formula, or that begins with an
    apostrophe, gets an apostrophe in front; readers of the file remove one."""
    written = StringIO()
    writer = csv.DictWriter(written, [column.name for column in COLUMNS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in table)
    return written.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else None
    return f"'{value}" if isinstance(value, str) and value.startswith(_GUARDED) else value


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
