"""Issuing slips: a number in its series, and every field as it is printed."""

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
    """Record a slip of `unit` (`Slip.Form`) under the next number of its series of the year.

    `data` holds JSON values only; it is kept as it is, so that a reprint years later is the same paper.
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
    """A new version under the same number; the old one is kept and marked as replaced."""
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
    """Count one more print; returns how many there were before: from the first on, a print is a copy.

    Two at once never both get the original.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_slip SET printed = printed + 1 WHERE id = %s RETURNING printed", [slip.pk])
        (printed,) = cursor.fetchone()
    return int(printed) - 1
