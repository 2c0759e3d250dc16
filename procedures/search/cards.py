"""Result cards of the search: the name with the searched words marked, the offices, and the date if filed now."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from procedures.models import ProcedureVersion
from procedures.search.find import Found
from procedures.versions.parts import places_of
from procedures.versions.promises import Promise, promise, usual_offering
from units.calendar.lookup import working_calendar
from units.clock.due_dates import WorkingCalendar
from units.models import Unit
from units.texts.folding import fold, words
from units.texts.wording import day_of


class Piece(NamedTuple):
    text: str
    marked: bool


@dataclass(frozen=True)
class Card:
    version: ProcedureVersion
    name: list[Piece]
    offices: list[Unit]
    promise: Promise
    committed: str
    called: str


def cards(ids: Sequence[int], found: Found, place: str, at: datetime) -> list[Card]:
    """The cards in the order of `ids` (versions), in three queries. `place` is the slug of the office filed at, or
    empty.

    `called` is the everyday phrase by which the procedure was found, if its name does not have it; `committed` the
    office's own term, if the date follows from it.
    """
    rows = ProcedureVersion.objects.for_list(day_of(at)).defer("search", "conditions").in_bulk(ids)
    calendar = working_calendar()
    return [_card(rows[pk], found, place, at, calendar) for pk in ids if pk in rows]


def _card(version: ProcedureVersion, found: Found, place: str, at: datetime, calendar: WorkingCalendar) -> Card:
    offering = usual_offering(places_of(version), place)
    return Card(
        version=version,
        name=marked(version.name, found.understood.marked, found.understood.beginning),
        offices=[offered.unit for offered in places_of(version)],
        promise=promise(version, offering, at, calendar),
        committed=offering.committed_words if offering else "",
        called=_called(found.called.get(version.pk, ""), version),
    )


def _called(saying: str, version: ProcedureVersion) -> str:
    adds_nothing = saying == version.name_en or set(words(saying)) <= set(words(version.name))
    return "" if adds_nothing else saying


def marked(name: str, asked: Collection[str], beginning: str) -> list[Piece]:
    """Splits the name where marking begins and ends; words between two marked neighbours stay together."""
    pieces: list[Piece] = []
    for word in name.split(" "):
        hit = _is_asked(word, asked, beginning)
        if pieces and pieces[-1].marked == hit:
            pieces[-1] = Piece(f"{pieces[-1].text} {word}", hit)
        else:
            pieces.append(Piece(word, hit))
    return pieces


def _is_asked(word: str, asked: Collection[str], beginning: str) -> bool:
    parts = words(word)
    return any(part in asked or (beginning and part.startswith(beginning)) for part in parts)


def official_spelling(found: Found, shown: Sequence[Card]) -> str:
    """The query in official spelling: that of the first name with the query as one phrase."""
    wanted = list(found.understood.words)
    for card in shown:
        stretch = _stretch(card.version.name, wanted)
        if stretch:
            return stretch
    return " ".join(wanted)


def _stretch(name: str, wanted: list[str]) -> str:
    if not wanted:
        return ""
    spelt = name.split()
    folded = [" ".join(words(word)) for word in spelt]
    for start in range(len(spelt) - len(wanted) + 1):
        if folded[start : start + len(wanted)] == wanted:
            return " ".join(_lowered(spelt[start : start + len(wanted)]))
    return ""


def _lowered(spelt: Sequence[str]) -> Iterator[str]:
    for word in spelt:
        bare = word.strip(".,;:()/“”\"'")
        yield bare.lower() if fold(bare).isalpha() and not bare.isupper() else bare
