"""Who else comes to a desk of the demo than citizens of their own: organisations, foreigners, and people who hand in
for somebody. Chosen by the dossier's key with random numbers of its own, so that all else stays as it is without them.

Nobody real: tax codes start with 00, which no province has, and passports with XX, which no country has.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from dossiers.demo.context import Setting
from dossiers.demo.people import Person, make_person
from dossiers.demo.plan import Arrival
from dossiers.models import Dossier, ProxyRecord
from dossiers.particulars.proxies import Proxy
from units.clock.days import local_day

Kind = Dossier.ApplicantKind
Paper = ProxyRecord.Paper
LATELY: Final = timedelta(days=30)
PROXY: Final = "proxy"
TURNS: Final = (PROXY, Kind.ORGANISATION, PROXY, Kind.FOREIGNER)
ONE_IN: Final = 4
"""How many come for themselves for each turn taken by one of the others."""


def somebody_else(key: int, arrival: Arrival, person: Person, setting: Setting) -> tuple[Person, Proxy | None]:
    """The applicant, and who hands in for them: mostly the person who was to come, for themselves."""
    kind = _kind(key, arrival, setting)
    rng = Random(f"{setting.proportions['seed']} {key}")
    if kind == Kind.FOREIGNER:
        return _foreigner(person, setting.names["foreigners"], rng), None
    if kind == Kind.ORGANISATION:
        words = setting.names["organisations"]
        return _organisation(person, words, rng), _proxy(person, Paper.INTRODUCTION, arrival, rng)
    if kind == PROXY:
        paper = rng.choice((Paper.AUTHORISATION, Paper.CONTRACT, Paper.GUARDIAN))
        return person, _proxy(make_person(rng, setting.names, ""), paper, arrival, rng)
    return person, None


def _kind(key: int, arrival: Arrival, setting: Setting) -> str:
    """Whose turn it is, where such people have business of this field; empty for everybody else."""
    turn, between = divmod(key, ONE_IN)
    if between or arrival.is_shown or arrival.at < setting.now - LATELY:
        return ""
    kind = TURNS[turn % len(TURNS)]
    fields: list[str] = setting.proportions["others"][kind]
    return kind if arrival.line.offering.procedure.field.name in fields else ""


def _foreigner(person: Person, words: dict[str, Any], rng: Random) -> Person:
    nationality, name = rng.choice(words["names"])
    number = f"XX{rng.randrange(10_000_000):07d}"
    return replace(person, name=name, id_number=number, kind=Kind.FOREIGNER, nationality=nationality)


def _organisation(person: Person, words: dict[str, Any], rng: Random) -> Person:
    name = f"{rng.choice(words['kinds'])} {rng.choice(words['names'])} (mẫu)"
    return replace(person, name=name, id_number=f"00{rng.randrange(10**8):08d}", born_on=None, kind=Kind.ORGANISATION)


def _proxy(person: Person, paper: Paper, arrival: Arrival, rng: Random) -> Proxy:
    dated = local_day(arrival.at) - timedelta(days=rng.randrange(1, 12))
    number = f"{rng.randrange(1, 300)}/GGT" if paper == Paper.INTRODUCTION else ""
    return Proxy(person.name, person.id_number, paper.value, dated, number)
