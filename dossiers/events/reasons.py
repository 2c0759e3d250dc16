"""Checks of typed reasons and texts, used by actions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from units.rules import RuleBroken
from units.texts.reasons import is_real_reason


def require_reason(text: str, field: str) -> str:
    """Returns the stripped reason. Raises RuleBroken with `field` for a text without real words."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy viết rõ lý do bằng lời, ít nhất 10 chữ cái."), field=field)
    return text.strip()


def require_legal_ground(text: str) -> str:
    """Returns the stripped legal ground. Raises RuleBroken with field `ground` for a text without real words."""
    if not is_real_reason(text):
        raise RuleBroken(_("Hãy ghi căn cứ pháp lý: điều, khoản và tên văn bản."), field="ground")
    return text.strip()


def require_text(text: str, field: str, missing: str) -> str:
    """Returns the stripped text. Raises RuleBroken with the sentence `missing` for an empty one."""
    if not text.strip():
        raise RuleBroken(missing, field=field)
    return text.strip()
