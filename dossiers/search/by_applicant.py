"""Searches the whole register by what people state at a counter: a name, a number, a telephone number."""

from __future__ import annotations

import re
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import Q, QuerySet
from django.db.models.lookups import StartsWith

from accounts.citizens.identity import is_personal_number, plain, tidy
from dossiers.models import Dossier, DossierQuerySet
from dossiers.models.look_ups import NAME, PHONE
from units.texts.folding import words

LEAST_DIGITS: Final = 4
"""Fewer last digits of a telephone number match too many people."""
LEAST_NUMBER: Final = 9
"""From this many digits on it may be a whole telephone, identity or tax number."""

_NUMBER = re.compile(r"[+\d\s().-]+", re.ASCII)


class TooShort(ValueError):
    """The typed text matches too many people."""


def matching(rows: DossierQuerySet, typed: str) -> list[QuerySet[Dossier]]:
    """Returns searches for the typed text, latest dossiers first; use the first that is not empty. Raises TooShort."""
    spelled = plain(typed).strip()
    if _NUMBER.fullmatch(spelled):
        found = [_numbered(rows, spelled)]
    elif is_personal_number(tidy(spelled)):
        found = [rows.filter(applicant_id=tidy(spelled))]
    else:
        found = _named(rows, words(spelled))
    return [answer.order_by("-submitted_at", "-pk") for answer in found]


def _numbered(rows: DossierQuerySet, typed: str) -> DossierQuerySet:
    digits = re.sub(r"\D", "", typed)
    if len(digits) < LEAST_DIGITS:
        raise TooShort
    if len(digits) < LEAST_NUMBER:
        return rows.filter(StartsWith(PHONE, digits[::-1]))
    home = digits.removeprefix("84") if typed.startswith("+") else digits.removeprefix("0")
    return rows.filter(Q(applicant_id__in={tidy(typed), digits}) | Q(StartsWith(PHONE, home[::-1])))


def _named(rows: DossierQuerySet, typed: list[str]) -> list[DossierQuerySet]:
    """First every word as a whole word of the name, then as a beginning: names are mostly typed whole, and searching
    for beginnings is slow in a long register. A single letter counts as a whole word (Ý, Y)."""
    if not any(len(word) > 1 for word in typed):
        raise TooShort
    begun = [f"{word}:*" if len(word) > 1 else word for word in typed]
    wanted = (SearchQuery(" & ".join(each), config="simple", search_type="raw") for each in (typed, begun))
    return [rows.filter(SearchVectorExact(NAME, query)) for query in wanted]
