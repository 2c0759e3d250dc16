"""Cleans file names of uploads. Pure: no Django."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from files.kinds import ENDINGS, Kind
from files.sniffing.content import ending

LONGEST: Final = 120
NAMELESS: Final = "tep"
_UNFIT: Final = re.compile(r'[\\/:*?"<>|;%]+')
_LATIN: Final = str.maketrans("đĐ", "dD")


def tidy_name(sent: str, kind: Kind) -> str:
    """The last part of the path, on one line and in one writing direction, with the ending of its kind."""
    name = re.split(r"[\\/]", unicodedata.normalize("NFC", sent))[-1]
    shown = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in name)
    stem = shown.removesuffix(f".{shown.rpartition('.')[2]}") if ending(shown) else shown
    tidy = " ".join(_UNFIT.sub(" ", stem).split()).strip(". ")
    return f"{tidy[:LONGEST].strip() or NAMELESS}.{ENDINGS[kind][0]}"


def ascii_name(name: str) -> str:
    """The same without diacritics, for programs that cannot read them."""
    plain = unicodedata.normalize("NFKD", name.translate(_LATIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.") or NAMELESS
