"""What belongs together: a mixed letter split into cases, look-alikes, the dossier that a case is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.actions.opening import open_boxes
from complaints.actions.receiving import Person, Voice, receive_case
from complaints.actions.record import locked
from complaints.actions.sealing_off import move_to_sealed
from complaints.actions.words import REPORTER_FIELDS, in_words
from complaints.denouncing import reads_like_denunciation, tells_of
from complaints.models import Case, CaseDossier, CaseLink, Reporter
from complaints.states import NAMED_KINDS, OPEN, SEALED_KINDS, Kind
from dossiers.models import Dossier
from units.rules import RuleBroken


@transaction.atomic
def split_case(*, case: Case, kind: Kind, content: str, actor: User, at: datetime, remaining: str = "") -> Case:
    """The part of a mixed letter that is another kind becomes a case of its own, received when the letter was (Decree
    154/2026/NĐ-CP, article 14.4). The two are linked; between a denunciation and anything else on the sealed side
    alone, so that nobody learns of it from the other.

    Where a denunciation leaves a plain case, that one must not tell of it either: `remaining` is written in its place,
    and what else told of it goes to the sealed side. Raises RuleBroken, also without `remaining`, or where it still
    tells."""
    case = locked(case)
    if case.state not in OPEN:
        raise RuleBroken(_("Vụ việc đã kết thúc, không tách được nữa."))
    if case.is_sealed:
        return _split_off_plain(case, kind, content, actor, at)
    reporter = Reporter.objects.filter(case=case).first()
    person = Person(**{name: getattr(reporter, name) for name in REPORTER_FIELDS}) if reporter else Person()
    voice = replace(_part(case, kind, content), person=person)
    if kind not in SEALED_KINDS:
        part = receive_case(voice=voice, actor=actor, at=at)
        _link_both(case, part, CaseLink.Sort.SPLIT, actor, at)
        return part
    remaining = in_words(remaining, "remaining")
    if tells_of(remaining, content):
        raise RuleBroken(_("Phần còn lại vẫn nhắc đến nội dung tố cáo. Hãy viết lại."), field="remaining")
    part = receive_case(voice=voice, actor=actor, at=at)
    CaseLink.objects.create(case=part, other=case, sort=CaseLink.Sort.SPLIT, at=at, author=actor)
    move_to_sealed(case, part, denounced=content, remaining=remaining, author=actor, at=at)
    return part


def _split_off_plain(case: Case, kind: Kind, content: str, actor: User, at: datetime) -> Case:
    """The other half of a letter that came in as a denunciation. Nothing in it says where it came from, nobody is
    written to about it, and its reporter is named only where the law asks who speaks."""
    if kind in SEALED_KINDS:
        raise RuleBroken(_("Hãy chọn loại của phần không phải tố cáo."), field="kind")
    if reads_like_denunciation(content):
        raise RuleBroken(_("Phần tách ra vẫn nhắc đến nội dung tố cáo. Hãy viết lại."), field="content")
    known = open_boxes(case=case, reader=actor, page="tach", at=at).person
    person = replace(known, email="") if kind in NAMED_KINDS else Person()
    voice = replace(_part(case, kind, content), person=person, is_told=False)
    part = receive_case(voice=voice, actor=None, at=at)
    CaseLink.objects.create(case=case, other=part, sort=CaseLink.Sort.SPLIT, at=at, author=actor)
    return part


def _part(case: Case, kind: Kind, content: str) -> Voice:
    return Voice(
        request_key=uuid4(),
        kind=kind,
        channel=case.channel_choice,
        unit=case.receiving_unit,
        content=content,
        people=case.people,
        received_at=case.received_at,
        is_part=True,
    )


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
    """What a person linked by mistake; parts of one letter stay linked. Raises RuleBroken where nothing is undone."""
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


def _link_both(case: Case, other: Case, sort: str, actor: User, at: datetime) -> None:
    CaseLink.objects.bulk_create(
        [
            CaseLink(case=case, other=other, sort=sort, at=at, author=actor),
            CaseLink(case=other, other=case, sort=sort, at=at, author=actor),
        ],
        ignore_conflicts=True,
    )
