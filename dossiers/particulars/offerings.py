"""The offerings of a desk on a day, and the papers they require."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from procedures.models import Offering, RequiredDocument
from units.clock.days import local_day
from units.models import Unit

LONGEST_KEY = 18


def offerings_at(desk: Unit, at: datetime) -> QuerySet[Offering]:
    """The offerings of a desk and of its office in force on that day."""
    places = [unit_id for unit_id in (desk.pk, desk.parent_id) if unit_id]
    offerings = Offering.objects.in_force(local_day(at)).filter(unit__in=places)
    return offerings.select_related("procedure", "handler")


def papers_in_force(typed: str, at: datetime) -> QuerySet[RequiredDocument]:
    """The papers required by the procedure of the typed offering key."""
    pk = int(typed) if typed.isdecimal() and len(typed) < LONGEST_KEY else 0
    return RequiredDocument.objects.filter(version__valid__contains=local_day(at), version__procedure__offerings=pk)
