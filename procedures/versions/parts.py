"""The offices and ways to file that were prefetched with a version."""

from typing import Any

from procedures.models import Channel, Offering, ProcedureVersion


def places_of(version: ProcedureVersion) -> list[Offering]:
    """The offerings prefetched by `VersionQuerySet.for_list`."""
    places: list[Offering] = version.procedure.places  # type: ignore[attr-defined]
    return places


def channels_of(version: ProcedureVersion) -> list[Channel]:
    """The ways to file prefetched by `VersionQuerySet.with_parts`, each with its term and fee; unsaved."""
    ways: list[dict[str, Any]] = version.ways  # type: ignore[attr-defined]
    return [Channel(version=version, **way) for way in ways]
