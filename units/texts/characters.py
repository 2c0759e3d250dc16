"""Which characters a paper can show, and what replaces the others. Pure.

An archivable file (PDF/A) must draw every character, so one emoji in an address would leave a citizen without a slip.
The typeface has all of Vietnamese and of western and central Europe. What it lacks is written by its compatible or
unaccented form ("１" as "1", "ǎ" as "a"), else as "?"; what has no form of its own (joiners, direction marks,
controls) is left out. The register keeps what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

# Characters of every style of the typeface, as first-last. Combining marks are not among them: after composition no
# language printed here still needs one.
PRINTABLE: Final = (
    " -~\u00a0-ćĊ-ēĖ-ěĞ-ġĦ-īĮ-ıĹ-ĺĽ-ľŁ-ńŇ-ňŌ-ōŐ-ŕŘ-śŞ-ūŮ-žƠ-ơƯ-ưǦ-ǧˆ-ˇ˘-˜Ḡ-ḡẀ-ẅẞ-ẞẠ-ỹ"
    "–-—‘-‚“-„†-•…-…‰-‰‹-›⁄-⁄⁰-⁰⁴-⁹₀-₉₫-€™-™⅛-⅞−-−∕-∕≈-≈≠-≠≤-≥"
)
NO_FORM: Final = {"Cc", "Cf", "Mn", "Me", "Cs", "Co", "Cn", "Sk"}
LIKE: Final = dict.fromkeys("●■▪◦○\uf0b7", "•") | {"→": "->", "‐": "-", "\u2011": "-"}  # as word processors write
LONGEST_WORD: Final = 30

_STRANGE: Final = re.compile(f"[^\n{re.escape(PRINTABLE[0])}{PRINTABLE[1:]}]")
_LONG_WORD: Final = re.compile(
    rf"(?<!\S)(?!https?://|[0-9A-Z.-]+(?!\S)|[0-9a-f]{{64}}(?!\S))\S{{{LONGEST_WORD + 1},}}"
)
_PIECES: Final = re.compile(rf".{{{LONGEST_WORD}}}(?=.)")
BREAK: Final = "\u200b"
"""Where an overlong word may break into the next line: invisible, without width. Addresses of pages, codes of
dossiers and SHA-256 digests, which may be copied out of the file, stay whole."""


def printable(value: Any) -> Any:
    """The same data with every text in it fit to be printed; dictionaries and lists are gone through."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_broken, _STRANGE.sub(_stand_in, _plain(value)))
    if isinstance(value, dict):
        return {name: printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _plain(text: str) -> str:
    """Composed letters, and one kind of line break."""
    return unicodedata.normalize("NFC", "\n".join(text.splitlines()).replace("\t", " "))


def _stand_in(found: re.Match[str]) -> str:
    return _form(found[0])


@lru_cache(maxsize=1000)
def _form(letter: str) -> str:
    if letter in LIKE:
        return LIKE[letter]
    if unicodedata.category(letter) in NO_FORM:
        return ""
    compatible = unicodedata.normalize("NFKC", letter)
    bare = unicodedata.normalize("NFKD", letter)
    for form in (compatible, "".join(part for part in bare if not unicodedata.combining(part))):
        if form and not _STRANGE.search(form):
            return form
    return "?"


def _broken(found: re.Match[str]) -> str:
    return _PIECES.sub(lambda piece: piece[0] + BREAK, found[0])
