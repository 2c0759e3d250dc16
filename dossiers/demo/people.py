"""Made-up applicants with names as they are in Hanoi. Telephone numbers start with 010, which nobody has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

HANOI_PROVINCE = "001"
_OLDEST, _YOUNGEST = date(1945, 1, 1), date(2006, 12, 31)


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant; `kind` is a `Dossier.ApplicantKind`. Organisations have no day of birth."""

    name: str
    id_number: str
    born_on: date | None
    address: str
    phone: str
    kind: str = "person"
    nationality: str = ""


def make_person(rng: Random, words: dict[str, Any], place: str) -> Person:
    """One adult living in `place`, whose twelve-digit number agrees with sex and birth year."""
    female = rng.random() < 0.5
    given = words["women" if female else "men"]
    surname = rng.choices(words["surnames_only"], cum_weights=words["surnames_cum"])[0]
    born_on = _OLDEST + timedelta(days=rng.randrange((_YOUNGEST - _OLDEST).days))
    century = (2 if born_on.year >= 2000 else 0) + female
    return Person(
        name=f"{surname} {rng.choice(given['middle'])} {rng.choice(given['given'])}",
        id_number=f"{HANOI_PROVINCE}{century}{born_on.year % 100:02d}{rng.randrange(1_000_000):06d}",
        born_on=born_on,
        address=f"{rng.randrange(1, 300)} {rng.choice(words['streets'])}, {place}",
        phone=f"010{rng.randrange(10_000_000):07d}",
    )


def prepare_words(words: dict[str, Any]) -> dict[str, Any]:
    """The word lists with cumulative weights reckoned once."""
    total, cumulative = 0, []
    for _, weight in words["surnames"]:
        total += weight
        cumulative.append(total)
    return words | {"surnames_only": [name for name, _ in words["surnames"]], "surnames_cum": cumulative}
