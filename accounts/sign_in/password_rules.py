"""Which new passwords are refused: known ones, those made of local words alone, and the person's last ten."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import UsedPassword, User

REMEMBERED: Final = 10
FEWEST_SIGNS: Final = 5
"""Different ones: `aaaaaaaaaaaa` and `121212121212` have fewer."""
_WORDS: Final = Path(__file__).parent / "data" / "known_words.txt"
_DIGITS: Final = str.maketrans("013457", "oieast")
_SIGNS: Final = _DIGITS | str.maketrans("@$", "as")


class KnownPasswordValidator:
    """Refuses one of the 20,000 most common passwords with digits and signs around or between, repeated or not, and a
    password that consists of the words of `data/known_words.txt` alone. Other words beside them are enough."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(set(password)) < FEWEST_SIGNS or any(_is_known(letters) for letters in _readings(password)):
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        return _("Mật khẩu này dễ đoán: nhiều người đã dùng, hoặc chỉ gồm từ quen thuộc và số. Hãy thêm vài từ khác.")


class UsedPasswordValidator:
    """Refuses the person's last ten passwords. Django calls `password_changed` wherever one has been saved."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        rows = UsedPassword.objects.filter(person=user).order_by("-pk")
        latest = list(rows.values_list("password", flat=True)[:REMEMBERED])
        rows.exclude(password__in=latest).delete()
        if any(check_password(password, used) for used in {user.password, *latest} if used):
            raise ValidationError(self.get_help_text(), code="password_used")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is not None:
            UsedPassword.objects.create(person=user, password=user.password)

    def get_help_text(self) -> str:
        return _("Mật khẩu phải khác %(n)s mật khẩu gần đây.") % {"n": REMEMBERED}


def _readings(password: str) -> set[str]:
    """Its letters without marks: as they are, and with digits, then signs too, between the first and the last letter
    read as the letters they look like."""
    decomposed = unicodedata.normalize("NFKD", password.lower().replace("đ", "d"))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    within = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    texts = (plain, within.translate(_DIGITS), within.translate(_SIGNS))
    return {re.sub(r"[^a-z]", "", text) for text in texts}


def _is_known(letters: str) -> bool:
    common, words = _common(), _words()
    size = next((n for n in range(1, len(letters) + 1) if len(letters) % n == 0 and _repeats(letters, n)), 0)
    return letters[:size] in common or _is_made_of(letters, words)


def _repeats(letters: str, size: int) -> bool:
    return letters[:size] * (len(letters) // size) == letters


def _is_made_of(letters: str, words: frozenset[str]) -> bool:
    """Whether words follow each other from the first letter to the last; also of no letters at all."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in words for start in reached):
            reached.add(end)
    return len(letters) in reached


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Letters of Django's list, of those with four or more."""
    listed: set[str] = CommonPasswordValidator().passwords
    return frozenset(letters for known in listed if len(letters := re.sub(r"[^a-z]", "", known)) > 3)


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    lines = _WORDS.read_text(encoding="utf-8").split("\n")
    return frozenset(re.sub(r"[^a-z]", "", line) for line in lines if not line.startswith("#")) - {""}
