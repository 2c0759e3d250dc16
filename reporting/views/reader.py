"""Who reads the officials' pages, and which units are in their sight."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from accounts.models import User
from reporting.actions.digests import READERS
from units.models import Unit


def reader_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def units_of(request: HttpRequest) -> list[Unit]:
    """The units the reader leads. Raises Http404 for anybody else: the page is not theirs."""
    units = list(reader_of(request).units_as(*READERS))
    if not units:
        raise Http404
    return units


def chosen_units(units: list[Unit], slug: str) -> list[int]:
    """All of `units`, or the one called `slug`. Raises Http404 when it is not among them."""
    chosen = [unit.pk for unit in units if not slug or unit.slug == slug]
    if not chosen:
        raise Http404
    return chosen
