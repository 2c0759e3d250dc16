"""Whoever asks only for the head of a public page gets it: link checkers, feed readers, proxies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Membership
from dossiers.events.signed_links import feed_token
from tests.factories import hanoi, make_offering, make_procedure, make_units, make_user, register

pytestmark = pytest.mark.django_db
STAFF = ("can-bo/", "dieu-hanh/")
NOT_PUBLIC = ("can-bo/", "dieu-hanh/", "quan-tri/", "api/v1/partner/")
SAMPLES = {"int": "1", "str": "khong-co", "slug": "khong-co", "uuid": "5e0f0b9c-0000-4000-8000-000000000000"}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Of every route, with something made up for what varies."""
    for one in patterns:
        route = before + _filled(one)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        else:
            yield route


def those_of(begins: Callable[[str], bool]) -> list[str]:
    return [f"/{route}" for route in addresses(get_resolver().url_patterns) if begins(route)]


def answered_otherwise(client: Client, paths: list[str]) -> list[tuple[str, int, int]]:
    """The addresses of which GET and HEAD tell two things."""
    different = []
    for path in paths:
        whole, head = client.get(path), client.head(path)
        if (whole.status_code, head.content) != (head.status_code, b""):
            different.append((path, whole.status_code, head.status_code))
    return different


def _filled(one: Any) -> str:
    route = str(one.pattern)
    for name, converter in one.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()
        route = route.replace(f"<{kind}:{name}>", SAMPLES.get(kind, "khong-co")).replace(f"<{name}>", "khong-co")
    return route


def test_every_public_address_that_is_read_by_get_answers_head_alike(client: Client) -> None:
    found = those_of(lambda route: not route.startswith(NOT_PUBLIC))
    assert answered_otherwise(client, found) == []
    assert len(found) > 60


def test_every_staff_address_that_is_read_by_get_answers_head_alike(client: Client) -> None:
    city = make_units()
    person = make_user("clerk", city.ward_desk)
    for role in set(Membership.Role.values) - {"clerk"}:
        Membership.objects.create(user=person, unit=city.district, role=role, valid_from=date(2020, 1, 1))
    client.force_login(person)
    found = those_of(lambda route: route.startswith(STAFF))
    assert answered_otherwise(client, found) == []
    assert len(found) > 100


def test_the_head_of_a_page_that_is_there_is_that_of_its_get(client: Client) -> None:
    city = make_units()
    dossier = register(make_offering(make_procedure(), city.ward), city.ward_desk, at=hanoi(2026, 3, 2, 9))
    own = f"/tra-cuu/{dossier.code}/"
    for path in ("/tra-cuu/", own, f"{own}{feed_token(dossier)}/tin.xml", f"/danh-gia/{dossier.code}/", "/phan-anh/"):
        whole, head = client.get(path), client.head(path)
        assert (whole.status_code, head.status_code, head.content) == (200, 200, b""), path
        assert whole["Content-Type"] == head["Content-Type"]
