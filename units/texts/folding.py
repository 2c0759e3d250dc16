"""Vietnamese text made comparable: accent-free words for searching, and the order of the Vietnamese alphabet. Pure."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[0-9a-z]+")
TYPED_WORD = re.compile(r"[^\W_]+")

_LETTERS = {letter: chr(0x100 + place) for place, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
# Ngang comes first, then huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def fold(text: str) -> str:
    """Lower case without tone or vowel marks, đ as d: "Đăng ký" → "dang ky", "hoà" and "hòa" → "hoa"."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The folded words of a text, letters a–z and digits only."""
    return WORD.findall(fold(text))


def folded(*texts: str) -> str:
    """The folded words of all texts in order, one blank between; what the search columns hold."""
    return " ".join(word for text in texts for word in words(text))


def typed_words(text: str) -> list[str]:
    """The words as typed, in lower case and with their marks, each of which folds to at least one letter or digit."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return [word for word in TYPED_WORD.findall(composed) if words(word)]


def same_marks(typed: str, meant: str) -> bool:
    """Whether a typed word may mean `meant`: it has no marks, or the very same ones wherever they are placed."""
    return typed.casefold() == fold(typed) or marks_of(typed) == marks_of(meant)


@lru_cache(maxsize=20_000)
def marks_of(word: str) -> str:
    """The letters and marks of a word, wherever the tone is written: the same for "hoà" and "hòa", not for "hóa"."""
    return "".join(sorted(unicodedata.normalize("NFD", word.casefold())))


@lru_cache(maxsize=20_000)
def marks_in(word: str) -> str:
    """The marks of a word without its letters, in one order; the bar of đ is one: "đường" has it, "giường" has not."""
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(sorted(mark for mark in decomposed if mark == "đ" or unicodedata.combining(mark)))


_SOUND_ALIKE = (("ngh", "ng"), ("gh", "g"), ("tr", "ch"), ("gi", "d"), ("r", "d"), ("x", "s"), ("k", "c"), ("q", "c"))
_NORTHERN = ("l", "n")


def initial(text: str) -> str:
    """The letter of the Vietnamese alphabet that a text begins with, a capital without its tone: "Áp dụng" → "A"."""
    parts = unicodedata.normalize("NFD", text[:1].upper())
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))


def sound(word: str) -> str:
    """A key that folded words share which are often mistaken for one another by ear: tr and ch, s and x, l and n."""
    for written, heard_as in _SOUND_ALIKE:
        if word.startswith(written):
            word = heard_as + word[len(written) :]
            break
    if word.startswith(_NORTHERN) and not word.startswith(("ng", "nh")):
        word = "l" + word[1:]
    return word.replace("y", "i")


def sort_key(text: str) -> str:
    """A key whose code point order is the Vietnamese alphabetical order: letters decide first, then tones."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        if base in _LETTERS:
            letters.append(_LETTERS[base])
            tones.append(next((_TONES[part] for part in parts if part in _TONES), "0"))
        elif base.isspace() and letters and letters[-1] != " ":
            letters.append(" ")
    return "".join(letters) + "\x01" + "".join(tones)
