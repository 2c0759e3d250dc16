"""People follow their offices when those are merged."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles.actions import move_memberships
from tests.factories import City, make_user

pytestmark = pytest.mark.django_db

EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)


def join(city: City) -> int:
    """Both wards go on in the department."""
    moves = {city.ward.pk: city.department.pk, city.other_ward.pk: city.department.pk}
    return move_memberships(moves=moves, on=DAY, actor=None, at=timezone.now())


def held(user: User, on: date) -> list[tuple[str, int]]:
    rows = Membership.objects.in_force(on).filter(user=user).order_by("role")
    return list(rows.values_list("role", "unit_id"))


def test_a_role_ends_at_the_old_office_on_the_eve_and_begins_at_the_new_one_on_the_day(city: City) -> None:
    clerk, elsewhere = make_user("clerk", city.ward), make_user("clerk", city.district)
    assert join(city) == 1
    assert held(clerk, EVE) == [("clerk", city.ward.pk)]
    assert held(clerk, DAY) == [("clerk", city.department.pk)]
    assert held(elsewhere, DAY) == [("clerk", city.district.pk)]


def test_who_held_one_role_at_both_offices_holds_it_once(city: City) -> None:
    clerk = make_user("clerk", city.ward)
    Membership.objects.create(user=clerk, unit=city.other_ward, role="clerk", valid_from=date(2020, 1, 1))
    Membership.objects.create(user=clerk, unit=city.other_ward, role="leader", valid_from=date(2020, 1, 1))
    assert join(city) == 2
    assert held(clerk, DAY) == [("clerk", city.department.pk), ("leader", city.department.pk)]


def test_a_role_keeps_its_own_first_and_last_day(city: City) -> None:
    clerk, leaving, left = (make_user("clerk", city.ward) for _ in range(3))
    Membership.objects.filter(user=clerk).update(valid_from=date(2025, 9, 1))
    Membership.objects.filter(user=leaving).update(valid_to=date(2025, 8, 31))
    Membership.objects.filter(user=left).update(valid_to=EVE)
    assert join(city) == 2
    assert (held(clerk, DAY), held(clerk, date(2025, 9, 1))) == ([], [("clerk", city.department.pk)])
    assert (held(leaving, DAY), held(leaving, date(2025, 9, 1))) == ([("clerk", city.department.pk)], [])
    assert held(left, DAY) == []
    assert not Membership.objects.filter(unit=city.ward, valid_from__gte=DAY).exists()


def test_moving_twice_changes_nothing_more(city: City) -> None:
    make_user("clerk", city.ward)
    join(city)
    before = list(Membership.objects.order_by("pk").values())
    assert join(city) == 0
    assert list(Membership.objects.order_by("pk").values()) == before
