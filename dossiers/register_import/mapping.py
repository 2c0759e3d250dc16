"""Reads the file that maps the columns, dates and words of an old register to our fields.

```toml
encoding = "auto"                       # or utf-8, utf-16, windows-1258
delimiter = "auto"                      # or one sign
sheet = ""                              # of a workbook; the first visible one when empty
header_row = 0                          # 0: the first row that has all the titles
dates = ["dd/mm/yyyy hh:mm", "dd/mm/yyyy"]
code_prefix = ""                        # codes are made of this, the day of receipt and the number in the book

[columns]                               # our field = a title in the file, or the number of the column from 1
code = "Mã hồ sơ"
procedure = "Thủ tục"

[outcomes]                              # a word in the file = granted, declined, withdrawn, stopped; "*" is any other
[channels]                              # = desk, post, online
[methods]                               # of handing out: = desk, post, online
[procedures]                            # a name in the file = the code or name of the procedure here
```
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dossiers.clock.states import Outcome
from dossiers.models import Dossier, ReturnRecord
from dossiers.register_import.faults import LoadFault
from files.sheets.faults import FileFault, UnusableFile

READY: Final = Path(__file__).resolve().parent.parent / "data" / "registers"
"""The folder of ready mappings, named without suffix: `portal` reads the portal's own export."""

FIELDS: Final = (
    *("code", "procedure", "received", "due", "finished", "returned", "outcome", "channel", "number", "sets"),
    *("name", "id_number", "phone", "address", "method", "receiver"),
)
NEEDED: Final = ("procedure", "received", "due", "name")
ANY: Final = "*"
AUTO: Final = "auto"
DATES: Final = tuple(
    f"{before}{day}{after}"
    for day in ("dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "yyyy-mm-dd")
    for before, after in (("", ""), ("", " hh:mm"), ("", " hh:mm:ss"), ("hh:mm ", ""))
)

_PARTS: Final = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short_year>\d{2})",
    "dd": r"(?P<day>\d{1,2})",
    "month": r"(?P<month>\d{1,2})",
    "minute": r"(?P<minute>\d{1,2})",
    "hh": r"(?P<hour>\d{1,2})",
    "ss": r"(?P<second>\d{1,2})(?:\.\d+)?",
}
_TOKEN: Final = re.compile(r"yyyy|yy|dd|hh|mm|ss|.")


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """How a file is read. Keys of words are normalised by `same_text`; `dates` are compiled formats."""

    columns: Mapping[str, str | int]
    encoding: str = AUTO
    delimiter: str = AUTO
    sheet: str = ""
    header_row: int = 0
    code_prefix: str = ""
    dates: tuple[re.Pattern[str], ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)


def read_mapping(name: str) -> RegisterMapping:
    """The mapping in a TOML or JSON file, or a ready one by its name. Raises UnusableFile."""
    path = Path(name)
    if not path.suffix and (READY / f"{name}.toml").is_file():
        path = READY / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise UnusableFile(FileFault.NO_FILE, path=name) from error
    except ValueError as error:
        raise _unusable(str(error)) from error
    if not isinstance(data, dict):
        raise _unusable("no table")
    return mapping_of(data)


def mapping_of(data: dict[str, Any]) -> RegisterMapping:
    """Checks the data of a mapping file. Raises UnusableFile naming the fault."""
    plain = {"encoding": str, "delimiter": str, "sheet": str, "header_row": int, "code_prefix": str, "dates": list}
    tables = ("columns", "outcomes", "channels", "methods", "procedures")
    for name, value in data.items():
        wanted = dict if name in tables else plain.get(name)
        if wanted is None or not isinstance(value, wanted):
            raise _unusable(name)
    mapping = RegisterMapping(
        columns=_columns(data.get("columns", {}), data.get("code_prefix", "")),
        dates=tuple(date_form(text) for text in data.get("dates") or DATES),
        procedures={same_text(str(old)): str(new) for old, new in data.get("procedures", {}).items()},
        outcomes=_words("outcomes", data, tuple(Outcome)),
        channels=_words("channels", data, Dossier.Intake.values),
        methods=_words("methods", data, ReturnRecord.Method.values),
        **{name: data[name] for name in plain if name in data and name != "dates"},
    )
    _check_reading(mapping)
    return mapping


def same_text(text: str) -> str:
    """Normalises case, whitespace and Unicode composition, for comparing titles and words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def date_form(text: str) -> re.Pattern[str]:
    """Compiles a format such as "dd/mm/yyyy hh:mm"; `mm` after `hh` means minutes. Raises UnusableFile."""
    made, seen = "", set[str]()
    for token in _TOKEN.findall(str(text)):
        if token == "mm":  # noqa: S105
            token = "minute" if "hh" in seen and "minute" not in seen else "month"
        if token in seen:
            raise _unusable(f"dates: {text}")
        if token in _PARTS:
            seen.add(token)
        made += _PARTS.get(token) or re.escape(token)
    if not {"dd", "month"} <= seen or not seen & {"yyyy", "yy"}:
        raise _unusable(f"dates: {text}")
    return re.compile(made, re.ASCII)


def _columns(data: dict[str, Any], code_prefix: str) -> dict[str, str | int]:
    for name, where in data.items():
        is_place = (isinstance(where, str) and where.strip()) or (type(where) is int and where > 0)
        if name not in FIELDS or not is_place:
            raise _unusable(f"columns.{name}")
    lacking = [name for name in NEEDED if name not in data]
    if code_prefix:
        lacking += ["number"] if "number" not in data else []
    elif "code" not in data:
        lacking.append("code")
    if lacking:
        raise _unusable(", ".join(f"columns.{name}" for name in lacking))
    return {name: data[name] for name in FIELDS if name in data}


def _words(table: str, data: dict[str, Any], allowed: Iterable[str]) -> dict[str, str]:
    words: dict[str, str] = data.get(table, {})
    for word, meant in words.items():
        if meant not in set(allowed):
            raise _unusable(f"{table}.{word}")
    return {same_text(word): str(meant) for word, meant in words.items()}


def _check_reading(mapping: RegisterMapping) -> None:
    if mapping.encoding != AUTO:
        try:
            codecs.lookup(mapping.encoding)
        except LookupError as error:
            raise _unusable("encoding") from error
    if mapping.delimiter != AUTO and (len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n'):
        raise _unusable("delimiter")
    if mapping.code_prefix and not re.fullmatch(r"[0-9A-Z]+(\.[0-9A-Z]+)*", mapping.code_prefix):
        raise _unusable("code_prefix")
    by_number = all(isinstance(where, int) for where in mapping.columns.values())
    if mapping.header_row < 0 or (by_number and not mapping.header_row):
        raise _unusable("header_row")


def _unusable(what: str) -> UnusableFile:
    return UnusableFile(LoadFault.MAPPING, what=what)
