"""Who may read the officials' pages, and of which units."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import Membership, User
from units.models import Unit


def reader_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def units_of(request: HttpRequest) -> list[Unit]:
    """The units that the reader leads. Raises Http404 for a reader who leads none."""
    units = list(reader_of(request).units_as(*READERS))
    if not units:
        raise Http404
    return units


def chosen_units(units: list[Unit], slug: str, *, with_below: bool = False) -> list[int]:
    """All of `units`, or the one called `slug`, alone or with those below it. Raises Http404 when it is none."""
    return [unit.pk for unit in units_at(units, slug, with_below=with_below)]


def units_at(units: list[Unit], slug: str, *, with_below: bool) -> list[Unit]:
    """As `chosen_units`, the units themselves."""
    if not slug:
        return units
    chosen = next((unit for unit in units if unit.slug == slug), None)
    if chosen is None:
        raise Http404
    return [unit for unit in units if unit.path.startswith(chosen.path)] if with_below else [chosen]


READERS = (Membership.Role.LEADER, Membership.Role.OFFICIAL)
