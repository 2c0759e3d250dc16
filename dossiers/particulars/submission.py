"""The parts of a submission: applicant, papers, terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from dossiers.models import Dossier, ReceivedDocument
from units.rules import RuleBroken
from units.texts.reasons import is_real_reason


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant. `id_number`: personal, passport or tax number; `nationality`: of foreigners only."""

    name: str
    kind: str = Dossier.ApplicantKind.PERSON
    id_number: str = ""
    born_on: date | None = None
    address: str = ""
    phone: str = ""
    email: str = ""
    nationality: str = ""


@dataclass(frozen=True, slots=True)
class TakenPaper:
    """A received paper with its numbers of originals and copies."""

    name: str
    originals: int = 0
    copies: int = 0
    required_id: int | None = None


@dataclass(frozen=True, slots=True)
class DueSet:
    """A due date chosen by the clerk, with the reason; only where the law states the term in words."""

    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SubmissionTerms:
    """How it was submitted, how the result is delivered, and the fee."""

    intake: str = Dossier.Intake.DESK
    delivery: str = Dossier.Delivery.DESK
    fee_vnd: int = 0
    fee_status: str = Dossier.FeeStatus.NONE
    sets: int = 1
    note: str = ""
    waiver_ground: str = ""


def check_waiver(fee_status: str, ground: str) -> str:
    """Returns the ground of a waived fee, stripped; empty where it is not waived. Raises RuleBroken without a
    ground."""
    if fee_status != Dossier.FeeStatus.WAIVED:
        return ""
    if not is_real_reason(ground):
        raise RuleBroken(_("Hãy ghi căn cứ miễn: điều, khoản và tên văn bản."), field="waiver_ground")
    return ground.strip()


def replace_papers(dossier: Dossier, papers: Iterable[TakenPaper]) -> None:
    """Replaces the received papers."""
    dossier.documents.all().delete()
    take_papers(dossier, papers)


def take_papers(dossier: Dossier, papers: Iterable[TakenPaper]) -> None:
    ReceivedDocument.objects.bulk_create(
        ReceivedDocument(
            dossier=dossier,
            position=position,
            name=paper.name,
            originals=paper.originals,
            copies=paper.copies,
            required_id=paper.required_id,
        )
        for position, paper in enumerate(papers, 1)
    )
