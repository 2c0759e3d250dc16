"""Dossiers as rows, in any state and at any time, without their history: figures are counted from the rows alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db.models import prefetch_related_objects

from dossiers.clock.states import OPEN, Outcome, Status
from dossiers.models import Dossier
from procedures.models import Offering
from tests.factories import make_offering, make_procedure
from units.models import Unit

_serial = count(1)


def offer(unit: Unit, *, field: str = "") -> Offering:
    """A procedure of its own, taken in and handled by `unit`."""
    version = make_procedure(name=f"Thủ tục {field}".strip())
    if field:
        made, _ = type(version.procedure.field).objects.get_or_create(
            slug=field, defaults={"name": field, "group": ""}
        )
        version.procedure.field = made
        version.procedure.save(update_fields=["field"])
    offering = make_offering(version, unit)
    prefetch_related_objects([offering], "procedure__versions")  # asked again for each of its dossiers
    return offering


def dossier(offering: Offering, **fields: Any) -> Dossier:
    """An unsaved dossier at `offering`: open unless `finished_at` is given; due five days after it was received."""
    received_at: datetime = fields.get("received_at") or fields["due_at"] - timedelta(days=5)
    [version] = offering.procedure.versions.all()
    finished = fields.get("finished_at") is not None
    status = fields.get("status", Status.DONE if finished else Status.IN_PROCESS)
    closed = {"outcome": Outcome.GRANTED} if finished and status != Status.REFUSED else {}
    defaults = {
        "code": f"K-260101-{next(_serial):04d}",
        "request_key": uuid4(),
        "procedure": offering.procedure,
        "version": version,
        "offering": offering,
        "desk": offering.unit,
        "receiving_desk": offering.unit,
        "handler": offering.handler,
        "holder": offering.handler,
        "status": status,
        "submitted_at": received_at,
        "received_at": received_at,
        "due_at": received_at + timedelta(days=5),
        "book_year": received_at.year,
        "book_number": next(_serial),
        "applicant_name": "Nguyễn Thị Phượng",
    }
    assert finished or status in OPEN
    return Dossier(**(defaults | closed | fields))


def held(response: Any) -> int:
    """How many rows a list of one page says it has; it shows as many."""
    page = response.context["page"]
    assert len(page.object_list) == page.paginator.count
    return int(page.paginator.count)


def save(*dossiers: Dossier) -> list[Dossier]:
    return Dossier.objects.bulk_create(dossiers)
