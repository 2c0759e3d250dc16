"""The offices and the ways to file that were read along with a version."""

from typing import Any

from procedures.models import Channel, Offering, ProcedureVersion


def places_of(version: ProcedureVersion) -> list[Offering]:
    """The offerings read along by `VersionQuerySet.for_list`."""
    places: list[Offering] = version.procedure.places  # type: ignore[attr-defined]
    return places


def channels_of(version: ProcedureVersion) -> list[Channel]:
    """The ways to file read along by `VersionQuerySet.with_parts`, each with its term and fee; not saved anew."""
    ways: list[dict[str, Any]] = version.ways  # type: ignore[attr-defined]
    return [Channel(version=version, **way) for way in ways]
