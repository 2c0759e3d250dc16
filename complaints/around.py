"""What stands around a case on its page: files, linked and look-alike cases, dossiers, representatives, the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import User
from complaints.lookalikes import LookAlike, look_alikes
from complaints.models import Call, Case, CaseDossier, CaseFile, CaseLink, Representative
from dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Around:
    """`scans`: keys of sealed boxes; all the other lists but `links` are of plain cases alone. `dossiers` with
    `is_seen`: of the others their reader is told the code that the reporter gave, and no more."""

    files: Sequence[CaseFile] = ()
    scans: Sequence[int] = ()
    links: Sequence[CaseLink] = ()
    dossiers: Sequence[CaseDossier] = ()
    representatives: Sequence[Representative] = ()
    alike: Sequence[LookAlike] = ()
    call: Call | None = None


def around(case: Case, user: User, content: str, scans: Sequence[int] = ()) -> Around:
    """Only what this person may see: five queries at most, none for what a case fetched `with_what_is_there` lacks."""
    links = _links(case, user) if getattr(case, "has_links", True) else []
    call = getattr(case, "call", None)
    if case.is_sealed:
        return Around(scans=scans, links=links, call=call)
    return Around(
        files=list(case.files.select_related("stored")) if getattr(case, "has_files", True) else (),
        links=links,
        dossiers=_dossiers(case, user) if getattr(case, "is_about", True) else (),
        representatives=list(case.representatives.all()) if case.people > 1 else (),
        alike=look_alikes(case, content),
        call=call,
    )


def _links(case: Case, user: User) -> list[CaseLink]:
    return list(CaseLink.objects.filter(case=case, other__in=Case.objects.visible_to(user)).select_related("other"))


def _dossiers(case: Case, user: User) -> list[CaseDossier]:
    seen = Dossier.objects.visible_to(user).filter(pk=OuterRef("dossier"))
    return list(case.about.select_related("dossier__version").annotate(is_seen=Exists(seen)).order_by("pk"))


def cases_about(dossier: Dossier, user: User) -> list[Case]:
    """The plain cases about a dossier that this person sees, the latest first; one query."""
    rows = Case.objects.visible_to(user).plain().filter(about__dossier=dossier)
    return list(rows.select_related("unit").order_by("-received_at", "-pk"))
