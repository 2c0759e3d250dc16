"""What verbs ask of typed text."""

from __future__ import annotations

from django.utils.translation import gettext as _

from units.rules import RuleBroken
from units.texts.reasons import is_real_reason


def in_words(text: str, field: str) -> str:
    """A reason without the blanks around it. Raises RuleBroken beside `field` for what tells a citizen nothing."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field=field)
    return text.strip()


def legal_ground(text: str) -> str:
    """The law a refusal rests on, without the blanks around it. Raises RuleBroken beside `ground` for a bare code."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy ghi căn cứ pháp lý: điều, khoản và tên văn bản."), field="ground")
    return text.strip()


def filled(text: str, field: str, missing: str) -> str:
    """A text without the blanks around it. Raises RuleBroken with the sentence `missing` when nothing is left."""
    if not text.strip():
        raise RuleBroken(missing, field=field)
    return text.strip()
