"""Registers several dossiers of one applicant and one procedure by one submit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.intake.register import already_registered, register_dossier
from dossiers.models import Dossier
from dossiers.particulars.proxies import Proxy
from dossiers.particulars.submission import Applicant, DueSet, SubmissionTerms, TakenPaper
from procedures.models import Offering
from units.models import Unit
from units.rules import RuleBroken

MOST_AT_ONCE: Final = 20


@transaction.atomic
def register_several(
    *,
    number: int,
    request_key: UUID,
    desk: Unit,
    offering: Offering,
    applicant: Applicant,
    papers: Iterable[TakenPaper],
    actor: User | None,
    at: datetime,
    terms: SubmissionTerms | None = None,
    due_set: DueSet | None = None,
    proxy: Proxy | None = None,
    seconds: int | None = None,
) -> list[Dossier]:
    """Registers `number` dossiers, all or none; `seconds` at the counter are divided among them.

    A repeated `request_key` returns the same dossiers. Raises RuleBroken when it then asks for another number, and as
    `register_dossier` does.
    """
    if not 1 <= number <= MOST_AT_ONCE:
        raise RuleBroken(_("Một lần nhận từ 1 đến %(most)d hồ sơ.") % {"most": MOST_AT_ONCE}, field="how_many")
    if already_registered(request_key, desk, offering, applicant):
        return _same_number(list(Dossier.objects.filter(request_key__in=_keys(request_key, MOST_AT_ONCE))), number)
    papers = list(papers)
    share = seconds and max(1, seconds // number)
    return [
        register_dossier(
            request_key=key,
            desk=desk,
            offering=offering,
            applicant=applicant,
            papers=papers,
            actor=actor,
            at=at,
            terms=terms,
            due_set=due_set,
            proxy=proxy,
            seconds=share,
        )
        for key in _keys(request_key, number)
    ]


def _keys(first: UUID, number: int) -> list[UUID]:
    """The form's key for the first dossier, keys derived from it for the others."""
    return [first, *(uuid5(first, str(n)) for n in range(2, number + 1))]


def _same_number(made: list[Dossier], number: int) -> list[Dossier]:
    if len(made) == number:
        return sorted(made, key=lambda dossier: dossier.pk)
    words = _("Phiếu nhập này đã dùng cho %(n)d hồ sơ. Muốn nhận thêm thì bấm lại.")
    raise RuleBroken(words % {"n": len(made)}, field="request_key")
