"""What stands around a case on its page: what was said, files, linked and look-alike cases, dossiers, representatives,
the call. All of it comes by the query that finds the case, however much there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User, name_of
from complaints.duplicates.lookalikes import LookAlike, look_alikes, with_neighbours
from complaints.explanation.log import Said
from complaints.models import (
    Call,
    Case,
    CaseDossier,
    CaseFile,
    CaseLink,
    CaseQuerySet,
    CaseText,
    Ground,
    Letter,
    Representative,
)
from complaints.sealed.opening import SealedScan
from dossiers.models import Dossier
from files.wording import hindrance, size_words

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Related:
    """`scans`: of sealed boxes; all the other rows but `links` are of plain cases alone. `files`: pk, name, size,
    is_evidence, hindrance; `links`: code, why; `representatives`: name, phone, address. `dossiers`: code, name,
    is_confirmed, and is_seen: of the others their reader is told the code that the reporter gave, and no more."""

    files: Sequence[Row] = ()
    scans: Sequence[SealedScan] = ()
    links: Sequence[Row] = ()
    dossiers: Sequence[Row] = ()
    representatives: Sequence[Row] = ()
    alike: Sequence[LookAlike] = ()
    call: Call | None = None


def with_surroundings(user: User) -> CaseQuerySet:
    """Every case with the rows that `related_to`, `said_in`, `grounds_of` and `facts_of` tell of: of other cases and
    of dossiers those that this person may see. Which cases those are for is the caller's question."""
    seen = Dossier.objects.visible_to(user).filter(pk=OuterRef("dossier"))
    linked = CaseLink.objects.filter(other__in=Case.objects.visible_to(user))
    about = CaseDossier.objects.annotate(is_seen=Exists(seen))
    return _same_for_everybody().annotate(
        link_rows=_told(linked, "sort", code="other__code"),
        dossier_rows=_told(about, "is_seen", "is_confirmed", code="dossier__code", name="dossier__version__name"),
    )


@cache
def _same_for_everybody() -> CaseQuerySet:
    """The words of the question alone, put together once: nothing is asked here, and no answer kept."""
    openers = {name: name_of(f"opening__{name}_opener") for name in ("first", "second")}
    return with_neighbours(Case.objects.all()).annotate(
        text_rows=_told(CaseText.objects.all(), "sort", "event", "text", "at", author=name_of("author")),
        file_rows=_told(
            CaseFile.objects.all(),
            "pk",
            "is_evidence",
            **{name: f"stored__{name}" for name in ("name", "size", "state", "fault", "facts")},
        ),
        people_rows=_told(Representative.objects.all(), "name", "phone", "address"),
        letter_rows=_told(Letter.objects.all(), place="opening__box__place", on="opening__opened_on", **openers),
        ground_rows=_listed(Ground.objects.filter(kind=OuterRef("kind")), "code", "text", "text_en"),
    )


def _told(rows: QuerySet[Any], *names: str, **columns: Any) -> ArraySubquery:
    return _listed(rows.filter(case=OuterRef("pk")), *names, **columns)


def _listed(rows: QuerySet[Any], *names: str, **columns: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names}, **columns)))


def related_to(case: Case, content: str, scans: Sequence[SealedScan] = ()) -> Related:
    """Of a case found `with_surroundings`: no query."""
    found = vars(case)
    return Related(
        files=[_file(one) for one in found["file_rows"]],
        scans=scans,
        links=[{**one, "why": CaseLink.Sort(one["sort"]).label} for one in found["link_rows"]],
        dossiers=found["dossier_rows"],
        representatives=found["people_rows"],
        alike=look_alikes(case, content),
        call=getattr(case, "call", None),
    )


def _file(row: Row) -> Row:
    hindered = hindrance(row["state"], row["fault"], row["facts"])
    return {**row, "size": size_words(row["size"]), "hindrance": hindered}


def said_in(case: Case) -> list[Said]:
    """The words of a plain case found `with_surroundings`, the oldest first: no query."""
    rows = vars(case)["text_rows"]
    return [
        Said(one["sort"], one["event"], one["text"], datetime.fromisoformat(one["at"]), one["author"]) for one in rows
    ]


def grounds_of(case: Case) -> dict[str, str]:
    """The grounds that the law knows for the kind of a case found `with_surroundings`, by code: no query."""
    return {one["code"]: str(Ground(**one)) for one in vars(case)["ground_rows"]}


def cases_about(dossier: Dossier, user: User) -> list[Case]:
    """The plain cases about a dossier that this person sees, the latest first; one query."""
    rows = Case.objects.visible_to(user).plain().filter(about__dossier=dossier)
    return list(rows.select_related("unit").order_by("-received_at", "-pk"))
