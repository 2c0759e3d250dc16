"""Writes a version as a record of the national database (`LayThuTuc`), as `national.reading` reads it. Pure.

What such a record has no place for is written under names of our own, which `content_from` knows: a record without
them is an ordinary one of the national database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from procedures.models import Channel, Procedure
from procedures.national.reading import OF_OUR_OWN, Record
from procedures.terms import AUDIENCES
from procedures.versions.content import Content
from units.clock.due_dates import TermUnit
from units.models import UnitKind

WAYS: Final = {
    Channel.Way.DESK: "Trực tiếp",
    Channel.Way.ONLINE: "Trực tuyến",
    Channel.Way.POST: "Nộp qua bưu chính công ích",
}
TERM_UNITS: Final = {
    TermUnit.WORKING_DAY: "Ngày làm việc",
    TermUnit.WORKING_HOUR: "Giờ làm việc",
    TermUnit.DAY: "Ngày",
    TermUnit.MONTH: "Tháng",
    TermUnit.SAME_DAY: "Trong ngày",
}
LEVELS: Final = {UnitKind.DISTRICT: "Cấp Huyện", UnitKind.WARD: "Cấp Xã"}


def record_from(content: Content, procedure: Procedure) -> Record:
    """`content` is that of a version of `procedure`, whose level and field are prefetched."""
    return {
        "MATTHC": procedure.national_code or procedure.ref,
        "TENTTHC": content["name"],
        "CAPTHUCHIEN": LEVELS.get(procedure.level.code, procedure.level.name),
        "LINHVUCTHUCHIEN": {"TENLINHVUC": procedure.field.name},
        "TRINHTUTHUCHIEN": {"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": text} for text in content["steps"]]},
        "CACHTHUCTHUCHIEN": [_way(row, content) for row in content["ways"]],
        "THANHPHANHOSO": [_paper(row) for row in content["papers"]],
        "MOTADOITUONGTHUCHIEN": ", ".join(str(AUDIENCES[audience]) for audience in content["audience"]),
        "COQUANTHUCHIEN": [{"TENDONVI": content["competent"]}],
        "KETQUATHUCHIEN": [{"TENKETQUA": content["result"]}],
        "YEUCAU": content["conditions"],
        "CANCUPHAPLY": [{"SOVANBAN": "", "TENVANBAN": text} for text in content["legal_basis"]],
        **{name: _plain(content[of]) for name, of in OF_OUR_OWN.items()},
    }


def _way(row: dict[str, Any], content: Content) -> Record:
    """The term as number and unit if the way's words are those of the version's term."""
    unit, amount = content["term_unit"], content["term_amount"]
    has_term = unit and row["term_text"] in (f"{amount} {TERM_UNITS[unit].lower()}", "trong ngày")
    fee = "" if row["fee_vnd"] is None else str(row["fee_vnd"])
    return {
        "KENH": WAYS[row["way"]],
        "THOIGIAN": {
            "THOIGIANGIAIQUYET": str(amount) if has_term else "",
            "DONVITINH": TERM_UNITS[unit] if has_term else "",
            "MOTA": row["term_text"],
            "PHILEPHI": list(_fees(fee, row["fee_note"])),
        },
    }


def _fees(fee: str, note: str) -> Iterator[Record]:
    if fee or note:
        yield {"SOTIEN": fee, "DONVI": "", "MOTA": note}


def _paper(row: dict[str, Any]) -> Record:
    paper = {
        "TENGIAYTO": row["name"],
        "SOBANCHINH": str(row["originals"]),
        "SOBANSAO": str(row["copies"]),
        "TENMAUDON": row["form_code"],
    }
    return {"TRUONGHOP": row["case"], "GIAYTO": [paper]}


def _plain(value: Any) -> str:
    """A list as one text with one item a line, a mark as "1" or "0"."""
    if isinstance(value, bool):
        return str(int(value))
    return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)
