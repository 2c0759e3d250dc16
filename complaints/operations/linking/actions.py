"""Links between cases, and to the dossier that a case is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import Case, CaseDossier, CaseLink
from dossiers.models import Dossier
from units.rules import RuleBroken


@transaction.atomic
def link_cases(*, case: Case, other: Case, sort: str, actor: User, at: datetime) -> None:
    """Two cases that a person found to belong together. Raises RuleBroken for sealed ones, and for one case alone."""
    if case.pk == other.pk:
        raise RuleBroken(_("Không liên kết vụ việc với chính nó."), field="other")
    if case.is_sealed or other.is_sealed:
        raise RuleBroken(_("Không tìm thấy vụ việc này."), field="other")
    link_both(case, other, sort, actor, at)


@transaction.atomic
def unlink_cases(*, case: Case, other: Case) -> None:
    """Remove a link that a person made; parts of one letter stay linked. Raises RuleBroken where there is none."""
    by_person = CaseLink.objects.exclude(sort=CaseLink.Sort.SPLIT)
    gone, _tables = by_person.filter(case=case, other=other).delete()
    by_person.filter(case=other, other=case).delete()
    if not gone:
        raise RuleBroken(_("Không có liên kết nào như vậy."), field="other")


@transaction.atomic
def link_dossier(*, case: Case, dossier: Dossier) -> None:
    """The dossier a case is about. Raises RuleBroken for a sealed case."""
    if case.is_sealed:
        raise RuleBroken(_("Tố cáo không gắn với hồ sơ."))
    CaseDossier.objects.get_or_create(case=case, dossier=dossier)


@transaction.atomic
def confirm_complaint(*, case: Case, right: Sequence[Dossier]) -> None:
    """Of which dossiers the complaint about how their owner was treated proved right, and of which not: those count
    against attitude (Circular 01/2018/TT-VPCP, article 13)."""
    about = CaseDossier.objects.filter(case=case)
    about.filter(dossier__in=right).update(is_confirmed=True)
    about.exclude(dossier__in=right).update(is_confirmed=False)


def link_both(case: Case, other: Case, sort: str, actor: User, at: datetime) -> None:
    CaseLink.objects.bulk_create(
        [
            CaseLink(case=case, other=other, sort=sort, at=at, author=actor),
            CaseLink(case=other, other=case, sort=sort, at=at, author=actor),
        ],
        ignore_conflicts=True,
    )
