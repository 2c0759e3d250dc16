"""Readings without a task, of one week at the offices of a head, by person; three queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import TruncDate

from accounts.models import User
from dossiers.models import Dossier, DossierEvent, DossierReading, ReadingReason
from dossiers.readings.concentration import conspicuous_name
from units.clock.days import day_bounds
from units.clock.working_calendar import OFFICE_TIME

Ground = DossierReading.Ground
MOST: Final = 300
"""Single readings that the page lists; the numbers of all stand above them."""
SHOWN_IN_LISTS: Final = ("search", "register", "cung-nguoi", "hotline", "book", "slip handover", "api", "confirmation")
"""Pages on which a dossier is one of several or the last one registered: nobody chose to open it."""


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return day_bounds(self.monday)[0], day_bounds(self.sunday)[1]

    def moved(self, weeks: int) -> Week:
        return Week(self.monday + timedelta(weeks=weeks))


@dataclass(slots=True)
class Reader:
    """What one person opened in a week. `without_task`: dossiers; `untouched`: those of each family name
    on which the person never acted; `name` is conspicuous among them, `of_name` its number."""

    user: User
    without_task: int = 0
    untouched: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    readings: list[DossierReading] = field(default_factory=list)
    conspicuous: str = ""

    @property
    def name(self) -> str:
        return self.names.get(self.conspicuous, "")

    @property
    def of_name(self) -> int:
        return self.untouched.get(self.conspicuous, 0)


def readers_of(units: Sequence[int], week: Week) -> list[Reader]:
    """Those who opened a dossier without a task, or conspicuously many of one family name; these first."""
    since, until = week.bounds
    rows = DossierReading.objects.filter(unit__in=units, at__gte=since, at__lt=until).exclude(page__in=SHOWN_IN_LISTS)
    counted = list(_counted(rows))
    people = User.objects.in_bulk({row["user"] for row in counted})
    readers = {key: Reader(person) for key, person in people.items()}
    for row in counted:
        _count(readers[row["user"]], row)
    for reader in readers.values():
        reader.conspicuous = conspicuous_name(reader.untouched)
    for reading in _without_task(rows):
        readers[reading.user_id].readings.append(reading)
    concerned = [one for one in readers.values() if one.conspicuous or one.without_task]
    return sorted(concerned, key=lambda one: (not one.conspicuous, -one.without_task, str(one.user)))


def _counted(rows: QuerySet[DossierReading]) -> Iterable[Mapping[str, Any]]:
    """For each person and family name the numbers of dossiers."""
    acted = DossierEvent.objects.filter(dossier=OuterRef("dossier"), actor=OuterRef("user"))
    untouched = ~Q(dossier__registered_by=F("user")) & ~Exists(acted)
    is_person = ~Q(dossier__applicant_kind=Dossier.ApplicantKind.ORGANISATION)
    return (
        rows.annotate(family=_first_word("dossier__applicant_folded"))
        .order_by()
        .values("user", "family")
        .annotate(
            spelled=Max(_first_word("dossier__applicant_name")),
            without_task=Count("dossier", distinct=True, filter=Q(ground=Ground.NONE)),
            untouched=Count("dossier", distinct=True, filter=untouched & is_person),
        )
    )


def _first_word(column: str) -> Func:
    return Func(F(column), Value(" "), Value(1), function="split_part", output_field=TextField())


def _count(reader: Reader, row: Mapping[str, Any]) -> None:
    reader.without_task += row["without_task"]
    if row["untouched"]:
        reader.untouched[row["family"]] = row["untouched"]
        reader.names[row["family"]] = row["spelled"]


def _without_task(rows: QuerySet[DossierReading]) -> QuerySet[DossierReading]:
    """The single readings, the newest first, with code, office and the reason given on that day."""
    given = ReadingReason.objects.filter(dossier=OuterRef("dossier"), user=OuterRef("user"), day=OuterRef("day"))
    found = rows.filter(ground=Ground.NONE).select_related("unit", "dossier").order_by("-at", "-pk")
    reason: dict[str, Any] = {
        "day": TruncDate("at", tzinfo=OFFICE_TIME),
        "reason_kind": Subquery(given.values("kind")[:1]),
        "reason_words": Subquery(given.values("words")[:1]),
    }
    return found.only("at", "user", "page", "unit__name", "dossier__code").annotate(**reason)[:MOST]


def reason_of(reading: DossierReading) -> str:
    """The reason given, as one line; empty where none was asked."""
    kind, words = getattr(reading, "reason_kind", None), getattr(reading, "reason_words", None)
    label = str(ReadingReason.Kind(kind).label) if kind and kind != ReadingReason.Kind.OTHER else ""
    return ": ".join(part for part in (label, words) if part)
