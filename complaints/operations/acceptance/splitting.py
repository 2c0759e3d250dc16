"""Splits a mixed letter into cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.clock.states import NAMED_KINDS, OPEN, SEALED_KINDS, Kind
from complaints.events.record import locked
from complaints.models import Case, CaseLink, Reporter
from complaints.models.people import Person
from complaints.operations.acceptance.move_to_sealed import move_to_sealed
from complaints.operations.linking.actions import link_both
from complaints.registration.actions import NewCase, receive_case
from complaints.sealed.denunciation_detection import mentions_denunciation, reads_like_denunciation
from complaints.sealed.opening import open_boxes
from complaints.texts.actions import REPORTER_FIELDS, checked_text
from units.rules import RuleBroken


@transaction.atomic
def split_case(*, case: Case, kind: Kind, content: str, actor: User, at: datetime, remaining: str = "") -> Case:
    """The part of a mixed letter that is another kind becomes a case of its own, received when the letter was (Decree
    154/2026/NĐ-CP, article 14.4). The two are linked; between a denunciation and anything else on the sealed side
    alone, so that nobody learns of it from the other.

    Where a denunciation is split off a plain case, `remaining` replaces its text there, and everything else that
    mentions it moves to the sealed side. Raises RuleBroken, also without `remaining`, or where that still mentions
    it."""
    case = locked(case)
    if case.state not in OPEN:
        raise RuleBroken(_("Vụ việc đã kết thúc, không tách được nữa."))
    if case.is_sealed:
        return _split_off_plain(case, kind, content, actor, at)
    reporter = Reporter.objects.filter(case=case).first()
    person = Person(**{name: getattr(reporter, name) for name in REPORTER_FIELDS}) if reporter else Person()
    new = replace(_part(case, kind, content), person=person)
    if kind not in SEALED_KINDS:
        part = receive_case(new=new, actor=actor, at=at)
        link_both(case, part, CaseLink.Sort.SPLIT, actor, at)
        return part
    remaining = checked_text(remaining, "remaining")
    if mentions_denunciation(remaining, content):
        raise RuleBroken(_("Phần còn lại vẫn nhắc đến nội dung tố cáo. Hãy viết lại."), field="remaining")
    part = receive_case(new=new, actor=actor, at=at)
    CaseLink.objects.create(case=part, other=case, sort=CaseLink.Sort.SPLIT, at=at, author=actor)
    move_to_sealed(case, part, denounced=content, remaining=remaining, author=actor, at=at)
    return part


def _split_off_plain(case: Case, kind: Kind, content: str, actor: User, at: datetime) -> Case:
    """The plain part of a letter that came in as a denunciation. It does not say where it came from, nobody is
    notified, and its reporter is named only where the law requires it."""
    if kind in SEALED_KINDS:
        raise RuleBroken(_("Hãy chọn loại của phần không phải tố cáo."), field="kind")
    if reads_like_denunciation(content):
        raise RuleBroken(_("Phần tách ra vẫn nhắc đến nội dung tố cáo. Hãy viết lại."), field="content")
    reporter_shown = open_boxes(case=case, reader=actor, page="tach", at=at).person
    person = replace(reporter_shown, email="") if kind in NAMED_KINDS else Person()
    new = replace(_part(case, kind, content), person=person, is_notified=False)
    part = receive_case(new=new, actor=None, at=at)
    CaseLink.objects.create(case=case, other=part, sort=CaseLink.Sort.SPLIT, at=at, author=actor)
    return part


def _part(case: Case, kind: Kind, content: str) -> NewCase:
    return NewCase(
        request_key=uuid4(),
        kind=kind,
        channel=case.channel_choice,
        unit=case.receiving_unit,
        content=content,
        people=case.people,
        received_at=case.received_at,
        is_split_off=True,
    )
