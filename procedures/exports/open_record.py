"""All that is public of one procedure, as one record: what the table, the linked data and the API contain.

    {"ref", "national_code", "name", "name_en", "level", "field", "field_en", "audience": [codes], "term_amount",
     "term_unit", "term_note", "cut_off": "15:00", "fee_vnd", "fee_note", "online_level", "online_reason", "result",
     "conditions", "competent", "handling", "interlinked", "name_verified", "term_verified", "decision",
     "valid_from": ISO day, "places": [slugs], "coordinating": [names], "legal_basis": [texts], "steps": [texts],
     "documents": [{"case", "name", "originals", "copies", "form_code", "form": address of the blank form | None}],
     "ways": [{"way", "term_text", "fee_vnd", "fee_note"}],
     "commitments": [{"place", "amount", "unit"}],
     "cut_offs": [{"place", "cut_off": "15:00"}]}   of the offices that have an hour of their own

What is not there is None or an empty list.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from procedures.models import ProcedureVersion
from procedures.versions.parts import places_of

Record = dict[str, Any]

TEXTS: Final = (
    *("name", "name_en", "term_unit", "term_note", "fee_note", "online_level", "online_reason", "result"),
    *("conditions", "competent", "handling", "decision"),
)
PLAIN: Final = ("term_amount", "fee_vnd", "interlinked", "name_verified", "term_verified")
PAPER: Final = ("case", "name", "originals", "copies", "form_code", "form")
WAY: Final = ("way", "term_text", "fee_vnd", "fee_note")


def record_of(version: ProcedureVersion) -> Record:
    """`version` as read by `for_page`. Leaves out what takes effect later."""
    procedure, read = version.procedure, _parts(version)
    return {
        "ref": procedure.ref,
        "national_code": procedure.official_code or None,
        "level": procedure.level.code,
        "field": procedure.field.name,
        "field_en": procedure.field.name_en or None,
        **{name: getattr(version, name) or None for name in TEXTS},
        **{name: getattr(version, name) for name in PLAIN},
        "cut_off": f"{version.cut_off:%H:%M}" if version.cut_off else None,
        "valid_from": version.valid.lower.isoformat() if version.valid.lower else None,
        "audience": list(version.audience),
        "places": [place.unit.slug for place in places_of(version)],
        "coordinating": list(version.coordinating),
        "legal_basis": list(version.legal_basis),
        "steps": [step["text"] for step in read["public_steps"]],
        "documents": [
            {name: paper[name] for name in PAPER} | {"form": _form_address(procedure.ref, paper["form"])}
            for paper in read["papers"]
        ],
        "ways": [{name: way[name] for name in WAY} for way in read["ways"]],
        "commitments": [
            {"place": place.unit.slug, "amount": place.committed_amount, "unit": place.committed_unit}
            for place in places_of(version)
            if place.committed_amount is not None
        ],
        "cut_offs": [
            {"place": place.unit.slug, "cut_off": f"{place.cut_off:%H:%M}"}
            for place in places_of(version)
            if place.cut_off
        ],
    }


def _form_address(ref: str, form: int | None) -> str | None:
    return f"{settings.PORTAL_URL}{reverse('catalogue_data:form', args=[ref, form])}" if form else None


def _parts(version: ProcedureVersion) -> dict[str, list[dict[str, Any]]]:
    return {name: getattr(version, name) for name in ("papers", "public_steps", "ways")}
