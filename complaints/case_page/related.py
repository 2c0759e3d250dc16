"""Rows related to a case: texts, files, linked and look-alike cases, dossiers, representatives, the call. The query
that finds the case fetches all of them."""

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
from complaints.explanation.log import LogText
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

RelatedRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Related:
    """`scans`: of sealed boxes; all the other rows but `links` are of plain cases alone. `files`: pk, name, size,
    is_evidence, hindrance; `links`: code, why; `representatives`: name, phone, address. `dossiers`: code, name,
    is_confirmed, and is_seen: of dossiers that its reader may not see, the page shows only the code that the reporter
    gave."""

    files: Sequence[RelatedRow] = ()
    scans: Sequence[SealedScan] = ()
    links: Sequence[RelatedRow] = ()
    dossiers: Sequence[RelatedRow] = ()
    representatives: Sequence[RelatedRow] = ()
    alike: Sequence[LookAlike] = ()
    call: Call | None = None


def with_related_rows(user: User) -> CaseQuerySet:
    """All cases, each with the rows that `related_to`, `texts_of`, `grounds_of` and `facts_of` read: of other cases
    and dossiers those that this person may see. The caller filters the cases themselves."""
    seen = Dossier.objects.visible_to(user).filter(pk=OuterRef("dossier"))
    linked = CaseLink.objects.filter(other__in=Case.objects.visible_to(user))
    about = CaseDossier.objects.annotate(is_seen=Exists(seen))
    return _same_for_everybody().annotate(
        link_rows=_of_case(linked, "sort", code="other__code"),
        dossier_rows=_of_case(about, "is_seen", "is_confirmed", code="dossier__code", name="dossier__version__name"),
    )


@cache
def _same_for_everybody() -> CaseQuerySet:
    """The query set, built once per process; it is not evaluated here."""
    openers = {name: name_of(f"opening__{name}_opener") for name in ("first", "second")}
    return with_neighbours(Case.objects.all()).annotate(
        text_rows=_of_case(CaseText.objects.all(), "sort", "event", "text", "at", author=name_of("author")),
        file_rows=_of_case(
            CaseFile.objects.all(),
            "pk",
            "is_evidence",
            **{name: f"stored__{name}" for name in ("name", "size", "state", "fault", "facts")},
        ),
        people_rows=_of_case(Representative.objects.all(), "name", "phone", "address"),
        letter_rows=_of_case(Letter.objects.all(), place="opening__box__place", on="opening__opened_on", **openers),
        ground_rows=_as_json_rows(Ground.objects.filter(kind=OuterRef("kind")), "code", "text", "text_en"),
    )


def _of_case(rows: QuerySet[Any], *names: str, **columns: Any) -> ArraySubquery:
    return _as_json_rows(rows.filter(case=OuterRef("pk")), *names, **columns)


def _as_json_rows(rows: QuerySet[Any], *names: str, **columns: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names}, **columns)))


def related_to(case: Case, content: str, scans: Sequence[SealedScan] = ()) -> Related:
    """Of a case found `with_related_rows`: no query."""
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


def _file(row: RelatedRow) -> RelatedRow:
    hindered = hindrance(row["state"], row["fault"], row["facts"])
    return {**row, "size": size_words(row["size"]), "hindrance": hindered}


def texts_of(case: Case) -> list[LogText]:
    """The words of a plain case found `with_related_rows`, the oldest first: no query."""
    rows = vars(case)["text_rows"]
    return [
        LogText(one["sort"], one["event"], one["text"], datetime.fromisoformat(one["at"]), one["author"])
        for one in rows
    ]


def grounds_of(case: Case) -> dict[str, str]:
    """The grounds that the law knows for the kind of a case found `with_related_rows`, by code: no query."""
    return {one["code"]: str(Ground(**one)) for one in vars(case)["ground_rows"]}


def cases_about(dossier: Dossier, user: User) -> list[Case]:
    """The plain cases about a dossier that this person sees, the latest first; one query."""
    rows = Case.objects.visible_to(user).plain().filter(about__dossier=dossier)
    return list(rows.select_related("unit").order_by("-received_at", "-pk"))
