"""Finds an applicant's earlier dossiers by the number of their papers, among those the clerk may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounts.citizens.identity import is_number_of
from accounts.models import User
from dossiers.models import Dossier, DossierReading
from units.clock.days import local_day
from units.models import Unit

MOST_OPEN: Final = 5
READ_ON: Final = "register"
SAME_SITTING: Final = timedelta(minutes=15)
OFFERED: Final[Mapping[str, str]] = MappingProxyType({"address": "applicant_address", "phone": "applicant_phone"})
"""What a new form may copy from an earlier dossier: field and column."""


@dataclass(frozen=True, slots=True)
class ApplicantDossiers:
    """The applicant's latest dossier, the open ones, and an open one about the same procedure at this desk."""

    newest: Dossier | None = None
    open: list[Dossier] = field(default_factory=list)
    duplicate: Dossier | None = None

    @property
    def offers(self) -> dict[str, str]:
        """Address and telephone of the newest dossier, where present."""
        values = {name: str(getattr(self.newest, column, "")) for name, column in OFFERED.items()}
        return {name: value for name, value in values.items() if value}

    @property
    def since(self) -> date | None:
        """The day of the newest dossier."""
        return local_day(self.newest.submitted_at) if self.newest else None

    @property
    def others(self) -> list[Dossier]:
        """The open dossiers without the duplicate."""
        return [dossier for dossier in self.open if dossier != self.duplicate]

    @property
    def shown(self) -> list[Dossier]:
        """All dossiers of which the page shows something."""
        shown = [self.newest, *self.open, self.duplicate]
        return list({dossier.pk: dossier for dossier in shown if dossier}.values())


def find_applicant(kind: str, number: str, user: User) -> ApplicantDossiers:
    """Searches by personal, passport or tax number among the dossiers of this person's own offices."""
    if not is_number_of(kind, number):
        return ApplicantDossiers()
    theirs = Dossier.objects.worked_on_by(user).filter(applicant_kind=kind, applicant_id=number).for_list()
    newest = theirs.order_by("-submitted_at", "-pk").first()
    return ApplicantDossiers(newest, list(theirs.open().order_by("-pk")[:MOST_OPEN]) if newest else [])


def open_duplicate(kind: str, number: str, *, desk: Unit, offering_id: int, but: UUID | None = None) -> Dossier | None:
    """An open dossier of this applicant about the same procedure at this desk; not the one with request key `but`."""
    if not is_number_of(kind, number):
        return None
    theirs = Dossier.objects.open().filter(applicant_kind=kind, applicant_id=number, desk=desk)
    same = theirs.filter(procedure__offerings=offering_id)
    if but is not None:
        same = same.exclude(request_key=but)
    return same.for_list().order_by("-pk").first()


def not_recorded_yet(dossiers: Iterable[Dossier], user: User, at: datetime) -> list[Dossier]:
    """The dossiers whose reading by this person is not recorded yet: a page redrawn at every change is one reading."""
    shown = list(dossiers)
    if not shown:
        return []
    lately = DossierReading.objects.filter(dossier__in=shown, user=user, page=READ_ON, at__gt=at - SAME_SITTING)
    read = set(lately.values_list("dossier", flat=True))
    return [dossier for dossier in shown if dossier.pk not in read]
