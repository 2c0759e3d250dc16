"""Numbering the slips of the demo: in the order of their issue, per unit, form and year, without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from dossiers.clock.replay import CACHED
from dossiers.demo.context import Setting
from dossiers.demo.made_up_dossier import Issued, Tale
from dossiers.models import Dossier, Slip
from dossiers.slips.heading import Issue
from units.clock.days import local_day

Series = dict[tuple[int, str, int], int]


def number_slips(setting: Setting, issued: Sequence[tuple[Tale, dict[str, Any]]]) -> tuple[list[Slip], Series]:
    """The rows of all slips, and the last number of every series. Dossiers come as columns by name."""
    series: Series = defaultdict(int)
    told = [(slip, tale, columns) for tale, columns in issued for slip in tale.slips]
    rows = []
    for slip, tale, columns in sorted(told, key=lambda one: (one[0].at, one[0].version, one[1].key)):
        year = local_day(slip.at).year
        if slip.of is None:
            series[tale.desk, slip.form, year] += 1
        slip.number = slip.of.number if slip.of else series[tale.desk, slip.form, year]
        rows.append(_row(setting, slip, tale, columns))
    return rows, dict(series)


def _row(setting: Setting, slip: Issued, tale: Tale, columns: dict[str, Any]) -> Slip:
    dossier = _as_it_was(setting, slip, tale, columns)
    officer = tale.name_of(slip.actor)
    issue = Issue(slip.at, officer, slip.number, slip.version)
    return Slip(
        dossier_id=tale.key,
        form=slip.form,
        unit_id=tale.desk,
        year=local_day((slip.of or slip).at).year,
        number=slip.number,
        version=slip.version,
        issued_at=slip.at,
        actor_id=slip.actor,
        data=slip.build(dossier, issue),
        replaced_at=slip.replaced_at,
    )


def _as_it_was(setting: Setting, slip: Issued, tale: Tale, columns: dict[str, Any]) -> Dossier:
    """The dossier at the moment of issue, with the units and the procedure that slips name."""
    then = {name: getattr(slip.state, name) for name in CACHED}
    dossier = Dossier(**columns | then | slip.columns)
    dossier.desk, dossier.handler = setting.units[tale.desk], setting.units[dossier.handler_id]
    line = tale.line if tale.line.version.pk == dossier.version_id else tale.arrival.line
    dossier.version = line.version
    return dossier
