"""Checks of posted notices: draws a random list of procedures and records the results once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from procedures.models import PostedCheck, PostedCheckLine, ProcedureVersion
from procedures.versions.actions.change_log import name_actor
from units.models import Unit
from units.rules import RuleBroken


class AlreadyRecorded(RuleBroken):
    """Somebody else has recorded the results."""


class Found(NamedTuple):
    """The result for one procedure: values of `PostedCheckLine.Wall` and `Portal`."""

    wall: str
    portal: str
    mark: str
    note: str


@transaction.atomic
def draw_check(*, office: Unit, on: date, how_many: int, actor: User, at: datetime) -> PostedCheck:
    """Draws at random `how_many` of the procedures that the office takes in on that day, or all if it has fewer.

    Raises RuleBroken for a second list of the same day, and for an office that takes in nothing.
    """
    name_actor(actor, at)
    Unit.objects.select_for_update(of=("self",)).get(pk=office.pk)
    if PostedCheck.objects.filter(office=office, on=on).exists():
        raise RuleBroken(_("Nơi này đã có danh sách kiểm tra của ngày hôm nay."), field="office")
    taken_in = ProcedureVersion.objects.in_force(on).filter(
        procedure__offerings__unit=office, procedure__offerings__valid__contains=on
    )
    drawn = list(taken_in.order_by("?")[:how_many])
    if not drawn:
        raise RuleBroken(_("Nơi này không nhận thủ tục nào."), field="office")
    check = PostedCheck.objects.create(office=office, on=on, made_by=actor, made_at=at)
    PostedCheckLine.objects.bulk_create(
        PostedCheckLine(check_list=check, position=position, version=version)
        for position, version in enumerate(drawn, 1)
    )
    return check


@transaction.atomic
def record_check(*, check: PostedCheck, found: Mapping[int, Found], actor: User, at: datetime) -> PostedCheck:
    """Records all results, by primary key of the line. Raises RuleBroken when a line is missing, AlreadyRecorded when
    there are results."""
    name_actor(actor, at)
    check = PostedCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if check.recorded_at:
        raise AlreadyRecorded(_("Kết quả lần kiểm tra này đã được ghi."))
    lines = list(check.lines.all())
    if {line.pk for line in lines} - found.keys():
        raise RuleBroken(_("Hãy ghi kết quả của mọi thủ tục trong danh sách."))
    for line in lines:
        line.wall, line.portal, line.mark, line.note = found[line.pk]
    PostedCheckLine.objects.bulk_update(lines, ["wall", "portal", "mark", "note"])
    check.recorded_at, check.recorded_by = at, actor
    check.save(update_fields=["recorded_at", "recorded_by"])
    return check
