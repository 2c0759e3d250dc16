"""An administrator, a second one, a head of inspection, an inspector and a clerk, all of one district."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from tests.factories import City, make_user


@pytest.fixture
def administrator(city: City) -> User:
    return make_user("administrator", city.district, email="quantri@motcua.example")


@pytest.fixture
def second(city: City) -> User:
    return make_user("administrator", city.district)


@pytest.fixture
def head(city: City) -> User:
    return make_user("inspection_head", city.district, email="chanhthanhtra@motcua.example")


@pytest.fixture
def inspector(city: City) -> User:
    return make_user("inspector", city.district, email="thanhtra@motcua.example")


@pytest.fixture
def clerk(city: City) -> User:
    return make_user("clerk", city.ward_desk, email="canbo@motcua.example")


@pytest.fixture
def at() -> datetime:
    return timezone.now()
