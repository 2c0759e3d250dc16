"""What procedures are called: by the latest of their versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from procedures.models import ProcedureVersion


class ProcedureName(NamedTuple):
    ref: str
    name: str
    level: str


def procedure_names(keys: Iterable[int]) -> dict[int, ProcedureName]:
    """By the procedures' keys. One query."""
    versions = ProcedureVersion.objects.filter(procedure__in=list(keys)).order_by("valid")
    rows = versions.values_list("procedure", "procedure__ref", "name", "procedure__level__name")
    return {key: ProcedureName(*named) for key, *named in rows}
