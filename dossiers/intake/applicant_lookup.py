"""What this portal knows of an applicant by the number on their papers, as far as the asking clerk may see it."""

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
"""What an earlier dossier may offer to a new one: field and column."""


@dataclass(frozen=True, slots=True)
class Known:
    """`newest` is the person's latest dossier, `open` the open ones, `duplicate` one about the same procedure here."""

    newest: Dossier | None = None
    open: list[Dossier] = field(default_factory=list)
    duplicate: Dossier | None = None

    @property
    def offers(self) -> dict[str, str]:
        """Address and telephone of the newest dossier, where it has them."""
        kept = {name: str(getattr(self.newest, column, "")) for name, column in OFFERED.items()}
        return {name: value for name, value in kept.items() if value}

    @property
    def since(self) -> date | None:
        """The day of the newest dossier."""
        return local_day(self.newest.submitted_at) if self.newest else None

    @property
    def others(self) -> list[Dossier]:
        """The open ones that the duplicate is not among."""
        return [dossier for dossier in self.open if dossier != self.duplicate]

    @property
    def shown(self) -> list[Dossier]:
        """Every dossier something is told from."""
        told = [self.newest, *self.open, self.duplicate]
        return list({dossier.pk: dossier for dossier in told if dossier}.values())


def find_known(kind: str, number: str, user: User) -> Known:
    """By the number of a citizen, a passport or a tax code, among the dossiers of this person's own offices."""
    if not is_number_of(kind, number):
        return Known()
    theirs = Dossier.objects.worked_on_by(user).filter(applicant_kind=kind, applicant_id=number).for_list()
    newest = theirs.order_by("-submitted_at", "-pk").first()
    return Known(newest, list(theirs.open().order_by("-pk")[:MOST_OPEN]) if newest else [])


def open_duplicate(kind: str, number: str, *, desk: Unit, offering_id: int, but: UUID | None = None) -> Dossier | None:
    """An open dossier of this person about the same procedure at this desk; `but` is the key of the form itself."""
    if not is_number_of(kind, number):
        return None
    theirs = Dossier.objects.open().filter(applicant_kind=kind, applicant_id=number, desk=desk)
    same = theirs.filter(procedure__offerings=offering_id)
    if but is not None:
        same = same.exclude(request_key=but)
    return same.for_list().order_by("-pk").first()


def unread(dossiers: Iterable[Dossier], user: User, at: datetime) -> list[Dossier]:
    """Those not recorded yet as shown to this person: a page redrawn at every change is one reading."""
    shown = list(dossiers)
    if not shown:
        return []
    lately = DossierReading.objects.filter(dossier__in=shown, user=user, page=READ_ON, at__gt=at - SAME_SITTING)
    read = set(lately.values_list("dossier", flat=True))
    return [dossier for dossier in shown if dossier.pk not in read]
