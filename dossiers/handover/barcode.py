"""Finds the dossier or hand-over list of a scanned code and checks whether it can be handed or taken over. Reads
only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.staff.permissions import WORKING_ROLES
from dossiers.clock.states import RUNNING
from dossiers.explanation.wording import state_words
from dossiers.handover.waiting import WaitingLeg, still_to_send
from dossiers.models import Dossier, DossierLeg, Slip
from dossiers.slips.codes import list_key
from units.codes import normalise
from units.models import CodeTemplate, Unit
from units.rules import RuleBroken
from units.texts.wording import short_datetime


def scanned_dossier(text: str, user: User) -> Dossier:
    """The dossier whose barcode or URL was scanned, or whose code was typed in any spelling.

    Raises RuleBroken, with the same message for a code that does not exist and one that this person may not see.
    """
    code = normalise(text, CodeTemplate.objects.authorities())
    dossier = Dossier.objects.visible_to(user).filter(code=code).first() if code else None
    if dossier is None:
        raise RuleBroken(_("Không tìm thấy hồ sơ này trong các hồ sơ của đơn vị."), field="ma")
    return dossier


def scanned_list(text: str, user: User) -> Slip | None:
    """The hand-over list whose barcode was scanned, sent by or to this person's units; None for anything else."""
    key = list_key(text)
    return None if key is None else handed_list(key, user)


def handed_list(key: int, user: User) -> Slip | None:
    """The hand-over list with that key; None unless a unit of this person sent it or receives from it."""
    units = user.units_as(*WORKING_ROLES)
    paper = Slip.objects.filter(form=Slip.Form.HANDOVER, pk=key).select_related("unit").first()
    if paper is None or paper.unit in units:
        return paper
    return paper if DossierLeg.objects.filter(unit__in=units).sent_with(paper).exists() else None


def leg_to_send(text: str, *, unit: Unit, listed: Sequence[WaitingLeg], user: User, at: datetime) -> WaitingLeg:
    """The leg of a scanned dossier to add to the current list, which has one receiver. Raises RuleBroken."""
    dossier = scanned_dossier(text, user)
    if any(row.leg.dossier_id == dossier.pk for row in listed):
        raise RuleBroken(_("Hồ sơ đã có trong danh sách này."))
    legs = _moving_legs(dossier)
    here = [leg.pk for leg in legs if leg.in_hand and leg.unit_id == unit.pk]
    if not here:
        raise RuleBroken(_where_it_is(legs, unit))
    row = next(iter(still_to_send(unit, here, at)), None)
    if row is None:
        raise RuleBroken(_("Đây là chặng cuối: hãy ghi kết quả thay vì chuyển tiếp."))
    _check_receiver(row, listed)
    return row


def leg_to_take(text: str, *, unit: Unit, user: User) -> DossierLeg:
    """The leg of a scanned dossier that is on its way to the unit. Raises RuleBroken."""
    legs = _moving_legs(scanned_dossier(text, user))
    coming = next((leg for leg in legs if leg.on_its_way and leg.unit_id == unit.pk), None)
    if coming is None:
        raise RuleBroken(_where_it_is(legs, unit))
    return coming


def _check_receiver(row: WaitingLeg, listed: Sequence[WaitingLeg]) -> None:
    """A list is one paper for one receiver. Raises RuleBroken for another receiver."""
    wanted = listed[0].other if listed else row.other
    if row.other and wanted and row.other != wanted:
        words = _("Hồ sơ này chuyển đến %(unit)s, danh sách đang lập gửi %(wanted)s. Chuyển xong rồi hãy quét lại.")
        raise RuleBroken(words % {"unit": row.other.name, "wanted": wanted.name})


def _moving_legs(dossier: Dossier) -> list[DossierLeg]:
    """The legs of a dossier whose clock runs. Raises RuleBroken for a waiting one, which is not handed over."""
    if dossier.state not in RUNNING:
        words = _("Hồ sơ đang ở tình trạng “%(now)s”, không bàn giao lúc này.")
        raise RuleBroken(words % {"now": state_words(dossier)})
    return list(dossier.legs.select_related("unit", "dossier").order_by("position"))


def _where_it_is(legs: Sequence[DossierLeg], unit: Unit) -> str:
    """A sentence that says where the dossier is instead of at `unit`."""
    here = next((leg for leg in legs if leg.in_hand and leg.unit_id == unit.pk), None)
    if here is not None and here.accepted_at is not None:
        since = short_datetime(here.accepted_at, get_language() or "vi")
        return _("%(unit)s đã có hồ sơ này từ %(at)s.") % {"unit": unit.name, "at": since}
    going = ", ".join(leg.unit.name for leg in legs if leg.on_its_way)
    if going:
        return _("Hồ sơ đang trên đường đến %(unit)s, nơi ấy chưa nhận.") % {"unit": going}
    held = ", ".join(leg.unit.name for leg in legs if leg.in_hand)
    return _("Hồ sơ không ở %(unit)s mà ở %(held)s.") % {"unit": unit.name, "held": held}
