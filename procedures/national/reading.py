"""Converts records of the national database (service `LayThuTuc`) into the content of a version. Pure.

Names as that service spells them; a list of one item may come as an object. A record has nothing of this office's own
process, committed terms and handling unit: those stay as in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from math import isfinite
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext

from procedures.models import Channel, ProcedureVersion
from procedures.versions import process_plan
from procedures.versions.content import (
    LISTS,
    MARKS,
    NUMBERS,
    Content,
    empty_content,
    plain_lines,
    term_of,
)
from units.clock.due_dates import TermUnit
from units.texts.folding import fold

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
"""What the national record has no name for, or says less exactly: written by `procedures.national.writing`."""
FREE: Final = {
    *("khong", "khong co", "khong thu", "khong thu phi", "khong thu le phi", "khong mat phi"),
    *("mien", "mien phi", "mien le phi", "mien phi le phi", "mien thu phi", "mien thu le phi"),
}
"""Folded words for: it costs nothing."""
CHOICES: Final[dict[str, Any]] = {
    "term_unit": ("", *TERM_UNITS.values()),
    "online_level": ProcedureVersion.OnlineLevel.values,
}
LONGEST_TERM: Final = 3_000
MOST_MONEY: Final = 100_000_000
"""What an editor can type as well."""
NAMES: Final = {of: name for name, of in OF_OUR_OWN.items()} | {
    "name": "TENTTHC",
    "ref": "MATTHC",
    "national_code": "MATTHC",
    "result": "KETQUATHUCHIEN",
    "competent": "COQUANTHUCHIEN",
    "conditions": "YEUCAU",
    "legal_basis": "CANCUPHAPLY",
    "requireddocument.name": "TENGIAYTO",
    "requireddocument.case": "TRUONGHOP",
    "requireddocument.form_code": "TENMAUDON",
    "channel.fee_vnd": "SOTIEN",
    "step.text": "TENTRINHTU",
    "processstep.hours": "THOIHAN",
}
"""What a record calls the parts of a content, as `procedures.versions.fitting` names them."""
_CURRENCY: Final = re.compile(r"\s*(?:đồng|vnđ|vnd|đ)\s*\Z", re.IGNORECASE)
_MONEY: Final = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<by>[., \u00a0])[0-9]{3}(?:(?P=by)[0-9]{3})*|[0-9]{1,20})(?:[.,]0{1,20})?"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ASIDE: Final = re.compile(r"\([^)]*\)")
"""As in "Tổ chức (không bao gồm doanh nghiệp, HTX)"."""


class Rejected(Exception):
    """The record cannot be used; the message gives the reason."""


class RecordIdentity(NamedTuple):
    """Code, name, level and field of a record; `level` is empty where it gives none."""

    code: str
    name: str
    level: str
    field: str


def identity_of(record: Record) -> RecordIdentity:
    """Raises Rejected without code or name."""
    code, name = _text(record, "MATTHC"), _text(record, "TENTTHC")
    if not code:
        raise Rejected(gettext("Thiếu mã thủ tục (MATTHC)."))
    if not name:
        raise Rejected(gettext("Thiếu tên thủ tục (TENTTHC)."))
    field = next(_items(record, "LINHVUCTHUCHIEN"), {})
    return RecordIdentity(code, name, _text(record, "CAPTHUCHIEN"), _text(field, "TENLINHVUC"))


def content_from(record: Record, present: Content) -> Content:
    """The content of the record over `present`, that of the catalogue. Raises Rejected."""
    ways = _ways(record)
    if not ways:
        raise Rejected(gettext("Thiếu cách thức thực hiện (CACHTHUCTHUCHIEN)."))
    first = next((way for way in ways if way["row"]["way"] == Channel.Way.DESK), ways[0])
    content = present | {
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
    content |= {of: _own(record, name, of) for name, of in OF_OUR_OWN.items() if name in record}
    _check_term(content)
    return content | {"process": _process(content)}


def _own(record: Record, name: str, of: str) -> Any:
    """A value of the type that the content has under the name `of`. Raises Rejected."""
    text = _text(record, name)
    try:
        if of in MARKS:
            return bool(int(text or 0))
        if of in LISTS:
            return [line for raw in text.splitlines() if (line := raw.strip())]
        if of in NUMBERS:
            return _own_number(record, name, of)
        if of in CHOICES and text not in CHOICES[of]:
            raise ValueError
        return time.fromisoformat(text).strftime("%H:%M") if of == "cut_off" and text else text or empty_content()[of]
    except ValueError as error:
        params = {"name": name, "text": text[:60]}
        raise Rejected(gettext("%(name)s: không đọc được “%(text)s”.") % params) from error


def _own_number(record: Record, name: str, of: str) -> int | None:
    """Raises Rejected, or ValueError where there is no number."""
    if of == "fee_vnd":
        amount = money_of(record, name)
        return int(amount) if amount != "" else None
    text = _text(record, name).removesuffix(".0")
    if text and not 0 <= int(text) <= LONGEST_TERM:
        raise ValueError
    return int(text) if text else None


def _check_term(content: Content) -> None:
    """Only what is done at once may take no time."""
    amount, is_at_once = content["term_amount"], content["term_unit"] == TermUnit.SAME_DAY
    if amount is not None and (amount == 0) != is_at_once:
        raise Rejected(gettext("%(name)s: không đọc được “%(text)s”.") % {"name": "THOIHAN", "text": amount})


def _process(content: Content) -> dict[str, Any]:
    """Plans the sample process anew for the term; checks an office's own process against it."""
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
    candidates = (
        [_text(first, "MOTA")] if not unit else [f"{amount} {_text(first, 'DONVITINH').lower()}" if amount else ""]
    )
    fee, note = _fee([fee for time in times for fee in _items(time, "PHILEPHI")])
    text = next(filter(None, (*candidates, _text(first, "MOTA"))), "")[:400]
    row = {"way": way, "term_text": text, "fee_vnd": fee, "fee_note": note[:400]}
    return {"row": row, "amount": amount, "unit": unit}


def _term(time: Record) -> tuple[int | None, str]:
    """(None, "") where the law states it in words."""
    amount, label = _text(time, "THOIGIANGIAIQUYET"), _text(time, "DONVITINH")
    if not amount:
        return None, ""
    unit = TERM_UNITS.get(fold(label))
    if unit is None:
        raise Rejected(gettext("Không biết đơn vị thời hạn “%(label)s” (DONVITINH).") % {"label": label[:60]})
    number = amount.removesuffix(".0")
    if not number.isdecimal() or not (0 < int(number) <= LONGEST_TERM or unit == TermUnit.SAME_DAY):
        raise Rejected(gettext("Thời hạn “%(amount)s” không phải số dùng được.") % {"amount": amount[:60]})
    return (0 if unit == TermUnit.SAME_DAY else int(number)), unit


def _fee(fees: list[Record]) -> tuple[int | None, str]:
    """An amount of money, or the words of the record; (None, "") where it has neither."""
    amounts = [_amount(fee) for fee in fees]
    if len(fees) == 1 and isinstance(amounts[0], int):
        return amounts[0], _text(fees[0], "MOTA")
    return None, "; ".join(_fee_words(fee, amount) for fee, amount in zip(fees, amounts, strict=True))


def _amount(fee: Record) -> int | str:
    """In đồng, or in the record's words for other units."""
    unit = fold(_text(fee, "DONVI"))
    if unit and not unit.startswith(("dong", "vn", "viet nam dong")) and unit != "d":
        return _text(fee, "SOTIEN")
    return money_of(fee, "SOTIEN")


def _fee_words(fee: Record, amount: int | str) -> str:
    """A unit follows only a number."""
    text_of_fee = _text(fee, "SOTIEN")
    is_number = text_of_fee[:1].isdecimal()
    if is_number and isinstance(amount, int):
        text_of_fee = f"{amount:,}".replace(",", ".")
    return " ".join(filter(None, (_text(fee, "MOTA"), text_of_fee, _text(fee, "DONVI") if is_number else "")))


def money_of(record: Record, name: str) -> int | str:
    """An amount in đồng, or the words given instead.

    Vietnamese and English differ in the meaning of a point: groups of three are thousands in both ("100.000",
    "100,000"), and decimals must be zeros. Raises Rejected for any other number, so that no procedure is published at
    ten times its cost.
    """
    value, text_of_fee = record.get(name), _text(record, name)
    if isinstance(value, float):  # a point in it never separates thousands
        text_of_fee = str(int(value)) if value.is_integer() else f"{value:.4f}"
    bare = _CURRENCY.sub("", text_of_fee)
    if fold(bare) in FREE:
        return 0
    if not bare or any(sign.isalpha() for sign in bare):
        return text_of_fee
    found = _MONEY.fullmatch(bare)
    amount = int("".join(filter(str.isdecimal, found["whole"]))) if found else -1
    if not 0 <= amount <= MOST_MONEY:
        raise Rejected(
            gettext("%(name)s: “%(text)s” không phải số tiền dùng được.") % {"name": name, "text": text_of_fee[:60]}
        )
    return amount


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
    """A record has no files: papers that remain keep their blank form."""
    forms = {(row["case"], row["name"]): row["form"] for row in present}
    return [row | {"form": forms.get((row["case"], row["name"]))} for row in papers]


def _laws(record: Record) -> Iterator[str]:
    for law in _items(record, "CANCUPHAPLY"):
        number, title = _text(law, "SOVANBAN"), _text(law, "TENVANBAN")
        text = title if number in title else f"{title} số {number}".strip()
        if text:
            yield text


def _audience(record: Record) -> list[str]:
    folded_audience = fold(_ASIDE.sub(" ", _text(record, "MOTADOITUONGTHUCHIEN")))
    return sorted({audience for word, audience in AUDIENCES.items() if word in folded_audience})


def _count(record: Record, name: str) -> int:
    text = _text(record, name).removesuffix(".0")
    if not text:
        return 0
    if not text.isdecimal() or int(text) > 100:
        raise Rejected(gettext("Số bản “%(text)s” không phải số dùng được.") % {"text": text[:60]})
    return int(text)


def _items(record: Record, name: str) -> Iterator[Record]:
    """The objects of a list, or the single object given instead. Raises Rejected for anything else."""
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
    """With the line ends of the catalogue. Raises Rejected for characters that a text column cannot hold."""
    found = record.get(name)
    if found is None:
        return ""
    is_number = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
    if is_number or isinstance(found, str):
        text = plain_lines(str(found).replace("\x00", "")).strip()
        if not _SURROGATES.search(text):
            return text
    raise Rejected(gettext("%(name)s không phải một dòng chữ.") % {"name": name})
