"""What was decided about a procedure and is not in force yet, and why a procedure is not in force. Reads only.

A decision is public within five working days (Decree 63/2010/ND-CP, article 24.2), also when it applies later.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from procedures.models import ProcedureDraft, ProcedureVersion, Publication

Kind = ProcedureDraft.Kind


class Coming(NamedTuple):
    """`kind` is one of `ProcedureDraft.Kind`."""

    kind: str
    day: date
    decision: str


class Absence(NamedTuple):
    """Why a procedure is not in force: it ended on `since`, or begins on `begins`; `version` is the last one, or the
    first."""

    version: ProcedureVersion
    since: date | None
    begins: date | None
    decision: str

    @property
    def is_over(self) -> bool:
        return self.begins is None


def coming(version: ProcedureVersion, on: date) -> list[Coming]:
    """Changes after that day of the procedure of `version`, which is in force, the next first. One query; two where
    the version's end has no publication, as after a load."""
    standing = Publication.objects.filter(procedure=version.procedure_id, taken_back_at=None)
    later = standing.filter(valid_from__gt=on).order_by("valid_from", "pk")
    rows = [Coming(*row) for row in later.values_list("kind", "valid_from", "decision")]
    ends = version.valid.upper
    if ends and not any(row.day == ends for row in rows if row.kind != Kind.OFFICES):
        rows.append(_after(version, ends))
    return sorted(rows, key=lambda row: row.day)


def absence(ref: str, on: date) -> Absence | None:
    """For a procedure that is not in force on that day; None without any version. Two queries."""
    versions = ProcedureVersion.objects.filter(procedure__ref=ref).select_related("procedure__field")
    found = list(versions.order_by("valid__startswith"))
    begins = next((one for one in found if one.valid.lower and one.valid.lower > on), None)
    ended = next((one for one in reversed(found) if one.valid.upper and one.valid.upper <= on), None)
    version = ended or begins
    if version is None:
        return None
    since = ended.valid.upper if ended else None
    if begins:
        return Absence(version, since, begins.valid.lower, begins.decision)
    return Absence(version, since, None, withdrawn_by(version.procedure_id, since) if since else "")


def withdrawn_by(procedure: int, day: date) -> str:
    """The decision by which a procedure ended on that day; empty if unknown."""
    ends = Publication.objects.filter(procedure=procedure, kind=Kind.WITHDRAWAL, taken_back_at=None, valid_from=day)
    return ends.values_list("decision", flat=True).first() or ""


def _after(version: ProcedureVersion, ends: date) -> Coming:
    following = ProcedureVersion.objects.filter(procedure=version.procedure_id, valid__startswith=ends).first()
    return Coming(Kind.VERSION, ends, following.decision) if following else Coming(Kind.WITHDRAWAL, ends, "")
