"""Dossier codes: how one is made and how one that somebody typed is read. Pure.

The shape (authority, date of receipt, ordinal of the day) is that of Decree 61/2018/ND-CP, article 26, and Circular
01/2018/TT-VPCP, article 19: `H26.19.15-260721-0003`. Ordinals of up to six digits are met in the wild.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from datetime import date, datetime

PATTERN = re.compile(r"^[0-9A-Z]+(\.[0-9A-Z]+)*-\d{6}-\d{4,6}$")
TEMPLATE = "{prefix}-{yymmdd}-{number:04d}"
LONGEST = 60

_TEMPLATE_PARTS = re.compile(r"(?:[0-9A-Z.-]|\{prefix\}|\{yymmdd\}|\{number:0[4-6]d\})+")
_SET_APART = re.compile(r"([0-9A-Z]+(?:[.-][0-9A-Z]+)*)[.-]([0-9]{6})[.-]([0-9]{1,6})")
_SHORT = re.compile(r"([0-9A-Z.]+-[0-9]{6})-([0-9]{1,3})")
_GAPS = re.compile(r"[\s\-‐‑‒–—_/]+")
_PARTS_OF_ADDRESS = re.compile(r"[/?&=#]+")


def dossier_code(prefix: str, *, on: date, number: int, template: str = TEMPLATE) -> str:
    """The code of the `number`-th dossier received on a day.

    Raises ValueError when the template does not give a code of the legal shape, or the number is not positive.
    """
    if number < 1:
        raise ValueError("dossiers are numbered from 1")
    code = template.format(prefix=prefix, yymmdd=on.strftime("%y%m%d"), number=number)
    if not PATTERN.match(code):
        raise ValueError(f"{code} is not a dossier code")
    return code


def is_template(text: str) -> bool:
    """Whether every dossier of an authority and a day gets a legal code of its own that is read back as typed."""
    if not _TEMPLATE_PARTS.fullmatch(text) or not all(part in text for part in ("{prefix}", "{yymmdd}", "{number")):
        return False
    codes = [text.format(prefix="H26.19", yymmdd="260731", number=number) for number in (1, 9999)]
    return all(PATTERN.match(code) and normalise(code) == code for code in codes)


def authority_of(template: str, prefix: str) -> str:
    """What precedes the day in every code of an authority; `template` is one that `is_template`."""
    return template.partition("-{yymmdd}")[0].format(prefix=prefix)


def normalise(text: str, authorities: Iterable[str] = ()) -> str | None:
    """The code meant by something typed or scanned, or None when there is none in it.

    Lower case, full-width signs, spaces for dashes, other dashes and missing dashes are understood; where the parts
    are set apart, by whatever sign, the ordinal may lack its zeros. An address, as a slip's QR holds one, means its
    last part that is a code. Dots that are missing or misplaced are put right where it can be the code of only one of
    these `authorities`.
    """
    code = _meant(text)
    return code and _with_dots(code, set(authorities))


def _meant(text: str) -> str | None:
    signs = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(sign for sign in signs if unicodedata.category(sign) != "Cf")  # invisible ones come with pasting
    parts = _PARTS_OF_ADDRESS.split(plain)
    read = map(_read, [*reversed(parts), plain])
    return next((code for code in read if code and len(code) <= LONGEST), None)


def _read(text: str) -> str | None:
    typed = _GAPS.sub("-", text).strip("-")
    typed = _with_zeros(_punctuated(re.sub(r"-?\.-?", ".", typed)))
    if PATTERN.match(typed) and _is_day(typed.split("-")[1]):
        return typed
    return _without_dashes(typed.replace("-", ""))


def _punctuated(typed: str) -> str:
    """Dots inside the authority and dashes behind it, whichever of the two somebody typed."""
    parts = _SET_APART.fullmatch(typed)
    return f"{parts[1].replace('-', '.')}-{parts[2]}-{parts[3]}" if parts and _is_day(parts[2]) else typed


def _with_zeros(typed: str) -> str:
    """The ordinal widened to four digits. A short one, joined to the day, would be ambiguous."""
    short = _SHORT.fullmatch(typed)
    return f"{short[1]}-{short[2]:0>4}" if short and _is_day(short[1][-6:]) else typed


def _without_dashes(typed: str) -> str | None:
    """The shortest ordinal whose six digits before it are a real day."""
    for length in (4, 5, 6):
        prefix, day, number = typed[: -length - 6], typed[-length - 6 : -length], typed[-length:]
        code = f"{prefix}-{day}-{number}"
        if PATTERN.match(code) and _is_day(day):
            return code
    return None


def _with_dots(code: str, authorities: Set[str]) -> str:
    """The code of the one authority whose dots were left out; as it is where that is none, or several."""
    if code.partition("-")[0] in authorities:
        return code
    run_together = re.sub(r"[.-]", "", code)
    found = [spelled for authority in authorities if (spelled := _code_of(authority, run_together))]
    return found[0] if len(found) == 1 else code


def _code_of(authority: str, run_together: str) -> str | None:
    letters = authority.replace(".", "")
    day, number = run_together[len(letters) :][:6], run_together[len(letters) + 6 :]
    code = f"{authority}-{day}-{number}"
    return code if run_together.startswith(letters) and PATTERN.match(code) and _is_day(day) else None


def _is_day(yymmdd: str) -> bool:
    try:
        datetime.strptime(yymmdd, "%y%m%d")  # noqa: DTZ007  only its shape matters
    except ValueError:
        return False
    return True
