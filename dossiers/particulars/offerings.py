"""What a desk takes in on a day, and the papers that are asked for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from procedures.models import Offering, RequiredDocument
from units.clock.days import local_day
from units.models import Unit

LONGEST_KEY = 18


def offerings_at(desk: Unit, at: datetime) -> QuerySet[Offering]:
    """What a desk takes in on that day: its own offerings and those of the office it belongs to."""
    places = [unit_id for unit_id in (desk.pk, desk.parent_id) if unit_id]
    offerings = Offering.objects.in_force(local_day(at)).filter(unit__in=places)
    return offerings.select_related("procedure", "handler")


def papers_in_force(typed: str, at: datetime) -> QuerySet[RequiredDocument]:
    """The papers of the procedure whose offering was typed."""
    pk = int(typed) if typed.isdecimal() and len(typed) < LONGEST_KEY else 0
    return RequiredDocument.objects.filter(version__valid__contains=local_day(at), version__procedure__offerings=pk)
