"""The catalogue of one day in the memory of one process: sets for counting, and the words of its names and texts.

Places are those of the Vietnamese alphabetical order, and sets of them whole numbers (`search.bit_sets`), so that
filtering and counting thousands of procedures takes microseconds. The index is rebuilt when the one `CatalogueVersion`
row, which database triggers renew at every change, has another number, or on another day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from threading import Lock
from typing import Final, NamedTuple

from procedures.data_files import word_list
from procedures.models import Abbreviation, CatalogueVersion, Offering, ProcedureVersion, VersionQuerySet
from procedures.search.bit_sets import Places, set_of
from procedures.search.scoring import Text, Texts
from procedures.search.vocabulary import Phrase, Vocabulary, WordLists
from procedures.terms import bucket, make_term
from units.models import Unit, UnitKind
from units.texts.folding import typed_words

LEVEL, FIELD, PLACE, TERM, FEE, ONLINE, AUDIENCE = "cap", "linh-vuc", "noi", "thoi-han", "phi", "muc", "doi-tuong"
FREE, PAID, SET_LOCALLY = "khong-thu", "co-thu", "theo-quy-dinh"


class NamedOption(NamedTuple):
    """A field, an office or a kind of office as a filter option."""

    name: str
    name_en: str = ""


class ListedProcedure(NamedTuple):
    """A procedure in a list to choose from."""

    ref: str
    name: str
    field: NamedOption
    kind: NamedOption
    name_en: str = ""


@dataclass(frozen=True)
class CatalogueIndex:
    """`not_taken`: procedures of the catalogue that no office takes in that day, with their texts."""

    number: int
    on: date
    ids: list[int]
    names: list[str]
    listed: list[ListedProcedure]
    place_of: dict[int, int]
    values: dict[str, dict[str, Places]]
    labels: dict[str, dict[str, NamedOption]]
    vocabulary: Vocabulary
    texts: Texts
    not_taken: list[ListedProcedure]
    not_taken_texts: Texts

    @cached_property
    def by_ref(self) -> dict[str, ListedProcedure]:
        """Procedures on offer by their address."""
        return {listed.ref: listed for listed in self.listed}

    @cached_property
    def usual(self) -> list[ListedProcedure]:
        """The procedures on offer that many people need."""
        return [self.by_ref[ref] for ref in word_list("home")["popular"] if ref in self.by_ref]

    def listed_as(self, ids: Sequence[int]) -> list[ListedProcedure]:
        return [self.listed[self.place_of[pk]] for pk in ids]

    @property
    def everything(self) -> Places:
        return (1 << len(self.ids)) - 1


_indexes: Final[dict[str, CatalogueIndex]] = {}
_building: Final = Lock()


def catalogue_index(on: date, number: int | None = None) -> CatalogueIndex:
    """The index of that day; one query if nothing changed since the last call, none if the caller knows the `number`
    of the catalogue."""
    if number is None:
        number = CatalogueVersion.objects.values_list("number", flat=True).first() or 0
    with _building:  # it takes a second: two threads must not both build it
        index = _indexes.get("now")
        if index is None or (index.number, index.on) != (number, on):
            index = _indexes["now"] = _build(number, on)
        return index


def word_lists(spelled: Sequence[Phrase]) -> WordLists:
    """`spelled`: the words of names and sayings as they are written."""
    lists = word_list("synonyms")
    abbreviations = dict(Abbreviation.objects.values_list("short", "meaning"))
    return WordLists.of(
        lists["synonyms"], abbreviations, lists["ignored"], lists["same"], lists["only_marked"], spelled
    )


def _build(number: int, on: date) -> CatalogueIndex:
    versions = _read(ProcedureVersion.objects.on_offer(on))
    idle = _read(
        ProcedureVersion.objects.in_force(on).exclude(pk__in=ProcedureVersion.objects.on_offer(on).values("pk"))
    )
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=Offering.objects.in_force(on).values("unit"))}
    offices: dict[int, list[Unit]] = defaultdict(list)
    for procedure_id, unit_id in Offering.objects.in_force(on).values_list("procedure_id", "unit_id"):
        offices[procedure_id].append(units[unit_id])
    offered_list, idle_list = ([_text(version) for version in some] for some in (versions, idle))
    written = dict.fromkeys(line for text in (*offered_list, *idle_list) for line in (text.name, *text.sayings))
    spelled = [tuple(typed_words(line)) for line in written]
    lists = word_lists(spelled)
    texts, idle_texts = Texts.of(offered_list, lists), Texts.of(idle_list, lists)
    return CatalogueIndex(
        number=number,
        on=on,
        ids=[version.pk for version in versions],
        names=[version.name_folded for version in versions],
        listed=[_listed(version) for version in versions],
        place_of={version.pk: place for place, version in enumerate(versions)},
        values=_values(versions, offices),
        labels=_labels(versions, list(units.values())),
        vocabulary=Vocabulary.of(
            lists,
            ((version.name_folded, version.rest_folded) for version in (*versions, *idle)),
            (*texts.sayings, *idle_texts.sayings),
            spelled,
        ),
        texts=texts,
        not_taken=[_listed(version) for version in idle],
        not_taken_texts=idle_texts,
    )


def _read(versions: VersionQuerySet) -> list[ProcedureVersion]:
    related = versions.select_related("procedure__level", "procedure__field")
    return list(related.defer("search", "conditions", "legal_basis", "coordinating").order_by("sort_key", "pk"))


def _text(version: ProcedureVersion) -> Text:
    procedure = version.procedure
    return Text(
        name=version.name,
        sayings=[*procedure.sayings, version.name_en] if version.name_en else procedure.sayings,
        codes=[procedure.ref, procedure.official_code, *procedure.abbreviations],
        rest=version.rest_folded,
        is_usual=procedure.ref in word_list("home")["popular"],
    )


def _listed(version: ProcedureVersion) -> ListedProcedure:
    procedure = version.procedure
    kind = NamedOption(procedure.level.name, procedure.level.name_en)
    return ListedProcedure(procedure.ref, version.name, _field(version), kind, version.name_en)


def _field(version: ProcedureVersion) -> NamedOption:
    return NamedOption(version.procedure.field.name, version.procedure.field.name_en)


def _values(versions: list[ProcedureVersion], offices: dict[int, list[Unit]]) -> dict[str, dict[str, Places]]:
    bits: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, version in enumerate(versions):
        for facet, value in _facts(version, offices[version.procedure_id]):
            bits[facet][value].append(place)
    return {
        facet: {value: set_of(places, len(versions)) for value, places in values.items()}
        for facet, values in bits.items()
    }


def _facts(version: ProcedureVersion, offices: list[Unit]) -> Iterator[tuple[str, str]]:
    procedure = version.procedure
    yield LEVEL, procedure.level.code
    yield FIELD, procedure.field.slug
    yield TERM, bucket(make_term(version.term_amount, version.term_unit, version.cut_off))
    yield FEE, SET_LOCALLY if version.fee_vnd is None else PAID if version.fee_vnd else FREE
    yield from ((PLACE, unit.slug) for unit in offices)
    yield from ((AUDIENCE, audience) for audience in version.audience)
    if version.online_level:
        yield ONLINE, version.online_level


def _labels(versions: list[ProcedureVersion], units: list[Unit]) -> dict[str, dict[str, NamedOption]]:
    kinds: set[UnitKind] = {version.procedure.level for version in versions}
    return {
        LEVEL: {
            kind.code: NamedOption(kind.name, kind.name_en) for kind in sorted(kinds, key=lambda kind: kind.order)
        },
        FIELD: {version.procedure.field.slug: _field(version) for version in versions},
        PLACE: {unit.slug: NamedOption(unit.name) for unit in sorted(units, key=lambda unit: (unit.order, unit.name))},
    }


def grouped(listed: Sequence[ListedProcedure]) -> list[tuple[NamedOption, list[ListedProcedure]]]:
    """Procedures by field, for a list to choose from."""
    by_field = sorted(listed, key=lambda row: row.field)
    return [(field, list(rows)) for field, rows in groupby(by_field, key=lambda row: row.field)]
