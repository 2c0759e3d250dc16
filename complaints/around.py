"""What stands around a case on its page: files, linked and look-alike cases, dossiers, representatives, the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from complaints.lookalikes import LookAlike, look_alikes
from complaints.models import Call, Case, CaseFile, CaseLink, Representative
from complaints.models.labels import Channel
from dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Around:
    """`scans`: keys of sealed boxes; all the other lists but `links` are of plain cases alone."""

    files: Sequence[CaseFile] = ()
    scans: Sequence[int] = ()
    links: Sequence[CaseLink] = ()
    dossiers: Sequence[Dossier] = ()
    representatives: Sequence[Representative] = ()
    alike: Sequence[LookAlike] = ()
    call: Call | None = None


def around(case: Case, user: User, content: str, scans: Sequence[int] = ()) -> Around:
    """Only what this person may see: six queries at most."""
    links = list(CaseLink.objects.filter(case=case, other__in=Case.objects.visible_to(user)).select_related("other"))
    call = Call.objects.filter(case=case).first() if case.channel == Channel.HOTLINE.value else None
    if case.is_sealed:
        return Around(scans=scans, links=links, call=call)
    return Around(
        files=list(case.files.select_related("stored")),
        links=links,
        dossiers=list(Dossier.objects.visible_to(user).filter(cases__case=case).select_related("version")),
        representatives=list(case.representatives.all()) if case.people > 1 else (),
        alike=look_alikes(case, content),
        call=call,
    )


def cases_about(dossier: Dossier, user: User) -> list[Case]:
    """The plain cases about a dossier that this person sees, the latest first; one query."""
    rows = Case.objects.visible_to(user).plain().filter(about__dossier=dossier)
    return list(rows.select_related("unit").order_by("-received_at", "-pk"))
