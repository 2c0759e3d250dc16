"""What counts as a reason given to a citizen. Pure.

Decree 61/2018/ND-CP, article 17: a refusal states its reason in writing. A code, a number or a dash is not one.
"""

from __future__ import annotations

LEAST_LETTERS = 10


def is_real_reason(text: str) -> bool:
    """Whether `text` says something in words: at least ten letters in at least two words."""
    words = [word for word in text.split() if sum(map(str.isalpha, word)) * 2 > len(word)]
    return len(words) >= 2 and sum(map(str.isalpha, "".join(words))) >= LEAST_LETTERS
