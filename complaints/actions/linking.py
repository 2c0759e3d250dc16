"""What belongs together: a mixed letter split into cases, look-alikes, the dossier that a case is about."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.actions.receiving import Person, Voice, receive_case
from complaints.actions.record import locked
from complaints.actions.sealing_off import move_to_sealed
from complaints.actions.words import REPORTER_FIELDS, in_words, keep_words
from complaints.models import Case, CaseDossier, CaseLink, Reporter
from complaints.models.people import TextSort
from complaints.states import OPEN, SEALED_KINDS, Kind
from dossiers.models import Dossier
from procedures.folding import folded
from units.rules import RuleBroken


@transaction.atomic
def split_case(*, case: Case, kind: Kind, content: str, actor: User, at: datetime, remaining: str = "") -> Case:
    """The part of a mixed letter that is another kind becomes a case of its own, received when the letter was (Decree
    154/2026/NĐ-CP, article 14.4). The two are linked; that of a denunciation is written on the sealed side alone, so
    that nobody learns of it from the other.

    Then the letter itself must not tell of it either: `remaining` is written in its place, and its words, files and
    publication go to the sealed side. Raises RuleBroken, also without `remaining`, or where it still says the same."""
    case = locked(case)
    if kind in SEALED_KINDS:
        remaining = in_words(remaining, "remaining")
        if folded(content) in folded(remaining):
            raise RuleBroken(_("Phần còn lại vẫn nhắc đến nội dung tố cáo."), field="remaining")
    if case.state not in OPEN:
        raise RuleBroken(_("Vụ việc đã kết thúc, không tách được nữa."))
    reporter = Reporter.objects.filter(case=case).first()
    person = Person(**{name: getattr(reporter, name) for name in REPORTER_FIELDS}) if reporter else Person()
    voice = Voice(
        request_key=uuid4(),
        kind=kind,
        channel=case.channel_choice,
        unit=case.receiving_unit,
        content=content,
        person=person,
        people=case.people,
        received_at=case.received_at,
    )
    part = receive_case(voice=voice, actor=actor, at=at)
    if part.is_sealed:
        CaseLink.objects.create(case=part, other=case, sort=CaseLink.Sort.SPLIT, at=at, author=actor)
        move_to_sealed(case, part, at=at)
        keep_words(case, TextSort.CONTENT, remaining, event=1, author=actor, at=case.received_at)
    else:
        _link_both(case, part, CaseLink.Sort.SPLIT, actor, at)
    return part


@transaction.atomic
def link_cases(*, case: Case, other: Case, sort: str, actor: User, at: datetime) -> None:
    """Two cases that a person found to belong together. Raises RuleBroken for sealed ones, and for one case alone."""
    if case.pk == other.pk:
        raise RuleBroken(_("Không liên kết vụ việc với chính nó."), field="other")
    if case.is_sealed or other.is_sealed:
        raise RuleBroken(_("Không tìm thấy vụ việc này."), field="other")
    _link_both(case, other, sort, actor, at)


@transaction.atomic
def unlink_cases(*, case: Case, other: Case) -> None:
    CaseLink.objects.filter(case=case, other=other).delete()
    CaseLink.objects.filter(case=other, other=case).delete()


@transaction.atomic
def link_dossier(*, case: Case, dossier: Dossier) -> None:
    """The dossier a case is about. Raises RuleBroken for a sealed case."""
    if case.is_sealed:
        raise RuleBroken(_("Tố cáo không gắn với hồ sơ."))
    CaseDossier.objects.get_or_create(case=case, dossier=dossier)


@transaction.atomic
def confirm_complaint(*, case: Case, dossier: Dossier, is_right: bool) -> None:
    """Whether the complaint about how a dossier's owner was treated proved right."""
    CaseDossier.objects.filter(case=case, dossier=dossier).update(is_confirmed=is_right)


def _link_both(case: Case, other: Case, sort: str, actor: User, at: datetime) -> None:
    CaseLink.objects.bulk_create(
        [
            CaseLink(case=case, other=other, sort=sort, at=at, author=actor),
            CaseLink(case=other, other=case, sort=sort, at=at, author=actor),
        ],
        ignore_conflicts=True,
    )
