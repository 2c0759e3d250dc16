"""Representatives of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.events.record import locked
from complaints.models import MOST_REPRESENTATIVES, Case, Representative
from units.rules import RuleBroken


@dataclass(frozen=True, slots=True)
class Delegate:
    name: str
    phone: str = ""
    address: str = ""


@transaction.atomic
def name_representatives(*, case: Case, people: int, delegates: Sequence[Delegate]) -> Case:
    """Set how many people a case is of, and their representatives; replaces earlier ones.

    A case of more than one person has a representative (Decree 154/2026/NĐ-CP, article 14.3). Raises RuleBroken."""
    case = locked(case)
    if case.is_sealed:
        raise RuleBroken(_("Tố cáo ghi người đại diện trong ghi chú niêm phong."))
    if people < 2:
        raise RuleBroken(_("Vụ việc của nhiều người có từ 2 người trở lên."), field="people")
    if not 1 <= len(delegates) <= min(MOST_REPRESENTATIVES, people):
        raise RuleBroken(
            _("Ghi từ 1 đến %(n)d người đại diện.") % {"n": min(MOST_REPRESENTATIVES, people)}, field="delegates"
        )
    case.people = people
    case.save(update_fields=["people"])
    case.representatives.all().delete()
    Representative.objects.bulk_create(
        Representative(case=case, position=place, name=one.name, phone=one.phone, address=one.address)
        for place, one in enumerate(delegates, 1)
    )
    return case
