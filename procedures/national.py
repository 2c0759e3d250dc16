"""Records of the national database of procedures (service `LayThuTuc`), read into the content of a version. Pure.

Names as that service spells them; a list may come as one object where it has one item. A record knows nothing of this
office's own process, promises and handling unit: what the catalogue already says of those stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext

from procedures import process_plan
from procedures.content import LISTS, MARKS, NUMBERS, Content, empty_content, term_of
from procedures.folding import fold
from procedures.models import Channel
from units.working_time import TermUnit

Record = Mapping[str, Any]

WAYS: Final = {
    "truc tiep": Channel.Way.DESK.value,
    "truc tuyen": Channel.Way.ONLINE.value,
    "nop qua buu chinh cong ich": Channel.Way.POST.value,
    "dich vu buu chinh": Channel.Way.POST.value,
    "buu chinh cong ich": Channel.Way.POST.value,
}
TERM_UNITS: Final = {
    "ngay lam viec": TermUnit.WORKING_DAY.value,
    "gio lam viec": TermUnit.WORKING_HOUR.value,
    "ngay": TermUnit.DAY.value,
    "thang": TermUnit.MONTH.value,
    "trong ngay": TermUnit.SAME_DAY.value,
}
AUDIENCES: Final = {
    "cong dan": "citizen",
    "ca nhan": "citizen",
    "nguoi dan": "citizen",
    "nguoi viet nam": "citizen",
    "nguoi nuoc ngoai": "citizen",
    "doanh nghiep": "business",
    "hop tac xa": "business",
    "ho kinh doanh": "business",
    "to chuc": "organisation",
    "co quan": "organisation",
}
OF_OUR_OWN: Final = {
    "TENTIENGANH": "name_en",
    "TENDADOICHIEU": "name_verified",
    "DOITUONG": "audience",
    "THOIHAN": "term_amount",
    "DONVITHOIHAN": "term_unit",
    "GHICHUTHOIHAN": "term_note",
    "THOIHANDADOICHIEU": "term_verified",
    "GIOCHOT": "cut_off",
    "PHICHUNG": "fee_vnd",
    "GHICHUPHICHUNG": "fee_note",
    "MUCTRUCTUYEN": "online_level",
    "LYDOMOTPHAN": "online_reason",
    "DONVIGIAIQUYET": "handling",
    "COQUANPHOIHOP": "coordinating",
    "LIENTHONG": "interlinked",
}
"""What the national record has no name for, or says less exactly: written by `procedures.national_writing`."""
_ASIDE: Final = re.compile(r"\([^)]*\)")
"""As in "Tổ chức (không bao gồm doanh nghiệp, HTX)"."""


class Rejected(Exception):
    """The record cannot be used; the message says why."""


class Named(NamedTuple):
    """What a record says of itself; `level` is empty where it does not say."""

    code: str
    name: str
    level: str
    field: str


def named(record: Record) -> Named:
    """Raises Rejected without code or name."""
    code, name = _text(record, "MATTHC"), _text(record, "TENTTHC")
    if not code:
        raise Rejected(gettext("Thiếu mã thủ tục (MATTHC)."))
    if not name:
        raise Rejected(gettext("Thiếu tên thủ tục (TENTTHC)."))
    field = next(_items(record, "LINHVUCTHUCHIEN"), {})
    return Named(code, name, _text(record, "CAPTHUCHIEN"), _text(field, "TENLINHVUC"))


def content_from(record: Record, present: Content) -> Content:
    """What the record says over `present`, what the catalogue says. Raises Rejected."""
    ways = _ways(record)
    if not ways:
        raise Rejected(gettext("Thiếu cách thức thực hiện (CACHTHUCTHUCHIEN)."))
    first = next((way for way in ways if way["row"]["way"] == Channel.Way.DESK), ways[0])
    said = present | {
        "name": _text(record, "TENTTHC"),
        "name_verified": True,
        "term_verified": True,
        "term_amount": first["amount"],
        "term_unit": first["unit"],
        "term_note": "" if first["unit"] else first["row"]["term_text"],
        "cut_off": present["cut_off"] if first["unit"] == TermUnit.SAME_DAY else None,
        "fee_vnd": first["row"]["fee_vnd"],
        "fee_note": first["row"]["fee_note"],
        "ways": sorted((way["row"] for way in ways), key=lambda row: str(row["way"])),
        "steps": list(_steps(record)) or present["steps"],
        "papers": _with_forms(list(_papers(record)), present["papers"]) or present["papers"],
        "audience": _audience(record) or present["audience"],
        "result": "; ".join(_texts(record, "KETQUATHUCHIEN", "TENKETQUA"))[:400] or present["result"],
        "competent": "; ".join(_texts(record, "COQUANTHUCHIEN", "TENDONVI"))[:200] or present["competent"],
        "conditions": _text(record, "YEUCAU") or present["conditions"],
        "legal_basis": list(_laws(record)) or present["legal_basis"],
    }
    said |= {of: _own(_text(record, name), of) for name, of in OF_OUR_OWN.items() if name in record}
    _check_lengths(said)
    return said | {"process": _process(said)}


def _own(text: str, name: str) -> Any:
    """A value of the kind that the content has under that name. Raises Rejected."""
    try:
        if name in MARKS:
            return bool(int(text or 0))
        if name in LISTS:
            return [kept for line in text.splitlines() if (kept := line.strip())]
        if name in NUMBERS:
            return int(text.removesuffix(".0")) if text else None
        return (
            time.fromisoformat(text).strftime("%H:%M") if name == "cut_off" and text else text or empty_content()[name]
        )
    except ValueError as error:
        raise Rejected(gettext("Không đọc được “%(text)s”.") % {"text": text[:60]}) from error


def _process(content: Content) -> dict[str, Any]:
    """The sample process is planned anew for the term; an office's own one stays, and is checked against it."""
    process: dict[str, Any] = content["process"]
    if process["number"] != process_plan.SAMPLE["number"]:
        return process
    planned = process_plan.plan(term_of(content))
    rest = {"unit": None, "group": 0, "owner": "", "record": ""}
    return process | {"steps": [step._asdict() | rest for step in planned]}


def _ways(record: Record) -> list[dict[str, Any]]:
    """Each with its row and with the amount and unit of its term."""
    found: dict[str, dict[str, Any]] = {}
    for item in _items(record, "CACHTHUCTHUCHIEN"):
        label = _text(item, "KENH")
        way = WAYS.get(fold(label))
        if way is None:
            raise Rejected(gettext("Không biết kênh “%(label)s” (KENH).") % {"label": label[:60]})
        times = list(_items(item, "THOIGIAN"))
        found.setdefault(way, _way(way, times))
    return list(found.values())


def _way(way: str, times: list[Record]) -> dict[str, Any]:
    first = times[0] if times else {}
    amount, unit = _term(first)
    told = [_text(first, "MOTA")] if not unit else [f"{amount} {_text(first, 'DONVITINH').lower()}" if amount else ""]
    fee, note = _fee([fee for time in times for fee in _items(time, "PHILEPHI")])
    text = next(filter(None, (*told, _text(first, "MOTA"))), "")[:400]
    row = {"way": way, "term_text": text, "fee_vnd": fee, "fee_note": note[:400]}
    return {"row": row, "amount": amount, "unit": unit}


def _term(time: Record) -> tuple[int | None, str]:
    """(None, "") where the law says it in words."""
    amount, label = _text(time, "THOIGIANGIAIQUYET"), _text(time, "DONVITINH")
    if not amount:
        return None, ""
    unit = TERM_UNITS.get(fold(label))
    if unit is None:
        raise Rejected(gettext("Không biết đơn vị thời hạn “%(label)s” (DONVITINH).") % {"label": label[:60]})
    number = amount.removesuffix(".0")
    if not number.isdecimal() or not (0 < int(number) <= 3000 or unit == TermUnit.SAME_DAY):
        raise Rejected(gettext("Thời hạn “%(amount)s” không phải số dùng được.") % {"amount": amount[:60]})
    return (0 if unit == TermUnit.SAME_DAY else int(number)), unit


def _fee(fees: list[Record]) -> tuple[int | None, str]:
    """One amount of money, or the words that say what is asked; (None, "") where the record is silent."""
    amounts = [_text(fee, "SOTIEN").replace(".", "").replace(",", "") for fee in fees]
    notes = [" ".join(filter(None, (_text(fee, "MOTA"), _text(fee, "SOTIEN"), _text(fee, "DONVI")))) for fee in fees]
    if len(fees) == 1 and amounts[0].isdecimal() and int(amounts[0]) < 2**31:
        return int(amounts[0]), _text(fees[0], "MOTA")
    return None, "; ".join(notes)


def _steps(record: Record) -> Iterator[str]:
    for case in _items(record, "TRINHTUTHUCHIEN"):
        label = _text(case, "TRUONGHOP")
        for step in _texts(case, "TRINHTU", "TENTRINHTU"):
            yield f"{label}: {step}" if label else step


def _papers(record: Record) -> Iterator[dict[str, Any]]:
    for case in _items(record, "THANHPHANHOSO"):
        for paper in _items(case, "GIAYTO"):
            if name := _text(paper, "TENGIAYTO"):
                yield {
                    "case": _text(case, "TRUONGHOP"),
                    "name": name,
                    "originals": _count(paper, "SOBANCHINH"),
                    "copies": _count(paper, "SOBANSAO"),
                    "form_code": _text(paper, "TENMAUDON"),
                }


def _with_forms(papers: list[dict[str, Any]], present: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A record carries no file: a paper that is still there keeps its blank form."""
    forms = {(row["case"], row["name"]): row["form"] for row in present}
    return [row | {"form": forms.get((row["case"], row["name"]))} for row in papers]


def _laws(record: Record) -> Iterator[str]:
    for law in _items(record, "CANCUPHAPLY"):
        number, title = _text(law, "SOVANBAN"), _text(law, "TENVANBAN")
        text = title if number in title else f"{title} số {number}".strip()
        if text:
            yield text


def _audience(record: Record) -> list[str]:
    told = fold(_ASIDE.sub(" ", _text(record, "MOTADOITUONGTHUCHIEN")))
    return sorted({audience for word, audience in AUDIENCES.items() if word in told})


def _check_lengths(content: Content) -> None:
    """Nothing is cut that citizens go by."""
    most = [("TENTTHC", content["name"], 400)]
    most += [("TENGIAYTO", paper["name"], 500) for paper in content["papers"]]
    most += [("TRUONGHOP", paper["case"], 300) for paper in content["papers"]]
    most += [("TENMAUDON", paper["form_code"], 60) for paper in content["papers"]]
    most += [("CANCUPHAPLY", law, 400) for law in content["legal_basis"]]
    for name, text, longest in most:
        if len(text) > longest:
            raise Rejected(gettext("%(name)s dài quá %(n)s ký tự.") % {"name": name, "n": longest})


def _count(record: Record, name: str) -> int:
    text = _text(record, name).removesuffix(".0")
    if not text:
        return 0
    if not text.isdecimal() or int(text) > 100:
        raise Rejected(gettext("Số bản “%(text)s” không phải số dùng được.") % {"text": text[:60]})
    return int(text)


def _items(record: Record, name: str) -> Iterator[Record]:
    """The objects in a list, or the one that stands there instead of a list. Raises Rejected for anything else."""
    found = record.get(name) or ()
    listed: Iterable[Any] = [found] if isinstance(found, Mapping) else found
    if isinstance(listed, str) or not isinstance(listed, list | tuple):
        raise Rejected(gettext("%(name)s không phải danh sách.") % {"name": name})
    for item in listed:
        if not isinstance(item, Mapping):
            raise Rejected(gettext("%(name)s có mục không đọc được.") % {"name": name})
        yield item


def _texts(record: Record, name: str, part: str) -> Iterator[str]:
    return filter(None, (_text(item, part) for item in _items(record, name)))


def _text(record: Record, name: str) -> str:
    found = record.get(name)
    if found is None:
        return ""
    if isinstance(found, str | int | float) and not isinstance(found, bool):
        return str(found).replace("\x00", "").strip()
    raise Rejected(gettext("%(name)s không phải một dòng chữ.") % {"name": name})
