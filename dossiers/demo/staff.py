"""The people of the demo district: those who can sign in, and the colleagues who did the work of four years."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from accounts.models import Membership, User
from accounts.second_factor.actions import give_app
from dossiers.demo.people import make_person, prepare_words
from dossiers.demo.plan import offices
from procedures.models import Offering
from units.models import RECEPTION, Unit, UnitKind

Role = Membership.Role


def make_staff(*, logins: dict[str, str], password: str, proportions: dict[str, Any], on: date) -> None:
    """Two clerks per desk, two specialists per handling unit and agency, a leader for each of these offices, a
    second administrator, all without a password; then those who can sign in."""
    rng = Random(proportions["seed"])
    words = prepare_words(proportions)
    people, memberships = [], []
    for number, (unit, role) in enumerate(_places(), start=1):
        user = User(
            username=f"nv{number:03d}",
            password=make_password(None),
            full_name=make_person(rng, words, "").name,
            counter=f"{1 + number % 2}" if role == Role.CLERK else "",
            is_active=True,
        )
        people.append(user)
        memberships.append(Membership(user=user, unit=unit, role=role, valid_from=on))
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(memberships)
    _make_logins(logins, make_password(password), proportions, on)


def make_second_factor_login(*, name: str, password: str, seed: str, proportions: dict[str, Any], on: date) -> None:
    """A clerk at the busiest desk whose authenticator app has a published seed."""
    clerk = User.objects.create(username=name, password=make_password(password), full_name="Bùi Gia Bảo", counter="4")
    Membership.objects.create(user=clerk, unit=offices(proportions, on)[0].desk, role=Role.CLERK, valid_from=on)
    give_app(person=clerk, seed=seed)


def _places() -> list[tuple[Unit, str]]:
    """Who works where, one entry a person."""
    handling = list(Unit.objects.filter(pk__in=Offering.objects.values("handler")).order_by("order", "name"))
    agencies = list(Unit.objects.filter(kind__code=UnitKind.AGENCY).order_by("order", "name"))
    tenant = list(Unit.objects.filter(is_tenant=True))
    places = [(desk, Role.CLERK) for desk in Unit.objects.desks() for _ in range(2)]
    places += [(unit, Role.SPECIALIST) for unit in (*handling, *agencies) for _ in range(2)]
    places += [(unit, Role.LEADER) for unit in (*tenant, *handling)]
    return [*places, *((unit, Role.ADMINISTRATOR) for unit in tenant)]


def _make_logins(logins: dict[str, str], password: str, proportions: dict[str, Any], on: date) -> None:
    """A clerk at the busiest desk who also handles for its busiest unit, the head of that unit, the head of the board
    that receives citizens, an official over all, two administrators, an inspector, two editors of the catalogue."""
    tenant = Unit.objects.get(is_tenant=True)
    busiest = offices(proportions, on)[0]
    weights: dict[Unit, float] = defaultdict(float)
    for line in busiest.lines:
        weights[line.offering.handler] += line.weight
    handler = max(weights, key=lambda unit: weights[unit])
    head = User.objects.get(memberships__unit=handler, memberships__role=Role.LEADER)
    head.username, head.password = logins["leader"], password
    head.save(update_fields=["username", "password"])
    reception = User.objects.filter(memberships__unit__slug=RECEPTION, memberships__role=Role.LEADER)
    _open_to(reception, logins["reception"], password)
    _open_to(User.objects.filter(memberships__role=Role.ADMINISTRATOR), logins["second_administrator"], password)
    clerk = User.objects.create(username=logins["clerk"], password=password, full_name="Trần Thu Hà", counter="3")
    official = User.objects.create(
        username=logins["official"],
        password=password,
        full_name="Nguyễn Quốc Minh",
        email=f"{logins['official']}@motcua.example",  # digests and reminders go there
    )
    administrator = User.objects.create(
        username=logins["administrator"],
        password=password,
        full_name="Lê Hoàng Anh",
    )
    inspector = User.objects.create(username=logins["inspector"], password=password, full_name="Đặng Thị Minh Châu")
    editors = [
        User.objects.create(username=logins[login], password=password, full_name=name)
        for login, name in (("editor", "Phạm Ngọc Lan"), ("second_editor", "Vũ Đức Thắng"))
    ]
    held = [
        (inspector, tenant, Role.INSPECTOR),
        (inspector, tenant, Role.INSPECTION_HEAD),
        (clerk, busiest.desk, Role.CLERK),
        (clerk, handler, Role.SPECIALIST),
        (official, tenant, Role.OFFICIAL),
        (administrator, tenant, Role.ADMINISTRATOR),
        (administrator, tenant, Role.EDITOR),
        *((editor, tenant, Role.EDITOR) for editor in editors),
    ]
    Membership.objects.bulk_create(
        Membership(user=user, unit=unit, role=role, valid_from=on) for user, unit, role in held
    )


def _open_to(people: QuerySet[User], name: str, password: str) -> None:
    """Where the tree of units has such a person."""
    first = people.order_by("pk").first()
    if first is not None:
        first.username, first.password = name, password
        first.save(update_fields=["username", "password"])
