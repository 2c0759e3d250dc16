"""Issues slips: assigns numbers and stores every printed field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from dossiers.models import Dossier, Slip
from units.clock.days import local_day
from units.models import Unit
from units.numbering.yearly_numbers import next_number


@transaction.atomic
def issue_slip(
    *, dossier: Dossier | None, form: str, data: dict[str, Any], unit: Unit, actor: User | None, at: datetime
) -> Slip:
    """Records a slip of `unit` (`form` is a `Slip.Form`) with the next number of its series of the year.

    `data` holds JSON values only and is stored unchanged, so that a reprint years later is identical.
    """
    year = local_day(at).year
    return Slip.objects.create(
        dossier=dossier,
        form=form,
        unit=unit,
        year=year,
        number=next_number(unit.pk, form, year),
        issued_at=at,
        actor=actor,
        data=data,
    )


@transaction.atomic
def replace_slip(*, old: Slip, data: dict[str, Any], actor: User | None, at: datetime) -> Slip:
    """Issues a new version with the same number and marks the old one as replaced."""
    Slip.objects.filter(pk=old.pk).update(replaced_at=at)
    return Slip.objects.create(
        dossier=old.dossier,
        form=old.form,
        unit=old.unit,
        year=old.year,
        number=old.number,
        version=old.version + 1,
        issued_at=at,
        actor=actor,
        data=data,
    )


def note_print(slip: Slip) -> int:
    """Counts a print and returns the number of earlier prints; a print after the first is a copy.

    One statement, so that of two prints at once only one is the original.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_slip SET printed = printed + 1 WHERE id = %s RETURNING printed", [slip.pk])
        (printed,) = cursor.fetchone()
    return int(printed) - 1
