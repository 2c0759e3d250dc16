"""Finds what the database would refuse of a content, without writing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext

from procedures.models import Procedure, ProcedureVersion
from procedures.terms import AUDIENCES
from procedures.versions.checking import Fault
from procedures.versions.content import Content, as_version, parts_of, process_steps_of

NOT_YET: Final = {"id", "procedure", "version", "process", "valid", "form", "unit", "kind"}
"""Given when it is published, or taken from a row that is there."""


def fitting_faults(procedure: Procedure, content: Content) -> Iterator[Fault]:
    """Values that are too long, too large or not among the choices; missing values are not checked here."""
    if procedure._state.adding:
        yield from _faults(procedure, {"id", "level", "field"})
    version = as_version(content, procedure)
    if (version.term_amount is None) != (not version.term_unit):
        yield Fault("term_amount", gettext("Thời hạn gồm cả số và đơn vị."))
    if unknown := sorted(set(content["audience"]) - set(AUDIENCES)):
        yield Fault("audience", gettext("Không có đối tượng “%(name)s”.") % {"name": unknown[0][:60]})
    for row in chain([version], *parts_of(content, version), process_steps_of(content)):
        yield from _faults(row, NOT_YET)


def _faults(row: Model, left_out: set[str]) -> Iterator[Fault]:
    try:
        row.clean_fields(exclude=left_out)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            if found := next((one for one in errors if one.code != "blank"), None):
                yield Fault(_name(row, name), " ".join(found.messages))


def _name(row: Model, name: str) -> str:
    """The name of a part with that of its table: "requireddocument.name"."""
    return name if isinstance(row, Procedure | ProcedureVersion) else f"{row._meta.model_name}.{name}"
